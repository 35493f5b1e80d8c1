"""`manage.py sync_providers`"""

from __future__ import annotations

from typing import Any

from movies.fetching import providers
from movies.management.base import TmdbCommand
from movies.tmdb.client import TmdbClient


class Command(TmdbCommand):
    help = "Fetch TMDB's list of watch providers for Korea; new and vanished ones go to staff."

    def ask(self, client: TmdbClient, **options: Any) -> str:
        synced = providers.sync_providers(client)
        return (
            f"{synced.listed} providers are listed for Korea: {synced.added} new, "
            f"{synced.vanished} gone"
        )
