"""Chooses the OS account of the embedded PostgreSQL, and runs programs as that account.

PostgreSQL refuses to run as root. If this process is root, the server runs as the owner of its
folder or, if root owns the folder, as the system user `ottwin`, created if missing. That account
must be able to traverse the folders above the project and the virtual environment, which may be
private (`/root`, `mktemp -d`). In order of preference, this takes:

1. nothing, if the account can traverse every folder;
2. the Linux capability `dac_read_search` for the server's processes alone (`setpriv` of
   util-linux): it allows traversing private folders without changing any permission;
3. `chmod o+x` of exactly the folders that lack it, each one named on stderr.

Every creation or change is reported on stderr once, when it happens.
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "ottwin"

if sys.platform != "win32":
    import pwd


class AccountError(RuntimeError):
    """No account can run the server; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """Runs the server's programs plainly or, if this process is root, as `uid`."""

    uid: int | None = None
    gid: int | None = None
    setpriv: str | None = None

    def run(
        self, command: Sequence[str | Path], *, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end as this account, in its own session (safe from Ctrl-C).

        It gets neither this process's environment (secrets, PG* variables) nor its folder.
        """
        uid, gid = (None, None) if self.setpriv else (self.uid, self.gid)
        return subprocess.run(  # noqa: S603 - a fixed list of our own programs
            [*(self._setpriv_command() if self.setpriv else ()), *map(str, command)],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            umask=0o077,
            start_new_session=True,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder that root just created to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    @property
    def effective_uid(self) -> int:
        return os.geteuid() if self.uid is None else self.uid

    def _setpriv_command(self) -> list[str]:
        # Without no_setuid_fixup, access(2), by which pg_ctl finds postgres, ignores capabilities.
        return [
            str(self.setpriv),
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            "--securebits=+no_setuid_fixup",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search",
            "--bounding-set=-all,+dac_read_search",
            "--no-new-privs",
            "--",
        ]


def account_for(var: Path, data: Path, programs: Path) -> Account:
    """An account for the server of `data` in `var` that can reach both and the programs."""
    if os.geteuid() != 0:
        return Account()
    uid, gid = _ids_for(var, data)
    plain = Account(uid, gid)
    if _reaches(plain, var, programs):
        return plain
    setpriv = shutil.which("setpriv")
    capable = Account(uid, gid, setpriv) if setpriv else None
    if capable is not None and _reaches(capable, var, programs):
        return capable
    _open_programs(programs)  # the capability opens folders, not programs of mode 0700
    if capable is not None and _reaches(capable, var, programs):
        return capable
    _open_folders(var, programs)
    if _reaches(plain, var, programs):
        return plain
    user = _user_name(uid) or uid
    raise AccountError(
        f"PostgreSQL must not run as root, and the user {user} cannot reach {var} or"
        f" {programs}. Run as an ordinary user, move the project, or set DATABASE_URL."
    )


def _ids_for(var: Path, data: Path) -> tuple[int, int]:
    """Owner of the data; else owner of `var` if it is a named user; else the system user."""
    if data.exists():
        owner = data.stat()
        if owner.st_uid == 0:
            raise AccountError(
                f"{data} belongs to root, and PostgreSQL does not run as root. Give it to the"
                f" user that is to run the server (chown -R {SYSTEM_USER}: {data})."
            )
        return owner.st_uid, owner.st_gid
    owner = var.stat()
    if owner.st_uid != 0 and _user_name(owner.st_uid):  # initdb needs a user with a name
        return owner.st_uid, owner.st_gid
    return _system_user()


def _user_name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _system_user() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _create_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return entry.pw_uid, entry.pw_gid


def _create_system_user() -> None:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    advice = (
        f"PostgreSQL does not run as root. Create a system user {SYSTEM_USER}, run as an"
        " ordinary user, or set DATABASE_URL."
    )
    if useradd is None:
        raise AccountError(advice)
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    already_exists = 9  # another process was faster
    if done.returncode not in (0, already_exists):
        raise AccountError(f"{advice} ({done.stderr.strip()})")
    sys.stderr.write(
        f"Running as root: PostgreSQL does not, so the system user '{SYSTEM_USER}' (no login) was"
        " created to run the embedded server.\n"
    )


def _reaches(account: Account, var: Path, programs: Path) -> bool:
    script = '"$1" --version && "$2" --version && cd "$3"'
    command: list[str | Path] = ["/bin/sh", "-c", script, "sh"]
    command += [programs / "postgres", programs / "pg_ctl", var]
    try:
        return account.run(command, timeout=20).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _open_programs(programs: Path) -> None:
    """Let others read the server's own files, which are public, as with an ordinary umask."""
    package = programs.parent.parent
    changed = 0
    for root in (programs.parent, package.with_name(package.name + ".libs")):
        for path in [root, *root.rglob("*")]:
            if path.is_symlink() or not path.exists():
                continue
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
            if wanted != mode:
                path.chmod(wanted)
                changed += 1
    if changed:
        sys.stderr.write(
            f"Made readable for the embedded PostgreSQL: {changed} files of its own programs in"
            f" {programs.parent} and {package.name}.libs.\n"
        )


def _open_folders(var: Path, programs: Path) -> None:
    folders = {var.parent, *var.parent.parents, *programs.parents, var}
    for folder in sorted(folders):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & stat.S_IXOTH:
            continue
        folder.chmod(mode | stat.S_IXOTH)
        private = " (a home directory)" if folder == Path.home() else ""
        sys.stderr.write(
            f"Changed for the embedded PostgreSQL: every user can now traverse {folder}{private}"
            f" but not list it (chmod o+x, was {mode:04o}). Undo: chmod o-x {folder}\n"
        )
