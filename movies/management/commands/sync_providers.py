"""`manage.py sync_providers`"""

from __future__ import annotations

from typing import Any

from common.commands import DataCommand
from common.errors import DataError
from movies.services import providers
from movies.services.tmdb_access import open_client
from movies.tmdb.errors import TmdbError


class Command(DataCommand):
    help = "Fetch TMDB's list of watch providers for Korea; new and vanished ones go to staff."

    def run(self, **options: Any) -> str:
        try:
            with open_client() as client:
                synced = providers.sync_providers(client)
        except TmdbError as error:
            raise DataError(f"{error}; nothing was changed") from error
        return (
            f"{synced.listed} providers are listed for Korea: {synced.added} new, "
            f"{synced.vanished} gone"
        )
