"""Settings. Everything that differs between machines comes through `config.env`."""

from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from config.env import ROOT, VAR, read

ENV = read()

DEMO = ENV.demo
DEBUG = False
SECRET_KEY = ENV.secret_key
FIELD_KEYS = ENV.field_keys  # of encrypted columns (core.encrypted), the newest first
ALLOWED_HOSTS = ENV.hosts
SITE_URL = ENV.site_url
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_NAME = "Miitti"
AUDIT_KEEP_YEARS = ENV.audit_keep_years

INSTALLED_APPS = [
    "daphne",
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "template_partials",
    "core",
    "accounts",
    "events",
    "esf",
    "registrations",
    "virtualfair",
    "workspace",
    "api",
    "config",
]

MIDDLEWARE = [
    "core.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.PrivatePages",
    "core.middleware.TryAgain",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.lending.LentDevice",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "core.forms.Renderer"

# Database: one writer at a time on SQLite, a bounded pool on PostgreSQL; never ATOMIC_REQUESTS.
DATABASES: dict[str, dict[str, Any]] = {"default": environ.Env.db_url_config(ENV.database_url)}
ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if ON_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 0, "max_size": ENV.database_pool, "timeout": 30},
        "options": "-c lock_timeout=10s",
        "server_side_binding": True,
        "prepare_threshold": 5,  # what a connection asks for the fifth time, the server need not plan any more
    }

# Pieces of pages stay in the process ({% cache %}): their keys name all that they depend on.
IN_PROCESS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
if ENV.redis_url:
    SHARED = {"BACKEND": "core.caching.RedisCache", "LOCATION": ENV.redis_url}
    CACHES: dict[str, dict[str, Any]] = {"default": SHARED, "template_fragments": {**IN_PROCESS, "LOCATION": "pieces"}}
    CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Messages between processes know no database numbers: without it in their names, two installations on one
            # server would hear each other's rooms.
            "CONFIG": {"hosts": [ENV.redis_url], "prefix": f"miitti{urlsplit(ENV.redis_url).path.replace('/', '.')}"},
        },
    }
else:
    CACHES = {"default": IN_PROCESS, "template_fragments": {**IN_PROCESS, "LOCATION": "pieces"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# Helpers that obey the commands of a process's sockets; 0: its own threads do (see core.live.work).
LIVE_PROCESSES = 1 if ENV.redis_url else 0

# Words and time: Finnish first, Finnish clock.
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "allauth"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_LANGUAGES = tuple(code for code, _name in LANGUAGES)
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("fi",), "uk": ("en", "fi")}

# Sign-in of staff. Participants need no account.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("workspace:desk")
LOGOUT_REDIRECT_URL = reverse_lazy("events:catalogue")
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {"request_login_code": "accounts.forms.RequestLoginCodeForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
LENT_DEVICE_URL = "registrations:lent"
OPEN_ON_A_LENT_DEVICE = {  # views that somebody opens to whom staff have lent their device (accounts.lending)
    *("registrations:door_form", "registrations:door_form_done", "registrations:lent", "privacy", "privacy_version"),
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"),
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENV.behind_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an owner invited the address, and a code is sent to it
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

# Strong sign-in by OpenID Connect, where the environment names a provider. It never joins an account by an e-mail
# address: whoever has an account adds it there, signed in; others get an account of those who take part.
SOCIALACCOUNT_ADAPTER = "accounts.adapter.StrongSignInAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
# By a link: our policy for forms (form-action) would stop the way through the provider's own addresses. It changes
# nothing here but the session, and what comes back must bring the session's `state`.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
if ENV.strong_sign_in:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "strong",
                "name": ENV.strong_sign_in.name,
                "client_id": ENV.strong_sign_in.client_id,
                "secret": ENV.strong_sign_in.secret,
                "settings": {"server_url": ENV.strong_sign_in.server_url, "uid_field": "sub"},
            }
        ],
    }

# Mail leaves through the outbox alone (core.services.outbox).
vars().update(environ.Env.email_url_config(ENV.mail_url))
DEFAULT_FROM_EMAIL = ENV.mail_from
EMAIL_TIMEOUT = 20
BOUNCE_ADDRESS = ENV.bounce_address  # what is told where a letter could not be delivered; empty: the sender
BOUNCE_MAILBOX = ENV.bounce_mailbox  # where the worker reads it
BOUNCE_SECRET = ENV.bounce_secret  # with which a mail server posts it to /hooks/bounces/; empty: it cannot
DKIM_SELECTOR, SPF_TERM = ENV.dkim_selector, ENV.spf_term  # for the check of the sender (core.sender_check)
SMS_URL = ENV.sms_url  # the gateway of text messages; empty: there are none
KEEP_SENT_LETTERS = DEMO  # elsewhere the words and links of a mail go once it has left

# Payments. The fake takes none but pretended money, in the demo and the tests alone.
STRIPE = ENV.stripe
STRIPE_FAKE = VAR / "stripe.sqlite3" if DEMO and not ENV.stripe else None
FAKE_PAYMENTS_ALLOWED = DEMO

# Static files: hashed names in production, the finders in the demo.
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static.HashedStatic" if not DEMO else "core.static.PlainStatic"},
}
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = False

# An event's form has nine fields for each of at most two hundred dates.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "miitti_session", "miitti_csrf"
SECURE_SSL_REDIRECT = ENV.https and not DEMO
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https and not DEMO else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.views.stale_form"
PAY_PAGES = ["https://checkout.stripe.com"] if ENV.stripe else []  # the way there begins with a form
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *PAY_PAGES],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "core.logs.Formatter"}, "plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_paths": {"()": "core.logs.WithoutPaths"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEMO else "json",
            "filters": ["without_paths"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING" if DEMO else "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "ERROR"},
        "stripe": {"level": "WARNING"},  # below, it tells of every request, and of what was sent
    },
}

# The age and the months that make an unemployment "long-term" (Commission guidance on the common indicators, Annex C1,
# for 2014-2020, carried over; open point 3 of the domain notes, hence a setting).
ESF_LTU_YOUTH_AGE = 25
ESF_LTU_YOUTH_MONTHS = 6
ESF_LTU_MONTHS = 12
ESF_QUIET_DAYS = 60  # who has not been there for so long has perhaps left the project

# The three questions about the household of Regulation (EU) No 1304/2013, Annex I, which Regulation (EU, Euratom)
# 2018/1046 dropped; only a project of 2014-2020 can ask them.
ESF_2014_ASKS_HOUSEHOLD = False

# A background form that never became part of a participation is destroyed after so many days, or so many days after its
# project's end (the authority: forms of events that do not count may not be stored).
ESF_UNUSED_NOTICE_DAYS = 365
ESF_UNUSED_NOTICE_DAYS_AFTER_PROJECT = 30
ESF_UNCOUNTED_NOTICE_DAYS = 30
TEST_PERSONS = DEMO  # whether personal identity codes of test persons (900-999) are taken
# Answers that were begun and not sent are forgotten.
ESF_DRAFT_DAYS = 30

HOLD_MINUTES = 20
PAY_MINUTES = 30  # a seat is kept so long for one who is to pay; longer while a page to pay at is open
CONFIRM_MINUTES = 60  # the same, while a link in a mail waits to be pressed

# Files that people attach to an answer.
ANSWER_FILE_BYTES = 5_000_000

# Employers' contact persons and notes about them are kept so long, unless somebody says another day.
EMPLOYER_CONTACT_DAYS = 2 * 365

API_ANONYMOUS_PER_MINUTE = 300

# What the public may do so often in so many seconds (core.limits). Many people may share the address of one library or
# school, and a rush of 2,000 for one event comes within a minute.
RATE_LIMITS = {
    "hold": (240, 600),  # seats and places taken, per address
    "hold of event": (6000, 60),  # the same, per event, from everywhere
    "form": (900, 600),  # screens of forms sent, per address
    "file": (60, 600),  # screens sent with files, per address
    "send": (120, 600),  # whole forms sent, per address
    "confirm to mail": (6, 3600),  # mails with a link to press, per e-mail address
    "survey": (120, 3600),  # responses to anonymous surveys, per address: a school sits behind one
    "link": (30, 600),  # personal links asked for, per address
    "link to mail": (6, 24 * 3600),  # the same, per e-mail address
    "pay": (30, 600),  # pages to pay at that are opened, per address
    "paper": (60, 600),  # tickets made as PDF, per address
    "hook": (600, 60),  # reports of a mail server, per address
    "hook refused": (20, 600),  # the same without the right secret
    "sender": (10, 600),  # checks of the sender in the DNS, per user
    "miss": (60, 600),  # personal links and forms that do not exist, per address
}
HOLDS_PER_ADDRESS = 20  # seats of one event kept at one time for one address's unfinished forms
LINK_MAIL_SECONDS = 300  # no second mail with links to one address so soon
FORM_FASTEST_SECONDS = ENV.form_fastest_seconds  # nobody fills the first screen faster

SILENCED_SYSTEM_CHECKS: list[str] = []
