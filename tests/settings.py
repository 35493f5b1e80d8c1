"""Settings of the tests: the project's own, with a throw-away key and no environment of yours."""

from __future__ import annotations

import os

os.environ["SECRET_KEY"] = "only-for-the-tests-" + "x" * 50
os.environ["DEBUG"] = "false"
os.environ["ALLOWED_HOSTS"] = "127.0.0.1,localhost,[::1]"
os.environ.setdefault("REDIS_URL", "")

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES  # noqa: E402

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # static files straight from `static/`, collected or not
WHITENOISE_USE_FINDERS = True
