"""Genre models: what they learned from, and how well they find the genres of other films."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import ReadOnlyAdmin
from movies.genres import genre_name
from recommend.admin import figures
from recommend.admin.genres.matrix import Matrix, matrix_of
from recommend.admin.jobs import run_link
from recommend.models import GENRE_ARRAYS, GenreModel
from recommend.models.runs import UNREAD

UNREAD_OF_BOTH = [*GENRE_ARRAYS, *(f"run__{name}" for name in UNREAD)]
# Of films that were held out.
FIGURES = {
    "films": (_("Films asked about"), 0),
    "first_right": (_("The likeliest genre is one of the film's"), 3),
    "two_right": (_("One of the two likeliest is"), 3),
    "always_right": (_("“Drama” for every film is"), 3),
    "accuracy": (_("Accuracy, a film of n genres counting 1/n for each"), 3),
    "precision": (_("Precision, mean over genres"), 3),
    "recall": (_("Recall, mean over genres"), 3),
    "f1": (_("F1, mean over genres"), 3),
}
PARTS = {"all": _("All films"), "ko": _("Films with a Korean text")}


@admin.register(GenreModel)
class GenreModelAdmin(ReadOnlyAdmin[GenreModel]):
    change_form_template = "admin/recommend/genremodel/change_form.html"
    list_display = ["__str__", "run_shown", "learned_from", "first_right", "two_right",
                    "created_at"]  # fmt: skip
    ordering = ["-id"]
    fields = ["run_shown", "learned_from", "genres_shown", "alpha", "seed", "digest", "created_at"]

    class Media:
        css = {"all": ["lab.css"]}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenreModel]:
        return super().get_queryset(request).select_related("run").defer(*UNREAD_OF_BOTH)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        metrics = context["original"].metrics
        context |= {
            "parts": [
                (name, title, figure_rows(metrics[name]), matrices(metrics[name]))
                for name, title in PARTS.items()
                if name in metrics
            ],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("run"))
    def run_shown(self, obj: GenreModel) -> SafeString | str:
        return run_link(obj.run)

    @admin.display(description=_("genres"))
    def genres_shown(self, obj: GenreModel) -> str:
        return ", ".join(map(genre_name, obj.genres))

    @admin.display(description=_("first genre right"))
    def first_right(self, obj: GenreModel) -> str:
        return shown(obj.metrics, "first_right")

    @admin.display(description=_("one of two right"))
    def two_right(self, obj: GenreModel) -> str:
        return shown(obj.metrics, "two_right")


def shown(metrics: Mapping[str, Any], name: str) -> str:
    """A figure of all films."""
    return f"{metrics['all'][name]:.3f}" if "all" in metrics else "–"


def figure_rows(found: Mapping[str, Any]) -> list[figures.LabelledFigure]:
    return [
        figures.LabelledFigure(label, f"{found[name]:,.{decimals}f}")
        for name, (label, decimals) in FIGURES.items()
    ]


def matrices(found: Mapping[str, Any]) -> list[tuple[str, Matrix]]:
    """The confusion matrix in films, and in percent of each row."""
    names = [genre_name(genre) for genre in found["genres"]]
    return [
        (gettext("Films"), matrix_of(names, found["confusion"], by_row=False)),
        (gettext("Percent of a genre’s films"), matrix_of(names, found["confusion"], by_row=True)),
    ]
