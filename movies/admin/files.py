"""Import with preview, and export, of a list as CSV or XLSX."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin  # type: ignore[import-untyped]
from import_export.forms import ExportForm  # type: ignore[import-untyped]
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from common.admin import AnyModel, SiteAdmin
from movies.admin.import_export import FORMATS, SessionStorage, UploadForm
from movies.admin.resources import FileResource, FileResult
from movies.admin.uploads.storing import store_upload
from recommend.services.watching import watch_load

logger = logging.getLogger(__name__)


class FileImportExport(ImportExportMixin, SiteAdmin[AnyModel]):  # type: ignore[misc]
    """The pages of django-import-export with our resources.

    1. The upload is checked and previewed; a valid one waits in the database, and the person's
       session remembers which it is. A new upload replaces it.
    2. Only that person's confirmation stores it, once: at once, or, where a worker can do it and it
       takes more than a second, by a task, whose page waits for the outcome.
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
        if waiting["name"] == request.POST.get("import_file_name", ""):
            request.session.pop(self._upload_key, None)
        else:
            waiting = {"name": None}
        storage = SessionStorage(name=waiting["name"])
        data = storage.read() if waiting["name"] else None
        if data is None:
            text = gettext(
                "That upload was stored already, replaced or is too old. Upload it again."
            )
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(self._address("import"))
        is_long = FORMATS[waiting["format"]]().create_dataset(data).is_long
        if is_long and settings.REDIS_URL and self._left_to_a_worker(request, waiting):
            request.session[self._running_key] = waiting
            return HttpResponseRedirect(self._address("importing"))
        self.store_waiting(waiting, int(request.user.pk or 0))
        return self._told(request, storage)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.importing)
        name = f"{self.opts.app_label}_{self.opts.model_name}_importing"
        return [path("importing/", view, name=name), *super().get_urls()]

    def importing(self, request: HttpRequest) -> HttpResponse:
        """Waits for the task that stores the person's upload, then says what it said."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        waiting = request.session.get(self._running_key)
        storage = SessionStorage(name=waiting["name"] if waiting else "")
        if waiting is None or not storage.is_there():
            text = gettext("No import is running here. The history of the account has the outcome.")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(self._address("changelist"))
        if storage.told() is not None:
            del request.session[self._running_key]
            return self._told(request, storage)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Import"),
            "file": waiting["file"],
        }
        return TemplateResponse(request, "admin/movies/importing.html", context)

    def store_waiting(self, waiting: dict[str, Any], user: int) -> None:
        """Store an upload that was confirmed, and leave the messages about it in its place.

        A long one is watched: does it move the answers? A short one stays quick.
        """
        storage = SessionStorage(name=waiting["name"])
        data = storage.read()
        if data is None:
            return
        upload, file = FORMATS[waiting["format"]]().create_dataset(data), waiting["file"]
        with watch_load(file) if upload.is_long else nullcontext():
            result: FileResult = self.resource_classes[0]().import_data(
                upload, dry_run=False, file_name=file, user=User.objects.get(pk=user)
            )
        if result.has_errors():
            storage.tell([(messages.ERROR, str(one.error)) for one in result.base_errors])
            return
        told = gettext("Imported %(file)s: %(stored)s.") % {"file": file, "stored": result.stored}
        LogEntry.objects.create(
            user_id=user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=file[:200],
            action_flag=CHANGE,
            change_message=told,
        )
        storage.tell([(messages.SUCCESS, told)])

    def _left_to_a_worker(self, request: HttpRequest, waiting: dict[str, Any]) -> bool:
        """Whether a worker will store it; without a broker that answers, this process does."""
        user = int(request.user.pk or 0)
        try:
            store_upload.delay(self.opts.label, waiting, user, get_language())
        except (RedisError, BrokerError, OSError) as error:
            logger.warning("The import of %s stays in this process: %s", waiting["file"], error)
            return False
        return True

    def _told(self, request: HttpRequest, storage: SessionStorage) -> HttpResponse:
        told = storage.told() or []
        storage.remove()
        for level, text in told:
            self.message_user(request, text, level)
        is_stored = any(level == messages.SUCCESS for level, _text in told)
        return HttpResponseRedirect(self._address("changelist" if is_stored else "import"))

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

    @property
    def _running_key(self) -> str:
        return f"running {self._upload_key}"

    def _forget_upload(self, request: HttpRequest) -> None:
        waiting = request.session.pop(self._upload_key, None)
        if waiting is not None:
            SessionStorage(name=waiting["name"]).remove()

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")
