"""One set of rules for agreements, too: what a coordinator may do on a page, a program may by the API.

The differences that are meant: parties after the first, terms, end and audience are people's; and a
page refuses a change of what is over before it is sent, the API by the state that it is in.
"""

from typing import Any

import pytest

from exchange.agreements.models import Agreement, Party, Term
from tests.agreements.factories import again, make_agreement, words
from tests.api.agreement_verdicts import ByApi, ByPage
from tests.api.program import Program
from tests.api.verdicts import Verdict
from tests.cast import Cast, Port
from tests.lessons.factories import make_topics

pytestmark = pytest.mark.exhaustive

WHO = ["home", "inside", "outside", "reader"]
TERM = {"announced": "2023-03-06", "signed": "2023-03", "effective": "2023", "ends": ""}
COLUMNS = ("title", "kind", "summary", "links", "sort_key", "closing")


def port_of(cast: Cast, who: str) -> Port:
    return {"inside": cast.los_angeles, "outside": cast.tokyo}.get(who, cast.gothenburg)


def both(cast: Cast, who: str = "home") -> tuple[ByPage, ByApi]:
    """Return a person at the pages and a program of theirs with the same rights."""
    port, writes = port_of(cast, who), who != "reader"
    person = port.coordinator if writes else port.reader
    return ByPage(person), ByApi(Program(port, may_write=writes))


def stored(agreement: Agreement) -> dict[str, Any]:
    """Return what is stored of an agreement, its parties and its terms."""
    row = Agreement.objects.get(pk=agreement.pk)
    parties = Party.objects.filter(agreement=agreement).order_by("organisation__sort_key")
    terms = Term.objects.filter(agreement=agreement)
    return {
        **{name: getattr(row, name) for name in COLUMNS},
        "audience": str(row.audience.kind),
        "topics": [topic.code for topic in row.topics.all()],
        "parties": list(parties.values_list("organisation__unlocode", "state")),
        "terms": list(terms.values_list(*TERM, "months", "first_day", "last_day")),
    }


def new(**rest: Any) -> dict[str, Any]:
    return {**words(), **TERM, "parties": ["USLAX"], "audience": "partners", **rest}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("shared", [False, True], ids=["parties", "everybody"])
def test_a_change_meets_the_same_verdict(cast: Cast, who: str, shared: bool) -> None:
    audience = cast.public if shared else None
    mine, theirs = (make_agreement(cast, audience=audience) for _ in range(2))
    page, api = both(cast, who)
    text = words(title="A better title", topics=["digital"])
    assert page.change(mine, text) == api.change(theirs, text)
    assert stored(mine) == stored(theirs)


@pytest.mark.parametrize("who", WHO)
def test_a_new_agreement_meets_the_same_verdict(cast: Cast, who: str) -> None:
    make_topics()
    page, api = both(cast, who)
    body = new(parties=["USLAX", "SEGOT", "JPTYO"])
    assert page.create(body) == api.create(body)
    made = [stored(agreement) for agreement in Agreement.objects.all()]
    assert made[:1] == made[1:]


def test_who_was_slower_meets_the_same_verdict(cast: Cast) -> None:
    mine, theirs = (make_agreement(cast) for _ in range(2))
    _page, other = both(cast, "inside")
    for agreement in (mine, theirs):
        assert other.change(agreement, words(title="Theirs")) == Verdict("done")
    page, api = both(cast)
    text = words(title="Mine")
    assert [page.change(mine, text), api.change(theirs, text)] == [Verdict("stale")] * 2
    assert (again(mine).title, again(theirs).title) == ("Theirs", "Theirs")


TEXTS: dict[str, dict[str, Any]] = {
    "good": {},
    "blanks around": {"title": "  An   agreement \t", "summary": "\n a \n"},
    "no title": {"title": ""},
    "a long title": {"title": "x" * 201},
    "the longest title": {"title": "x" * 200},
    "a control character": {"title": "a\x07b"},
    "NUL": {"title": "a\x00b"},
    "a very long summary": {"summary": "x" * 20_001},
    "no such kind": {"kind": "gossip"},
    "no such topic": {"topics": ["no/such"]},
    "too many topics": {"topics": ["energy"] * 11},
    "a dangerous link": {"links": "javascript:alert(1)"},
    "a broken link": {"links": "https://exa mple"},
    "two faults": {"title": "x" * 201, "kind": "gossip"},
}
DATES: dict[str, dict[str, Any]] = {
    "no date": {"signed": "soon"},
    "no such day": {"announced": "2023-02-30"},
    "an end before the start": {"effective": "2023", "ends": "2022"},
    "an end before the signature": {"effective": "", "signed": "2023-03", "ends": "2023-02"},
    "nothing known": dict.fromkeys(TERM, ""),
    "three years": {"months": 36},
    "no length": {"months": 0},
    "too long": {"months": 1201},
    "no such party": {"parties": ["QQQQQ"]},
    "only oneself": {"parties": ["SEGOT"]},
    "a party twice": {"parties": ["USLAX", "uslax"]},
    "no such audience": {"audience": "nobody"},
    "all faults": {"parties": ["QQQQQ"], "audience": "nobody", "title": ""},
}


@pytest.mark.parametrize("name", [*TEXTS, *DATES])
def test_a_new_text_meets_the_same_verdict(cast: Cast, name: str) -> None:
    make_topics()
    page, api = both(cast)
    body = new(**{**TEXTS, **DATES}[name])
    assert page.create(body) == api.create(body)
    made = [stored(agreement) for agreement in Agreement.objects.all()]
    assert len(made) in {0, 2}
    assert made[:1] == made[1:]


@pytest.mark.parametrize("name", TEXTS)
def test_a_changed_text_meets_the_same_verdict(cast: Cast, name: str) -> None:
    mine, theirs = (make_agreement(cast) for _ in range(2))
    page, api = both(cast)
    text = words(**TEXTS[name])
    assert page.change(mine, text) == api.change(theirs, text)
    assert stored(mine) == stored(theirs)
