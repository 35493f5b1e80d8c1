"""The page of a genre model, and training it from the lab."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from recommend.admin.genres.matrix import matrix_of
from recommend.models import GenreModel, LabJob, ModelRun


def test_the_page_shows_figures_matrices_and_tables(staff: Client, live_model: ModelRun) -> None:
    row = GenreModel.objects.get()
    page = staff.get(reverse("admin:recommend_genremodel_change", args=[row.pk]))
    html = page.content.decode()
    assert "The likeliest genre is one of the film" in html
    assert html.count('class="lab-plot lab-matrix"') == 2 * ("all" in row.metrics)
    assert 'style="' not in html.split('<section class="module"')[1].split("</section>")[0]
    listed = staff.get(reverse("admin:recommend_genremodel_changelist")).content.decode()
    assert f"#{row.pk}" in listed


def test_staff_train_it_from_the_lab(staff: Client, live_model: ModelRun) -> None:
    before = GenreModel.objects.get().pk
    address = reverse("admin:recommend_modelrun_genres")
    assert "Learns from the texts of the films" in staff.get(address).content.decode()
    page = staff.post(address, follow=True)
    job = LabJob.objects.get()
    assert page.redirect_chain[0][0] == reverse("admin:recommend_labjob_change", args=[job.pk])
    assert (job.kind, job.state, job.run) == ("genres", "done", live_model)
    assert GenreModel.objects.get().pk > before


def test_a_matrix_is_darkest_where_it_is_largest() -> None:
    raw = matrix_of(["A", "B"], [[3.0, 1.0], [0.0, 2.0]], by_row=False)
    assert [(square.text, square.opacity) for square in raw.squares] == [
        ("3", 1.0), ("1", 0.333), ("2", 0.667),
    ]  # fmt: skip
    shares = matrix_of(["A", "B"], [[3.0, 1.0], [0.0, 2.0]], by_row=True)
    assert shares.rows == [("A", ["75.0", "25.0"]), ("B", ["0.0", "100.0"])]
    assert [square.is_dark for square in shares.squares] == [True, False, True]


@pytest.mark.parametrize("by_row", [True, False])
def test_a_matrix_of_nothing_has_no_squares(by_row: bool) -> None:
    assert matrix_of(["A"], [[0.0]], by_row=by_row).squares == []
