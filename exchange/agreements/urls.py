from django.urls import path

from exchange.agreements.views import agreement, listing, parties

app_name = "agreements"
urlpatterns = [
    path("agreements/", listing.agreements, name="agreements"),
    path("agreements/new/", agreement.new, name="new"),
    path("agreements/<uuid:pk>/", agreement.agreement, name="agreement"),
    path("agreements/<uuid:pk>/edit/", agreement.edit, name="edit"),
    path("agreements/<uuid:pk>/term/", agreement.term, name="term"),
    path("agreements/<uuid:pk>/renew/", agreement.renew, name="renew"),
    path("agreements/<uuid:pk>/terminate/", agreement.terminate, name="terminate"),
    path("agreements/<uuid:pk>/share/", agreement.share, name="share"),
    path("agreements/<uuid:pk>/ask/", parties.ask, name="ask"),
    path("parties/<uuid:pk>/", parties.party, name="party"),
    path("parties/<uuid:pk>/confirm/", parties.confirm, name="confirm"),
    path("parties/<uuid:pk>/decline/", parties.decline, name="decline"),
    path("parties/<uuid:pk>/leave/", parties.leave, name="leave"),
    path("parties/<uuid:pk>/take-back/", parties.take_back, name="take_back"),
    path("parties/<uuid:pk>/coordinate/", parties.coordinate, name="coordinate"),
    path("parties/<uuid:pk>/signatory/", parties.signatory, name="signatory"),
]
