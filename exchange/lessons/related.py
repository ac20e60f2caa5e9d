"""Other lessons that a text names: each reader hears of those that they may see, and of no other."""

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.lessons.models import Lesson

MOST = 10


def seen_of(ids: Sequence[str], viewer: Viewer) -> list[Lesson]:
    """Return those of `ids` that the viewer may see now, in that order; one query at most.

    A draft that was thrown away is not among them until it is brought back.
    """
    if not ids:
        return []
    found = Lesson.objects.visible_to(viewer).kept().select_related("shown_version").in_bulk(ids)
    return [lesson for key in ids if (lesson := found.get(UUID(key)))]


def successor_of(lesson: Lesson, viewer: Viewer) -> Lesson | None:
    """Return the lesson that replaces this one, if the viewer may see it now; one query at most."""
    seen = seen_of([str(lesson.superseded_by_id)] if lesson.superseded_by_id else [], viewer)
    return seen[0] if seen else None


def replaced_by(lesson: Lesson, viewer: Viewer) -> list[Lesson]:
    """Return what this lesson replaces, as far as the viewer may see it, the newest first."""
    if not lesson.is_published:
        return []
    found = Lesson.objects.visible_to(viewer).published().filter(superseded_by=lesson.pk)
    return list(found.select_related("shown_version").order_by("-published_at", "-pk"))


def with_unseen(given: Sequence[str], before: Sequence[str], viewer: Viewer) -> list[str]:
    """Return `given` with what the viewer cannot see of `before`, which stays where it was.

    Whoever edits a lesson neither loses nor learns what was named there out of their sight.
    """
    seen = {str(lesson.pk) for lesson in seen_of(before, viewer)}
    merged = list(given)
    for place, key in enumerate(before):
        if key not in seen and key not in merged:
            merged.insert(place, key)
    return merged


def ids_at(
    entries: Iterable[str], viewer: Viewer, *, itself: UUID | None, standing: Collection[str]
) -> list[str]:
    """Return the ids of the lessons at these addresses or ids, each once; one query at most.

    Raises ValidationError, naming every entry, for `itself`, for one more than ten, and alike for what is nowhere and
    what the viewer may not see. What is `standing` may stay, however many: out of the sight of
    those who added to it there may have been others.
    """
    keys = {entry: _key_of(entry) for entry in entries}
    visible = Lesson.objects.visible_to(viewer).kept().filter(pk__in=[*filter(None, keys.values())])
    found = set(visible.values_list("pk", flat=True))
    wrong = [
        ValidationError(
            _("“%(entry)s” is this lesson itself. Leave it out.")
            if key in found
            else _("There is no lesson at “%(entry)s”. Copy its address, or leave it out."),
            params={"entry": entry[:200]},
        )
        for entry, key in keys.items()
        if key not in found or key == itself
    ]
    if wrong:
        raise ValidationError(wrong)
    ids = list(dict.fromkeys(map(str, keys.values())))
    if len(ids) > MOST and not set(ids) <= set(standing):
        raise ValidationError(_("Choose at most %(most)s."), params={"most": MOST})
    return ids


def address_of(key: str) -> str:
    """Return the address of a lesson's page, as people copy it."""
    return settings.SITE_URL + reverse("lessons:lesson", args=[key])


def _key_of(entry: str) -> UUID | None:
    """Return the id in an address of ours, or the id that stands there alone."""
    try:
        return UUID(entry)
    except ValueError:
        pass
    try:
        address = urlsplit(entry)
        domain, _port = split_domain_port(address.netloc)
        if domain and not validate_host(domain, settings.ALLOWED_HOSTS):
            return None
        match = resolve(address.path)
    except (ValueError, Resolver404):
        return None
    key = match.kwargs.get("pk") if match.app_name == "lessons" else None
    return key if isinstance(key, UUID) else None
