"""The profile of the loaded data: figures worked out by hand, the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from movies.models import FilmText, Movie
from recommend.lab import jobs
from recommend.lab.data.profile import band_names, spread_of
from recommend.lab.data.profile_database import read_profile
from recommend.lab.reports.profile import charts_of, files_of
from recommend.models import LabJob, ModelRun
from tests.operators import run, staff_with
from tests.worlds import build_sample


def test_a_spread_by_hand() -> None:
    found = spread_of(np.array([0, 10, 1, 9]))
    assert dict(zip(band_names(), found.bands, strict=True)) == {
        "0": 1, "1 to 4": 1, "5 to 9": 1, "10 to 19": 1, "20 to 49": 0, "50 to 99": 0,
        "100 to 199": 0, "200 to 499": 0, "500 to 999": 0, "1,000 and more": 0,
    }  # fmt: skip
    assert (found.top_shares[0], found.top_shares[10], found.top_shares[20]) == (0, 95, 100)
    assert found.by_rank == {1: 10, 2: 9}
    # Mean absolute difference of two of them: (10+1+9+9+1+8) * 2 / 16 = 4.75; mean 5.
    assert (found.gini, found.mean, found.median, found.most) == (0.475, 5.0, 5.0, 10)


def test_spreads_at_the_edges() -> None:
    assert spread_of(np.array([3, 3, 3])).gini == 0
    nobody = spread_of(np.array([0, 0]))
    assert (nobody.gini, nobody.top_shares[20], nobody.bands[0]) == (0, 0, 2)
    assert spread_of(np.array([5_000])).bands[-1] == 1


@pytest.mark.django_db
def test_the_figures_are_those_of_the_rows(world: str) -> None:
    FilmText.objects.create(
        movie_id=2, language="ko", overview="줄거리", source="test", loaded_on="2026-01-02"
    )
    Movie.objects.filter(pk=7).update(year=None)
    found = read_profile()
    assert (found.people, found.films, found.ratings, found.likes) == (80, 80, 80 * 23, 80 * 17)
    assert (found.of_people.median, found.of_people.gini) == (17, 0)
    assert sum(found.of_films.bands) == 80
    assert {genre: films for genre, (films, _likes) in found.genres.items()} == dict.fromkeys(
        ("Action", "Comedy", "Drama", "Horror"), 20
    )
    assert sum(likes for _films, likes in found.genres.values()) == found.likes
    assert [(row.column, row.empty) for row in found.missing_of_films][:2] == [
        ("year", 1), ("genres", 0),
    ]  # fmt: skip
    by_name = {row.what: row for row in found.covered}
    assert (by_name["availability"].films, by_name["text"].films, by_name["both"].films) == (
        40, 1, 1,
    )  # fmt: skip
    assert by_name["text"].ratings == Movie.objects.get(pk=2).rating_count
    assert set(found.timeless) == {"ratings", "viewings", "surveys", "events of members"}


@pytest.mark.django_db
def test_months_without_rows_are_there_too(world: str) -> None:
    from survey.models import Respondent

    for submission, day in (("a", "2025-11-30T16:00Z"), ("b", "2026-02-01T00:00Z")):
        row = Respondent.objects.create(submission=submission, retain_until="2999-01-01T00:00Z")
        Respondent.objects.filter(pk=row.pk).update(created_at=day)
    assert read_profile().months == {
        "surveys": {"2025-12": 1, "2026-01": 0, "2026-02": 1}  # in Seoul it is December already
    }


@pytest.mark.django_db
def test_the_command_writes_the_same_bytes_each_time(world: str, tmp_path: Path) -> None:
    said, _err = run("profile_data", "--out", tmp_path / "one")
    run("profile_data", "--out", tmp_path / "two")
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one == two
    report = one["profile.md"].decode()
    drawings = set(re.findall(r"!\[.+\]\((.+\.svg)\)", report))
    assert drawings == one.keys() - {"profile.md"}
    assert len(drawings) >= 8
    assert f"{len(drawings)} drawings" in said
    # Every drawing is a whole SVG with a title, and has its numbers as a table below.
    for name in drawings:
        svg = ElementTree.fromstring(one[name])  # noqa: S314
        assert svg.find("{http://www.w3.org/2000/svg}title") is not None
        assert f"]({name})\n\n| " in report
    assert "80 people, 80 films, 1,840 ratings, of which 1,360 likes" in report
    assert "the loader keeps no times of ratings" in report


@pytest.mark.django_db
def test_names_in_a_drawing_cannot_be_markup(world: str) -> None:
    Movie.objects.filter(pk=1).update(genres=["<script>&"])
    assert "<script>" not in files_of(read_profile())["genres.svg"]


@pytest.mark.django_db
def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="manage.py load_movielens"):
        run("profile_data", "--out", tmp_path / "x")
    assert not (tmp_path / "x").exists()


@pytest.mark.django_db
def test_a_file_is_no_folder(world: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(CommandError, match="is a file; name a folder"):
        run("profile_data", "--out", tmp_path / "x")


@pytest.mark.django_db
def test_the_sample_has_a_profile() -> None:
    build_sample()
    found = read_profile()
    assert found.likes > 0
    assert all(
        len(chart.heads) == len(next(iter(chart.curves.values()))) for chart in charts_of(found)
    )


# --- in the lab ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_look_at_it_in_the_lab_and_download_it(live_model: ModelRun, staff: Client) -> None:
    address = reverse("admin:recommend_modelrun_profile")
    assert "Nothing is changed." in staff.get(address).content.decode()
    text = staff.post(address, follow=True).content.decode()
    job = LabJob.objects.get(kind="profile")
    assert (job.state, job.error) == ("done", "")
    assert "Likes per person" in text
    assert "Missing values of films" in text
    assert text.count("<figure") >= 7
    download = staff.get(reverse("admin:recommend_labjob_profile", args=[job.pk]))
    with zipfile.ZipFile(io.BytesIO(download.content)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == files_of(
            read_profile()
        )
    staff.cookies["django_language"] = "ko"
    assert "Likes per person" in files_of(read_profile())["profile.md"]
    assert staff.get(reverse("admin:recommend_labjob_change", args=[job.pk])).status_code == 200


@pytest.mark.django_db
def test_only_staff_who_may_view_jobs_download_it(
    world: str, client: Client, admin_client: Client
) -> None:
    job = LabJob.objects.create(kind="profile")
    jobs.work_off_one(only=job)
    address = reverse("admin:recommend_labjob_profile", args=[job.pk])
    assert client.get(address).status_code == 302
    assert staff_with("view_modelrun").get(address).status_code == 403
    other = LabJob.objects.create(kind="train")
    nothing = reverse("admin:recommend_labjob_profile", args=[other.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.get(nothing).status_code == 404
    assert admin_client.post(address).status_code == 405
