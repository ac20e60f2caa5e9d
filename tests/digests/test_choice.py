"""What people choose to be told of: any one of what they named, never more than they may read."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.activity.sequencer import last_position, place_events
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Invalid
from exchange.common.ids import uuid7
from exchange.digests import actions, planning, sending
from exchange.digests.choice import Choice, choice_of
from exchange.digests.compose import compose
from exchange.digests.models import Digest, Subscription
from exchange.digests.sharing import Shelf
from exchange.topics.models import Topic
from tests.cast import Cast, eyes
from tests.digests.scenes import DUE_IN_LOS_ANGELES, WEEK, log_now, only, publish, run, subscribe
from tests.lessons.factories import make_lesson

NOTHING = Choice()


@pytest.fixture
def ray(cast: Cast, clock: Traveller) -> Viewer:
    """Ray of Los Angeles, who gets a mail each Monday."""
    subscribe(cast.los_angeles.reader)
    return eyes(cast.los_angeles.reader)


def filed(cast: Cast, title: str, *topics: str) -> None:
    """Publish a lesson under topics; those of `publish` are about shore power."""
    make_lesson(cast, text={"title": title, "titles": {}, "topics": list(topics)})
    place_events()


def told(viewer: Viewer) -> dict[str, str]:
    """Return what the viewer's mail would tell now: the reason by title."""
    mine = Subscription.objects.get(user=viewer.user_id)
    news = compose(
        viewer, choice_of(mine, viewer), start=mine.started_position, end=last_position()
    )
    return {item.title: item.why for item in news.news.items}


def choose(viewer: Viewer, **wish: Any) -> None:
    actions.choose(actor=viewer, everything=False, **wish)


def test_a_theme_stands_for_its_topics(cast: Cast, ray: Viewer) -> None:
    choose(ray, topics=["infrastructure"])
    filed(cast, "Trains", "infrastructure/rail")
    publish(cast, "Plugs")
    assert told(ray) == {
        "Trains": "you follow Infrastructure and capacity, shared with “Los Angeles–Gothenburg MOU”"
    }


def test_a_topic_is_less_than_its_theme(cast: Cast, ray: Viewer) -> None:
    choose(ray, topics=["energy/shore-power"])
    filed(cast, "Plugs", "energy/shore-power")
    filed(cast, "All of energy", "energy")
    publish(cast, "Placed")
    assert "Plugs" in told(ray)
    assert "All of energy" not in told(ray)


def test_an_organisation_is_followed(cast: Cast, ray: Viewer) -> None:
    choose(ray, organisations=[str(cast.gothenburg.organisation.pk)])
    publish(cast, "From Gothenburg", cast.public)
    publish(cast.tokyo, "From Tokyo", cast.public)
    assert told(ray) == {"From Gothenburg": "you follow Port of Gothenburg, open to everybody"}


def test_a_kind_is_followed(cast: Cast, ray: Viewer) -> None:
    choose(ray, kinds=["lesson"])
    publish(cast, "From Gothenburg", cast.public)
    assert told(ray) == {"From Gothenburg": "you follow every lesson, open to everybody"}


def test_any_one_of_what_was_chosen_is_enough(cast: Cast, ray: Viewer) -> None:
    choose(ray, topics=["infrastructure"], organisations=[str(cast.tokyo.organisation.pk)])
    filed(cast, "Trains", "infrastructure/rail")
    publish(cast.tokyo, "From Tokyo", cast.public)
    publish(cast, "Neither", cast.public)
    assert told(ray).keys() == {"Trains", "From Tokyo"}


def test_following_gives_no_sight(cast: Cast, ray: Viewer) -> None:
    choose(ray, organisations=[str(cast.gothenburg.organisation.pk)])
    publish(cast, "For Gothenburg only", cast.gothenburg.home)
    assert told(ray) == {}


@pytest.mark.parametrize("wish", [{}, {"topics": []}, {"organisations": [], "kinds": []}])
def test_only_what_i_choose_needs_something_chosen(ray: Viewer, wish: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(ray, **wish)
    assert refusal.value.errors.keys() == {"everything"}
    assert Subscription.objects.get().everything


def test_a_choice_whose_last_thing_is_gone_means_nothing(cast: Cast, ray: Viewer) -> None:
    Topic.objects.create(code="passing", sort=999, label_en="Passing")
    choose(ray, topics=["passing"])
    Topic.objects.filter(code="passing").delete()
    publish(cast, "Agree the plug first")
    assert told(ray) == {}


def test_no_choice_at_all_means_nothing(cast: Cast, ray: Viewer) -> None:
    publish(cast, "Agree the plug first")
    assert compose(ray, NOTHING, start=0, end=last_position()).news.count == 0


@pytest.mark.parametrize(
    "wish",
    [
        {"topics": ["no-such"]},
        {"topics": ["a\0b"]},
        {"organisations": [str(uuid7())]},
        {"organisations": ["1"]},
        {"kinds": ["person"]},
    ],
)
def test_what_is_not_there_is_refused_by_its_field(ray: Viewer, wish: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        choose(ray, **wish)
    assert refusal.value.errors.keys() == wish.keys()
    assert Subscription.objects.get().everything


def test_who_has_no_mails_chooses_first_when_they_come(cast: Cast) -> None:
    with pytest.raises(Conflict):
        choose(eyes(cast.tokyo.reader), kinds=["lesson"])


def test_everything_again_forgets_the_choice(cast: Cast, ray: Viewer) -> None:
    choose(ray, topics=["energy"], kinds=["lesson"])
    actions.choose(actor=ray, everything=True, topics=["energy"])
    mine = Subscription.objects.get()
    assert (mine.everything, mine.kinds, mine.topics.count()) == (True, [], 0)


def test_what_was_chosen_last_counts_when_the_mail_is_written(
    cast: Cast, ray: Viewer, clock: Traveller, mailoutbox: list[EmailMessage]
) -> None:
    filed(cast, "Trains", "infrastructure/rail")
    publish(cast, "Plugs")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    choose(ray, topics=["infrastructure/rail"])
    sending.send_waiting()
    text = " ".join(str(mailoutbox[0].body).split())
    assert "* Trains" in text
    assert "* Plugs" not in text
    assert "You chose: Rail and inland terminals." in text


def test_nothing_that_fits_means_no_mail(cast: Cast, ray: Viewer, clock: Traveller) -> None:
    choose(ray, organisations=[str(cast.tokyo.organisation.pk)])
    publish(cast, "From Gothenburg", cast.public)
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 0
    assert (only(Subscription.objects.get()).reason) == "nothing_new"


def test_who_chose_otherwise_shares_nothing_written(cast: Cast, ray: Viewer) -> None:
    publish(cast, "From Gothenburg", cast.public)
    shelf = Shelf()
    shelf.as_of(log_now())
    window: Any = {"start": 0, "end": last_position(), "zone": "UTC"}
    own = Choice(organisations=(cast.gothenburg.organisation,))
    assert "From Gothenburg" in shelf.news(ray, own, **window).text
    assert "From Gothenburg" not in shelf.news(ray, NOTHING, **window).text


def test_a_choice_costs_the_same_for_one_thing_and_for_many(
    cast: Cast, ray: Viewer, clock: Traveller
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert run() == 1
        return len(captured)

    choose(ray, organisations=[str(cast.gothenburg.organisation.pk)])
    publish(cast, "One")
    clock.move_to(DUE_IN_LOS_ANGELES)
    for_one = cost()
    choose(
        ray,
        topics=["energy", "infrastructure"],
        organisations=[str(port.organisation.pk) for port in (cast.gothenburg, cast.tokyo)],
    )
    for number in range(5):
        publish(cast, f"Lesson {number}")
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    assert cost() == for_one
    assert Digest.objects.count() == 2
