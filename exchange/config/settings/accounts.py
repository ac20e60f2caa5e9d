"""How people sign in."""

from exchange.config.settings.site import SECURE, SITE_NAME

# E-mail is the identity, an invitation the only way in.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "exchange.partners.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# One address at a time: a new one takes the old one's place when it is verified, not before.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {
    "add_email": "exchange.accounts.forms.NewAddressForm",
    "change_password": "exchange.accounts.forms.PasswordForm",
    "login": "exchange.accounts.forms.SignInForm",
    "reset_password": "exchange.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "exchange.accounts.forms.ForgottenPasswordKeyForm",
}
# Three days, as the letter with the link says.
PASSWORD_RESET_TIMEOUT = 3 * 86_400
# Failures by address; by account and address; by account alone, so wide that a stranger locks nobody
# out for long. Mails to one person; codes and passwords of who has signed in.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "login_failed_anywhere": "50/15m/key",
    "reset_password": "20/m/ip,5/h/key",
    "reauthenticate": "10/m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Seconds after which an act that matters asks again who is there.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "exchange.accounts.factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
# Steps of half a minute by which a phone's clock may be off; `CodeForm` sees that no code fits twice.
MFA_TOTP_TOLERANCE = 1
# Every account begins with a verified address, so one that waits to be verified locks nobody out.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "activate_totp": "exchange.accounts.forms.AppForm",
    "authenticate": "exchange.accounts.forms.CodeForm",
    "reauthenticate": "exchange.accounts.forms.CodeAgainForm",
    "add_webauthn": "exchange.accounts.forms.PasskeyForm",
    "edit_webauthn": "exchange.accounts.forms.RenamePasskeyForm",
    "login_webauthn": "exchange.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "exchange.accounts.forms.PasskeyAsSecondFactorForm",
    "reauthenticate_webauthn": "exchange.accounts.forms.PasskeyAgainForm",
}
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
