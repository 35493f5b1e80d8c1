"""Where studies of tuning are kept: Optuna's own tables, in the schema `optuna` of the database.

They are beside Django's tables and never among them: every connection that is opened here has the
search path `optuna` and nothing else, and `migrate` knows nothing of them. The database is that of
Django's default connection, so tests work on theirs.

Any number of processes may work on one study, and any of them may be killed. Optuna's heartbeat is
experimental and needs minutes of silence to tell; locks of PostgreSQL tell at once:

1. A process that asks for a trial first takes the lock of the study, `StudyLock(study, 0)`.
2. Under it, trials in state `running` whose own lock `StudyLock(study, number + 1)` is free are
   those of dead processes: a lock ends with its connection. They are marked as failed and asked
   for once more.
3. Still under it, the trial is made and its own lock taken, which is held until it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
import psycopg
import sqlalchemy
from django.db import connection
from optuna.distributions import BaseDistribution
from optuna.exceptions import StorageInternalError
from optuna.storages import RDBStorage
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, Trial, TrialState
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from common.errors import DataError
from common.locks import Run, StudyLock

SCHEMA = "optuna"
URL = "postgresql+psycopg://"  # the rest is given apart, where no message can quote the password
ALL_STUDIES = StudyLock(0, 0)  # held while the schema or a study is made
DEFAULT, AGAIN = "default", "again"  # attributes of trials
# What psycopg, not libpq, is given by Django's backend; `options` is ours.
NOT_OF_LIBPQ = ("cursor_factory", "context", "prepare_threshold", "client_encoding", "options")


def connection_parameters() -> dict[str, Any]:
    """libpq's parameters for Django's database, over a socket of this machine or over TCP.

    The address keeps its `options`; the search path comes last, so it wins.
    """
    parameters = dict(connection.get_connection_params())
    options = parameters.get("options", "")
    kept = {name: value for name, value in parameters.items() if name not in NOT_OF_LIBPQ}
    return kept | {"options": f"{options} -c search_path={SCHEMA}".strip()}


@contextmanager
def open_studies() -> Iterator[Studies]:
    """The studies of the database; the schema is made if it is missing.

    Closes all its connections at the end, which releases its locks. Raises `DataError` if the
    schema cannot be made, or the database fails.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    connection.ensure_connection()  # starts the embedded server, or says why there is none
    parameters = {"connect_args": connection_parameters()}
    engine = sqlalchemy.create_engine(
        URL, isolation_level="AUTOCOMMIT", poolclass=NullPool, **parameters
    )
    storage: RDBStorage | None = None
    try:
        with engine.connect() as session:
            storage = _storage(session, parameters)
            yield Studies(storage, session)
    except StorageInternalError as error:
        raise _gave_up(error.__cause__ or error) from error
    except SQLAlchemyError as error:
        raise _gave_up(error) from error
    finally:
        if storage is not None:
            storage.engine.dispose()
        engine.dispose()


def _storage(session: sqlalchemy.Connection, parameters: dict[str, Any]) -> RDBStorage:
    """Under a lock: two processes that make the schema or its tables at once would both fail."""
    with _locked(session, ALL_STUDIES):
        there = session.scalar(
            sqlalchemy.text("SELECT count(*) FROM pg_namespace WHERE nspname = :name"),
            {"name": SCHEMA},
        )
        if not there:
            _make_schema(session)
        # Tested before each use: the server may have been restarted during a trial of minutes.
        return RDBStorage(URL, engine_kwargs=parameters | {"pool_size": 1, "pool_pre_ping": True})


def _make_schema(session: sqlalchemy.Connection) -> None:
    try:
        session.execute(sqlalchemy.schema.CreateSchema(SCHEMA))
    except SQLAlchemyError as error:
        if isinstance(getattr(error, "orig", None), psycopg.errors.InsufficientPrivilege):
            raise DataError(
                "the user of the database may not make the schema in which studies are kept; as "
                f"its owner: CREATE SCHEMA {SCHEMA} AUTHORIZATION {_user(session)}"
            ) from error
        raise


def _user(session: sqlalchemy.Connection) -> str:
    return str(session.scalar(sqlalchemy.text("SELECT quote_ident(current_user)")))


def _gave_up(error: BaseException) -> DataError:
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return DataError(
        f"the database gave up: {reason}. Trials that are done are kept; the same command goes on"
    )


@contextmanager
def _locked(session: sqlalchemy.Connection, lock: StudyLock) -> Iterator[None]:
    """Waits for the lock."""
    lock.wait_in_session(_on(session))
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # of a dead connection: it has no locks any more
            lock.release(_on(session))


def _on(session: sqlalchemy.Connection) -> Run:
    return lambda statement, numbers: session.exec_driver_sql(statement, numbers).scalar()


@dataclass(frozen=True)
class Studies:
    """`session` holds the locks; it never begins a transaction."""

    storage: RDBStorage
    session: sqlalchemy.Connection

    def names(self) -> list[str]:
        return sorted(study.study_name for study in self.storage.get_all_studies())

    def load(self, name: str) -> Study:
        """Raises `DataError`, naming what there is, for an unknown name."""
        if name not in self.names():
            there = ", ".join(self.names()) or "none; `manage.py tune_model SPACE` begins one"
            raise DataError(f"there is no study {name!r}; studies: {there}")
        return optuna.load_study(study_name=name, storage=self.storage)

    def begin(self, name: str, *, minimised: bool, conditions: Mapping[str, Any]) -> Study:
        """The study of that name, made if it is new, with the conditions that it was begun with."""
        with _locked(self.session, ALL_STUDIES):
            if name in self.names():
                return self.load(name)
            direction = StudyDirection.MINIMIZE if minimised else StudyDirection.MAXIMIZE
            study = optuna.create_study(storage=self.storage, study_name=name, direction=direction)
            for key, value in conditions.items():
                study.set_user_attr(key, value)
            return study

    def ask(
        self,
        study: Study,
        *,
        ranges: Mapping[str, BaseDistribution],
        defaults: Mapping[str, Any],
        seed: int,
    ) -> Trial:
        """The next trial, numbered as in the module's docstring; it is this process's own.

        The defaults are tried first, so that nothing worse than they are can be best.
        """
        with _locked(self.session, self._lock_of(study, -1)):
            for running in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
                if self._take(study, running.number):
                    self.give_up(study, running.number)
            trials = study.get_trials(deepcopy=False)
            if not any(_is_default(trial) for trial in trials):
                study.enqueue_trial(dict(defaults), user_attrs={DEFAULT: True})
            study.sampler = optuna.samplers.TPESampler(seed=_seed_of(seed, len(trials)))
            trial = study.ask(dict(ranges))
            self._take(study, trial.number)
            return trial

    def tell(self, study: Study, number: int, value: float | None, state: TrialState) -> None:
        """Tell the `value` of a complete trial; of a pruned one Optuna takes the last reported."""
        study.tell(number, value if state is TrialState.COMPLETE else None, state=state)
        self._lock_of(study, number).release(_on(self.session))

    def give_up(self, study: Study, number: int) -> None:
        """Mark an interrupted trial as failed, to be tried again, but only once."""
        trial = next(one for one in study.get_trials(deepcopy=False) if one.number == number)
        self.tell(study, number, None, TrialState.FAIL)
        fixed = trial.params or trial.system_attrs.get("fixed_params", {})
        if fixed and AGAIN not in trial.user_attrs:
            study.enqueue_trial(dict(fixed), user_attrs=dict(trial.user_attrs) | {AGAIN: number})

    def _take(self, study: Study, number: int) -> bool:
        return self._lock_of(study, number).attempt_in_session(_on(self.session))

    def _lock_of(self, study: Study, number: int) -> StudyLock:
        """The lock of a trial; that of the study itself for -1."""
        return StudyLock(self.storage.get_study_id_from_name(study.study_name), number + 1)


def _is_default(trial: FrozenTrial) -> bool:
    """A trial of the defaults that has been, is being, or will be measured."""
    return DEFAULT in trial.user_attrs and trial.state is not TrialState.FAIL


def _seed_of(seed: int, number: int) -> int:
    """A different seed for each trial: a continued study must not draw the same numbers again."""
    return int(np.random.SeedSequence([number, seed]).generate_state(1)[0])
