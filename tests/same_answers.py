"""`python -m tests.same_answers store FILE` and `… compare FILE`: do answers and pages change?

Stores 300 answers of `POST /api/recommendations/` (all strategies, many budgets, ages and picks)
and the HTML, JSON and calendars of the pages of invented respondents, from the database in use.
`compare` requests the same again, for example after code was moved, prints every difference, and
exits with 1 if there is one. Ids, tokens and times that vary between requests are masked. The
invented respondents are deleted at the end. Make both calls on the same day in Seoul and on the
same data.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

ANSWERS = 300
RESPONDENTS = 8
STRATEGIES = ("blend", "taste", "twin")
BUDGETS = (None, 0, 5_500, 9_900, 15_000, 17_000, 30_000, 60_000)
MASKS = (
    (r"csrfmiddlewaretoken\" value=\"[^\"]+", "csrfmiddlewaretoken"),
    (r"nonce=\"[^\"]+\"", "nonce"),
    (r"(DTSTAMP|LAST-MODIFIED):\S+", r"\1"),
    (r"UID:\S+", "UID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"<\s]*", "TIME"),
    (r"name=\"(token|submission)\" value=\"[^\"]+", r"\1"),
    (r"(/static/[\w/-]+)\.[0-9a-f]{12}\.", r"\1."),
    (r"\"form_digest\": ?\"[^\"]+\"", "form_digest"),
    (r"\"version\": ?\"[^\"]+\"", "version"),
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Texts = dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=["store", "compare"])
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    setup_test_environment()
    texts = {**api_answers(), **pages()}
    if given.action == "store":
        given.file.write_bytes(gzip.compress(json.dumps(texts, ensure_ascii=False).encode()))
        print(f"Stored {len(texts)} answers and pages")
        return 0
    before = json.loads(gzip.decompress(given.file.read_bytes()))
    different = [name for name in {**before, **texts} if before.get(name) != texts.get(name)]
    for name in different:
        print_difference(name, before.get(name, ""), texts.get(name, ""))
    print(f"{len(texts) - len(different)} of {len(texts)} are equal")
    return 1 if different else 0


def print_difference(name: str, before: str, now: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), now.splitlines(), "before", "now", lineterm="", n=0
    )
    print(f"--- {name}")
    for line in list(lines)[:40]:
        print(f"    {line[:300]}")


def masked(text: str) -> str:
    """Replace ids by numbers in order of appearance, and other varying values by their names."""
    for pattern, name in MASKS:
        text = re.sub(pattern, name, text)
    ids: dict[str, str] = {}
    return UUID.sub(lambda found: ids.setdefault(found[0], f"ID{len(ids)}"), text)


def readable(body: bytes, content_type: str) -> str:
    if content_type.startswith("application/json"):
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    return body.decode()


def invented(rng: Random, films: list[int]) -> dict[str, Any]:
    """The answers of one person, some of them without picks or details."""
    platforms = ("netflix", "tving", "wavve", "disney_plus", "watcha", "coupang_play")
    return {
        "gender": rng.choice(["female", "male", None]),
        "age": rng.choice([None, *range(14, 80, 3)]),
        "liked": rng.sample(films, rng.choice([0, 1, 2, 3, 5, 8, 12, 20])),
        "subscribed": rng.sample(platforms, rng.choice([0, 0, 1, 2])),
        "monthly_budget": rng.choice(BUDGETS),
        "ott_frequency": rng.choice([None, "daily", "weekly"]),
    }


def known_films(client: Client) -> list[int]:
    """Films of the first screen and of some searches, both well known and obscure."""
    page = client.get("/survey/").content.decode()
    films = {int(one) for one in re.findall(r'name="liked" value="(\d+)"', page)}
    for word in ("the", "love", "of", "man", "day", "la", "in", "night"):
        found = client.get("/api/movies/", {"search": word, "limit": 50}).json()
        films |= {movie["movie_id"] for movie in found["results"]}
    return sorted(films)


def api_answers() -> Texts:
    rng, client = Random(14), Client()
    films, texts = known_films(client), Texts()
    for number in range(ANSWERS):
        answers = invented(rng, films) | {"strategy": STRATEGIES[number % 3]}
        response = posted(client, "/api/recommendations/", answers)
        texts[f"recommendation {number} {json.dumps(answers)}"] = (
            f"{response.status_code}\n{readable(response.content, response['Content-Type'])}"
        )
    return texts


def posted(client: Client, path: str, content: Mapping[str, Any]) -> Any:
    return client.post(path, json.dumps(content), content_type="application/json")


def pages() -> Texts:
    rng, client = Random(41), Client()
    films = known_films(client)
    texts = Texts()
    results = []
    try:
        for number in range(RESPONDENTS):
            answers = invented(rng, films) | {
                "liked": rng.sample(films, 3 + 3 * (number % 4)),
                "strategy": STRATEGIES[number % 3],
                "consent": True,
            }
            results.append(posted(client, "/api/surveys/", answers).json()["user_id"])
        for name, language, path in addresses(results):
            texts[name] = page(Client(headers={"accept-language": language}), path)
        for number, user_id in enumerate(results):
            texts[f"shared {number}"] = page(client, shared_address(client, user_id))
        texts |= journey(rng, films)
        for number, user_id in enumerate(results[:4]):
            texts[f"reactions {number}"] = after_reactions(user_id)
    finally:
        for user_id in results:
            client.delete(f"/api/results/{user_id}/")
    return texts


def page(client: Client, path: str) -> str:
    response = client.get(path, follow=True)
    headers = {
        name: response.get(name) for name in ("Cache-Control", "X-Robots-Tag", "Content-Type")
    }
    if response["Content-Type"].startswith("image/"):
        return f"{response.status_code} {headers} {len(response.content)}"
    text = readable(response.content, response["Content-Type"])
    return masked(f"{response.status_code} {headers}\n{text}")


def addresses(results: list[str]) -> Iterator[tuple[str, str, str]]:
    for path in ("/", "/survey/", "/about/", "/statistics/", "/api/schema/", "/api/platforms/",
                 "/results/00000000-0000-4000-8000-000000000000/", "/nowhere/",
                 "/survey/films/?q=star", "/availability/reports/?movie=1"):  # fmt: skip
        for language in ("ko", "en"):
            yield f"{language} {path}", language, path
    queries = ("", "?weight=0", "?weight=100&budget=30000", "?on=netflix", "?budget=abc",
               "?genre=Drama&decade=1990")  # fmt: skip
    for number, user_id in enumerate(results):
        language = ("ko", "en")[number % 2]
        parts = ["", queries[1 + number % 5], "data.json", "plan/", "plan/?budget=20000&hours=9",
                 "plan/?goal=more&months=x", "plan.ics",
                 f"household/?with={results[(number + 1) % len(results)]}",
                 f"household/?with={results[number - 1]}&with=nonsense&budget=40000"]  # fmt: skip
        for part in parts:
            name = f"{language} result {number} {UUID.sub('other', part)}"
            yield name, language, f"/results/{user_id}/{part}"
        for part in ("", "plan/"):
            yield f"api result {number} {part}", "en", f"/api/results/{user_id}/{part}"


def shared_address(client: Client, user_id: str) -> str:
    html = client.get(f"/results/{user_id}/").content.decode()
    found = re.search(r"/shared/[0-9a-f-]{36}/", html)
    if found is None:
        raise SystemExit(f"no link for sharing on the result page of {user_id}")
    return found[0]


def journey(rng: Random, films: list[int]) -> Texts:
    """The survey step by step, with an invalid answer, up to the result and its deletion."""
    client, texts = Client(headers={"accept-language": "ko"}), Texts()
    about_you = {"gender": "female", "age": "31", "next": "1"}
    last = {"consent": "on", "statistics_consent": "on", "send": "1"}
    path, response = "/survey/", client.get("/survey/")
    for number, answers in enumerate(
        (
            {"liked": [], "next": "1"},
            {"liked": rng.sample(films, 6), "next": "1"},
            {"subscribed": ["netflix"], "budget_choice": "15000", "next": "1"},
            {**about_you, "age": "two"},
            about_you,
            {"send": "1"},
            last,
        )
    ):
        token = re.search(r'name="token" value="([^"]+)"', response.content.decode())
        sent = answers | ({"token": token[1]} if token else {})
        response = client.post(path, sent, follow=True)
        path = response.request["PATH_INFO"]
        texts[f"journey {number}"] = masked(f"{response.status_code}\n{response.content.decode()}")
    client.post(f"{path}delete/")
    return texts


def after_reactions(user_id: str) -> str:
    """The page after three kinds of reactions and an answer to the question about a film."""
    client = Client(headers={"accept-language": "ko"})
    path = f"/results/{user_id}/"
    for kind, place in (("seen", 0), ("not_interested", 3), ("skip", 0), ("like", 0)):
        html = client.get(path).content.decode()
        numbers = re.findall(rf'name="{kind}" value="(\d+)"', html)
        if len(numbers) > place:
            client.post(f"{path}films/", {kind: numbers[place]})
    return page(client, path)


if __name__ == "__main__":
    sys.exit(main())
