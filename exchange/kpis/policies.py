"""Who may do what with KPIs. Visibility is not decided here but by `visible_to`."""

from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.kpis.choices import Way
from exchange.kpis.models import Definition, Import, Indicator, Series
from exchange.partners.models import Organisation
from exchange.partners.policies import may_reach


def can_keep_catalogue(viewer: Viewer) -> bool:
    """Only the operator makes, revises, accepts and retires indicators."""
    return viewer.is_system


def can_propose(viewer: Viewer, organisation: Organisation) -> bool:
    """People who coordinate a partner propose indicators and new versions of them."""
    return (
        organisation.is_partner
        and viewer.is_person
        and viewer.acts_as(Role.COORDINATOR, organisation.pk)
    )


def can_withdraw_proposal(viewer: Viewer, definition: Definition) -> bool:
    """The organisation that proposed it takes it back."""
    return viewer.is_person and viewer.acts_as(Role.COORDINATOR, definition.organisation_id)


def can_enter(viewer: Viewer, organisation: Organisation) -> bool:
    """Contributors enter values of their organisation, and so do its programs that may write."""
    return (
        organisation.is_partner
        and viewer.may_write
        and viewer.acts_as(Role.CONTRIBUTOR, organisation.pk)
    )


def can_keep(viewer: Viewer, organisation: Organisation) -> bool:
    """Reviewers say which indicators their organisation reports, how, to whom, and what it aims at."""
    return (
        organisation.is_partner
        and viewer.is_person
        and viewer.acts_as(Role.REVIEWER, organisation.pk)
    )


def can_consent(viewer: Viewer, organisation: Organisation) -> bool:
    """That values count in peer bands is a coordinator's decision."""
    return can_keep(viewer, organisation) and viewer.acts_as(Role.COORDINATOR, organisation.pk)


def can_share_with(viewer: Viewer, organisation: Organisation, audience: Audience) -> bool:
    """An organisation shares with everybody, all partners, itself, and groups that it is in."""
    return can_keep(viewer, organisation) and may_reach(organisation, audience)


def can_review(viewer: Viewer, organisation: Organisation) -> bool:
    """Reviewers of the owner decide on values that wait; never a program."""
    return can_keep(viewer, organisation)


def can_take_back(viewer: Viewer, series: Series) -> bool:
    """Whoever enters values for the owner takes back those that wait."""
    return can_enter(viewer, series.organisation)


def can_import(viewer: Viewer, organisation: Organisation) -> bool:
    """Whoever enters values for an organisation sends files for it."""
    return can_enter(viewer, organisation)


def can_answer_for(viewer: Viewer, batch: Import) -> bool:
    """Whoever enters values for the organisation that a file was sent for decides on the import."""
    if viewer.is_system or batch.organisation is None:
        return viewer.is_system
    return batch.way != Way.OPERATOR and can_enter(viewer, batch.organisation)


def is_listed(indicator: Indicator) -> bool:
    """Tell whether values are entered for an indicator: it has a definition and is not retired."""
    return indicator.current_id is not None and indicator.retired_at is None
