"""Buttons that do one thing."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exchange.common.errors import Conflict, Invalid, Message
from exchange.common.forms import NonceMixin, print_of
from exchange.common.once import once


def press(
    request: HttpRequest,
    form: NonceMixin,
    action: Callable[[], object],
    said: Message,
    *,
    owner: str,
) -> None:
    """Do what a button is for, once however often it is pressed; say `said`, or why not.

    `owner` is who pressed it, as `once` takes them.
    """
    try:
        if not form.is_valid():
            raise Conflict(_("That did not work. Please try again."))
        with once(owner=owner, key=form.key, fingerprint=print_of(request)) as claim:
            if claim.first:
                action()
        messages.success(request, str(said))
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
