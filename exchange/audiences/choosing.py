"""Which audiences somebody may choose from, and how two of them compare."""

from collections.abc import Collection

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from exchange.audiences.models import Audience, AudienceInclusion, AudienceKind
from exchange.audiences.viewer import Viewer


def choices_for(viewer: Viewer, home: Audience | None = None) -> list[Audience]:
    """Return what a form offers: everybody, all partners, one's own, groups, unions of groups.

    Only open groups that the viewer and others are in, and unions of such groups only; with `home`
    (an organisation's audience), those that this organisation is in. Two queries.
    """
    homes = {home.pk} if home else set(viewer.audience_ids)
    seen = Audience.objects.filter(pk__in=viewer.audience_ids).order_by("name", "pk")
    parts = _parts()
    groups = {
        audience.pk
        for audience in seen
        if _is_open_group(audience) and _is_shared(parts.get(audience.pk, set()), homes)
    }
    order = list(AudienceKind)
    return sorted(
        (audience for audience in seen if _fits(audience, homes, groups, parts)),
        key=lambda audience: order.index(AudienceKind(audience.kind)),
    )


def _is_open_group(audience: Audience) -> bool:
    return audience.kind == AudienceKind.GROUP and not audience.is_closed


def _is_shared(members: set[int], homes: set[int]) -> bool:
    """Tell whether one of `homes` is in a group, and not alone: other parties may be no partners."""
    return bool(members & homes) and len(members) > 1


def _fits(
    audience: Audience, homes: set[int], groups: set[int], parts: dict[int, set[int]]
) -> bool:
    if audience.kind == AudienceKind.ORGANISATION:
        return audience.pk in homes
    if audience.kind == AudienceKind.GROUP:
        return audience.pk in groups
    return audience.kind != AudienceKind.UNION or parts.get(audience.pk, {0}) <= groups


def covers(whole: Audience, part: Audience) -> bool:
    """Tell whether everybody in `part` is in `whole`: going from `whole` to `part` only narrows."""
    if whole.pk == part.pk or whole.kind == AudienceKind.PUBLIC:
        return True
    if part.kind in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}:
        return False
    return whole.kind == AudienceKind.PARTNERS or _homes(part) <= _homes(whole)


def groups_in(audience: Audience) -> set[int]:
    """Return the groups that a union is of; of a group, the group itself."""
    if audience.kind == AudienceKind.UNION:
        return set(audience.inclusions.values_list("part", flat=True))
    return {audience.pk}


def _homes(audience: Audience) -> set[int]:
    """Return the organisations' audiences that make up an organisation, a group or a union."""
    if audience.kind == AudienceKind.ORGANISATION:
        return {audience.pk}
    parts = set(audience.inclusions.values_list("part", flat=True))
    if audience.kind == AudienceKind.UNION:
        inner = AudienceInclusion.objects.filter(whole__in=parts)
        return set(inner.values_list("part", flat=True))
    return parts


def _parts() -> dict[int, set[int]]:
    parts: dict[int, set[int]] = {}
    for whole, part in AudienceInclusion.objects.values_list("whole", "part"):
        parts.setdefault(whole, set()).add(part)
    return parts


def _load_parts(unions: list[Audience]) -> None:
    parts = AudienceInclusion.objects.select_related("part")
    prefetch_related_objects(unions, Prefetch("inclusions", parts))


def readers_of(keys: Collection[int], viewer: Viewer) -> dict[int, str]:
    """Return by id who is in these audiences, in the words of `who_reads`; two queries at most."""
    found = Audience.objects.in_bulk(keys)
    _load_parts([one for one in found.values() if one.kind == AudienceKind.UNION])
    return {key: who_reads(one, viewer) for key, one in found.items()}


def who_reads(audience: Audience, viewer: Viewer) -> str:
    """Return in words who is in `audience`, naming only groups that the viewer is in as well."""
    if audience.kind == AudienceKind.PUBLIC:
        return _("everybody, on the internet too")
    if audience.kind == AudienceKind.PARTNERS:
        return _("all partner organisations")
    if audience.kind == AudienceKind.ORGANISATION:
        return _("people of %(name)s only") % {"name": audience.name}
    groups = [audience]
    if audience.kind == AudienceKind.UNION:
        _load_parts([audience])
        groups = [inclusion.part for inclusion in audience.inclusions.all()]
    known = sorted(group.name for group in groups if group.pk in viewer.audience_ids)
    if not known:
        return _("the parties of other agreements")
    return _("the parties of the %(names)s") % {"names": " + ".join(known)}
