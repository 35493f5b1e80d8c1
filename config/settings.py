"""Settings of the project. `.env.example` lists every variable that they read, with its default.

Safe by default: `DEBUG` is off, secrets come only from the environment, and as soon as
`ALLOWED_HOSTS` names a host other than this machine, everything is served over HTTPS only.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from common.version import version
from config.database import analytics_settings, database_settings
from config.environment import Environment
from config.request_limits import request_limits, trusted_proxies

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
MODEL_DIR = VAR_DIR / "models"
PREDICTIONS_DIR = VAR_DIR / "predictions"

env = Environment(BASE_DIR / ".env")

DEBUG = env.flag("DEBUG")

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put a long random value into the environment or into .env "
            "(`make run` writes one), or set DEBUG=true on a development machine."
        )
    SECRET_KEY = "only-for-development-" + "0" * 40

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=LOOPBACK_HOSTS)
HTTPS_ONLY = not DEBUG and not set(ALLOWED_HOSTS) <= set(LOOPBACK_HOSTS)
# Whose X-Forwarded-For names the client. A public site has its proxy on this machine, unless said.
TRUSTED_PROXIES = trusted_proxies(env.text("TRUSTED_PROXIES"), is_public=HTTPS_ONLY)
REQUEST_LIMITS = request_limits(env.text("REQUEST_LIMITS"))

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_celery_beat",
    "import_export",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "common",
    "movies",
    "survey",
    "matching",
    "ottstats",
    "recommend",
]

MIDDLEWARE = [
    "common.web.guards.headers.AnswerHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.web.public.language.Languages",
    "common.web.readable.ReadableRequests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.web.limits.DatabaseLimits",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.web.context_processors.data_set",
                "common.web.context_processors.theme",
            ],
        },
    },
]

DATABASES = {"default": database_settings(env.text("DATABASE_URL") or None, var=VAR_DIR)}
ANALYTICS_DATABASE_URL = env.text("ANALYTICS_DATABASE_URL")
if ANALYTICS_DATABASE_URL:
    DATABASES["analytics"] = analytics_settings(ANALYTICS_DATABASE_URL, var=VAR_DIR)
# Limits of the web process in seconds, 0 for none; commands and workers have none (ADR 0027).
DAY = 24 * 3600
LOCK_SECONDS = env.whole("LOCK_SECONDS", default=5, least=0, most=DAY)
STATEMENT_SECONDS = env.whole("STATEMENT_SECONDS", default=15, least=0, most=DAY)
STAFF_STATEMENT_SECONDS = env.whole("STAFF_STATEMENT_SECONDS", default=600, least=0, most=DAY)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address(
    "REDIS_URL",
    default="",
    schemes=["redis", "rediss", "unix"],
    expected="expected redis://:PASSWORD@HOST:PORT/0; special characters are written as %XX.",
)
REDIS_SECONDS = 0.5  # for a connection and for each answer, where a person waits
CACHES = {
    "default": {"BACKEND": "common.backends.broker.GuardedCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Without Redis, jobs of the lab run in a process beside the web server, not in a request.
JOBS_IN_OWN_PROCESS = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

WORKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_TRANSPORT_OPTIONS = WORKER_TRANSPORT_OPTIONS | {
    # A page tries once; workers wait and try again (config/celery.py).
    "socket_timeout": REDIS_SECONDS,
    "socket_connect_timeout": REDIS_SECONDS,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Seoul"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

TMDB_API_KEY = env.key(
    "TMDB_API_KEY",
    expected="expected the API key or the read access token of "
    "https://www.themoviedb.org/settings/api.",
)
TMDB_BASE_URL = (
    env.address(
        "TMDB_BASE_URL",
        default="",
        schemes=["https", "http"],
        expected="expected https://api.themoviedb.org/3.",
    )
    or "https://api.themoviedb.org/3"
)
TMDB_RATE = env.whole("TMDB_RATE", default=40, least=1, most=1000)
TMDB_TIMEOUT = 5.0  # seconds for one answer
TMDB_IMAGE_URL = env.address(
    "TMDB_IMAGE_URL",
    default="https://image.tmdb.org/t/p",
    schemes=["https", "http"],
    expected="expected https://image.tmdb.org/t/p, or nothing for drawn covers.",
)

FILM_TEXTS_FILE = env.text("FILM_TEXTS_FILE")  # what the monthly workflow loads again

AUTHENTICATION_BACKENDS = ["survey.members.authentication.EmailBackend"]
LOGIN_URL = "login"
SESSION_ENGINE = "survey.members.sessions"
# Codes of the second factor; their tries are limited by REQUEST_LIMITS (`second_factor`).
OTP_TOTP_ISSUER = "OTTwin"
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_STATIC_THROTTLE_FACTOR = 0
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "ko"
LOCALE_PATHS = [BASE_DIR / "common" / "locale"]
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^api/(health|ready)/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS_ONLY else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 10 * 3600  # of staff, from log-in: a working day
MEMBER_SESSION_AGE = 30 * DAY  # of members, from log-in
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *([TMDB_IMAGE_URL + "/"] if TMDB_IMAGE_URL else [])],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100  # a form with 1,000 picks and the other answers
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # of a form or an API call, in bytes

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.web.api.LimitedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "common.web.schema.ClosedSchema",
    "EXCEPTION_HANDLER": "common.web.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": env.secret("TOKEN_SIGNING_KEY", least=32, instead=SECRET_KEY.encode()),
    "ISSUER": "ottwin",
    "CHECK_REVOKE_TOKEN": True,  # a changed password ends all tokens
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OTTwin",
    "DESCRIPTION": "Films for a taste, and the OTT subscription worth paying for in Korea.",
    "VERSION": version(),
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ScoreMethodEnum": "ottstats.living.formulas.METHODS"},
}

CONTACT = env.email("CONTACT")  # shown on the pages about OTTwin and about data

# The server that mails links to new passwords; without one staff set them.
MAIL = env.email_server(
    "EMAIL_URL", expected="expected smtp+tls://USER:PASSWORD@HOST:587; special characters as %XX."
)
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = MAIL.get("EMAIL_HOST", "")
EMAIL_PORT = MAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = MAIL.get("EMAIL_TIMEOUT")
DEFAULT_FROM_EMAIL = CONTACT or "noreply@localhost"

# Whose pages may read the API in a browser; without cookies, so as anybody could.
CORS_ALLOWED_ORIGINS = env.origins("API_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "content-type"]
CORS_EXPOSE_HEADERS = ["Retry-After"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"mask_ids": {"()": "common.logs.MaskIds"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask_ids"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Without Django's own handlers, which write ids unmasked and, under DEBUG, each line twice.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "httpx": {"level": "WARNING"},  # at INFO it logs URLs, which contain the key
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "waitress.queue": {"level": "ERROR"},  # a warning whenever all threads are at work
    },
}
