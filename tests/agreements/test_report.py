"""The report: every number is the length of the list behind it, for the reader who asks."""

import datetime as dt
import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from docx import Document

from exchange.agreements import actions
from exchange.agreements.models import Agreement, Meeting
from exchange.common import time
from tests.agreements.factories import ask, confirm, leave, make_agreement, today
from tests.agreements.work import action, held, meeting, milestone, plan
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson
from tests.lessons.links import link
from tests.lessons.pages import browser, page

DAY = dt.timedelta(days=1)
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}
CELL = re.compile(r'href="(?P<link>/agreements/[^"]+/report/[^"]+)">(<strong>)?(?P<number>\d+)')


def meet(cast: Cast, workstream: Any, *, due: dt.date, done: dt.date | None) -> None:
    set_one = milestone(cast, workstream, owner=cast.gothenburg, due=due)
    if done:
        siv = eyes(cast.gothenburg.coordinator)
        actions.finish_task(actor=siv, task=set_one, done_on=done)


def world(cast: Cast) -> Agreement:
    """One milestone met in time, one late, one missed, one open; a meeting and an action."""
    workstream, now = plan(cast), today()
    meet(cast, workstream, due=now, done=now - DAY)
    meet(cast, workstream, due=now - 9 * DAY, done=now - 3 * DAY)
    meet(cast, workstream, due=now - 2 * DAY, done=None)
    meet(cast, workstream, due=now + 2 * DAY, done=None)
    held(cast, workstream.agreement)
    noted = action(cast, workstream.agreement, owner=cast.los_angeles)
    actions.finish_task(actor=eyes(cast.los_angeles.coordinator), task=noted)
    return workstream.agreement


def span() -> dict[str, str]:
    """Return the period of the last hundred days."""
    return {"from": (today() - 100 * DAY).isoformat(), "to": today().isoformat()}


def report(client: Client, agreement: Agreement, **period: str) -> str:
    return page(client.get(f"/agreements/{agreement.pk}/report/", {**span(), **period}))


def figures(text: str) -> dict[str, int]:
    """Return the figures of all parties by their names."""
    found = re.findall(r'/report/([a-z-]+)/\?[^"]*"><strong>(\d+)', text)
    return {name: int(number) for name, number in found}


def test_it_counts_what_was_met_and_missed_done_and_held(cast: Cast) -> None:
    found = figures(report(browser(cast.gothenburg.reader), world(cast)))
    work = {name: found[name] for name in found if not name.startswith("lessons")}
    assert work == {
        "milestones-met": 2,
        "milestones-missed": 2,
        "actions-done": 1,
        "meetings-held": 1,
    }


def test_each_number_is_the_length_of_the_list_it_leads_to(cast: Cast) -> None:
    client, agreement = browser(cast.los_angeles.reader), world(cast)
    cells = list(CELL.finditer(report(client, agreement)))
    assert len(cells) >= 12
    for cell in cells:
        shown = page(client.get(cell["link"].replace("&amp;", "&")))
        rows = shown.partition('<ul class="rows">')[2].partition("</ul>")[0].count("<li>")
        assert rows == int(cell["number"]), cell["link"]


def test_what_lies_outside_the_period_is_not_counted(cast: Cast) -> None:
    agreement = world(cast)
    long_ago = {"from": "2001-01-01", "to": "2001-12-31"}
    text = report(browser(cast.gothenburg.reader), agreement, **long_ago)
    assert set(figures(text).values()) == {0}


def test_what_is_dropped_is_not_missed(cast: Cast) -> None:
    set_one = milestone(cast, due=today() - DAY)
    actions.drop_task(actor=eyes(cast.gothenburg.coordinator), task=set_one)
    text = report(browser(cast.gothenburg.reader), set_one.agreement)
    assert figures(text)["milestones-missed"] == 0


def test_who_is_no_party_gets_a_report_without_the_work(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    meet(cast, plan(cast, agreement), due=today(), done=today())
    held(cast, agreement)
    text = report(Client(), agreement)
    assert figures(text) == {}
    assert "seen by its parties alone" in text
    assert "everybody, on the internet too" in text


def test_it_says_for_whom_it_was_made(cast: Cast) -> None:
    text = report(browser(cast.gothenburg.reader), world(cast))
    assert "for people of Port of Gothenburg: who may see more" in text


def test_what_one_party_alone_sees_is_counted_for_its_people_and_says_so(cast: Cast) -> None:
    workstream = plan(cast)
    own = make_lesson(cast.gothenburg, text={"title": "Our own affair"})
    link(own, cast.gothenburg, workstream)
    asked = f"/agreements/{workstream.agreement_id}/report/document/"
    words = {
        port: words_of(browser(getattr(cast, port).reader).get(asked, span()))
        for port in ("gothenburg", "los_angeles")
    }
    assert "Our own affair" in words["gothenburg"]
    assert "for people of Port of Gothenburg" in words["gothenburg"]
    assert "Our own affair" not in words["los_angeles"]


def test_a_party_that_has_left_keeps_its_column_for_what_it_did(cast: Cast) -> None:
    agreement = world(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(agreement, cast.los_angeles)
    text = report(browser(cast.gothenburg.reader), agreement)
    assert '<th scope="col">Port of Los Angeles (no party now)</th>' in text
    gone = cast.los_angeles.organisation.pk
    ask(agreement, cast.los_angeles, cast.gothenburg)
    text = report(browser(cast.gothenburg.reader), agreement)
    assert re.search(rf'actions-done/\?[^"]*party={gone}">1<', text)


def test_a_document_of_a_period_that_means_nothing_is_the_page_that_says_so(cast: Cast) -> None:
    client, agreement = browser(cast.gothenburg.reader), world(cast)
    asked = f"/agreements/{agreement.pk}/report/document/?from=2023-02-30"
    text = page(client.get(asked, follow=True))
    assert "This period means nothing here" in text


@pytest.mark.parametrize(
    "period", [{"from": "nonsense"}, {"from": "2026-05-01", "to": "2026-04-01"}, {"to": "2026-13"}]
)
def test_a_period_that_means_nothing_gives_this_year_and_says_so(
    cast: Cast, period: dict[str, str]
) -> None:
    text = report(browser(cast.gothenburg.reader), world(cast), **period)
    assert "This period means nothing here" in text
    assert f"1 January {time.now().year}" in text


def words_of(answer: Any) -> str:
    made = Document(BytesIO(answer.content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in made.paragraphs), *cells])


def test_the_document_says_what_the_page_says(cast: Cast) -> None:
    client, agreement = browser(cast.gothenburg.reader), world(cast)
    answer = client.get(f"/agreements/{agreement.pk}/report/document/", span())
    assert "wordprocessingml" in answer["Content-Type"]
    [scorecard, *_rest] = Document(BytesIO(answer.content)).tables
    told = {row.cells[0].text: int(row.cells[-1].text) for row in scorecard.rows[1:]}
    shown = figures(report(client, agreement))
    assert told == {name.replace("-", " ").capitalize(): shown[name] for name in shown}


@pytest.mark.parametrize(("signed", "said"), [("2023", "2023"), ("2023-03", "March 2023")])
def test_a_year_or_month_stays_one_on_the_page_and_in_the_document(
    cast: Cast, signed: str, said: str
) -> None:
    agreement = make_agreement(cast, term={"signed": signed})
    client = browser(cast.gothenburg.reader)
    words = words_of(client.get(f"/agreements/{agreement.pk}/report/document/", YEAR))
    text = report(client, agreement)
    assert f"Signed: {said}\n" in words
    assert f"<dd>{said}</dd>" in text
    assert "1 January 2023" not in words + text
    assert "1 March 2023" not in words + text


def test_an_unknown_date_is_told_as_unknown(cast: Cast) -> None:
    agreement = make_agreement(cast, term={"signed": ""})
    client = browser(cast.gothenburg.reader)
    words = words_of(client.get(f"/agreements/{agreement.pk}/report/document/", YEAR))
    assert "When it was signed is not known." in words
    assert "No end is known." in words
    assert "not known" in report(client, agreement)


def test_lessons_count_for_who_shared_them_in_the_period(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for port in (cast.gothenburg, cast.gothenburg, cast.los_angeles):
        make_lesson(port, audience=agreement.home_audience)
    make_lesson(cast.gothenburg, audience=cast.public)
    text = report(browser(cast.los_angeles.reader), agreement)
    assert figures(text)["lessons-shared"] == 3
    gothenburg = cast.gothenburg.organisation.pk
    assert re.search(rf'lessons-shared/\?[^"]*party={gothenburg}">2<', text)


def test_what_xml_cannot_say_is_left_out_of_the_document(cast: Cast) -> None:
    agreement = make_agreement(cast, text={"title": "MOU \uffff with a gap"})
    answer = browser(cast.gothenburg.reader).get(
        f"/agreements/{agreement.pk}/report/document/", span()
    )
    assert "MOU  with a gap" in words_of(answer)


def test_a_meeting_counts_in_one_year_whoever_reads(cast: Cast) -> None:
    late = dt.datetime(2025, 12, 31, 20, tzinfo=dt.UTC)
    agreement = meeting(cast, starts_at=late).agreement
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    actions.hold_meeting(
        actor=eyes(cast.gothenburg.coordinator),
        meeting=Meeting.objects.get(),
        lock=1,
        text={"minutes": "We met."},
    )
    for port in (cast.los_angeles, cast.tokyo):
        client = browser(port.coordinator)
        held_in = [
            figures(report(client, agreement, **{"from": f"{year}-01-01", "to": f"{year}-12-31"}))
            for year in (2025, 2026)
        ]
        assert [found["meetings-held"] for found in held_in] == [1, 0]


def test_what_is_everybodys_is_not_counted_by_party(cast: Cast) -> None:
    agreement = world(cast)
    text = report(browser(cast.gothenburg.coordinator), agreement, **span())
    [row] = re.findall(r"<tr><th scope=\"row\">Meetings held</th>(.*?)</tr>", text)
    assert row.count("<td>–</td>") == 2
