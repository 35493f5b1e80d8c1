"""The base of the pages of rows that the project ships."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.admin import GuardedDeletion, SiteAdmin


class ReferenceAdmin(GuardedDeletion[Any]):
    """Rows that the project ships and staff may change, except for the slug."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {
        **SiteAdmin.formfield_overrides,
        models.URLField: {"assume_scheme": "https"},
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        fixed = ["slug"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]


class ShippedAdmin(ReferenceAdmin):
    """With a source, and never deleted if shipped: the next load would bring the row back."""

    instead_of_deleting: ClassVar[Any] = _("Set its last day instead.")

    def why_kept(self, obj: Any) -> str | None:
        if obj.shipped is None:
            return None
        text = gettext(
            "%(name)s ships with the project and would come back with the next "
            "`load_reference_data`."
        )
        return f"{text % {'name': obj}} {self.instead_of_deleting}"

    @admin.display(description=_("source"))
    def source_link(self, obj: Any) -> SafeString | str:
        if not obj.source_url:
            return str(obj.source)
        return format_html(
            '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
            obj.source_url,
            obj.source,
        )
