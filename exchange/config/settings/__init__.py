"""All settings, read from the environment (see docs/operators/settings.md)."""

from django.utils.translation import gettext_lazy as _

from exchange.config import env
from exchange.config.settings.accounts import *  # noqa: F403
from exchange.config.settings.site import *  # noqa: F403
from exchange.config.settings.site import BASE_DIR, DATA_DIR, SITE_HOST, SITE_NAME
from exchange.config.settings.web import *  # noqa: F403

SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret_key")
DEBUG = env.boolean("EXCHANGE_DEBUG", False)
ALLOWED_HOSTS = env.names("EXCHANGE_HOSTS", f"{SITE_HOST},localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "exchange.config.urls"
WSGI_APPLICATION = "exchange.config.wsgi.application"

INSTALLED_APPS = [
    "exchange.config.apps.OperatorsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "exchange.common",
    "exchange.accounts",
    "exchange.audiences",
    "exchange.activity",
    "exchange.topics",
    "exchange.partners",
    "exchange.search",
    "exchange.digests",
    "exchange.agreements",
    "exchange.kpis",
    "exchange.lessons",
    "exchange.home",
    "exchange.api",
]

MIDDLEWARE = [
    "exchange.common.middleware.RequestId",
    "exchange.common.drf.problems.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "exchange.common.middleware.OnlyUtf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "exchange.common.middleware.SignedOutFragments",
    "allauth.account.middleware.AccountMiddleware",
    "exchange.common.middleware.CacheAway",
    "exchange.accounts.middleware.SeenSessions",
    "exchange.partners.middleware.ViewerMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "exchange.home.context.frame",
            ],
        },
    }
]

# As Django's templates would, in less time.
FORM_RENDERER = "exchange.common.widgets.Renderer"

DATABASES = {
    "default": env.database(
        "DATABASE_URL", DATA_DIR, pooled=env.boolean("EXCHANGE_DATABASE_POOL", False)
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.address("CACHE_URL", "", ["redis", "rediss", "unix"])
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache"
        if CACHE_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": CACHE_URL or "exchange",
        # In memory, too, nobody can crowd out what counts their attempts to sign in.
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5}
        if CACHE_URL
        else {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en"
# The languages we have a catalogue of; in which topics have names says exchange/common/languages.py.
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = ["exchange.common.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
CLOCK_OFFSET = env.integer("EXCHANGE_CLOCK_OFFSET", 0)

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "exchange" / "static"]
# What browsers and crawlers ask for at the root, whatever a page says.
WHITENOISE_ROOT = BASE_DIR / "exchange" / "root"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

locals().update(env.mail("EMAIL_URL", DATA_DIR))
# Who may read the mail files at /mailbox/: nobody, the operator (`up`), everybody (`demo`).
MAILBOX = env.choice("EXCHANGE_MAILBOX", "closed", {"closed", "operator", "everybody"})
DEFAULT_FROM_EMAIL = env.text("EXCHANGE_FROM", f"{SITE_NAME} <exchange@{SITE_HOST}>")

# Celery is the doorbell, not the memory: every task drains a table and may run twice.
BROKERS = ["redis", "rediss", "amqp", "amqps", "filesystem", "memory"]
CELERY_BROKER_URL = env.address("BROKER_URL", "filesystem://localhost/", BROKERS)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "filesystem": {"folder": str(DATA_DIR / "broker"), "polling_interval": 0.1},
    "redis": {
        "visibility_timeout": 600,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "global_keyprefix": env.text("EXCHANGE_QUEUE_PREFIX", ""),
    },
}.get(CELERY_BROKER_URL.partition(":")[0].replace("rediss", "redis"), {})
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = env.text("EXCHANGE_QUEUE", "exchange")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Beat keeps no file: a sweep too many costs nothing, a broken schedule would cost all.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# Seconds between two sweeps by beat: what a lost doorbell costs at most.
SWEEP_SECONDS = env.integer("EXCHANGE_SWEEP_SECONDS", 30, least=1)
# A digest leaves out what is younger than this: time to mend or take back what was published.
DIGEST_GRACE_SECONDS = env.integer("EXCHANGE_DIGEST_GRACE_SECONDS", 600, least=0)
# How long a sender may hold a mail before another takes it over.
LEASE_SECONDS = env.integer("EXCHANGE_LEASE_SECONDS", 300, least=1)
# How long a worker may be silent about an import before another takes it over; a file is read in less.
IMPORT_LEASE_SECONDS = env.integer("EXCHANGE_IMPORT_LEASE_SECONDS", 75, least=1)
SWEEPS = {
    "sequence-events": "exchange.activity.tasks.sequence_events",
    "release-lessons": "exchange.lessons.tasks.release_due",
    "end-agreements": "exchange.agreements.tasks.end_due",
    "send-invitations": "exchange.partners.tasks.send_invitations",
    "follow-log-for-search": "exchange.search.tasks.follow_log",
    "work-on-imports": "exchange.kpis.tasks.work_on_imports",
    "plan-digests": "exchange.digests.tasks.plan_digests",
    "send-mail": "exchange.digests.tasks.send_mail",
}
HOUSEKEEPING = {
    "count-rows-anew": "exchange.common.tasks.count_rows_anew",
    "forget-old-keys": "exchange.common.tasks.forget_old_keys",
    "forget-old-buffers": "exchange.lessons.tasks.forget_old_buffers",
    "note-missing-title-words": "exchange.lessons.tasks.note_missing_title_words",
    "forget-old-imports": "exchange.kpis.tasks.forget_old_imports",
    "forget-old-security-entries": "exchange.accounts.tasks.forget_old_security_entries",
    "forget-old-searches": "exchange.search.tasks.forget_old_searches",
}
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds - 1, 1)}}
    for tasks, seconds in ((SWEEPS, SWEEP_SECONDS), (HOUSEKEEPING, 3600))
    for name, task in tasks.items()
}

# Which search engine answers: Whoosh in the data folder, or a small one in memory for tests.
SEARCH_ENGINE = env.choice("EXCHANGE_SEARCH", "whoosh", {"whoosh", "memory"})
SEARCH_FOLDER = DATA_DIR / "search"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["exchange.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["exchange.api.permissions.KnownViewer"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["exchange.common.drf.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "exchange.common.drf.schema.ProblemSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "exchange.common.drf.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "iso-8601",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Port Exchange API",
    "DESCRIPTION": "Read and push what your organisation may see and share.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "exchange.common.drf.schema.tell_of_parts",
        "exchange.common.drf.schema.tell_of_strictness",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AgreementKind": "exchange.agreements.choices.Kind",
        "AgreementReaders": "exchange.agreements.api.bodies.agreement.Readers",
        "AgreementStatus": "exchange.agreements.choices.Status",
        "AudienceKind": "exchange.audiences.models.AudienceKind",
        "ImportState": "exchange.kpis.choices.ImportState",
        "IndicatorDirection": "exchange.kpis.choices.Direction",
        "IndicatorStatistic": "exchange.kpis.choices.Statistic",
        "LessonKind": "exchange.lessons.choices.Kind",
        "LessonLanguage": "exchange.lessons.choices.LANGUAGES",
        "LessonState": "exchange.lessons.choices.State",
        "MeetingState": "exchange.agreements.choices.MeetingState",
        "ObservationMissing": "exchange.kpis.choices.Missing",
        "ObservationPrecision": "exchange.kpis.choices.Precision",
        "ObservationResult": "exchange.kpis.api.bodies.observation.Result",
        "ObservationStanding": "exchange.kpis.api.bodies.observation.HOLDING",
        "ObservationState": "exchange.kpis.choices.State",
        "ObservationStatus": "exchange.kpis.choices.Status",
        "OrganisationKind": "exchange.partners.models.OrganisationKind",
        "PeriodType": "exchange.kpis.periods.PeriodKind",
        "SeriesGrade": "exchange.kpis.choices.Grade",
        "StatusEnum": [("ok", "ok")],
        "TargetAim": "exchange.kpis.choices.Aim",
        "TaskState": "exchange.agreements.api.bodies.work.TaskState",
        "WorkstreamHealth": "exchange.agreements.choices.Health",
        "WorkstreamStatus": "exchange.agreements.choices.WorkStatus",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "exchange.common.middleware.RequestIdFilter"},
        "secret_addresses": {"()": "exchange.common.logs.SecretAddresses"},
        "without_traceback": {"()": "exchange.common.logs.WithoutTraceback"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id", "secret_addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": env.level("EXCHANGE_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "WARNING"},
        "django.request": {"filters": ["without_traceback"]},
        "django.security.RequestDataTooBig": {"filters": ["without_traceback"]},
        "exchange": {"level": env.level("EXCHANGE_LOG_LEVEL", "INFO")},
    },
}
