"""Staff weigh, publish, roll back and delete model runs in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from movies.models import Movie, MovieLensUser
from recommend.models import ModelRun, MovieFactors, Rating, TasteVector
from recommend.scoring.weights import FACTORS
from tests.operators import staff_with
from tests.worlds import add_factors, bare_run

pytestmark = pytest.mark.django_db

LIST = "admin:recommend_modelrun_changelist"
WEIGHTS = {
    "twin_weight": "0.5",
    "neighbour_weight": "2.5",
    "neighbour_count": "40",
    "answers_weight": "0.75",
    "novelty_weight": "0.1",
    "diversity": "0.3",
    "series_limit": "3",
    "genre_films": "12",
    "usage_exponent": "0.25",
}


def make_run(name: str, *, predicted: bool = True) -> ModelRun:
    run = bare_run(
        data_name=name,
        metrics={"rmse": 0.8741, "blend_ndcg_at_50": 0.3881, "popularity_ndcg_at_50": 0.2821},
    )
    if predicted:
        for number in range(1, 4):
            movie, _ = Movie.objects.get_or_create(movie_id=number, defaults={"title": "Film"})
            user, _ = MovieLensUser.objects.get_or_create(
                ml_user_id=number, defaults={"watched": "0" * 4096, "simhash": "0" * 64}
            )
            Rating.objects.create(ml_user=user, movie=movie, rating=4, run=run, rank=1)
            TasteVector.objects.create(run=run, ml_user=user, taste=[0.5] * FACTORS)
            add_factors(run, movie=number)
    return run


def act(client: Client, action: str, *runs: ModelRun) -> list[tuple[str, str]]:
    """Call an action on the chosen runs; returns level and text of the messages."""
    client.cookies["django_language"] = "en"
    data = {"action": action, "_selected_action": [run.pk for run in runs], "index": "0"}
    page = client.post(reverse(LIST), data, follow=True)
    assert page.status_code == 200
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def state(run: ModelRun) -> str:
    return ModelRun.objects.values_list("state", flat=True).get(pk=run.pk)


def page_of(run: ModelRun, page: str = "change") -> str:
    return reverse(f"admin:recommend_modelrun_{page}", args=[run.pk])


def test_the_list_shows_state_data_set_and_quality(admin_client: Client) -> None:
    run = make_run("ml-1m")
    admin_client.cookies["django_language"] = "en"
    text = admin_client.get(reverse(LIST)).content.decode()
    for shown in (f"#{run.pk} ml-1m", "Ready", "0.874", "0.388", "1.376"):
        assert shown in text


def test_publishing_makes_the_chosen_run_live_and_says_so(admin_client: Client) -> None:
    first, second = make_run("first"), make_run("second")
    said, personas = act(admin_client, "publish", first)
    assert said == ("success", f"Run #{first.pk} first is live now; before it: none.")
    assert personas[0] == "warning", "there are no people to make personas of"
    said, _personas = act(admin_client, "publish", second)
    assert said == (
        "success",
        f"Run #{second.pk} second is live now; before it: #{first.pk} first.",
    )
    assert (state(first), state(second)) == ("retired", "live")
    assert LogEntry.objects.count() == 2


def test_exactly_one_run_is_chosen_to_publish(admin_client: Client) -> None:
    first, second = make_run("first"), make_run("second")
    messages = act(admin_client, "publish", first, second)
    assert messages == [("error", "Choose exactly one run to publish.")]
    assert (state(first), state(second)) == ("ready", "ready")
    assert [level for level, _text in act(admin_client, "publish")] == ["warning"]


def test_a_run_without_predictions_is_not_published(admin_client: Client) -> None:
    run = make_run("bare", predicted=False)
    ((level, text),) = act(admin_client, "publish", run)
    assert level == "error"
    assert "predict_ratings" in text
    assert state(run) == "ready"


def test_a_live_run_is_not_published_again(admin_client: Client) -> None:
    run = make_run("first")
    act(admin_client, "publish", run)
    assert act(admin_client, "publish", run) == [("error", f"run {run.pk} is live already")]


@pytest.mark.parametrize("chosen", [0, 1])
def test_rolling_back_needs_no_chosen_run(chosen: int, admin_client: Client) -> None:
    first, second = make_run("first"), make_run("second")
    act(admin_client, "publish", first)
    act(admin_client, "publish", second)
    said, _personas = act(admin_client, "roll_back", *[second][:chosen])
    assert said == ("success", f"Rolled back: run #{first.pk} first is live now.")
    assert (state(first), state(second)) == ("live", "retired")


def test_rolling_back_with_nothing_to_go_to_is_an_error(admin_client: Client) -> None:
    assert [level for level, _text in act(admin_client, "roll_back")] == ["error"]
    run = make_run("only")
    act(admin_client, "publish", run)
    assert [level for level, _text in act(admin_client, "roll_back", run)] == ["error"]
    assert state(run) == "live"


def test_two_runs_published_at_once_are_a_message(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def collide(**kwargs: Any) -> None:
        raise IntegrityError("modelrun_one_live")

    monkeypatch.setattr("recommend.services.model_runs.publish_run", collide)
    ((level, text),) = act(admin_client, "publish", make_run("first"))
    assert (level, "same moment" in text) == ("error", True)


def test_staff_who_may_only_look_cannot_publish() -> None:
    run = make_run("first")
    client = staff_with("view_modelrun")
    act(client, "publish", run)
    assert state(run) == "ready"
    assert client.post(page_of(run), WEIGHTS).status_code == 403


def test_weights_are_saved_and_nothing_else(admin_client: Client) -> None:
    run = make_run("first")
    data = WEIGHTS | {"data_name": "other", "state": "live", "gram": "", "seed": "5"}
    assert admin_client.post(page_of(run), data).status_code == 302
    saved = ModelRun.objects.get(pk=run.pk)
    assert (saved.twin_weight, saved.neighbour_weight) == (0.5, 2.5)
    assert (saved.neighbour_count, saved.usage_exponent) == (40, 0.25)
    assert (saved.answers_weight, saved.novelty_weight) == (0.75, 0.1)
    assert (saved.diversity, saved.series_limit) == (0.3, 3)
    assert (saved.data_name, saved.state, saved.seed) == ("first", "ready", 1)
    assert bytes(saved.gram) == bytes(run.gram)


def test_saving_weights_writes_only_the_weights_that_changed(admin_client: Client) -> None:
    """A run that is published between reading and saving the page stays live."""
    run = make_run("first")
    with CaptureQueriesContext(connection) as queries:
        data = WEIGHTS | {"neighbour_count": str(run.neighbour_count), "twin_weight": "0.7"}
        admin_client.post(page_of(run), data)
    (update,) = (
        query["sql"] for query in queries if query["sql"].startswith('UPDATE "recommend_modelrun"')
    )
    assert "twin_weight" in update
    assert "neighbour_count" not in update
    assert '"state"' not in update
    assert not any('"gram"' in query["sql"] for query in queries)


def test_the_page_shows_metrics_and_parameters_but_not_the_gram_matrix(
    admin_client: Client,
) -> None:
    run = make_run("first")
    page = admin_client.get(page_of(run))
    text = page.content.decode()
    assert ">0.8741</td>" in text
    assert '<th scope="row">rating_algorithm</th><td class="number">SVD</td>' in text
    assert "gram" not in page.context["adminform"].form.fields
    assert set(page.context["adminform"].form.fields) == set(WEIGHTS)


OUT_OF_RANGE = [
    ("twin_weight", "-0.1"),
    ("twin_weight", "100.1"),
    ("neighbour_weight", "-1"),
    ("neighbour_weight", "1e9"),
    ("neighbour_count", "0"),
    ("neighbour_count", "1001"),
    ("answers_weight", "101"),
    ("novelty_weight", "-1"),
    ("diversity", "1.01"),
    ("series_limit", "0"),
    ("usage_exponent", "-0.01"),
    ("usage_exponent", "1.01"),
    ("usage_exponent", "nan"),
]


@pytest.mark.parametrize(("name", "value"), [*OUT_OF_RANGE, ("twin_weight", "")])
def test_the_form_refuses_a_weight_out_of_range(
    name: str, value: str, admin_client: Client
) -> None:
    run = make_run("first")
    page = admin_client.post(page_of(run), WEIGHTS | {name: value})
    assert page.status_code == 200
    assert name in page.context["adminform"].form.errors
    assert ModelRun.objects.get().twin_weight == run.twin_weight


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_the_database_refuses_it_too(name: str, value: str) -> None:
    make_run("first")
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelRun.objects.update(**{name: float(value)})


def test_a_live_run_is_not_deleted(admin_client: Client) -> None:
    run, other = make_run("first"), make_run("second")
    act(admin_client, "publish", run)
    for method in (admin_client.get, admin_client.post):
        refused = method(page_of(run, "delete"), {"post": "yes"}, follow=True)
        assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    data = {
        "action": "delete_selected",
        "_selected_action": [run.pk, other.pk],
        "index": "0",
        "post": "yes",
    }
    assert admin_client.post(reverse(LIST), data).status_code == 200
    assert ModelRun.objects.count() == 2


def test_a_run_that_was_published_after_the_question_is_not_deleted(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("first")
    act(admin_client, "publish", run)
    monkeypatch.setattr("recommend.admin.runs.ModelRunAdmin.why_kept", lambda self, obj: None)
    assert admin_client.post(page_of(run, "delete"), {"post": "yes"}).status_code == 403
    assert state(run) == "live"


@pytest.mark.parametrize("bulk", [False, True])
def test_deleting_a_run_reads_none_of_its_ratings_and_vectors(
    bulk: bool, admin_client: Client
) -> None:
    doomed, kept = make_run("doomed"), make_run("kept")
    with CaptureQueriesContext(connection) as queries:
        if bulk:
            data: dict[str, Any] = {"action": "delete_selected", "index": "0"}
            data["_selected_action"] = [doomed.pk]
            assert admin_client.post(reverse(LIST), data).status_code == 200
            admin_client.post(reverse(LIST), {**data, "post": "yes"})
        else:
            assert admin_client.get(page_of(doomed, "delete")).status_code == 200
            admin_client.post(page_of(doomed, "delete"), {"post": "yes"})
    large = ("recommend_rating", "recommend_tastevector", "recommend_moviefactors")
    touching = [query["sql"] for query in queries if any(name in query["sql"] for name in large)]
    assert len(touching) == 3
    assert all(statement.startswith("DELETE") for statement in touching)
    assert list(ModelRun.objects.all()) == [kept]
    for model in (Rating, TasteVector, MovieFactors):
        assert model._default_manager.count() == 3
