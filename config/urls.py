"""Pages, API and admin."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from common.web.public import found
from common.web.theme import set_theme
from survey.views.members.staff import staff_login, staff_password

admin.autodiscover()  # here, because commands and workers need none of it
for secrets in (BlacklistedToken, OutstandingToken, StaticDevice, TOTPDevice):
    admin.site.unregister(secrets)  # whoever reads them can log in as somebody else

urlpatterns = [
    path("", include("survey.urls")),
    path("", include("movies.urls")),
    path("", include("recommend.urls")),
    path("", include("ottstats.urls")),
    path("favicon.ico", found.icon, name="icon"),
    path("manifest.webmanifest", found.manifest, name="manifest"),
    path("robots.txt", found.robots, name="robots"),
    path("admin/login/", staff_login),  # in place of admin's own, which follows
    path("admin/password_change/", staff_password),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("theme/", set_theme, name="set-theme"),
    path("i18n/", include("django.conf.urls.i18n")),
]
handler400 = "common.web.errors.bad_request"
handler404 = "common.web.errors.page_not_found"
handler500 = "common.web.unavailable.server_error"
