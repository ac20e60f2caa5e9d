"""Which audiences are offered, and which of two is wider."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.audiences import actions as audiences
from exchange.audiences.choosing import choices_for, covers, readers_of
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.lessons.policies import can_share_with
from exchange.partners.models import Membership
from exchange.partners.policies import may_reach
from exchange.partners.viewers import anonymous
from tests.cast import Cast, eyes

SYSTEM = Viewer.system()


def group(cast: Cast, name: str, *ports: str) -> Audience:
    homes = [getattr(cast, port).home for port in ports]
    return audiences.make_group(actor=SYSTEM, name=name, members=homes)


def named(cast: Cast) -> dict[str, Audience]:
    """Return one audience of each kind, and more than one of groups and unions."""
    pacific = group(cast, "pacific", "los_angeles", "tokyo")
    all_three = group(cast, "all three", "gothenburg", "los_angeles", "tokyo")
    return {
        "public": cast.public,
        "partners": cast.partners,
        "home": cast.gothenburg.home,
        "elsewhere": cast.tokyo.home,
        "agreement": cast.agreement,
        "pacific": pacific,
        "all three": all_three,
        "ours": audiences.union_of(actor=SYSTEM, groups=[cast.agreement, all_three]),
        "mixed": audiences.union_of(actor=SYSTEM, groups=[cast.agreement, pacific]),
    }


def test_a_form_offers_only_what_the_writer_belongs_to(cast: Cast) -> None:
    known = {audience.pk: name for name, audience in named(cast).items()}
    offered = [known[audience.pk] for audience in choices_for(eyes(cast.gothenburg.contributor))]
    assert offered[:3] == ["public", "partners", "home"]
    assert set(offered[3:]) == {"agreement", "all three", "ours"}


def test_with_two_memberships_the_form_offers_what_fits_the_one_written_for(cast: Cast) -> None:
    person = cast.gothenburg.contributor
    Membership.objects.create(
        user=person, organisation=cast.tokyo.organisation, role=Role.CONTRIBUTOR
    )
    group(cast, "pacific", "los_angeles", "tokyo")
    offered = choices_for(eyes(person), cast.gothenburg.home)
    assert [str(audience) for audience in offered] == [
        "everybody",
        "all partners",
        "Port of Gothenburg",
        "Los Angeles–Gothenburg MOU",
    ]


def test_a_group_of_ones_own_alone_is_no_choice(cast: Cast) -> None:
    lonely = group(cast, "with ports that are no partners", "gothenburg")
    union = audiences.union_of(actor=SYSTEM, groups=[cast.agreement, lonely])
    offered = choices_for(eyes(cast.gothenburg.contributor))
    assert not {lonely, union} & set(offered)


def test_a_passer_by_is_offered_everybody_only(cast: Cast) -> None:
    assert choices_for(anonymous()) == [cast.public]


@pytest.mark.parametrize("name", ["public", "partners", "home", "agreement", "all three", "ours"])
def test_a_lesson_may_go_where_its_owner_belongs(cast: Cast, name: str) -> None:
    assert may_reach(cast.gothenburg.organisation, named(cast)[name])


@pytest.mark.parametrize("name", ["elsewhere", "pacific", "mixed"])
def test_a_lesson_may_not_go_where_its_owner_is_a_stranger(cast: Cast, name: str) -> None:
    assert not may_reach(cast.gothenburg.organisation, named(cast)[name])


def test_only_writers_share(cast: Cast) -> None:
    for role, allowed in (("reader", False), ("contributor", True)):
        viewer = eyes(getattr(cast.gothenburg, role))
        assert can_share_with(viewer, cast.gothenburg.organisation, cast.public) is allowed


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("public", "partners"),
        ("partners", "agreement"),
        ("partners", "home"),
        ("agreement", "home"),
        ("all three", "agreement"),
        ("mixed", "elsewhere"),
        ("mixed", "agreement"),
        ("all three", "mixed"),
        ("home", "home"),
    ],
)
def test_the_wider_covers_the_narrower(cast: Cast, whole: str, part: str) -> None:
    known = named(cast)
    assert covers(known[whole], known[part])


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("partners", "public"),
        ("agreement", "partners"),
        ("agreement", "all three"),
        ("agreement", "pacific"),
        ("home", "agreement"),
        ("agreement", "elsewhere"),
    ],
)
def test_the_narrower_does_not_cover_the_wider(cast: Cast, whole: str, part: str) -> None:
    known = named(cast)
    assert not covers(known[whole], known[part])


def test_who_reads_many_unions_is_asked_with_two_queries(cast: Cast) -> None:
    others = [group(cast, name, "gothenburg", "tokyo") for name in ("a", "b", "c")]
    unions = [audiences.union_of(actor=SYSTEM, groups=[cast.agreement, one]) for one in others]
    reader = eyes(cast.gothenburg.reader)
    with CaptureQueriesContext(connection) as asked:
        words = readers_of([union.pk for union in unions], reader)
    assert len(asked) == 2
    assert words[unions[0].pk] == f"the parties of the {cast.agreement.name} + a"


def test_leaving_a_group_is_losing_at_once(cast: Cast) -> None:
    assert cast.agreement.pk in eyes(cast.los_angeles.reader).audience_ids
    audiences.set_group_members(actor=SYSTEM, group=cast.agreement, members=[cast.gothenburg.home])
    assert cast.agreement.pk not in eyes(cast.los_angeles.reader).audience_ids


def test_the_same_groups_make_the_same_union(cast: Cast) -> None:
    other = group(cast, "other", "gothenburg", "tokyo")
    first = audiences.union_of(actor=SYSTEM, groups=[cast.agreement, other])
    assert audiences.union_of(actor=SYSTEM, groups=[other, cast.agreement, other]) == first
