"""The rows of people at home in a run: their tastes without names, and whose each one is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.db.models import QuerySet

from common.loading import array_text, copy_frame
from recommend.lab.data.home import FILE
from recommend.lab.training.at_home import HomePeople
from recommend.lab.training.vectors import texts
from recommend.models import HomePerson
from survey.models import Respondent


def store_people(cursor: Any, run: int, people: HomePeople) -> None:
    """Only those who are still there and still agree. They are locked to the end of the
    transaction, so that nobody who leaves meanwhile is left behind: call it last."""
    of_files, respondents = (
        [key.pk for key in people.keys if (key.kind == FILE) == kind] for kind in (True, False)
    )
    there: set[Any] = {
        *_held(HomePerson.objects.filter(pk__in=of_files)),
        *_held(Respondent.objects.to_learn_from().filter(pk__in=respondents)),
    }
    kept = [row for row, key in enumerate(people.keys) if key.pk in there]
    tastes = {
        "run_id": run,
        "row": kept,
        "taste": texts(people.tastes[kept]),
        "liked": [array_text(map(str, people.liked[row])) for row in kept],
    }
    copy_frame(cursor, "recommend_hometaste", pd.DataFrame(tastes))
    for kind, column in ((True, "person_id"), (False, "respondent_id")):
        rows = [row for row in kept if (people.keys[row].kind == FILE) == kind]
        members = {"run_id": run, "row": rows, column: [str(people.keys[row].pk) for row in rows]}
        copy_frame(cursor, "recommend_homemember", pd.DataFrame(members))


def _held(rows: QuerySet[Any]) -> list[Any]:
    """The keys of these rows, which nobody can change or delete meanwhile; locked by key, as
    others lock them."""
    return [row.pk for row in rows.order_by("pk").only("pk").select_for_update(no_key=True)]
