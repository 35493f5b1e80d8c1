"""What members do with films, and the picks of a result that come from their likes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models import Movie
from survey.models import Member, Respondent


class MemberEvent(models.Model):
    """A member viewed, likes, has seen or does not want a film; each kind once a film.

    Taking something back deletes the row. `created_at` is when it was last done.
    """

    class Kind(models.TextChoices):
        VIEW = "view", _("Viewed")
        LIKE = "like", _("Liked")
        SEEN = "seen", _("Seen")
        NOT_INTERESTED = "not_interested", _("Not interested")

    member = models.ForeignKey(
        Member,
        verbose_name=_("member"),
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="member_events"
    )
    kind = models.CharField(verbose_name=_("kind"), max_length=14, choices=Kind)
    created_at = models.DateTimeField(verbose_name=_("done at"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a member")
        verbose_name_plural = _("events of members")
        indexes = [
            models.Index(fields=["member", "-created_at"], name="memberevent_newest_first"),
            models.Index(fields=["created_at"], name="memberevent_when"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "movie", "kind"], name="memberevent_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["view", "like", "seen", "not_interested"]),
                name="memberevent_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.movie_id} {self.kind}"


class PickFromLike(models.Model):
    """A pick of a kept result that comes from a like of its member, not from the survey.

    The film is among `Respondent.preferred_movies` for as long as this row is there.
    """

    user = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        on_delete=models.CASCADE,
        related_name="picks_from_likes",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="picked_by_like"
    )

    class Meta:
        verbose_name = _("pick from a like")
        verbose_name_plural = _("picks from likes")
        constraints = [
            models.UniqueConstraint(fields=["user", "movie"], name="pickfromlike_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.movie_id}"
