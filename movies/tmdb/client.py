"""The client: one method per question, which returns a typed answer or raises a `TmdbError`.

Every request waits for its place (`limits`), has a time limit and a size limit, follows no
redirect, and is retried when that may help. Threads may share a client.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar

import httpx
import pydantic
import tenacity

from movies.tmdb import answers, limits
from movies.tmdb.errors import (
    BadAnswerError,
    InvalidKeyError,
    NoAnswerInTimeError,
    NoConnectionError,
    NotFoundError,
    PassingError,
    RateLimitedError,
    RefusedError,
    ServerError,
    TmdbError,
    WrongAddressError,
)

LARGEST_ANSWER = 4 * 1024 * 1024  # bytes; a film with all countries has about 0.15 million
TRIES = 4
MOST_LIMITED = 3  # answers 429 in a row that concern one request alone
LANGUAGE = "ko-KR"
REFUSED_KEY = "TMDB refuses the API key (401)"
PROVIDERS = "watch/providers/movie"
LISTED = "discover/movie"

AnyAnswer = TypeVar("AnyAnswer", bound=answers.TmdbAnswer)
OnFault = Callable[[TmdbError], None]


def _ignore(fault: TmdbError) -> None:
    """For callers that only want the result."""


class TmdbClient:
    """Asks TMDB. `key` is an API key (v3) or a read access token (v4)."""

    def __init__(
        self,
        *,
        key: str,
        base_url: str,
        limiter: limits.Limiter,
        timeout: float = 10.0,
        tries: int = TRIES,
        backoff: float = 0.5,
    ) -> None:
        is_token = key.count(".") == 2
        self._key_refused = False
        self._is_tmdb = False  # a path that TMDB always has was answered
        self._base_url = base_url
        self._limited_in_a_row = 0
        self._limiter, self._timeout, self._tries, self._backoff = limiter, timeout, tries, backoff
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            timeout=timeout,
            follow_redirects=False,  # the key goes to no other server
            headers={"Accept": "application/json"}
            | ({"Authorization": f"Bearer {key}"} if is_token else {}),
            params={} if is_token else {"api_key": key},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def movie(self, tmdb_id: int, *, on_fault: OnFault = _ignore) -> answers.MovieAnswer:
        """Details and Korean offers of a film, in one request."""
        query = {"language": LANGUAGE, "append_to_response": "watch/providers"}
        answer = self._get(f"movie/{tmdb_id}", query, answers.MovieAnswer, on_fault)
        if answer.id != tmdb_id:
            raise BadAnswerError(f"asked for film {tmdb_id}, got film {answer.id}")
        return answer

    def find(self, imdb_id: int, *, on_fault: OnFault = _ignore) -> list[answers.FoundMovie]:
        """The films with that IMDb id (a number, without the letters tt)."""
        path, query = f"find/tt{imdb_id:07d}", {"external_source": "imdb_id"}
        return self._get(path, query, answers.FindAnswer, on_fault).movie_results

    def search(
        self, title: str, year: int | None, *, on_fault: OnFault = _ignore
    ) -> list[answers.FoundMovie]:
        """Films by title, of that year where it is known; the first page."""
        query = {"query": title, "include_adult": "false"} | ({"year": str(year)} if year else {})
        return self._get("search/movie", query, answers.SearchAnswer, on_fault).results

    def providers(self, *, on_fault: OnFault = _ignore) -> list[answers.ListedProvider]:
        """All watch providers of Korea; never empty."""
        query = {"watch_region": answers.COUNTRY, "language": LANGUAGE}
        return self._get(PROVIDERS, query, answers.ProvidersAnswer, on_fault).results

    def listed(
        self,
        provider_ids: Sequence[int],
        page: int,
        *,
        first_day: date | None = None,
        last_day: date | None = None,
        on_fault: OnFault = _ignore,
    ) -> answers.ListAnswer:
        """A page of the films that a subscription to one of these providers includes in Korea.

        With a day: only films released in that span. In the order of release, in which a change of
        popularity moves no film from one page to the next. TMDB leaves out what it marks as video
        unless asked, and silence is to mean "not there".
        """
        query = {
            "language": LANGUAGE,
            "watch_region": answers.COUNTRY,
            "with_watch_providers": "|".join(map(str, provider_ids)),
            "with_watch_monetization_types": "flatrate|ads|free",
            "sort_by": "primary_release_date.asc",
            "include_adult": "false",
            "include_video": "true",
            "page": str(page),
        }
        if first_day is not None:
            query["primary_release_date.gte"] = first_day.isoformat()
        if last_day is not None:
            query["primary_release_date.lte"] = last_day.isoformat()
        answer = self._get(LISTED, query, answers.ListAnswer, on_fault)
        if answer.page != page:
            raise BadAnswerError(f"asked for page {page}, got page {answer.page}")
        return answer

    def _get(
        self, path: str, query: Mapping[str, str], shape: type[AnyAnswer], on_fault: OnFault
    ) -> AnyAnswer:
        """Ask until an answer of that shape comes, at most `tries` times.

        `on_fault` gets the error of every failed try but the last, which is raised.
        """

        def told(state: tenacity.RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            if isinstance(error, TmdbError):
                on_fault(error)

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._tries),
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(PassingError),
            before_sleep=told,
            reraise=True,
        )
        answer: AnyAnswer = retrying(self._once, path, query, shape)
        return answer

    def _once(self, path: str, query: Mapping[str, str], shape: type[AnyAnswer]) -> AnyAnswer:
        if self._key_refused:  # no thread asks again with the same key
            raise InvalidKeyError(REFUSED_KEY)
        with self._limiter.place():
            status, headers, body = self._read(path, query)
        error = _refusal(status, headers)
        self._take_note(error)
        if isinstance(error, NotFoundError):
            self._check_address(path, body)
            raise NotFoundError(f"TMDB has nothing at {path} (404)")
        if error is not None:
            raise error
        self._is_tmdb = self._is_tmdb or path == PROVIDERS
        odd: list[str] = []
        try:
            return shape.model_validate_json(body, context=odd).noting(odd)
        except pydantic.ValidationError as faults:
            first = faults.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            message = f"an answer not in the documented shape: {place}: {first['msg']}"
            raise BadAnswerError(message) from None

    def _check_address(self, path: str, body: bytes) -> None:
        """After a 404. Raises `WrongAddressError` unless it is TMDB that has answered.

        1. A film has a number, so TMDB's own 404 is about the film.
        2. TMDB has the list of providers and the lists of films always.
        3. Any other 404 is about what was asked for if the list of providers is there.
        """
        if self._is_tmdb or (path.startswith("movie/") and b'"status_code"' in body):
            return
        if path not in (PROVIDERS, LISTED):
            self.providers()
            return
        raise WrongAddressError(
            f"TMDB_BASE_URL is {self._base_url!r}, which answers 404 to {path}; "
            "expected TMDB's address, https://api.themoviedb.org/3"
        )

    def _take_note(self, error: TmdbError | None) -> None:
        """Remember what concerns other requests too.

        One 429 delays its own request for as long as it says (`_wait`). Several in a row, or one
        that names a long time, delay all requests.
        """
        if isinstance(error, InvalidKeyError):
            self._key_refused = True
        if not isinstance(error, RateLimitedError):
            self._limited_in_a_row = 0
            return
        self._limited_in_a_row += 1
        seconds = error.retry_after or 0.0
        if self._limited_in_a_row >= MOST_LIMITED or seconds > limits.LONGEST_WAIT:
            self._limiter.pause(seconds)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Seconds until the next try: Retry-After plus a growing random time."""
        error = state.outcome.exception() if state.outcome else None
        backoff = tenacity.wait_random_exponential(multiplier=self._backoff, max=8)(state)
        told = error.retry_after if isinstance(error, RateLimitedError) else None
        return backoff + min(told or 0.0, limits.LONGEST_WAIT)

    def _read(self, path: str, query: Mapping[str, str]) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body, read in pieces within the limits of time and size."""
        deadline = time.monotonic() + self._timeout
        body = bytearray()
        try:
            with self._http.stream("GET", path, params=query) as response:
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > LARGEST_ANSWER:
                        raise BadAnswerError(f"an answer of more than {LARGEST_ANSWER} bytes")
                    if time.monotonic() > deadline:
                        raise NoAnswerInTimeError(f"no whole answer in {self._timeout:g} seconds")
                return response.status_code, response.headers, bytes(body)
        except httpx.TimeoutException:
            raise NoAnswerInTimeError(f"no answer in {self._timeout:g} seconds") from None
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise BadAnswerError(f"an answer that was cut off: {type(error).__name__}") from None
        except httpx.TransportError as error:
            raise NoConnectionError(f"no connection: {type(error).__name__}") from None


def _refusal(status: int, headers: Mapping[str, str]) -> TmdbError | None:
    """The error that a status means; None for 200."""
    if status == 200:
        return None
    if status == 401:
        return InvalidKeyError(REFUSED_KEY)
    if status == 404:
        return NotFoundError("nothing there (404)")
    if status == 429:
        return RateLimitedError("too many requests (429)", _seconds(headers.get("Retry-After")))
    if status >= 500:
        return ServerError(f"TMDB's server has a problem ({status})")
    if status >= 400:
        return RefusedError(f"TMDB refuses the request ({status})")
    return BadAnswerError(f"a redirect or another answer that is not expected ({status})")


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After, in seconds or as a date; None if it cannot be understood."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), 24 * 3600.0)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), 24 * 3600.0)
