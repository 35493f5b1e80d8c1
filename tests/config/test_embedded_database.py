"""The embedded PostgreSQL: shared by the processes that run, stopped by the last, recovered."""

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from config.postgres.cluster import PORT, socket_folder
from tests.config.embedded import (
    DJANGO_DRIVER,
    DRIVER,
    FORKING_DRIVER,
    Holder,
    kill_all,
    server_pid,
    servers,
    stop,
)
from tests.config.external_postgres import temporary_folder

AS_ROOT = os.geteuid() == 0
Start = Callable[..., Holder]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A private folder (mode 0700) with a short path."""
    path = temporary_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def new_var(folder: Path) -> Path:
    return folder / "var"


@pytest.fixture(scope="module")
def laid_out() -> Iterator[Path]:
    """A folder whose server has run once; the tests copy it, and it does not wait for the disk."""
    path = temporary_folder()
    holder = Holder(path / "var", "SELECT 1")
    assert holder.result() == "1"
    assert holder.end().count("\n") <= 1  # told, the very first time, that a user was created
    with (path / "var" / "postgres" / "postgresql.conf").open("a") as configuration:
        configuration.write("fsync = off\n")
    yield path / "var"
    shutil.rmtree(path)


@pytest.fixture
def var(new_var: Path, laid_out: Path) -> Path:
    subprocess.run(["cp", "-a", laid_out, new_var], check=True)
    return new_var


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    holders: list[Holder] = []

    def run(
        statement: str = "SELECT 1", *, at: Path = folder / "var", driver: str = DRIVER
    ) -> Holder:
        holders.append(Holder(at, statement, driver=driver))
        return holders[-1]

    yield run
    for holder in holders:
        if holder.process.returncode is None:
            holder.kill()
    for pid_file in folder.glob("**/postmaster.pid"):
        stop(pid_file.parent)  # the last holder was killed


def test_two_processes_share_one_server_and_the_last_one_stops_it(var: Path, start: Start) -> None:
    first, second = start(), start()
    assert first.result() == second.result() == "1"
    server = servers(var)
    assert len(server) == 1
    first.end()
    assert servers(var) == server
    assert start("SELECT 2").result() == "2"
    second.end()
    assert servers(var) == server  # the third one still runs


def test_nothing_runs_and_nothing_is_printed_after_the_last_process(
    var: Path, start: Start
) -> None:
    holder = start("SELECT count(*) FROM pg_extension WHERE extname = 'vector'")
    assert holder.result() == "1"
    assert holder.end() == ""
    assert servers(var) == []
    assert not (var / "postgres" / "postmaster.pid").exists()
    assert "database system is shut down" in (var / "postgres.log").read_text()


def test_five_processes_at_once_start_only_one_server(new_var: Path, start: Start) -> None:
    holders = [start("SELECT pg_postmaster_start_time()") for _ in range(5)]
    assert len({holder.result() for holder in holders}) == 1
    assert len(servers(new_var)) == 1
    for holder in holders:
        holder.end()
    assert servers(new_var) == []


def test_starting_while_another_process_stops_never_gets_a_dead_server(
    var: Path, start: Start
) -> None:
    holder = start()
    for _ in range(4):
        holder.result()
        following = start()
        holder.end()
        holder = following
    assert holder.result() == "1"
    assert len(servers(var)) == 1


def test_a_killed_process_does_not_keep_the_server_alive(var: Path, start: Start) -> None:
    killed = start()
    killed.result()
    killed.kill()
    assert len(servers(var)) == 1  # no process was left to stop it
    start().end()
    assert servers(var) == []


@pytest.mark.parametrize("parent", ["wait", "leave"])
def test_a_forked_child_holds_the_server_by_itself(var: Path, start: Start, parent: str) -> None:
    holder = start(parent, driver=FORKING_DRIVER)
    child = psutil.Process(int(holder.result()))
    if parent == "leave":
        holder.process.wait(timeout=20)
    assert len(servers(var)) == 1
    holder.end()
    child.wait(timeout=20)
    assert servers(var) == []


def test_a_killed_server_is_recovered_with_its_data(var: Path, start: Start) -> None:
    holder = start("CREATE TABLE film AS SELECT 7 AS id; SELECT id FROM film")
    assert holder.result() == "7"
    kill_all(var / "postgres")
    assert start("SELECT id FROM film").result() == "7"
    holder.end()
    assert len(servers(var)) == 1


@pytest.mark.parametrize("victims", ["all", "postmaster"])
def test_django_recovers_within_seconds_when_the_server_is_killed(
    var: Path, start: Start, victims: str
) -> None:
    holder = start(driver=DJANGO_DRIVER)
    assert holder.result() == "ottwin"
    if victims == "all":
        kill_all(var / "postgres")
    else:
        children = psutil.Process(server_pid(var)).children(recursive=True)
        os.kill(server_pid(var), signal.SIGKILL)
        psutil.wait_procs(children, timeout=5)  # they notice, and end by themselves
    began = time.monotonic()
    holder.say("again\n")
    assert holder.result() == "ottwin"
    assert time.monotonic() - began < 5
    assert "starting it again" in holder.end()
    assert servers(var) == []


def test_a_pid_file_whose_pid_went_to_another_program_is_no_obstacle(
    var: Path, start: Start
) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        (var / "postgres" / "postmaster.pid").write_text(
            f"{other.pid}\n{var}/postgres\n1700000000\n5432\n/tmp\n\n  1 2\nready\n"
        )
        assert start().result() == "1"
        assert other.poll() is None
        other.kill()


def test_a_truncated_pid_file_is_no_obstacle(var: Path, start: Start) -> None:
    (var / "postgres" / "postmaster.pid").write_text("")
    assert start().result() == "1"


def test_a_killed_initialisation_is_repeated(new_var: Path, start: Start) -> None:
    holder = start()
    while not list(new_var.glob("postgres.new-*/*")):
        assert holder.process.poll() is None
        time.sleep(0.005)
    holder.kill()
    assert not (new_var / "postgres").exists()
    assert start().result() == "1"
    assert list(new_var.glob("postgres.new-*")) == []


def test_data_of_another_major_version_is_refused_and_kept(var: Path, start: Start) -> None:
    version = var / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    holder = start()
    told = holder.end()
    assert holder.process.returncode == 1
    assert "was made by PostgreSQL 16; this release has 18" in told
    assert version.read_text() == "16\n"


def test_a_server_that_does_not_start_shows_its_log_and_a_way_out(var: Path, start: Start) -> None:
    (var / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    told = start().end()
    assert "did not start" in told
    assert 'unrecognized configuration parameter "no_such_setting"' in told
    assert "DATABASE_URL" in told


def test_the_socket_folder_is_private_and_nothing_listens_on_tcp(var: Path, start: Start) -> None:
    holder = start("SELECT current_setting('listen_addresses')")
    assert holder.result() == ""
    assert stat.S_IMODE((var / "postgres.socket").stat().st_mode) == 0o700
    assert socket_folder(var) == var / "postgres.socket"


def test_no_row_of_anybody_is_in_the_log(var: Path, start: Start) -> None:
    """Of a deadlock, a broken rule, a failed statement, or a value that cannot be read."""
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert start().result() == "1"
    sides = [
        psycopg.connect(host=str(socket_folder(var)), port=PORT, user="ottwin", dbname="ottwin")
        for _ in range(2)
    ]
    sides[0].execute("CREATE TABLE person (id uuid PRIMARY KEY, side int)")
    sides[0].execute("INSERT INTO person SELECT %s, 0 UNION SELECT gen_random_uuid(), 1", [key])
    sides[0].commit()
    for failing in (
        "INSERT INTO person VALUES ('KEY', 2)",
        "SELECT 1 / 0 FROM person WHERE id = 'KEY'",
        "UPDATE person SET id = NULL WHERE id = 'KEY'",
    ):
        with pytest.raises(psycopg.Error):
            sides[0].execute(failing.replace("KEY", key).encode())
        sides[0].rollback()
    lock = b"SELECT * FROM person WHERE side = %s OR id::text = 'KEYx' FOR UPDATE"
    lock = lock.replace(b"KEY", key.encode())

    def cross(mine: int) -> bool:
        sides[mine].execute(lock, [mine])
        time.sleep(0.2)
        try:
            sides[mine].execute(lock, [1 - mine])
        except psycopg.errors.DeadlockDetected:
            return True
        finally:
            sides[mine].rollback()
        return False

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(cross, range(2))) == 1
    for side in sides:
        side.close()
    log = (var / "postgres.log").read_text()
    for told in ("deadlock detected", "duplicate key", "division by zero", "violates not-null"):
        assert told in log
    assert key not in log


def test_a_path_too_long_for_a_socket_uses_a_private_short_folder(
    folder: Path, start: Start
) -> None:
    deep = folder / ("long-" * 20) / ("폴더 , 쉼표" * 3)
    deep.mkdir(parents=True)
    sockets = socket_folder(deep)
    try:
        assert start("SELECT upper('é')", at=deep).result() == "É"
        assert len(str(sockets)) < 60
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    finally:
        stop(deep / "postgres")
        shutil.rmtree(sockets)


def test_a_short_socket_folder_that_others_can_enter_is_not_trusted(
    folder: Path, start: Start
) -> None:
    deep = folder / ("long-" * 20)
    deep.mkdir()
    sockets = socket_folder(deep)
    sockets.mkdir()
    sockets.chmod(0o777)
    try:
        assert f"{sockets} must be a folder of mode 0700" in start(at=deep).end()
    finally:
        sockets.rmdir()


def test_the_project_connects_as_a_role_without_superuser_rights(var: Path, start: Start) -> None:
    assert var.exists()
    query = "SELECT rolsuper::text || rolcreatedb FROM pg_roles WHERE rolname = current_user"
    assert start(query).result() == "falsetrue"


@pytest.mark.skipif(not AS_ROOT, reason="only root needs another account")
class TestAsRoot:
    def test_the_server_works_in_a_private_folder_and_changes_no_permission(
        self, folder: Path, var: Path, start: Start
    ) -> None:
        holder = start()
        assert holder.result() == "1"
        assert psutil.Process(server_pid(var)).uids().effective != 0
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(var.stat().st_mode) & 0o022 == 0

    def test_without_setpriv_every_folder_that_is_opened_is_named(
        self, folder: Path, var: Path, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        holder = start()
        assert holder.result() == "1"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o701
        assert f"every user can now traverse {folder}" in holder.end()

    def test_data_of_an_ordinary_user_is_served_as_that_user(
        self, folder: Path, new_var: Path, start: Start
    ) -> None:
        new_var.mkdir()
        os.chown(new_var, 65534, 65534)  # nobody
        assert start().result() == "1"
        assert psutil.Process(server_pid(new_var)).uids().effective == 65534
        assert (new_var / "postgres.lock").stat().st_uid == 65534
