"""Import with preview, and export, of a list as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_permission_codename
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin  # type: ignore[import-untyped]
from import_export.forms import ExportForm  # type: ignore[import-untyped]

from common.admin import AnyModel, SiteAdmin
from movies.admin.import_export import FORMATS, SessionStorage, UploadForm
from movies.admin.resources import FileResource, FileResult


class FileImportExport(ImportExportMixin, SiteAdmin[AnyModel]):  # type: ignore[misc]
    """The pages of django-import-export with our resources.

    1. The upload is checked and previewed; a valid one waits in the database, and the person's
       session remembers which it is. A new upload replaces it.
    2. Only that person's confirmation stores it, once.
    """

    resource_classes: ClassVar[list[type[FileResource]]]
    import_permissions: ClassVar[Sequence[str]] = ("add", "change")
    import_template_name = "admin/movies/import.html"
    import_form_class = UploadForm
    export_form_class = ExportForm
    tmp_storage_class = SessionStorage

    def get_import_formats(self) -> list[type[Any]]:
        return list(FORMATS)

    get_export_formats = get_import_formats

    def has_import_permission(self, request: HttpRequest) -> bool:
        names = [get_permission_codename(name, self.opts) for name in self.import_permissions]
        return request.user.has_perms([f"{self.opts.app_label}.{name}" for name in names])

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response: TemplateResponse = super().import_action(request, **kwargs)
        context = response.context_data or {}
        form = context["form"]
        file = form.cleaned_data.get("import_file") if form.is_bound and form.is_valid() else None
        if file is None:
            return response
        if "confirm_form" not in context:
            SessionStorage(name=file.tmp_storage_name).remove()
            return response
        self._forget_upload(request)
        request.session[self._upload_key] = {
            "name": file.tmp_storage_name,
            "file": file.name,
            "format": int(form.cleaned_data["format"]),
        }
        return response

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        waiting: dict[str, Any] = request.session.get(self._upload_key) or {"name": None}
        data = None
        if waiting["name"] == request.POST.get("import_file_name", ""):
            data = SessionStorage(name=waiting["name"]).read()
            self._forget_upload(request)
        if data is None:
            text = gettext(
                "That upload was stored already, replaced or is too old. Upload it again."
            )
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(self._address("import"))
        upload = FORMATS[waiting["format"]]().create_dataset(data)
        result = self.resource_classes[0]().import_data(
            upload, dry_run=False, file_name=waiting["file"], user=request.user
        )
        return self._stored(request, result, waiting["file"])

    def _stored(self, request: HttpRequest, result: FileResult, file: str) -> HttpResponse:
        if result.has_errors():
            for error in result.base_errors:
                self.message_user(request, str(error.error), messages.ERROR)
            return HttpResponseRedirect(self._address("import"))
        told = gettext("Imported %(file)s: %(stored)s.") % {"file": file, "stored": result.stored}
        LogEntry.objects.create(
            user_id=int(request.user.pk or 0),
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=file[:200],
            action_flag=CHANGE,
            change_message=told,
        )
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(self._address("changelist"))

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: Any, export_form: Any = None
    ) -> HttpResponseBase:
        """Streams row by row, so that a table of 600,000 rows is never in memory."""
        resource = self.resource_classes[0]()
        response: HttpResponseBase = file_format.response(resource.columns, resource.rows(queryset))
        name = self.get_export_filename(request, queryset, file_format)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @property
    def _upload_key(self) -> str:
        return f"import of {self.opts.label_lower}"

    def _forget_upload(self, request: HttpRequest) -> None:
        waiting = request.session.pop(self._upload_key, None)
        if waiting is not None:
            SessionStorage(name=waiting["name"]).remove()

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")
