"""What pages with forms share: doing what a form asks for once, and telling people what came of it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.common.errors import Conflict, Forbidden, Invalid, Message, Stale
from exchange.common.forms import NonceMixin, OnceForm, add_errors, print_of
from exchange.common.merging import MergingForm
from exchange.common.once import once
from exchange.partners.middleware import ViewedRequest

SENT_BEFORE: Message = gettext_lazy(
    "This was sent before. Look at what came of it, then decide anew."
)
CHANGED: Message = gettext_lazy(
    "This has changed meanwhile, so nothing was done. Look again, then decide."
)


class Addressed(Protocol):
    """What has a page."""

    def get_absolute_url(self) -> str: ...


def as_saved(thing: Any, read: Callable[[Any], Mapping[str, Any]]) -> tuple[Mapping[str, Any], int]:
    """Return what a form that was sent over something older is merged with; `thing` is read anew."""
    return read(thing), thing.lock


def form_page(
    request: ViewedRequest,
    form: NonceMixin,
    act: Callable[[], Addressed],
    *,
    done: Message,
    template: str,
    saved: Callable[[], tuple[Mapping[str, Any], int]] | None = None,
    back: str = "",
    **context: Any,
) -> HttpResponse:
    """Do what a valid form asks for, once; go to what came of it (or `back`), and say `done`.

    Else show the form (again) on a page of its own, with what was refused: `template` is that page,
    `context` what it says. `saved` gives what is saved now, and its lock, for a form that merges.
    """
    answer = _act_once(request, form, act, done=done, saved=saved, back=back)
    return answer or _show_form(request, form, template, **context)


def _act_once(
    request: ViewedRequest,
    form: NonceMixin,
    act: Callable[[], Addressed],
    *,
    done: Message,
    saved: Callable[[], tuple[Mapping[str, Any], int]] | None,
    back: str,
) -> HttpResponse | None:
    """Return where to go, None when the page is to be shown: before the form is sent, or refused."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        mark = print_of(request)
        with once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim:
            address = claim.outcome
            if claim.first:
                address = act().get_absolute_url()
                claim.keep(address)
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except Stale as error:
        _tell_stale(form, saved, error)
    except Conflict as error:
        form.add_error(None, str(error.message))
    except Invalid as error:
        if error.code == "key_reused":
            form.renew()
            form.add_error(None, str(SENT_BEFORE))
        else:
            add_errors(form, error.errors)
    else:
        messages.success(request, str(done))
        return HttpResponseRedirect(back or address)
    return None


def _tell_stale(
    form: forms.Form, saved: Callable[[], tuple[Mapping[str, Any], int]] | None, error: Stale
) -> None:
    if isinstance(form, MergingForm) and saved:
        form.merge(*saved())
        return
    form.data = {**dict(form.data.items()), "lock": str(error.current)}
    if isinstance(form, NonceMixin):
        form.renew()
    form.add_error(None, str(CHANGED))


def press_step(
    request: ViewedRequest,
    act: Callable[[], object],
    *,
    done: Message,
    to: Addressed | str,
    otherwise: Addressed | None = None,
) -> HttpResponse:
    """Do what a button is for, once; say `done` and go to `to`, or why not and go there or `otherwise`."""
    form = OnceForm(request.POST)
    try:
        if not form.is_valid():
            raise Conflict(_("Part of this form got lost on the way. Nothing was done: try again."))
        mark = print_of(request)
        with once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim:
            if claim.first:
                act()
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except (Conflict, Stale) as error:
        messages.error(request, str(error.message))
        to = otherwise or to
    except Invalid as error:
        messages.error(request, str(error))
        to = otherwise or to
    else:
        messages.success(request, str(done))
    return HttpResponseRedirect(to) if isinstance(to, str) else redirect(to.get_absolute_url())


def _show_form(
    request: ViewedRequest, form: NonceMixin, template: str, **context: Any
) -> HttpResponse:
    """Show a form on a page of its own; 409 when somebody else saved meanwhile."""
    merged = isinstance(form, MergingForm) and form.was_merged
    return render(
        request,
        template,
        {"form": form, "merged": merged, **context},
        status=409 if merged else 200,
    )
