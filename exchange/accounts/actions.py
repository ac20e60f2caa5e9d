"""What people change about themselves."""

from django.db import transaction

from exchange.accounts.models import User


@transaction.atomic
def change_preferences(*, actor: User, full_name: str, language: str, timezone: str) -> User:
    """Set a person's name, language (a code of `LANGUAGES`) and IANA zone; only one's own.

    Raises django's ValidationError with a message per field. Preferences are nobody's news: no event.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.full_name, user.language, user.timezone = full_name, language, timezone
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name", "language", "timezone"])
    return user
