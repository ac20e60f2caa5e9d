"""Groups consist of organisations, unions of groups; who changes one waits for who is at it."""

from collections.abc import Callable

import pytest

from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid
from tests.cast import Cast, make_cast
from tests.threads import one_behind_the_other

SYSTEM = Viewer.system()


def other_group(cast: Cast) -> Audience:
    members = [cast.gothenburg.home, cast.tokyo.home]
    return audiences.make_group(actor=SYSTEM, name="other", members=members)


def union_of(*groups: Audience) -> Audience:
    return audiences.union_of(actor=SYSTEM, groups=groups)


NO_GROUPS: dict[str, Callable[[Cast], Audience]] = {
    "public": lambda cast: cast.public,
    "all partners": lambda cast: cast.partners,
    "an organisation": lambda cast: cast.gothenburg.home,
    "a union": lambda cast: union_of(cast.agreement, other_group(cast)),
}
no_group = pytest.mark.parametrize("make", NO_GROUPS.values(), ids=NO_GROUPS.keys())


@no_group
def test_only_a_group_is_given_members(cast: Cast, make: Callable[[Cast], Audience]) -> None:
    with pytest.raises(Invalid, match="consists of organisations"):
        audiences.set_group_members(actor=SYSTEM, group=make(cast), members=[cast.tokyo.home])


@pytest.mark.parametrize(
    "make", [lambda cast: cast.public, lambda cast: cast.partners, other_group]
)
def test_only_organisations_are_members_of_a_group(
    cast: Cast, make: Callable[[Cast], Audience]
) -> None:
    members = [cast.tokyo.home, make(cast)]
    with pytest.raises(Invalid, match="consists of organisations"):
        audiences.set_group_members(actor=SYSTEM, group=cast.agreement, members=members)
    assert not cast.agreement.inclusions.filter(part=cast.tokyo.home).exists()


@no_group
def test_only_groups_make_a_union(cast: Cast, make: Callable[[Cast], Audience]) -> None:
    for groups in ([make(cast)], [cast.agreement, make(cast)]):
        with pytest.raises(Invalid, match="one or more groups"):
            union_of(*groups)


def test_no_groups_make_no_union(db: None) -> None:
    with pytest.raises(Invalid, match="one or more groups"):
        union_of()


@pytest.mark.postgres
def test_of_two_who_change_a_group_the_later_has_the_last_word(postgres: None) -> None:
    cast = make_cast()
    home, angels, tokyo = (port.home for port in (cast.gothenburg, cast.los_angeles, cast.tokyo))
    audiences.set_group_members(actor=SYSTEM, group=cast.agreement, members=[home])

    def change(*members: Audience) -> Callable[[], Audience]:
        return lambda: audiences.set_group_members(
            actor=SYSTEM, group=cast.agreement, members=members
        )

    one_behind_the_other(change(home, angels), change(home, tokyo))
    parts = set(cast.agreement.inclusions.values_list("part", flat=True))
    assert parts == {home.pk, tokyo.pk}


@pytest.mark.postgres
def test_two_who_want_the_same_union_get_the_same(postgres: None) -> None:
    cast = make_cast()
    other = other_group(cast)
    first, second = one_behind_the_other(
        lambda: union_of(cast.agreement, other).pk, lambda: union_of(other, cast.agreement).pk
    )
    assert first == second
