from django.urls import path

from exchange.partners.views import accepting, clients, members, organisations, profiles

app_name = "partners"

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/profile/", profiles.profile, name="profile"),
    path("organisations/<uuid:pk>/shown/", profiles.shown, name="shown"),
    path("organisations/<uuid:pk>/members/", members.members, name="members"),
    path("organisations/<uuid:pk>/members/invite/", members.invite, name="invite"),
    path(
        "organisations/<uuid:pk>/members/<int:member>/role/",
        members.change_role,
        name="change_role",
    ),
    path(
        "organisations/<uuid:pk>/members/<int:member>/end/",
        members.end_membership,
        name="end_membership",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/mail/",
        members.mail_again,
        name="mail_again",
    ),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/revoke/",
        members.revoke_invitation,
        name="revoke_invitation",
    ),
    path("organisations/<uuid:pk>/leave/", members.leave, name="leave"),
    path("organisations/<uuid:pk>/clients/", clients.clients, name="clients"),
    path(
        "organisations/<uuid:pk>/clients/<uuid:client>/revoke/",
        clients.revoke_client,
        name="revoke_client",
    ),
    path("invitations/<str:token>/", accepting.accept, name="accept"),
    path("write-for/", organisations.write_for, name="write_for"),
]
