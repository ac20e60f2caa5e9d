"""The only writers of audiences. Callers hold the policy: an audience belongs to what it serves."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.choosing import groups_in
from exchange.audiences.models import Audience, AudienceInclusion, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid


def public() -> Audience:
    """Return the audience of everybody; made when first asked for."""
    return Audience.objects.get_or_create(kind=AudienceKind.PUBLIC, defaults={"name": "everybody"})[
        0
    ]


def all_partners() -> Audience:
    """Return the audience of all partner organisations; made when first asked for."""
    return Audience.objects.get_or_create(
        kind=AudienceKind.PARTNERS, defaults={"name": "all partners"}
    )[0]


@transaction.atomic
def make_organisation_audience(*, actor: Viewer, name: str) -> Audience:
    """Make the home audience of a new organisation."""
    del actor
    return Audience.objects.create(kind=AudienceKind.ORGANISATION, name=name)


@transaction.atomic
def make_group(*, actor: Viewer, name: str, members: Collection[Audience]) -> Audience:
    """Make a group of organisations, given their home audiences."""
    group = Audience.objects.create(kind=AudienceKind.GROUP, name=name)
    return set_group_members(actor=actor, group=group, members=members)


@transaction.atomic
def set_group_members(*, actor: Viewer, group: Audience, members: Collection[Audience]) -> Audience:
    """Make `members` (organisations' audiences) the members of `group`; who is out loses at once.

    Raises Invalid when `group` is no group or a member is no organisation's audience. What the
    group stands for (an agreement) checks who may do this, and records the event.
    """
    del actor
    group = Audience.objects.select_for_update().get(pk=group.pk)
    kinds = {member.kind for member in members}
    if group.kind != AudienceKind.GROUP or kinds - {AudienceKind.ORGANISATION}:
        raise Invalid({"members": [_("A group consists of organisations.")]})
    _include(group, members)
    return group


@transaction.atomic
def change_group(
    *, actor: Viewer, group: Audience, name: str | None = None, is_closed: bool | None = None
) -> Audience:
    """Give a group another name, or close or open it to what is new. Raises Invalid for no group.

    What the group stands for checks who may do this, and records the event.
    """
    del actor
    group = Audience.objects.select_for_update().get(pk=group.pk)
    if group.kind != AudienceKind.GROUP:
        raise Invalid({"audience": [_("Choose one or more groups.")]})
    group.name = group.name if name is None else name
    group.is_closed = group.is_closed if is_closed is None else is_closed
    group.save(update_fields=["name", "is_closed"])
    return group


def hold_groups(*shared: Audience) -> None:
    """Let nobody join or leave the groups in these audiences until the transaction ends.

    Whoever holds an organisation's row as well locks that first, and whoever needs several groups
    asks for all of them at once.
    """
    parts = set[int]().union(*map(groups_in, shared))
    groups = Audience.objects.filter(kind=AudienceKind.GROUP, pk__in=parts)
    list(groups.select_for_update(no_key=True).order_by("pk").values_list("pk"))


@transaction.atomic
def union_of(*, actor: Viewer, groups: Collection[Audience]) -> Audience:
    """Return the audience of everybody in one of `groups`; the same groups give the same row.

    Raises Invalid when one of them is no group. A single group is its own union.
    """
    del actor
    parts = {group.pk: group for group in groups}
    if not parts or any(group.kind != AudienceKind.GROUP for group in parts.values()):
        raise Invalid({"audience": [_("Choose one or more groups.")]})
    if len(parts) == 1:
        return next(iter(parts.values()))
    # Whoever asks for the same union meanwhile waits here, and then finds it made.
    list(Audience.objects.select_for_update().filter(pk__in=parts).order_by("pk"))
    candidates = Audience.objects.filter(kind=AudienceKind.UNION)
    for pk in parts:
        candidates = candidates.filter(inclusions__part=pk)
    for union in candidates.prefetch_related("inclusions"):
        if {inclusion.part_id for inclusion in union.inclusions.all()} == set(parts):
            return union
    name = " + ".join(sorted(group.name for group in parts.values()))[:200]
    union = Audience.objects.create(kind=AudienceKind.UNION, name=name)
    _include(union, parts.values())
    return union


def _include(whole: Audience, parts: Iterable[Audience]) -> None:
    wanted = {part.pk for part in parts}
    AudienceInclusion.objects.filter(whole=whole).exclude(part__in=wanted).delete()
    AudienceInclusion.objects.bulk_create(
        [AudienceInclusion(whole=whole, part_id=pk) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )
