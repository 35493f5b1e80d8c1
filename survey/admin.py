"""Respondents: staff can view their answers, and delete them on request.

The id of a respondent is the secret in the link to the result: with it anybody reads and deletes
the result. So no page of admin shows an id; staff know a respondent by number. Somebody who was
told an id finds the rows by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin import actions as admin_actions
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import (
    AnyModel,
    ChoiceFilter,
    Deleted,
    ExactSearch,
    Lookups,
    ReadOnlyAdmin,
    deleted_without_relations,
)
from recommend.services.submission import delete_result, delete_results
from survey.members import leaving, second_factor, tokens
from survey.models import Member, Respondent, RespondentQuerySet

LARGEST_NUMBER = 2**63 - 1
ROLES = ("is_staff", "is_superuser")


class Named:
    """What templates and the log of admin get in place of a row."""

    def __init__(self, row: Model, text: str, key: int | None = None) -> None:
        self.pk, self._text, self._meta = row.pk if key is None else key, text, row._meta

    def __str__(self) -> str:
        return self._text


class Numbered(Named):
    """With its number for its key."""

    def __init__(self, row: Model, number: int) -> None:
        super().__init__(row, str(row), number)


class OfRespondent(ReadOnlyAdmin[AnyModel], ExactSearch[AnyModel]):
    """Rows of respondents, or that belong to one (`user`), without the ids of respondents.

    `number_field` leads to the respondent's number where the key of the row is the id; addresses of
    the pages have the number then. Otherwise it is empty, and the row has a key of its own.
    """

    number_field = ""
    readonly_fields = ("named", "respondent")

    @admin.display(description=_("respondent"))
    def named(self, obj: AnyModel) -> str:
        return f"#{self.number_of(obj)}"

    @admin.display(description=_("respondent"))
    def respondent(self, obj: Any) -> SafeString:
        address = reverse("admin:survey_respondent_change", args=[obj.user.number])
        return format_html('<a href="{}">{}</a>', address, obj.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AnyModel], search_term: str
    ) -> tuple[QuerySet[AnyModel], bool]:
        """`#12` is the number of a respondent."""
        words = search_term.split()
        name = "number" if self.model is Respondent else "user__number"
        for word in words:
            if word.startswith("#") and word[1:].isascii() and word[1:].isdecimal():
                queryset = queryset.filter(**{name: min(int(word[1:]), LARGEST_NUMBER)})
        rest = " ".join(word for word in words if not word.startswith("#"))
        return super().get_search_results(request, queryset, rest)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> AnyModel | None:
        if self.number_field and object_id.isascii() and object_id.isdecimal():
            number = min(int(object_id), LARGEST_NUMBER)
            return self.get_queryset(request).filter(**{self.number_field: number}).first()
        return super().get_object(request, object_id, from_field)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NumberedList if self.number_field else super().get_changelist(request, **kwargs)

    def number_of(self, obj: Any) -> int:
        row = obj if isinstance(obj, Respondent) else obj.user
        return int(row.number)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.number_field:
            context["original"] = Numbered(context["original"], self.number_of(context["original"]))
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id)) if self.number_field else None
        shown = {} if obj is None else {"object": Numbered(obj, self.number_of(obj))}
        return super().history_view(request, object_id, {**(extra_context or {}), **shown})


class NumberedList(ChangeList):
    """Links to the pages of the rows by number."""

    def url_for_result(self, result: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        page = cast("OfRespondent[Any]", self.model_admin)
        return reverse(name, args=[page.number_of(result)])


class RetentionFilter(ChoiceFilter):
    title = _("retention")
    parameter_name = "retention"

    def offered(self) -> Lookups:
        return [("over", _("Over: to be deleted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return cast("RespondentQuerySet", queryset).expired() if self.chosen() else queryset


@admin.register(Respondent)
class RespondentAdmin(OfRespondent[Respondent]):
    number_field = "number"
    may_be_deleted = True
    actions = ("delete_selected",)
    list_display = ["named", "created_at", "gender", "age", "monthly_budget", "retain_until"]
    list_filter = [RetentionFilter, "created_at", "gender"]
    exact_search_fields = ["user_id"]
    search_help_text = _("The number, such as #12, or the whole id in the link to the result")
    ordering = ["-created_at"]
    sortable_by = ["created_at", "retain_until"]
    readonly_fields = ("named", "result")
    fields = [
        "named",
        "result",
        "gender",
        "age",
        "education",
        "income",
        "ott_frequency",
        "region",
        "district",
        "preferred_movies",
        "subscribed_platforms",
        "monthly_budget",
        "consent_version",
        "consented_at",
        "statistics_consent",
        "learning_consent",
        "retain_until",
        "created_at",
    ]

    def action_checkbox(self, obj: Respondent) -> SafeString:
        return super().action_checkbox(cast("Respondent", Numbered(obj, obj.number)))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Respondent]
    ) -> HttpResponse | None:
        """The chosen numbers as the keys that Django expects."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        numbers = [text for text in chosen if text.isascii() and text.isdecimal()]
        keys = queryset.filter(number__in=[min(int(text), LARGEST_NUMBER) for text in numbers])
        post = request.POST.copy()
        others = [text for text in chosen if text not in numbers]
        post.setlist(ACTION_CHECKBOX_NAME, [*others, *map(str, keys.values_list("pk", flat=True))])
        request.POST = post  # type: ignore[assignment]
        return super().response_action(request, queryset)

    @admin.action(
        permissions=["delete"],
        description=cast("Any", admin_actions.delete_selected).short_description,
    )
    def delete_selected(
        self, request: HttpRequest, queryset: QuerySet[Respondent]
    ) -> TemplateResponse | None:
        """Django's own, whose question lists numbers."""
        asked = admin_actions.delete_selected(self, request, queryset)
        if asked is not None and asked.context_data is not None:
            asked.context_data["queryset"] = [Numbered(row, row.number) for row in queryset]
        return asked

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        row = context["object"]
        return super().render_delete_form(
            request, context | {"object": Numbered(row, self.number_of(row))}
        )

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows: Any = [Numbered(row, row.number) for row in queryset]
        return LogEntry.objects.log_actions(
            user_id=int(request.user.pk or 0), queryset=rows, action_flag=DELETION
        )

    def get_deleted_objects(
        self, objs: Sequence[Respondent] | QuerySet[Respondent], request: HttpRequest
    ) -> Deleted:
        """Twin, films and platform are deleted with a respondent, without further permissions."""
        return deleted_without_relations(self, objs)

    def delete_model(self, request: HttpRequest, obj: Respondent) -> None:
        delete_result(respondent=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Respondent]) -> None:
        delete_results(respondents=queryset)

    @admin.display(description=_("result"))
    def result(self, obj: Respondent) -> SafeString:
        """Links to the stored parts of the recommendation; search finds them by the number."""
        pages = (
            ("matching_similarity", gettext("Twin")),
            ("recommend_recommendedmovie", gettext("Recommended films")),
            ("ottstats_platformrecommendation", gettext("Recommended platform")),
        )
        return format_html_join(
            " · ",
            '<a href="{}?q={}">{}</a>',
            (
                (reverse(f"admin:{page}_changelist"), f"%23{obj.number}", label)
                for page, label in pages
            ),
        )


admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's page of users. The log has members by number; deleting one is the same as leaving.

    Whoever becomes staff logs in again: sessions of members last for weeks, those of staff a day.
    The question whether to delete names no rows that go with the user: links to results are secret.
    """

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if any(getattr(obj, role) for role in ROLES if role in form.changed_data):
            tokens.end_everywhere(user=obj, but=request.session.session_key)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A second factor that waits to be confirmed ends with the password."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            for user in User.objects.filter(pk=unquote(id)):
                second_factor.cancel(user=user)
        return response

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> Any:
        return super().log_addition(request, _for_the_log(obj), message)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        return super().log_change(request, _for_the_log(obj), message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows: Any = [_for_the_log(user) for user in queryset]
        return super().log_deletions(request, rows)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        return deleted_without_relations(cast("Any", self), objs)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        leaving.delete_user(user_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for pk in list(queryset.values_list("pk", flat=True)):
            leaving.delete_user(user_id=pk)


def _for_the_log(user: User) -> Any:
    """A member by number, others by the name with which they log in to admin."""
    member = Member.objects.filter(pk=user.pk).first()
    return user if member is None else Named(user, str(member))


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin[Member], ExactSearch[Member]):
    """Members by number; their address is on the page of the user, for those who may see users.

    A password is set on that page too. Deleting a member is the same as their leaving.
    """

    may_be_deleted = True
    list_display = ["named", "created_at", "last_visit"]
    exact_search_fields = ["user"]
    search_help_text = _("The number of the member, which is that of the user")
    ordering = ["-pk"]
    readonly_fields = ("named",)
    fields = [
        "named",
        "gender",
        "birth_year",
        "region",
        "interests",
        "keywords",
        "membership_version",
        "membership_consented_at",
        "learning_version",
        "learning_consented_at",
        "last_visit",
        "created_at",
    ]

    def get_deleted_objects(
        self, objs: Sequence[Member] | QuerySet[Member], request: HttpRequest
    ) -> Deleted:
        """Everything of a member is deleted with them, without further permissions."""
        return deleted_without_relations(self, objs)

    def delete_model(self, request: HttpRequest, obj: Member) -> None:
        leaving.leave(member=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        for member in queryset:
            leaving.leave(member=member)
