"""Correcting a progress update: who may, what follows, and that nothing of another's is lost."""

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.models import ProgressUpdate, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from tests.agreements.factories import again, ask, confirm, leave
from tests.agreements.pages import form_of
from tests.agreements.work import name_lead, plan, report
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.lessons.pages import browser, page


def correct(actor: Viewer, update: ProgressUpdate, lock: int = 1, **text: str) -> ProgressUpdate:
    return actions.correct_update(actor=actor, update=update, lock=lock, text=text)


def test_the_party_that_said_so_corrects_it_and_no_other(cast: Cast) -> None:
    update = report(cast, plan(cast), done="A plgu.")
    assert correct(eyes(cast.gothenburg.coordinator), update, done="A plug.").done == "A plug."
    for person in (cast.los_angeles.coordinator, cast.gothenburg.contributor):
        with pytest.raises(Forbidden):
            correct(eyes(person), update, lock=2, done="Ours.")


def test_who_leads_corrects_what_they_said_themselves(cast: Cast) -> None:
    workstream, karin = plan(cast), cast.gothenburg.contributor
    name_lead(workstream, cast.gothenburg, karin)
    sivs = report(cast, workstream)
    words = {"period": "2026", "health": "on_track", "done": "Mine."}
    own = actions.report_progress(actor=eyes(karin), workstream=workstream, update=words)
    assert correct(eyes(karin), own, done="Mine, corrected.")
    with pytest.raises(Forbidden):
        correct(eyes(karin), sivs, done="Not mine.")


def test_what_a_party_said_that_has_left_any_other_corrects(cast: Cast) -> None:
    workstream = plan(cast)
    update = report(cast, workstream)
    confirm(ask(workstream.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(workstream.agreement, cast.gothenburg)
    assert correct(eyes(cast.tokyo.coordinator), update, done="A plug, in 2026.")


def test_the_latest_one_says_how_it_stands_also_once_it_is_corrected(cast: Cast) -> None:
    workstream, siv = plan(cast), eyes(cast.gothenburg.coordinator)
    with time_machine.travel("2026-11-01T12:00Z"):
        older = report(cast, workstream)
    latest = report(cast, workstream)
    correct(siv, older, health="off_track", reason="Then.")
    assert Workstream.objects.get().health == "on_track"
    correct(siv, latest, health="at_risk", reason="Late steel.")
    found = Workstream.objects.get()
    assert (found.health, found.health_reason) == ("at_risk", "Late steel.")


def test_a_correction_is_one_event_and_the_same_words_are_none(cast: Cast) -> None:
    update, siv = report(cast, plan(cast)), eyes(cast.gothenburg.coordinator)
    correct(siv, update, done=update.done)
    correct(siv, update, done="Two plugs.")
    [event] = Event.objects.filter(verb="workstream.corrected")
    assert event.data["fields"] == ["done"]


def test_it_is_judged_together_with_what_stays(cast: Cast) -> None:
    update, siv = report(cast, plan(cast)), eyes(cast.gothenburg.coordinator)
    with pytest.raises(Invalid):
        correct(siv, update, health="at_risk")
    correct(siv, update, health="at_risk", reason="Steel.")
    with pytest.raises(Invalid):
        correct(siv, update, lock=2, reason="")


def test_the_second_to_correct_is_told_and_an_end_ends_it(cast: Cast) -> None:
    update, siv = report(cast, plan(cast)), eyes(cast.gothenburg.coordinator)
    correct(siv, update, done="Two plugs.")
    with pytest.raises(Stale):
        correct(siv, update, done="Three plugs.")
    agreement = again(update.workstream.agreement)
    actions.terminate_agreement(actor=siv, agreement=agreement, lock=agreement.lock, reason="Over.")
    with pytest.raises(Conflict):
        correct(siv, update, lock=2, done="Four plugs.")


def test_it_is_corrected_by_its_page_which_tells_that_it_was(cast: Cast) -> None:
    workstream = plan(cast)
    update = report(cast, workstream, done="A plgu.")
    siv, address = browser(cast.gothenburg.coordinator), f"/updates/{update.pk}/edit/"
    stream = workstream.get_absolute_url()
    assert address in page(siv.get(stream))
    assert address not in page(browser(cast.los_angeles.coordinator).get(stream))
    siv.post(address, {**form_of(siv, address), "health": "on_track", "done": "A plug."})
    shown = page(browser(cast.los_angeles.reader).get(stream))
    assert ("A plug." in shown, "A plgu." in shown, "corrected" in shown) == (True, False, True)


def test_a_program_corrects_what_its_port_said(cast: Cast) -> None:
    update = report(cast, plan(cast))
    address = f"/api/v1/updates/{update.pk}"
    own, other = Program(cast.gothenburg), Program(cast.los_angeles)
    assert own.get(address).json()["allowed_actions"] == ["revise"]
    assert other.get(address).json()["allowed_actions"] == []
    answers = [
        program.patch(address, {"done": "Two plugs."}, version=1).status_code
        for program in (other, own, own)
    ]
    assert answers == [403, 200, 412]
    assert other.get(address).json()["done"] == "Two plugs."
