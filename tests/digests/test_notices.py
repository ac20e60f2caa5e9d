import datetime as dt

import pytest
from django.core.mail import EmailMessage
from django.db import OperationalError
from time_machine import Traveller

from exchange.accounts.actions import change_preferences
from exchange.accounts.models import User
from exchange.activity.bookkeeping import cursor_position
from exchange.activity.models import Cursor, Event
from exchange.activity.sequencer import last_position, place_events
from exchange.activity.verbs import verb_named
from exchange.audiences.viewer import Role
from exchange.digests import notices, tasks
from exchange.digests.models import Notice
from exchange.lessons.choices import State
from exchange.partners.actions import end_membership, revoke_api_client
from exchange.partners.models import Membership
from tests.cast import Cast, eyes, make_person
from tests.lessons.factories import act, make_lesson
from tests.partners.factories import make_client, put_aside


def tell() -> None:
    """Do what the bell of a log that grew does."""
    place_events()
    tasks.send_mail()


def test_a_submitted_lesson_is_told_to_its_reviewers_at_once(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    make_lesson(cast, state=State.IN_REVIEW, text={"title": "Agree the plug first"})
    tell()
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "rolf@segot.example.org",
        "siv@segot.example.org",
    ]
    assert mailoutbox[0].subject == "Karin Skrift asks for a review of “Agree the plug first”"


def test_a_lesson_is_named_in_the_readers_language(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=cast.gothenburg.reviewer.pk).update(language="sv")
    make_lesson(cast, state=State.IN_REVIEW, text={"titles": {"sv": "Enas om kontakten"}})
    tell()
    (subject,) = [mail.subject for mail in mailoutbox if mail.to == ["rolf@segot.example.org"]]
    assert subject == "Karin Skrift asks for a review of “Enas om kontakten”"


def test_a_long_title_leaves_room_for_what_happened(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    title = "Agree the mooring plan with the pilots before the first very large carrier calls"
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"title": title})
    act("decline", lesson, cast.gothenburg)
    tell()
    subject = next(mail.subject for mail in mailoutbox if "declined" in mail.subject)
    assert subject.startswith("Rolf Granskare declined “Agree the mooring plan")
    assert subject.endswith("…”")
    assert len(subject) <= 78


def test_long_names_leave_room_for_what_happened(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    name = "Rolf Karl-Gustaf Vilhelm Granskare-von Österberg af Skövde"
    change_preferences(
        actor=cast.gothenburg.reviewer, full_name=name, language="en", timezone="Etc/UTC"
    )
    cast.gothenburg.reviewer.refresh_from_db()
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"title": "Agree the mooring plan"})
    act("request_changes", lesson, cast.gothenburg)
    tell()
    (subject,) = [mail.subject for mail in mailoutbox if "asks you" in mail.subject]
    assert subject == "Rolf Karl-Gustaf… asks you to change “Agree the mooring plan”"


def test_a_reason_stands_in_the_mail(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    tell()
    mailoutbox.clear()
    act("request_changes", lesson, cast.gothenburg, reason="Name the <voltage>.")
    tell()
    (mail,) = mailoutbox
    assert mail.to == ["karin@segot.example.org"]
    assert "Name the <voltage>." in str(mail.body)
    assert "Name the &lt;voltage&gt;." in str(mail.message().as_string())


def test_coordinators_are_mailed_why_their_organisation_is_suspended(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    put_aside(cast.gothenburg.organisation)
    tell()
    (mail,) = mailoutbox
    assert mail.to == ["siv@segot.example.org"]
    assert "The fees are not paid." in str(mail.body)


def test_coordinators_are_mailed_why_a_token_ended_but_not_who_ended_it(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    client, _token = make_client(cast.gothenburg)
    make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare")
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=client)
    tell()
    (mail,) = mailoutbox
    assert mail.to == ["stina@segot.example.org"]
    assert "Siv Samordnare ended the access of the program harbour system" in mail.subject
    assert "revoked by a coordinator" in str(mail.body)


def test_it_carries_no_unsubscribe_header(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    make_lesson(cast, state=State.IN_REVIEW)
    tell()
    headers = mailoutbox[0].message()
    assert not [name for name in headers.keys() if name.startswith("List-Unsubscribe")]  # noqa: SIM118
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"] == "Port Exchange <notice.localhost>"


def test_nobody_is_told_twice(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    make_lesson(cast, state=State.IN_REVIEW)
    tell()
    Cursor.objects.filter(name=notices.CURSOR).update(position=0)
    tell()
    assert len(mailoutbox) == 2


def test_who_can_no_longer_see_it_is_not_told(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    make_lesson(cast, state=State.IN_REVIEW)
    place_events()
    notices.follow()
    other = Membership.objects.get(user=cast.tokyo.reader)
    Membership.objects.create(
        user=cast.gothenburg.reviewer, organisation=other.organisation, role="reader"
    )
    membership = Membership.objects.get(
        user=cast.gothenburg.reviewer, organisation=cast.gothenburg.organisation
    )
    end_membership(actor=eyes(cast.gothenburg.reviewer), membership=membership)
    tell()
    assert [mail.to for mail in mailoutbox] == [["siv@segot.example.org"]]
    row = Notice.objects.get(user=cast.gothenburg.reviewer)
    assert (row.state, row.reason) == ("suppressed", "not_visible")


def test_what_is_days_old_is_not_told_at_once(
    cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage]
) -> None:
    make_lesson(cast, state=State.IN_REVIEW)
    place_events()
    clock.shift(dt.timedelta(days=4))
    tell()
    assert not mailoutbox
    assert cursor_position(notices.CURSOR) == last_position()


def test_a_verb_that_fails_holds_nobody_up(
    cast: Cast, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: Event) -> set[object]:
        raise ZeroDivisionError

    lesson = make_lesson(cast, state=State.IN_REVIEW)
    with monkeypatch.context() as patch:
        patch.setitem(verb_named("lesson.submitted").__dict__, "notify", fail)
        tell()
    assert not mailoutbox
    act("request_changes", lesson, cast.gothenburg)
    tell()
    assert len(mailoutbox) == 1


def test_a_database_that_fails_leaves_the_event_to_be_read_again(
    cast: Cast, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: Event) -> set[object]:
        raise OperationalError

    make_lesson(cast, state=State.IN_REVIEW)
    with monkeypatch.context() as patch:
        patch.setitem(verb_named("lesson.submitted").__dict__, "notify", fail)
        with pytest.raises(OperationalError):
            tell()
    tell()
    assert len(mailoutbox) == 2
