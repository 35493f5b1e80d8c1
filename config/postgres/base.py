"""Django's PostgreSQL backend, which starts or checks its server before it connects.

With `EMBEDDED_IN` in the settings of a database, the first connection starts the embedded server of
that folder, and later ones restart it if it died. Otherwise the server of `DATABASE_URL` is checked
once per process, so that an operator reads one clear line (`DatabaseServerError`) instead of the
pool's time-out.

The pool opens connections in its own threads and only reports that none arrived. So:

1. Before the first connection of a process, the caller's thread starts or checks the server, so
   that an error reaches the caller.
2. Every connection that the pool opens calls `ensure_running` first (`connection_class`): after the
   server was killed, the pool's health check drops dead connections, and a new one restarts it.
3. If a connection still fails, the caller's thread checks the server again to find the reason.
   From then on nobody waits for the pool: one thread at a time checks the server beside the
   requests, which wait half a second for it and else get the same error, until it answers.
4. The first connection is used to refuse a database that an older version made.
"""

import functools
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.validation import BaseDatabaseValidation
from django.db.backends.postgresql import base, client
from django.db.utils import DEFAULT_DB_ALIAS

from common.backends.patience import PatientConnection
from config import database, embedded_postgres
from config.postgres.cluster import EmbeddedPostgresError, programs_folder

_prepared: set[str] = set()  # aliases whose server this process has started or checked
_away: dict[str, str] = {}  # alias of a server that does not answer -> what it was
_checks: dict[str, threading.Thread] = {}  # alias -> the thread that checks it again
_check = threading.Lock()  # of whoever starts such a thread
CHECK_WAIT = 0.5  # seconds that a request waits for that thread
_pools: dict[str, Any] = base.DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
_pools_of_parent: list[dict[str, Any]] = []


def _after_fork_in_child() -> None:
    """Start with new pools: the threads of the parent's pools do not survive a fork."""
    global _check
    _prepared.clear()
    _away.clear()
    _checks.clear()
    _check = threading.Lock()  # another thread of the parent may have held it
    _pools_of_parent.append(dict(_pools))  # a reference keeps their clean-up from running
    _pools.clear()


class DatabaseValidation(BaseDatabaseValidation):
    """What `check --database default` and `migrate` report."""

    connection: "DatabaseWrapper"

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        faults = self.connection.server_faults()
        if faults or self.connection.embedded_in is not None:
            return [*faults]
        return [*database.log_warnings(self.connection.settings_dict)]


class DatabaseClient(client.DatabaseClient):
    """`dbshell`: starts the embedded server, and uses the psql that comes with it."""

    connection: "DatabaseWrapper"

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        arguments, environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        if settings_dict.get("EMBEDDED_IN"):
            arguments[0] = str(programs_folder() / "psql")
        return arguments, environment

    def runshell(self, parameters: Iterable[str]) -> None:
        if self.connection.embedded_in is not None:
            self.connection.prepare_server()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    validation_class = DatabaseValidation
    client_class = DatabaseClient

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        embedded_in = settings_dict.get("EMBEDDED_IN")
        self.embedded_in = Path(embedded_in) if embedded_in else None
        pool = settings_dict.get("OPTIONS", {}).get("pool")
        if pool:
            pool["connection_class"] = (
                _restarting_connection(self.embedded_in) if self.embedded_in else PatientConnection
            )
        super().__init__(settings_dict, alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        is_first = self.alias not in _prepared or not self.pool  # type: ignore[attr-defined]
        if self.alias in _away:
            self._check_again()
        elif is_first:
            self.prepare_server()
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            self.prepare_server()  # raises the reason, unless the server works after all
            raise
        if is_first:
            self._check_schema(connection)
            _prepared.add(self.alias)
        return connection

    def _check_schema(self, connection: Any) -> None:
        try:
            database.check_schema(connection, self.settings_dict)
        except BaseException:
            if self.pool:  # type: ignore[attr-defined]
                self.pool.putconn(connection)  # type: ignore[attr-defined]
            else:
                connection.close()
            raise

    def prepare_server(self) -> None:
        """Start the embedded server or check the external one; raise DatabaseServerError."""
        for fault in self.server_faults():
            message = _away[self.alias] = f"{fault.msg} {fault.hint}".strip()
            raise database.DatabaseServerError(message)
        _away.pop(self.alias, None)

    def _check_again(self) -> None:
        """A server that hangs takes the time limit of a connection to check, so nobody waits."""
        with _check:
            checking = _checks.get(self.alias)
            if checking is None or not checking.is_alive():
                checking = threading.Thread(target=self._check_beside, daemon=True)
                _checks[self.alias] = checking
                checking.start()
        checking.join(CHECK_WAIT)
        if (known := _away.get(self.alias)) is not None:
            raise database.DatabaseServerError(known)

    def _check_beside(self) -> None:
        with suppress(database.DatabaseServerError):  # `_away` has it
            self.prepare_server()

    def server_faults(self) -> list[Error]:
        if self.embedded_in is None:
            return database.check_server(self.settings_dict)
        try:
            embedded_postgres.ensure_running(self.embedded_in)
        except EmbeddedPostgresError as error:
            return [Error(str(error), "", id="database.E004")]
        return []


def begin_connections_with(options: str, *, patience: float | None) -> None:
    """Open all further connections of this process with these options of libpq and this patience.

    Options in the address of a database follow them and therefore take precedence.
    """
    PatientConnection.usual_patience = patience
    for connection in connections.all():
        given = connection.settings_dict["OPTIONS"]
        given["options"] = f"{options} {given.get('options', '')}".strip()
        connection.close()  # `runserver` has asked for migrations already
        if connection.alias in _pools:
            connection.close_pool()  # type: ignore[attr-defined]


@functools.cache
def _restarting_connection(var: Path) -> type[PatientConnection]:
    """A class of connections that start the embedded server of `var` if it is not running."""

    class RestartingConnection(PatientConnection):
        @classmethod
        def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
            embedded_postgres.ensure_running(var)
            return super().connect(conninfo, **kwargs)

    return RestartingConnection


os.register_at_fork(after_in_child=_after_fork_in_child)
