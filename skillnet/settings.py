"""All settings. Everything that differs between machines comes from the environment (README, Configuration)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from skillnet.api.enum_names import ENUM_NAMES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))

# --- Mode -----------------------------------------------------------------------------------------------
PRODUCTION = env.bool("SKILLNET_PRODUCTION", default=False)
PROCESS = env.str("SKILLNET_PROCESS", default="command")  # web, worker, beat or command
DEBUG = env.bool("SKILLNET_DEBUG", default=False)
DEFAULT_SECRET = "insecure-only-for-development-and-demo"  # noqa: S105  refused in production, below
SECRET_KEY = env.str("SKILLNET_SECRET_KEY", default=DEFAULT_SECRET)
ALLOWED_HOSTS = env.list("SKILLNET_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("SKILLNET_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SKILLNET_SITE_URL", default="http://localhost:8000")


def _refuse_unsafe_production() -> None:
    if not PRODUCTION:
        return
    if SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 40:
        raise ImproperlyConfigured("Production needs SKILLNET_SECRET_KEY: at least 40 random characters.")
    if DEBUG:
        raise ImproperlyConfigured("Production does not run with SKILLNET_DEBUG. Remove it.")
    if "*" in ALLOWED_HOSTS or not env.list("SKILLNET_ALLOWED_HOSTS", default=[]):
        raise ImproperlyConfigured(
            "Production needs SKILLNET_ALLOWED_HOSTS with the site's own names, not *."
        )


_refuse_unsafe_production()

# --- Apps -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "skillnet",
    "skillnet.kernel",
    "skillnet.accounts",
    "networks",
    "catalogue",
    "matching",
    "programmes",
    "cockpit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "heroicons",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "skillnet.middleware.UploadLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "skillnet.middleware.ActorMiddleware",
    "skillnet.middleware.AccessMiddleware",
    "skillnet.middleware.HistoryContextMiddleware",
    "programmes.middleware.MissingRateMiddleware",
]

ROOT_URLCONF = "skillnet.urls"
WSGI_APPLICATION = "skillnet.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "skillnet.context.page_context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Engines: one code path; embedded unless an address is given -------------------------------------------
LOCAL_DIR = Path(env.str("SKILLNET_LOCAL_DIR", default=str(BASE_DIR / ".local")))
DATABASE_URL = env.str("DATABASE_URL", default="")
_statement_timeout_ms = {"web": 10_000, "worker": 900_000, "beat": 10_000}.get(PROCESS, 0)
EMBEDDED_DATABASE = env.str("SKILLNET_EMBEDDED_DATABASE", default="skillnet")
_database: dict[str, Any] = env.db_url_config(DATABASE_URL) if DATABASE_URL else {"NAME": EMBEDDED_DATABASE}
DATABASES = {
    "default": {
        **_database,
        # The wrapper starts the embedded server at the first connection when no HOST was configured.
        "ENGINE": "skillnet.kernel.db",
        "CONN_MAX_AGE": env.int("SKILLNET_DB_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "options": f"-c statement_timeout={_statement_timeout_ms} -c lock_timeout=20s",
        },
    }
}
EMBEDDED_POSTGRES = not DATABASE_URL
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED_REDIS = not REDIS_URL
if EMBEDDED_REDIS:
    from skillnet.embedded import redis_address

    _redis = redis_address(LOCAL_DIR)
    REDIS_CLIENT_URL, CELERY_BROKER_URL = _redis.client_url, _redis.celery_url(0)
else:
    REDIS_CLIENT_URL = CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "skillnet.kernel.cache.PatientRedisCache",
        "LOCATION": REDIS_CLIENT_URL,
        "KEY_PREFIX": "skillnet",
        # A cache that is down may cost a rate limit, never a sign-in; it is logged.
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Brussels"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # What people wait for (0) goes before the rest of a large run (9).
    "queue_order_strategy": "priority",
    "priority_steps": [0, 9],
}
# Processes of the worker, and so how often is rung for a run that many can work at.
WORKER_PROCESSES = CELERY_WORKER_CONCURRENCY = env.int("SKILLNET_WORKER_PROCESSES", default=2)
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "celerybeat-schedule")
NIGHTLY_HOUR = env.int("SKILLNET_NIGHTLY_HOUR", default=2)  # local: when everything is matched again


def _every(seconds: float, task: str) -> dict[str, Any]:
    """What nobody came to before it is due again is let go: it must not pile up behind a long run."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {
    "ring-pending-batches": _every(5.0, "matching.tasks.ring_pending"),
    "ring-silent-imports": _every(30.0, "skillnet.tasks.ring_silent_imports"),
    "send-outbox": _every(10.0, "skillnet.kernel.tasks.send_outbox"),
    "waiting-lists": _every(300.0, "catalogue.tasks.sweep_waiting_lists"),
    "supply": _every(6 * 3600.0, "catalogue.tasks.follow_supply"),
    "compose-digests": _every(600.0, "skillnet.kernel.tasks.compose_digests"),
    "nightly-run": {
        "task": "matching.tasks.start_nightly_run",
        "schedule": crontab(hour=NIGHTLY_HOUR, minute=0),
        "options": {"expires": 20 * 3600.0},
    },
    "demand-cards": _every(3600.0, "matching.tasks.keep_demand_cards"),
    "shortage-lists": _every(6 * 3600.0, "matching.tasks.count_new_lists"),
    # Links of ownership start and end on a day that nobody edits anything.
    "undertakings": {
        "task": "networks.tasks.refresh_undertakings",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 20 * 3600.0},
    },
    "invoice-lines": _every(3600.0, "programmes.tasks.sync_invoice_lines"),
    "capacity": _every(3600.0, "catalogue.tasks.expire_capacity"),
    "deadlines": _every(3600.0, "programmes.tasks.remind_deadlines"),
}

# --- Language and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("fr", _("Frans")), ("en", _("Engels"))]
LOCALE_PATHS = [BASE_DIR / "skillnet" / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
LANGUAGE_COOKIE_HTTPONLY = True

# --- Sign-in ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "skillnet.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # the sender says who writes; a host name in brackets reads as spam
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": env.str("SKILLNET_SIGNUP_RATE", default="5/m/ip,30/h/ip"),
}
# Whether anybody may make an account, or only who was invited. Mail is always checked first.
OPEN_SIGNUP = env.bool("SKILLNET_OPEN_SIGNUP", default=not PRODUCTION)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Skillnet Vlaanderen"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env.str("SKILLNET_OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": env.str("SKILLNET_OIDC_ID", default="acm-idm"),
                "name": env.str("SKILLNET_OIDC_NAME", default="ACM/IDM"),
                "client_id": env.str("SKILLNET_OIDC_CLIENT_ID"),
                "secret": env.str("SKILLNET_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env.str("SKILLNET_OIDC_SERVER_URL")},
            }
        ]
    }

# --- Mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("SKILLNET_FROM_EMAIL", default="Skillnet Vlaanderen <noreply@skillnet.example>")
EMAIL_URL = env.str("SKILLNET_EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(LOCAL_DIR / "mail")

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.str("SKILLNET_FILES_DIR", default=str(LOCAL_DIR / "files")),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 1024 * 1024
MAX_UPLOAD_BYTES = env.int("SKILLNET_MAX_UPLOAD_MB", default=50) * 1024 * 1024

# --- Browser security -------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}
if SOCIALACCOUNT_PROVIDERS:
    # Signing in elsewhere starts with a form here, and browsers hold its redirect to form-action too.
    _identity_server = urlsplit(env.str("SKILLNET_OIDC_SERVER_URL"))
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
        f"{_identity_server.scheme}://{_identity_server.netloc}"
    ]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SKILLNET_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# How many proxies of ours stand before the site, and so how many addresses of X-Forwarded-For are not the visitor's
# word: limits by address count visitors, not the proxy.
PROXIES = 1 if env.bool("SKILLNET_BEHIND_PROXY", default=False) else 0
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["skillnet.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["skillnet.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["skillnet.api.parsers.BoundedJsonParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "skillnet.api.pagination.NewestFirstCursor",
    "DEFAULT_SCHEMA_CLASS": "skillnet.api.schema.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": ["skillnet.api.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.str("SKILLNET_API_RATE", default="600/min")},
    "EXCEPTION_HANDLER": "skillnet.api.problems.problem_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    # Whom to throttle without a key: the address of the socket, or the one that our own proxy puts last.
    "NUM_PROXIES": PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Skillnet Vlaanderen API",
    "DESCRIPTION": "Competency gaps, offers, matches, pools and co-financed programmes.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "skillnet.api.schema.add_problems",
    ],
}

# --- The product's own settings ---------------------------------------------------------------
EMBEDDING_MODEL = env.str("SKILLNET_EMBEDDING_MODEL", default="")  # empty: the project's own model
K_ANONYMITY = env.int("SKILLNET_K_ANONYMITY", default=3)
TARGET_GROUPS = env.list(
    "SKILLNET_TARGET_GROUPS",
    default=[
        "school_leavers",
        "jobseekers",
        "inactive",
        "long_term_ill",
        "newcomers",
        "short_schooled",
        "workers",
        "job_changers",
        "self_employed",
        "retired",
    ],
)
DIGEST_HOUR = env.int("SKILLNET_DIGEST_HOUR", default=7)  # local: when the overview of the day closes
# Personal data is sealed with the first of these and opened with all; empty: a key derived from SECRET_KEY.
FIELD_KEYS = env.list("SKILLNET_FIELD_KEY", default=[])
# Evidence files: outside the web root, named by their hash.
PRIVATE_ROOT = Path(env.str("SKILLNET_PRIVATE_ROOT", default=str(LOCAL_DIR / "private")))
MAX_EVIDENCE_BYTES = env.int("SKILLNET_MAX_EVIDENCE_MB", default=10) * 1024 * 1024
# What the worker processes of this host share while a run goes on; not a secret, and made again when it is gone.
SUPPLY_DIR = Path(env.str("SKILLNET_SUPPLY_DIR", default=str(LOCAL_DIR / "supply")))
# exact: look at every vector; hnsw: an approximate index, made by `manage.py vector_index` (docs/operations.md).
VECTOR_INDEX = env.str("SKILLNET_VECTOR_INDEX", default="exact")
MATCHES_PER_GAP = env.int("SKILLNET_MATCHES_PER_GAP", default=20)

# --- History and logs -------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("SKILLNET_LOG_LEVEL", default="INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "WARNING"}},
}
