"""`python -m benchmarks.shelves DATA_FOLDER`: the start page of members, and the API of shelves.

Sets up a separate installation with MovieLens 1M like `benchmarks.pages` (`--var FOLDER` keeps it),
invents members with results, likes and subscriptions, and asks gunicorn on loopback, one request
after another. Before each start page and each "for you" the member likes one more film, so that
nothing which was kept of their ranking holds.

Exits with 1 if a limit is missed. Other load on the machine makes the figures too large.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx

from benchmarks.installation import Installation, installation
from benchmarks.measuring import Figure, arguments_of, print_table, spread
from benchmarks.pages import Clock
from tests.paths import ROOT

MEMBERS = 60
WARM_UP = 5
LIMITS_MS = {
    "start page": 60.0,
    "start page, again": 60.0,
    "start page of a visitor": 60.0,
    "AI tab": 40.0,
    "all shelves": 60.0,
}
API_LIMIT_MS = 20.0
LIKE = """
INSERT INTO recommend_memberevent (member_id, movie_id, kind, created_at)
SELECT {member}, movie_id, 'like', now() FROM movies_movie
WHERE movie_id NOT IN (SELECT movie_id FROM recommend_memberevent WHERE member_id = {member})
ORDER BY rating_count DESC, movie_id OFFSET {place} LIMIT 1
"""


def members(own: Installation, number: int = MEMBERS) -> list[tuple[int, str]]:
    """Ids and sessions of new members."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.members", str(number)],
        cwd=ROOT,
        env=own.environment(),
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise SystemExit(ended.stdout + ended.stderr)
    own.sql("ANALYZE")
    return [(member, session) for member, session in json.loads(ended.stdout.splitlines()[-1])]


def ask(own: Installation, address: str, people: list[tuple[int, str]]) -> Iterator[Figure]:
    rng, clock = Random(7), Clock()
    names: list[str] = []
    for place, (member, session) in enumerate(people):
        if place == WARM_UP:
            clock.taken.clear()  # the first requests include one-time work of the server
        client = httpx.Client(
            base_url=address,
            cookies={"sessionid": session},
            headers={"Accept-Language": "ko-KR", "Accept-Encoding": "gzip"},
        )

        def get(name: str, path: str, client: httpx.Client = client) -> httpx.Response:
            return clock.send(name, client, client.build_request("GET", path))

        def like(member: int = member) -> None:
            own.sql(LIKE.format(member=member, place=rng.randint(0, 500)))

        like()
        page = get("start page", "/").text
        get("start page, again", "/")
        if "?tab=ai" in page:
            like()
            get("AI tab", "/?tab=ai")
        shelves = get("all shelves", "/api/shelves/").json()["shelves"]
        names = names or [shelf["name"] for shelf in shelves]
        like()
        for name in names:
            get(f"API: {name}", f"/api/shelves/{name}/")
        get("API: popular, mine", "/api/shelves/popular/?mine=1")
        get("API: for-you, again", "/api/shelves/for-you/")
        client.close()
        visitor = httpx.Client(base_url=address, headers={"Accept-Encoding": "gzip"})
        clock.send("start page of a visitor", visitor, visitor.build_request("GET", "/"))
        visitor.close()
    for name, taken in clock.taken.items():
        times = spread(taken)
        note = f"p50 {times.p50:.1f} ms of {len(taken)} requests"
        yield Figure(f"{name}, p95", times.p95, "ms", LIMITS_MS.get(name, API_LIMIT_MS), note)


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("data", type=Path, help="folder of the real data (docs/data.md)")
    parser.add_argument("--var", type=Path, help="keep the installation in this folder")
    options = parser.parse_args()
    with installation(options.data, keep_in=options.var) as own:
        people = members(own)
        with own.served() as address:
            figures = list(ask(own, address, people))
    print_table("Server, one client on loopback", figures)
    sys.exit(1 if any(figure.missed for figure in figures) else 0)


if __name__ == "__main__":
    main()
