from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from exchange.accounts.asking import asks_again
from exchange.common.methods import page
from exchange.partners import actions
from exchange.partners.forms import ClientForm
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import ApiClient
from exchange.partners.views._reach import (
    coordinated,
    first_time,
    told,
    told_in,
    unstored,
)


def _can_be_made(request: HttpRequest) -> bool:
    return request.method == "POST" and ClientForm(request.POST).is_valid()


@login_required
@page
@asks_again(_can_be_made)
def clients(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show coordinators the programs with access; give another one access and show its token once."""
    organisation = coordinated(request, pk)
    form = ClientForm(request.POST) if request.method == "POST" else ClientForm()
    made = None
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "may_write", "days")}
        with told_in(form), first_time(request, form):
            made = actions.create_api_client(
                actor=request.viewer, organisation=organisation, **values
            )
    if made:
        context = {"organisation": organisation, "client": made[0], "token": made[1]}
        return unstored(render(request, "partners/client_token.html", context))
    rows = ApiClient.objects.for_viewer(request.viewer).filter(organisation=organisation)
    rows = rows.with_standing().select_related("revoked_by")
    context = {"organisation": organisation, "clients": rows, "form": form}
    return render(request, "partners/clients.html", context)


@login_required
@page
def revoke_client(request: ViewedRequest, pk: UUID, client: UUID) -> HttpResponse:
    """Ask whether to end a program's access, then end it."""
    organisation = coordinated(request, pk)
    rows = ApiClient.objects.for_viewer(request.viewer).filter(organisation=organisation)
    row = get_object_or_404(rows, pk=client)
    if request.method == "POST":
        with told(request, done=_("%(name)s has no access any more.") % {"name": row}):
            actions.revoke_api_client(actor=request.viewer, client=row)
        return redirect("partners:clients", pk)
    context = {"organisation": organisation, "client": row}
    return render(request, "partners/revoke_client.html", context)
