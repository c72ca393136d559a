"""Every setting, from the environment alone. `.env.example` lists what production sets."""

import os
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from coalition import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = embedded.root()


def environment(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment; .env.example says what it is for.")
    return value


DEBUG = environment("DEBUG", "0") == "1"
# Demo sign-ins are refused unless this is on, and it is refused unless DEBUG is on.
DEMO = environment("DEMO", "0") == "1"
if DEMO and not DEBUG:
    raise ImproperlyConfigured("DEMO=1 shows passwords on the sign-in page; it needs DEBUG=1.")
SECRET_KEY = environment("SECRET_KEY", "for-development-only-" + "x" * 40 if DEBUG else None)
ALLOWED_HOSTS = environment("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if DEBUG else None).split(",")
SITE_URL = environment("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SITE_NAME = environment("SITE_NAME", "The Coalition")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "coalition.access",
    "coalition.activity",
    "coalition.clocks",
    "coalition.saved",
    "coalition.files",
    "coalition.accounts",
    "coalition.members",
    "coalition.dues",
    "coalition.search",
    "coalition.directory",
    "coalition.api",
    "coalition.pages",
    "coalition.applications",
    "coalition.ballots",
    "coalition.register",
    "groups.engagement",
    "groups.library",
    "enforcement.proposals",
    "enforcement.sharing",
    "enforcement.rights",
    "enforcement.market",
    "enforcement.shapes",
    "enforcement.cases",
    "enforcement.programmes",
    "enforcement.notices",
    "enforcement.storefronts",
    "enforcement.statistics",
    "demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    # Last: it runs the view itself, in a transaction that knows who is asking.
    "coalition.members.middleware.ViewerMiddleware",
]

ROOT_URLCONF = "coalition.urls"
WSGI_APPLICATION = "coalition.wsgi.application"
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
                "coalition.pages.context.shell",
                *(["demo.context.people"] if DEMO else []),
            ],
            "builtins": ["coalition.pages.templatetags.shell"],
        },
    }
]

# Web and worker connect as `app`, which row-level security binds; `migrate` runs with DATABASE_ROLE=owner.
DATABASE_ROLE = environment("DATABASE_ROLE", "app")
if "DATABASE_URL" in os.environ:
    url = environment("DATABASE_URL") if DATABASE_ROLE == "app" else environment("DATABASE_OWNER_URL")
    database = dict(dj_database_url.parse(url))
else:
    database = embedded.database(DATABASE_ROLE)
database.setdefault("OPTIONS", {})
database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if name := os.environ.get("DATABASE_NAME"):
    database["NAME"] = name
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url()
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Publishing must not hold up a request when the broker is away: the database keeps the work, beat finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "visibility_timeout": 600}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_TASK_DEFAULT_QUEUE = environment("CELERY_QUEUE", "coalition")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "deliver events": {"task": "coalition.activity.tasks.deliver", "schedule": 3.0},
    "seal events": {"task": "coalition.activity.tasks.seal", "schedule": 300.0},
    "forget sent forms": {"task": "coalition.activity.tasks.forget_sent_forms", "schedule": crontab(minute=7)},
    "sweep clocks": {"task": "coalition.clocks.tasks.sweep", "schedule": 15.0},
    "resume imports": {"task": "enforcement.market.tasks.resume_imports", "schedule": 10.0},
    # Often, so that a day on which a worker was away is made up for; each does once a day what is due.
    "renew and remind": {"task": "coalition.dues.tasks.run", "schedule": crontab(minute=17)},
    "watch what ends of rights": {"task": "enforcement.rights.tasks.watch_ends", "schedule": crontab(minute=37)},
    "watch what ends of allow lists": {"task": "enforcement.market.tasks.watch_allow_lists", "schedule": crontab(minute=47)},
    "give listings keys of the present table": {"task": "enforcement.market.tasks.rekey_listings", "schedule": crontab(minute=57)},
    "check the books": {"task": "coalition.dues.tasks.check_books", "schedule": crontab(hour=2, minute=40)},
    "watch good faith in programmes": {"task": "enforcement.programmes.tasks.watch_good_faith", "schedule": crontab(hour=3, minute=40)},
    "check roll-ups": {"task": "enforcement.statistics.tasks.check", "schedule": crontab(hour=3, minute=10)},
}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "coalition.accounts.adapter.AccountAdapter"
# An address that nobody has proved signs nobody in.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# How many proxies of our own stand before us: the limits per network address need the visitor's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment("TRUSTED_PROXIES", "0"))
# Beside allauth's own limits: beginning an application, asking for a seat, by address of the network and by e-mail address.
ACCOUNT_RATE_LIMITS = {"apply": "20/h/ip,5/h/key", "join": "20/h/ip,5/h/key", "invite": "3/h/key", "invite_for": "30/h/key"}
# Whoever has no account is written nothing, whoever types their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = SITE_NAME

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VAR / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Compressed files as collected, in development too: what is measured is what is served.
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
ICONS = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"

EMAIL_BACKEND = environment(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend" if DEBUG else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = environment("EMAIL_HOST", "localhost")
EMAIL_PORT = int(environment("EMAIL_PORT", "25"))
DEFAULT_FROM_EMAIL = environment("DEFAULT_FROM_EMAIL", "portal@coalition.example")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")

# Uploads over this are refused before they are read; imports stream from disk whatever their size.
UPLOAD_LIMIT = 60 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Who is asked for the TXT records that prove mail domains, as host:port; the machine's own servers where it is empty.
DNS_SERVER = environment("DNS_SERVER", "")

# Card payments are on where a key is set; the base is another's only where a stand-in answers, as in the tests.
STRIPE_SECRET_KEY = environment("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = environment("STRIPE_WEBHOOK_SECRET", "")
STRIPE_API_BASE = environment("STRIPE_API_BASE", "")
if STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRET:
    raise ImproperlyConfigured("STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET: without it nobody could tell who says that somebody paid.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # A form that leads on to the card service's own page is met by this too.
        "form-action": [SELF, *(["https://checkout.stripe.com"] if STRIPE_SECRET_KEY else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Drawn by an app above the middleware that meets the refusal.
REFUSAL_PAGE = "coalition.pages.errors.page"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_SSL_REDIRECT = environment("SECURE_SSL_REDIRECT", "0" if DEBUG else "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "coalition.api.authentication.TokenAuthentication",
        "coalition.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["coalition.api.permissions.HasSeat"],
    "DEFAULT_PARSER_CLASSES": [
        "coalition.api.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "coalition.api.pagination.Keyset",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "coalition.api.errors.handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Coalition portal",
    "VERSION": "1",
    "DESCRIPTION": "The same actions as the pages, by personal token bound to a seat.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": environment("LOG_LEVEL", "WARNING")},
}
