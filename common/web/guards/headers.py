"""What browsers may do with every answer, also one that an error made."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing of the device is needed, except what the buttons for sharing use.
FEATURES_DENIED = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
)
FEATURES_ALLOWED = ("clipboard-write", "web-share")
HEADERS = {
    "Permissions-Policy": ", ".join(
        [
            *(f"{name}=()" for name in FEATURES_DENIED),
            *(f"{name}=(self)" for name in FEATURES_ALLOWED),
        ]
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class AnswerHeaders:
    """Middleware: adds `HEADERS` to every answer; a view may set another value.

    It is the first one, so that answers of the others have them too: static files, redirects to
    HTTPS, refused hosts, errors.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
