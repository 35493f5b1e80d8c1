"""Which PostgreSQL the project uses, and whether that server meets its requirements.

`database_settings` starts no server and connects to none, because type checkers and builds import
settings too. The backend `config.postgres` calls `check_server` before a process first uses an
external server, and `check_schema` on the first connection to either server; `check --database
default` and `migrate` report the same faults. Messages name the variable, never the password.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import environ
import psycopg
from django.core.checks import Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import OperationalError

from config.postgres.cluster import PORT, socket_folder

ENGINE = "config.postgres"
EMBEDDED_NAME = "ottwin"
LEAST_PGVECTOR = "0.7"
LEAST_POSTGRESQL = 15
SCHEMES = ("postgres", "postgresql", "psql", "pgsql")
EXPECTED = "Expected postgres://USER:PASSWORD@HOST:PORT/NAME."
CONNECT_SECONDS = 5
# Settings of a log without rows of people, by name: the values that are quiet, the best one first.
QUIET_LOG = {
    "log_error_verbosity": ("terse",),
    "log_min_error_statement": ("panic", "fatal"),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
}
# Starts without connections, because short commands need few; an idle one is kept for 10 minutes.
# While the server is away the pool gives up after 5 s: its pauses double, and the last one would
# keep requests waiting after the server is back.
POOL = {"min_size": 0, "max_size": 10, "timeout": 5, "reconnect_timeout": 5}
# A database of 0.5.0 or older has one of the first two tables that `migrate` makes, but not the
# function that the first migration makes since 0.6.0. Applied migrations do not tell the two apart:
# their names are the same, and perhaps only the first one was applied.
MADE_BEFORE_0_6 = """
    SELECT coalesce(to_regclass('common_dataload'), to_regclass('movies_movie')) IS NOT NULL
        AND to_regprocedure('ottwin_schema()') IS NULL
"""
# The OPTIONS that Django understands, not libpq.
DJANGO_OPTIONS = {
    *("assume_role", "isolation_level", "pool", "prepare_threshold"),
    *("server_side_binding", "cursor_factory", "context"),
}


class DatabaseServerError(OperationalError):
    """The database server cannot be used; the message is one line for the operator."""


def database_settings(
    database_url: str | None, *, var: Path, variable: str = "DATABASE_URL"
) -> dict[str, object]:
    """Django's settings of one database: the server of the URL, or the embedded one in `var`.

    `variable` is the environment variable that holds the URL, for messages.
    """
    settings: dict[str, Any] = {"OPTIONS": {}}
    if database_url:
        settings |= _parsed(database_url, variable)
        settings["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS} | settings["OPTIONS"]
        settings["URL_VARIABLE"] = variable
    else:
        settings |= {"NAME": EMBEDDED_NAME, "USER": EMBEDDED_NAME, "PASSWORD": ""}
        settings |= {"HOST": str(socket_folder(var)), "PORT": str(PORT)}
        settings["EMBEDDED_IN"] = str(var)
    settings["ENGINE"] = ENGINE
    settings["OPTIONS"]["pool"] = dict(POOL)
    settings["CONN_MAX_AGE"] = 0  # the pool keeps connections; Django allows only one of the two
    settings["CONN_HEALTH_CHECKS"] = True  # the pool tests each connection before handing it out
    return settings


def analytics_settings(database_url: str, *, var: Path) -> dict[str, object]:
    """Read-only settings of the database that training may read instead, usually a replica.

    In tests it is the same database as the default.
    """
    settings: dict[str, Any] = database_settings(
        database_url, var=var, variable="ANALYTICS_DATABASE_URL"
    )
    given = settings["OPTIONS"].get("options", "")
    settings["OPTIONS"]["options"] = f"{given} -c default_transaction_read_only=on".strip()
    settings["TEST"] = {"MIRROR": "default"}
    return settings


def request_options(*, lock_seconds: int, statement_seconds: int) -> str:
    """Options of libpq for a connection that serves requests; 0 seconds set no limit."""
    limits = {"lock_timeout": lock_seconds, "statement_timeout": statement_seconds}
    return " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items() if seconds)


def _parsed(database_url: str, variable: str) -> dict[str, Any]:
    try:
        scheme = urlsplit(database_url).scheme
    except ValueError:
        scheme = ""
    if scheme not in SCHEMES:
        found = f"a {scheme}:// address" if scheme else "no database address"
        raise ImproperlyConfigured(
            f"{variable}: this is {found}, and OTTwin runs on PostgreSQL only. {EXPECTED}"
            " Without the variable an embedded PostgreSQL is started."
        )
    try:
        parsed: dict[str, Any] = environ.Env.db_url_config(database_url)
    except (ValueError, TypeError, KeyError):
        parsed = {}  # not chained: the error quotes parts of the URL, including the password
    if not parsed.get("NAME"):
        raise ImproperlyConfigured(
            f"{variable}: the address is not complete or not readable. {EXPECTED} Special"
            " characters of the password are written as %XX."
        )
    return {"OPTIONS": {}} | parsed


def check_server(settings: dict[str, Any]) -> list[Error]:
    """Connect once, outside the pool; return the faults that prevent use of that server."""
    variable = settings.get("URL_VARIABLE", "DATABASE_URL")
    try:
        with psycopg.connect(**_libpq_parameters(settings), autocommit=True) as connection:
            row = connection.execute(
                "SELECT default_version, installed_version"
                " FROM pg_available_extensions WHERE name = 'vector'"
            ).fetchone()
            server = connection.info.server_version
    except (psycopg.Error, OSError, ValueError) as error:
        return [_unreachable(settings, variable, error)]
    if server < LEAST_POSTGRESQL * 10_000:
        message = f"{variable}: that server is PostgreSQL {server // 10_000}."
        hint = f"OTTwin needs PostgreSQL {LEAST_POSTGRESQL} or newer (unique without nulls)."
        return [Error(message, hint, id="database.E005")]
    return pgvector_faults(variable, *(row or (None, None)))


def log_warnings(settings: dict[str, Any]) -> list[Warning]:
    """What that server would write into its log of people's rows, ids of results among them."""
    try:
        with psycopg.connect(**_libpq_parameters(settings), autocommit=True) as connection:
            query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
            found = dict(connection.execute(query, [[*QUIET_LOG]]).fetchall())
    except (psycopg.Error, OSError, ValueError):
        return []  # `check_server` has told
    wrong = [name for name, quiet in QUIET_LOG.items() if found.get(name) not in (None, *quiet)]
    if not wrong:
        return []
    variable = settings.get("URL_VARIABLE", "DATABASE_URL")
    told = ", ".join(f"{name} = {found[name]}" for name in wrong)
    return [
        Warning(
            f"{variable}: that server's log may hold ids of results ({told}).",
            "As a superuser there: "
            + "; ".join(f"ALTER SYSTEM SET {name} = '{QUIET_LOG[name][0]}'" for name in wrong)
            + "; SELECT pg_reload_conf();",
            id="database.W001",
        )
    ]


def check_schema(connection: psycopg.Connection[Any], settings: dict[str, Any]) -> None:
    """Raise DatabaseServerError for a database that OTTwin 0.5.0 or older made.

    Its migrations have the same names but made other tables, so `migrate` would find nothing to do.
    Leaves the connection outside a transaction.
    """
    row = connection.execute(MADE_BEFORE_0_6).fetchone()
    connection.rollback()
    if row is None or not row[0]:
        return
    folder, variable = settings.get("EMBEDDED_IN"), settings.get("URL_VARIABLE", "DATABASE_URL")
    place = f"{folder}/postgres" if folder else variable
    cure = (
        "Remove that folder, run `make run` or `manage.py migrate`,"
        if folder
        else f"Make a new database, set {variable} to it, run `manage.py migrate`"
    )
    raise DatabaseServerError(
        f"{place}: that database is of OTTwin 0.5.0 or older and cannot be upgraded. {cure} and"
        " load your data again."
    )


def pgvector_faults(variable: str, available: str | None, installed: str | None) -> list[Error]:
    """Check the pgvector version that the server offers and the one installed in the database."""
    if available is None:
        message = f"{variable}: pgvector is not installed on that server."
        hint = (
            f"Install pgvector {LEAST_PGVECTOR} or newer there (for example the package"
            " postgresql-17-pgvector, or the image pgvector/pgvector:pg17)."
        )
        return [Error(message, hint, id="database.E002")]
    found = installed or available
    if version_number(found) >= version_number(LEAST_PGVECTOR):
        return []
    message = f"{variable}: that server has pgvector {found}; {LEAST_PGVECTOR} or newer is needed."
    update = "as a superuser in that database: ALTER EXTENSION vector UPDATE;"
    if version_number(available) >= version_number(LEAST_PGVECTOR):
        hint = f"Version {available} is there already: run {update}"
    else:
        upgrade = "Install a newer pgvector package on the server"
        hint = f"{upgrade}, then run {update}" if installed else f"{upgrade}."
    return [Error(message, hint, id="database.E003")]


def version_number(version: str) -> tuple[int, ...]:
    """`0.10.1` -> (0, 10, 1): versions compare as numbers, not as text."""
    parts = version.replace("-", ".").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())


def _libpq_parameters(settings: dict[str, Any]) -> dict[str, Any]:
    options = {k: v for k, v in settings["OPTIONS"].items() if k not in DJANGO_OPTIONS}
    parameters = {
        "dbname": settings["NAME"] or "postgres",
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return options | {name: value for name, value in parameters.items() if value}


def _unreachable(settings: dict[str, Any], variable: str, error: Exception) -> Error:
    host = settings["HOST"] or "the local socket"
    port = f":{settings['PORT'] or 5432}" if settings["HOST"] else ""
    user = f" as user {settings['USER']}" if settings["USER"] else ""
    reason = _reason(str(error), settings["PASSWORD"])
    return Error(
        f"{variable}: cannot connect to {host}{port}{user}: {reason}.",
        _advice(reason, settings["NAME"] or "postgres"),
        id="database.E001",
    )


def _reason(text: str, password: str) -> str:
    """First line of libpq's message, without its preamble and without the password."""
    line = (text.strip().splitlines() or ["no reason given"])[0]
    for separator in (" failed: FATAL:", " failed: "):
        if separator in line:
            line = line.rpartition(separator)[2]
    for secret in (password, quote(password, safe=""), quote_plus(password)):
        if len(secret) > 2:
            line = line.replace(secret, "***")
    return line.strip().removesuffix(".")


def _advice(reason: str, name: str) -> str:
    if "authentication failed" in reason or "no password supplied" in reason:
        return "Correct the user or the password."
    if "does not exist" in reason and "database" in reason:
        return f"Create it on that server (CREATE DATABASE {name}) or correct the address."
    return "Start the server or correct the address."
