"""`python -m benchmarks.audience DATA_FOLDER`: Seoul's living data, as pages and by the API.

Sets up a separate installation with MovieLens 1M like `benchmarks.pages` (`--var FOLDER` keeps it),
loads DATA_FOLDER/seoul, and asks gunicorn on loopback, one request after another, as a visitor and
as an advertiser. Every request asks for another cell or service.

Exits with 1 if a limit is missed. Other load on the machine makes the figures too large.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx

from benchmarks.installation import Installation, installation
from benchmarks.measuring import Figure, arguments_of, print_table, spread
from benchmarks.pages import Clock
from benchmarks.shelves import members
from ottstats.living.figures import AGES, GENDERS, SERVICES
from tests.paths import ROOT

REQUESTS = 200
WARM_UP = 20
PAGE_LIMIT_MS, API_LIMIT_MS = 80.0, 20.0
ADVERTISE = """
INSERT INTO auth_user_groups (user_id, group_id)
SELECT {member}, id FROM auth_group WHERE name = 'advertiser' ON CONFLICT DO NOTHING
"""


def districts() -> list[str]:
    """Their Korean names."""
    with (ROOT / "fixtures" / "districts.csv").open(encoding="utf-8", newline="") as file:
        return [row["name_ko"] for row in csv.DictReader(file)]


def ask(address: str, session: str) -> Iterator[Figure]:
    rng, clock, names = Random(7), Clock(), districts()
    headers = {"Accept-Language": "ko-KR", "Accept-Encoding": "gzip"}
    visitor = httpx.Client(base_url=address, headers=headers)
    advertiser = httpx.Client(base_url=address, headers=headers, cookies={"sessionid": session})
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            clock.taken.clear()  # the first requests include one-time work of each worker
        people: dict[str, str | int] = {"gender": rng.choice(GENDERS), "age": rng.choice(AGES)}
        cell = people | {"district": rng.choice(names)}
        service = {"service": rng.choice(SERVICES)}
        method = {"method": rng.choice(["standard", "weighted"])}
        for client, name, path, query in (
            (visitor, "page of Seoul", "/statistics/seoul/", people),
            (advertiser, "page of a customer", "/audience/customer/", cell | method),
            (advertiser, "page of a service", "/audience/service/", service | method),
            (advertiser, "API: services", "/api/audience/services/", cell | method),
            (advertiser, "API: targets", "/api/audience/targets/", service | method),
            (advertiser, "API: 300 targets", "/api/audience/targets/", service | {"limit": 300}),
            (advertiser, "API: adverts", "/api/audience/adverts/", cell | service),
        ):
            clock.send(name, client, client.build_request("GET", path, params=query))
    for name, taken in clock.taken.items():
        times = spread(taken)
        limit = API_LIMIT_MS if name.startswith("API") else PAGE_LIMIT_MS
        note = f"p50 {times.p50:.1f} ms of {len(taken)} requests"
        yield Figure(f"{name}, p95", times.p95, "ms", limit, note)


def prepared(own: Installation, data: Path) -> str:
    """The session of an advertiser, after the load."""
    own.manage("load_living_data", str(data / "seoul"))
    ((member, session),) = members(own, 1)
    own.sql(ADVERTISE.format(member=member))
    return session


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("data", type=Path, help="folder of the real data (docs/data.md)")
    parser.add_argument("--var", type=Path, help="keep the installation in this folder")
    options = parser.parse_args()
    with installation(options.data, keep_in=options.var) as own:
        session = prepared(own, options.data)
        with own.served() as address:
            figures = list(ask(address, session))
    print_table("Server, one client on loopback", figures)
    sys.exit(1 if any(figure.missed for figure in figures) else 0)


if __name__ == "__main__":
    main()
