"""`python -m benchmarks.pages DATA_FOLDER`: how fast the pages are, against their limits.

Sets up a separate installation with MovieLens 1M, `movie_details.csv` and
`availability_kr.csv` from DATA_FOLDER (`--var FOLDER` keeps it for the next call), serves it
with gunicorn as `make run` does, and measures

- the server's time: one client on loopback, some hundred requests, one after another;
- the drawing of a share card, in this process;
- the speed on a phone (`benchmarks.page_speed`): chromium, slow 4G, a slow processor.

Exits with 1 if a limit is missed. Other load on the machine makes the figures too large.
"""

from __future__ import annotations

import csv
import re
import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from benchmarks.installation import Installation, installation, poster_server
from benchmarks.measuring import Figure, arguments_of, median, print_table, spread, timed
from recommend.pages.shared.card import Card, CardBar, draw

VISITORS = 200
# Gives each film a poster, as after a complete fetch from TMDB, and takes it away again.
POSTERS_EVERYWHERE = (
    "UPDATE movies_movie SET poster_path = '/drawn.jpg' WHERE poster_path = ''",
    "UPDATE movies_movie SET poster_path = '' WHERE poster_path = '/drawn.jpg'",
)
LIMITS_MS = {"survey page": 40.0, "submit (step 4)": 80.0, "result page": 60.0, "search": 30.0}
CARD_LIMIT_MS = 150.0
CARD = Card(
    brand="OTTwin",
    notice="",
    lead="내 OTT는",
    platform="왓챠",
    sentence="좋아할 만한 영화 50편 중 24편이 왓챠에 있어요",
    films=50,
    bars=(
        CardBar("왓챠", "24편", 24, 3, 7),
        CardBar("넷플릭스", "19편", 19, 6, 12),
        CardBar("티빙", "11편", 11, 2, 5),
        CardBar("웨이브", "2편", 2, 2, 5),
    ),
    legend=("있어요", "아마 있어요", "확인 안 됨"),
)


@dataclass
class Clock:
    """Milliseconds of the requests, by purpose."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def send(self, name: str, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        taken, response = timed(lambda: client.send(request))
        self.taken[name].append(taken)
        if response.status_code >= 400:
            raise SystemExit(f"{name}: {response.status_code}\n{response.text[:2000]}")
        return response

    def figures(self) -> Iterator[Figure]:
        for name, taken in self.taken.items():
            times = spread(taken)
            note = f"p50 {times.p50:.1f} ms of {len(taken)} requests"
            yield Figure(f"{name}, p95", times.p95, "ms", LIMITS_MS.get(name), note)


class Visitor:
    """A visitor with separate cookies who answers the survey and opens the result."""

    def __init__(self, address: str, clock: Clock, rng: Random) -> None:
        headers = {"Accept-Language": "ko-KR", "Accept-Encoding": "gzip"}
        self._client = httpx.Client(base_url=address, headers=headers)
        self._clock, self._rng = clock, rng

    def _get(self, name: str, path: str) -> str:
        return self._clock.send(name, self._client, self._client.build_request("GET", path)).text

    def _post(self, name: str, path: str, answers: Mapping[str, object]) -> str:
        """Post a form; return the address that it redirects to."""
        token = self._client.cookies["csrftoken"]
        data = {"csrfmiddlewaretoken": token, **answers}
        request = self._client.build_request("POST", path, data=data)
        return self._clock.send(name, self._client, request).headers["Location"]

    def answer_the_survey(self) -> str:
        """Answer all steps; return the path of the result."""
        offered = re.findall(r'name="liked" value="(\d+)"', self._get("survey page", "/survey/"))
        picks = self._rng.sample(offered, self._rng.randint(3, 12))
        step = self._post("steps 1 to 3", "/survey/", {"liked": picks, "next": "1"})
        step = self._post("steps 1 to 3", step, {"budget_choice": "15000", "next": "1"})
        about_you = {
            "gender": self._rng.choice(["female", "male", ""]),
            "age": str(self._rng.randint(14, 70)),
            "next": "1",
        }
        step = self._post("steps 1 to 3", step, about_you)
        answers = {"consent": "on", "statistics_consent": "on", "send": "1"}
        return self._post("submit (step 4)", step, answers)

    def look_at_the_result(self, path: str) -> None:
        html = self._get("result page", path)
        self._get("weight moved", f"{path}?weight={self._rng.randint(0, 100)}")
        film = self._rng.choice(re.findall(r'name="seen" value="(\d+)"', html))
        self._post("seen", f"{path}films/", {"seen": film})

    def look_around(self, searched: str) -> None:
        self._get("start page", "/")
        self._get("statistics", "/statistics/")
        self._get("search", f"/survey/films/?{httpx.QueryParams({'q': searched})}")

    def leave(self) -> None:
        self._client.close()


def typed(details: Path, rng: Random) -> list[str]:
    """Texts as people type them: the beginnings of Korean titles, some with a missing letter."""
    with details.open(encoding="utf-8", newline="") as file:
        titles = [row["title_ko"] for row in csv.DictReader(file) if row["title_ko"]]
    found = []
    for title in rng.choices(titles, k=VISITORS):
        text = title[: rng.randint(1, 8)]
        if len(text) > 4 and rng.random() < 0.3:
            text = text[:2] + text[3:]
        found.append(text)
    return found


def server_time(address: str, details: Path) -> tuple[list[Figure], list[str]]:
    """The figures, and the paths of the results that the visitors made."""
    rng = Random(5)  # the same visitors each time
    results: list[str] = []
    searches = typed(details, rng)
    clock = Clock()
    for number in range(-5, VISITORS):
        if number == 0:
            clock.taken.clear()  # the first requests include one-time work of the server
        visitor = Visitor(address, clock, rng)
        results.append(visitor.answer_the_survey())
        visitor.look_at_the_result(results[-1])
        visitor.look_around(searches[number])
        visitor.leave()
    return list(clock.figures()), results


def measured(own: Installation, options: Namespace) -> list[Figure]:
    from benchmarks.page_speed import phone_speed

    drawn = own.changed(*POSTERS_EVERYWHERE)
    with poster_server() as posters, drawn, own.served(image_url=posters) as site:
        server, results = server_time(site, options.data / "movie_details.csv")
        print_table("Server, one client on loopback", server)
        drawing = share_card()
        print_table("Drawing", [drawing])
        phone = phone_speed(site, results, latency=options.latency, runs=options.runs)
        title = f"Phone: {options.latency} ms, 1.6 Mbit/s, processor 4 times slower"
        print_table(f"{title}, median of {options.runs}", phone)
    return [*server, drawing, *phone]


def share_card() -> Figure:
    return Figure("share card, median of 20", median(lambda: draw(CARD), 20), "ms", CARD_LIMIT_MS)


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("data", type=Path, help="folder of the real data (docs/data.md)")
    parser.add_argument("--var", type=Path, help="keep the installation in this folder")
    parser.add_argument("--latency", type=int, default=150, help="of the network, in ms")
    parser.add_argument("--runs", type=int, default=5, help="of each page in the browser")
    options = parser.parse_args()
    with installation(options.data, keep_in=options.var) as own:
        missed = [figure.name for figure in measured(own, options) if figure.missed]
    print(f"\n{len(missed)} limits missed{': ' if missed else ''}{', '.join(missed)}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
