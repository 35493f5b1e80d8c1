"""Settings of the tests: those of the project, with a throw-away key and a fixed environment."""

from __future__ import annotations

import os
import sys
from typing import Any

# Before any module of ours is imported; not in the processes that tests start.
if os.environ.get("MEASURE_COVERAGE") and "pytest" in sys.modules:
    from tests import probes

    probes.begin()

# Before NumPy is loaded: with as many threads in each process of a parallel run as there are cores,
# they would wait for each other.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ["SECRET_KEY"] = "only-for-the-tests-" + "x" * 50
os.environ["DEBUG"] = "false"
os.environ["ALLOWED_HOSTS"] = "127.0.0.1,localhost,[::1]"
os.environ.setdefault("REDIS_URL", "")
os.environ["ANALYTICS_DATABASE_URL"] = ""

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, REQUEST_LIMITS, STORAGES  # noqa: E402

for limit in REQUEST_LIMITS.keys() - {"reports"}:  # all tests come from one address
    REQUEST_LIMITS[limit] = None
# Several processes make their databases at once, on a busy machine.
options: Any = DATABASES["default"]["OPTIONS"]
options["pool"]["timeout"] = 30
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
JOBS_IN_OWN_PROCESS = False  # another process would not see the rows of a test
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # static files straight from `static/`, collected or not
WHITENOISE_USE_FINDERS = True
