"""Bases of the commands about films: those that load a CSV, those that ask TMDB."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import redis
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerError

from common.commands.base import DataCommand
from common.errors import DataError
from movies.fetching.access import open_client
from movies.fetching.work import stop_for_wrong_key
from movies.services.details import LoadedRows
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import InvalidKeyError, PausedError, TmdbError


class TmdbCommand(DataCommand):
    """Calls `ask` with a client; a failure of TMDB or Redis is one line for the operator."""

    kept = "what was stored stays, and the rest is still to do"

    def ask(self, client: TmdbClient, **options: Any) -> str:
        raise NotImplementedError

    def run(self, **options: Any) -> str:
        try:
            with open_client() as client:
                return self.ask(client, **options)
        except InvalidKeyError:
            raise stop_for_wrong_key() from None
        except PausedError as pause:
            raise DataError(f"{pause}; run this again after that") from pause
        except TmdbError as error:
            raise DataError(f"{error}; what was stored stays, the rest is still to do") from error
        except OperationalError as error:
            raise DataError(
                f"the database gave up; what was stored stays, the rest is still to do: {error}"
            ) from error
        except (redis.RedisError, BrokerError) as error:
            raise DataError(
                f"the Redis of REDIS_URL does not answer ({error}); what is queued stays queued"
            ) from error


class MovieFileCommand(DataCommand):
    """Calls `load` with the file; `what` names the rows in the summary."""

    load: ClassVar[Callable[..., LoadedRows]]
    what: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--strict", action="store_true", help="a film that is not loaded is an error"
        )
        parser.add_argument("--force", action="store_true", help="load the same file again")

    def run(self, **options: Any) -> str:
        loaded = type(self).load(
            path=options["file"],
            strict=options["strict"],
            force=options["force"],
            report=self.report,
        )
        return loaded.summary(self.what, options["file"].name)
