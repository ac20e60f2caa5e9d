"""Cookies, and what a browser is told to refuse."""

from csp.constants import NONE, SELF

from exchange.config import env
from exchange.config.settings.site import PORT, SECURE, SITE_URL

# Cookies carry the port in their names, so that two exchanges on one host stay apart.
SESSION_COOKIE_NAME = f"exchange_session_{PORT}"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"exchange_csrf_{PORT}"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"exchange_language_{PORT}"
CSRF_FAILURE_VIEW = "exchange.common.refusals.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
BEHIND_PROXY = env.boolean("EXCHANGE_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Whom limits count: the address that the proxy in front has seen, else who is connected.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A megabyte of text in any script, whose bytes a form sends as three each, so that its field is named.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
