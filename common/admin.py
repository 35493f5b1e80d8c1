"""Base classes for the admin pages of all apps, and the pages of the ledger of loads.

Loaded data can be viewed but not changed. Lists stay fast on millions of rows: they count no large
table exactly, sort by no column without an index, and scan no table for the values of a filter.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Field, Model, Q, QuerySet, UUIDField
from django.forms import ModelForm
from django.forms.models import ModelFormMetaclass
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.models import DataLoad
from common.numbers import WholeNumberField

admin.site.site_header = "OTTwin"
admin.site.site_title = "OTTwin"
admin.site.index_title = _("Films, platforms, model runs and results")

AnyModel = TypeVar("AnyModel", bound=Model)
PREVIEW = "_preview"  # the button's name
Lookups = list[tuple[str, Any]]
Deleted = tuple[list[str], dict[str, int], set[str], list[str]]

if TYPE_CHECKING:

    class TypedAdmin(admin.ModelAdmin[AnyModel]):
        """`admin.ModelAdmin`, whose model is a parameter only for the type checker."""

else:

    class TypedAdmin(admin.ModelAdmin):
        def __class_getitem__(cls, model: Any) -> type[TypedAdmin]:
            return cls


class EstimatedPaginator(Paginator):  # type: ignore[type-arg]
    """Uses the planner's estimate of the number of rows if counting them is slow.

    Offers a limited number of pages: to show one, PostgreSQL reads all rows before it.
    """

    EXACT_BELOW: ClassVar[int] = 10_000
    MOST_PAGES: ClassVar[int] = 1_000

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        if rows.query.is_empty():
            return 0
        plan = json.loads(rows.order_by().explain(format="json"))
        estimate = int(plan[0]["Plan"]["Plan Rows"])
        return estimate if estimate >= self.EXACT_BELOW else rows.count()

    @cached_property
    def num_pages(self) -> int:
        return min(super().num_pages, self.MOST_PAGES)


class SiteAdmin(TypedAdmin[AnyModel]):
    """The base of all pages: cheap lists, and saving writes only the columns that changed.

    Meanwhile another process may write columns that the form does not show (counts, `shipped`, the
    state of a run); saving must not overwrite them.
    """

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides: ClassVar[Any] = {models.IntegerField: {"form_class": WholeNumberField}}

    @admin.display(description=_("name"))
    def named(self, obj: AnyModel) -> str:
        """The row as the page's language writes it, such as the Korean title of a film."""
        return str(obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only columns of the row itself, and what the list's filters look up.

        Django also takes any key behind a relation: by `…__user_id__startswith`, staff could find
        out the ids of results, which are secrets. They are the only UUIDs.
        """
        first = lookup.partition("__")[0]
        columns = {field.name: field for field in self.opts.concrete_fields}
        own = columns.get(first)
        if own is None or own.is_relation:
            return self._is_filtered(lookup, request) and super().lookup_allowed(
                lookup, value, request
            )
        return not isinstance(own, UUIDField)

    def _is_filtered(self, lookup: str, request: HttpRequest | None) -> bool:
        offered: Any = self.get_list_filter(request) if request else self.list_filter
        names = (getattr(one, "parameter_name", one) for one in offered)
        return any(f"{lookup}__".startswith(f"{name}__") for name in names)

    def save_model(self, request: HttpRequest, obj: AnyModel, form: Any, change: bool) -> None:
        if not change:
            obj.save(force_insert=True)
            return
        columns = {field.name for field in self.opts.concrete_fields}
        if changed := [name for name in form.changed_data if name in columns]:
            obj.save(update_fields=changed)


class ReadOnlyAdmin(SiteAdmin[AnyModel]):
    """For rows that only commands and the survey write: staff can view and at most delete them."""

    paginator = EstimatedPaginator
    sortable_by: ClassVar[Any] = ()
    may_be_deleted: ClassVar[bool] = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AnyModel | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AnyModel | None = None) -> bool:
        return self.may_be_deleted and super().has_delete_permission(request, obj)


class ExactSearch(SiteAdmin[AnyModel]):
    """Search by equality, which uses indexes: every word is the whole value of one of the fields.

    Django's own `=field` compares upper-cased text, for which a number or UUID has no index.
    """

    exact_search_fields: ClassVar[list[str]] = []

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return self.exact_search_fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AnyModel], search_term: str
    ) -> tuple[QuerySet[AnyModel], bool]:
        for word in search_term.split():
            matches = [
                Q((name, value))
                for name in self.exact_search_fields
                if (value := self._value(name, word)) is not None
            ]
            if not matches:
                return queryset.none(), False
            queryset = queryset.filter(Q(*matches, _connector=Q.OR))
        return queryset, False

    def _value(self, name: str, word: str) -> Any:
        """The word as a value of the field; None if it is not a valid one."""
        field: Any = self.opts.get_field(name)
        target: Field[Any, Any] = field.target_field if field.is_relation else field
        try:
            value = target.to_python(word)
            target.run_validators(value)
        except ValidationError:
            return None
        return value


class GuardedDeletion(SiteAdmin[AnyModel]):
    """Says why a row cannot be deleted, instead of listing the rows that depend on it."""

    def why_kept(self, obj: AnyModel) -> str | None:
        """The reason why `obj` must not be deleted; None if it may be."""
        raise NotImplementedError

    def get_deleted_objects(
        self, objs: Sequence[AnyModel] | QuerySet[AnyModel], request: HttpRequest
    ) -> Deleted:
        kept = [reason for obj in objs if (reason := self.why_kept(obj))]
        return deleted_without_relations(self, objs, kept)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and self.has_delete_permission(request, obj):
            reason = self.why_kept(obj)
            if reason:
                self.message_user(request, reason, messages.ERROR)
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(name, args=[object_id]))
        return super().delete_view(request, object_id, extra_context)


class _NeverValid:
    """Mixin for a form: Django saves a valid one, but shows the page of an invalid one again."""

    def is_valid(self) -> bool:
        super().is_valid()  # type: ignore[misc]
        return False


class Previewed(SiteAdmin[AnyModel]):
    """A button beside Save that shows the effect of the entered values and saves nothing."""

    change_form_template = "admin/previewed.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["preview.css"]}

    def preview(self, request: HttpRequest, form: Any, formsets: Sequence[Any]) -> dict[str, Any]:
        """The context of the panel: `preview`, `preview_notes`.

        The form and the formsets, those of the inlines, have no errors.
        """
        raise NotImplementedError

    def get_form(
        self, request: HttpRequest, obj: AnyModel | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[AnyModel]]:
        form = super().get_form(request, obj, change, **kwargs)
        if PREVIEW not in request.POST:
            return form
        shown_again = ModelFormMetaclass(form.__name__, (_NeverValid, form), {})
        return cast("type[ModelForm[AnyModel]]", shown_again)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: AnyModel | None = None,
    ) -> HttpResponse:
        may_save = self.has_change_permission(request, obj) if change else add
        form = context["adminform"].form
        context["show_preview"] = may_save
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        if PREVIEW in request.POST and not form.errors and all(one.is_valid() for one in formsets):
            context |= {"previewed": True, **self.preview(request, form, formsets)}
        return super().render_change_form(request, context, add, change, form_url, obj)


def deleted_without_relations(
    model_admin: TypedAdmin[AnyModel], objs: Iterable[AnyModel], protected: Iterable[str] = ()
) -> Deleted:
    """What the confirmation page lists: only the rows; a million others may depend on them."""
    names = [f"{capfirst(model_admin.opts.verbose_name)}: {obj}" for obj in objs]
    return names, {str(model_admin.opts.verbose_name_plural): len(names)}, set(), list(protected)


class ChoiceFilter(admin.SimpleListFilter):
    """A list filter that ignores a value that it does not offer."""

    def offered(self) -> Lookups:
        """The choices and their labels."""
        raise NotImplementedError

    def condition_of(self, chosen: str) -> Q:
        """The condition of the rows of a choice."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return self.offered()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.chosen()
        return queryset if chosen is None else queryset.filter(self.condition_of(chosen))

    def chosen(self) -> str | None:
        value = self.value()
        return value if value in {str(key) for key, _label in self.lookup_choices} else None


def pretty_json(value: Any) -> SafeString:
    """JSON indented for reading."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return format_html('<pre style="margin: 0; white-space: pre-wrap">{}</pre>', text)


def bits_summary(bits: Any) -> str:
    """The number of set bits of a bit vector, as text."""
    text = str(bits)
    return gettext("%(set)s of %(all)s bits are set") % {
        "set": f"{text.count('1'):,}",
        "all": f"{len(text):,}",
    }


def vector_summary(vector: Iterable[float]) -> str:
    """Dimensions, Euclidean length and the first numbers of a vector."""
    values = [float(value) for value in vector]
    return gettext("%(size)d numbers, length %(length)s: %(first)s, …") % {
        "size": len(values),
        "length": f"{math.hypot(*values):.3f}",
        "first": ", ".join(f"{value:.3f}" for value in values[:4]),
    }


@admin.register(DataLoad)
class DataLoadAdmin(ReadOnlyAdmin[DataLoad]):
    list_display = ["name", "kind", "rows", "seconds_taken", "loaded_at"]
    list_filter = ["kind"]
    search_fields = ["name", "digest"]
    ordering = ["-pk"]
    sortable_by = None
    fields = ["kind", "name", "digest", "id_space", "counts_shown", "seconds_taken", "loaded_at"]

    @admin.display(description=_("rows"))
    def rows(self, obj: DataLoad) -> str:
        numbers = {name: value for name, value in obj.counts.items() if isinstance(value, int)}
        return ", ".join(f"{name} {number:,}" for name, number in numbers.items())

    @admin.display(description=_("counts"))
    def counts_shown(self, obj: DataLoad) -> SafeString:
        return pretty_json(obj.counts)

    @admin.display(description=_("seconds"))
    def seconds_taken(self, obj: DataLoad) -> str:
        return f"{obj.seconds:.1f}"
