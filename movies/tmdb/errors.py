"""What can go wrong between us and TMDB, by how to react."""

from __future__ import annotations

from typing import ClassVar


class TmdbError(Exception):
    """`outcome` is a value of `FetchAttempt.Outcome`. The message never contains the key."""

    outcome: ClassVar[str]


class InvalidKeyError(TmdbError):
    """401: stops everything, as every other request would fail too."""

    outcome = "invalid_key"


class NotFoundError(TmdbError):
    """404: TMDB knows nothing of what was asked for, such as a film."""

    outcome = "not_found"


class WrongAddressError(TmdbError):
    """404 to everything: TMDB_BASE_URL leads elsewhere. Stops everything."""

    outcome = "refused"


class RefusedError(TmdbError):
    """Another status of the 400s: the same request would be refused again."""

    outcome = "refused"


class PassingError(TmdbError):
    """A later retry may help."""


class RateLimitedError(PassingError):
    """429; `retry_after` in seconds, None if the answer names no time."""

    outcome = "rate_limited"

    def __init__(self, message: str, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServerError(PassingError):
    """A status of the 500s."""

    outcome = "server_error"


class NoAnswerInTimeError(PassingError):
    outcome = "timeout"


class NoConnectionError(PassingError):
    outcome = "network"


class BadAnswerError(PassingError):
    """Cut off, too large, redirected, no JSON, or not in the documented shape."""

    outcome = "bad_answer"


class PausedError(TmdbError):
    """TMDB asked for a longer pause; `seconds` until it is over. No request was made."""

    outcome = "rate_limited"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"TMDB asked for a pause of another {seconds:.0f} seconds")
        self.seconds = seconds
