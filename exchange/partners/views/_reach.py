"""What a view may touch, and how a refusal is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.forms import NonceMixin, add_errors, print_of
from exchange.common.once import once
from exchange.common.providers import panels_for
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Membership, Organisation
from exchange.partners.models.membership import MembershipQuerySet
from exchange.partners.policies import can_coordinate, why_not


def own_organisation(request: ViewedRequest, pk: UUID) -> Organisation:
    """Return an organisation the viewer is in; to everybody else its inner pages do not exist."""
    mine = Organisation.objects.visible_to(request.viewer).of(request.viewer)
    return get_object_or_404(mine, pk=pk)


def coordinated(request: ViewedRequest, pk: UUID) -> Organisation:
    """Return an organisation the viewer coordinates; its other people get 403, outsiders 404."""
    organisation = own_organisation(request, pk)
    if not can_coordinate(request.viewer, organisation):
        words = why_not(request.viewer, organisation.pk, _("Only coordinators see this page."))
        raise PermissionDenied(words)
    return organisation


def members_of(request: ViewedRequest, organisation: Organisation) -> list[Membership]:
    """Return the members the viewer may see, by name as people sort names."""
    rows = Membership.objects.visible_to(request.viewer).filter(organisation=organisation)
    return _by_name(rows)


def shown_of(request: ViewedRequest, organisation: Organisation) -> list[Membership]:
    """Return the people of a partner who agreed to be shown, if the viewer may see them."""
    rows = Membership.objects.visible_to(request.viewer).shown().filter(organisation=organisation)
    return _by_name(rows)


def _by_name(rows: MembershipQuerySet) -> list[Membership]:
    return sorted(
        rows.select_related("user"),
        key=lambda row: Organisation.sort_key_of(row.user.full_name or row.user.email),
    )


def panels(request: ViewedRequest, place: str, thing: Organisation | Membership) -> list[str]:
    """Return what the slices show at a place, rendered."""
    return [
        render_to_string(panel.template, panel.context, request)
        for panel in panels_for(place, request.viewer, thing)
    ]


@contextmanager
def told(request: ViewedRequest, *, done: str) -> Iterator[None]:
    """Run an action; say `done`, or say why not. Forbidden becomes 403."""
    try:
        yield
    except Conflict as error:
        messages.error(request, str(error.message))
    except Forbidden as error:
        raise PermissionDenied(error.message) from error
    else:
        messages.success(request, done)


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """Run an action; what it refuses becomes errors of the form. Forbidden becomes 403."""
    try:
        yield
    except Invalid as error:
        add_errors(form, error.errors)
    except Conflict as error:
        form.add_error(None, str(error.message))
    except Forbidden as error:
        raise PermissionDenied(error.message) from error


@contextmanager
def first_time(request: ViewedRequest, form: NonceMixin) -> Iterator[None]:
    """Claim the form's nonce; raise Conflict when it made its thing already.

    What it made showed a secret, which nobody can show again.
    """
    with once(owner=request.viewer.owner_key, key=form.key, fingerprint=print_of(request)) as claim:
        if not claim.first:
            raise Conflict(
                _(
                    "This was made already, and its secret was shown once. If you missed it, "
                    "revoke it and make another."
                )
            )
        yield


def unstored(response: HttpResponse) -> HttpResponse:
    """Keep a page with a secret out of every cache, the browser's own included."""
    response["Cache-Control"] = "no-store, private"
    return response
