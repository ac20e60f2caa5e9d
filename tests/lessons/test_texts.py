"""What may stand in a lesson: checked field by field, with a message that says what to do."""

from typing import Any

import pytest

from exchange.common.errors import Invalid
from exchange.lessons.models import TEXT_FIELDS, LessonVersion
from exchange.lessons.texts import clean_external_id, clean_text
from exchange.partners.viewers import anonymous
from tests.lessons.factories import full_text, make_topics


@pytest.fixture(autouse=True)
def _topics(db: None) -> None:
    make_topics()


def cleaned(**text: Any) -> dict[str, Any]:
    return clean_text(text, anonymous())[0]


def errors_of(text: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(Invalid) as refused:
        clean_text(text, anonymous())
    return dict(refused.value.errors)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 141),
        ("title", 7),
        ("title", "NUL \x00"),
        ("situation", "\ud800"),
        ("situation", "x" * 20_001),
        ("summary", "x" * 501),
        ("contact", "x" * 201),
        ("kind", "joke"),
        ("language", "tlh"),
        ("evidence_level", "certain"),
        ("maturity", ["pilot"]),
        ("cost_band", "much"),
        ("ports", "SEGOT"),
        ("ports", ["XX123"]),
        ("ports", ["SEGO"]),
        ("ports", [f"SEAA{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"]),
        ("topics", ["energy/cold-fusion"]),
        ("topics", ["energy", "digital", "infrastructure", "energy/shore-power"]),
        ("topics", "energy"),
        ("tags", ["x" * 41]),
        ("tags", [str(number) for number in range(11)]),
        ("tags", [7]),
        ("sdgs", [0]),
        ("sdgs", [18]),
        ("sdgs", [True]),
        ("sdgs", ["seven"]),
        ("sdgs", [1, 2, 3, 4]),
        ("titles", {"sv": "x" * 141}),
        ("titles", {"xx": "title"}),
        ("titles", ["sv"]),
        ("titles", {"sv": {"a": 1}}),
        ("started", "06/03/2023"),
        ("started", "2023-13"),
        ("started", "2023-02-30"),
        ("started", "0000"),
        ("started", "٢٠٢٣"),
        ("sources", "javascript:alert(1)"),
        ("sources", "JavaScript : alert(1)"),
        ("sources", "java\tscript:alert(1)"),
        ("sources", "- data:text/html,x"),
        ("sources", "ftp://example.org/report"),
        ("sources", "https://"),
        ("sources", "fine\nhttps://bad host/x"),
        ("licence", "MIT"),
        ("licence", ["CC0-1.0"]),
        ("related", "no list"),
        ("related", ["nowhere"]),
        ("related", [7]),
        ("related", ["\ud800"]),
        ("related", ["https://[bad"]),
        ("related", [str(number) for number in range(11)]),
        ("verdict", "guilty"),
        ("author", "me"),
    ],
)
def test_it_names_the_field_that_will_not_do(field: str, value: Any) -> None:
    messages = errors_of({field: value})
    assert list(messages) == [field]
    assert all(str(message).strip() for message in messages[field])


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert set(errors_of({"title": "x" * 141, "kind": "joke", "sdgs": [99]})) == {
        "title",
        "kind",
        "sdgs",
    }


@pytest.mark.parametrize(
    ("started", "ended"),
    [("2023", "2022"), ("2023-03", "2023-02"), ("2023-03-06", "2023-03-05"), ("2023-03", "2022")],
)
def test_an_end_before_the_start_is_refused(started: str, ended: str) -> None:
    assert list(errors_of({"started": started, "ended": ended})) == ["ended"]


@pytest.mark.parametrize(
    ("started", "ended"), [("2023", "2023"), ("2023-03", "2023"), ("2023", "2023-01"), ("", "2023")]
)
def test_dates_are_as_exact_as_people_know(started: str, ended: str) -> None:
    assert cleaned(started=started, ended=ended)["ended"] == ended


def test_the_end_is_compared_with_the_start_that_stands() -> None:
    with pytest.raises(Invalid):
        clean_text({"ended": "2019"}, anonymous(), LessonVersion(started="2020"))


def test_ports_are_kept_sorted_and_once() -> None:
    assert cleaned(ports=["uslax", "SE GOT", "SEGOT", ""])["ports"] == ["SEGOT", "USLAX"]


def test_tags_are_kept_once_whatever_their_case() -> None:
    assert cleaned(tags=["Shore  power", "shore power", " ", "Rail"])["tags"] == [
        "Shore power",
        "Rail",
    ]


def test_goals_are_numbers_sorted_and_once() -> None:
    assert cleaned(sdgs=["13", 7, 7])["sdgs"] == [7, 13]


def test_every_wrong_port_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(ports=["SEGOT", "Los Angeles", "XXYYY", "Nowhere at all"])
    names, country, form = map(str, refused.value.errors["ports"])
    assert names == "“Los Angeles” is no UN/LOCODE. Did you mean USLAX (Port of Los Angeles)?"
    assert "none has the code “XX”" in country
    assert "“Nowhere at all” is no UN/LOCODE, which has two letters" in form


@pytest.mark.parametrize("day", ["2019-02-31", "2019-13", "0000"])
def test_a_day_that_is_not_in_the_calendar_is_told_as_such(day: str) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(started=day)
    assert f"no “{day}” in the calendar" in str(refused.value.errors["started"])


@pytest.mark.parametrize(
    ("entry", "ports"),
    [
        ("segot uslax", ["SEGOT", "USLAX"]),
        ("SE GOT", ["SEGOT"]),
        (" USLAX  SEYST ", ["SEYST", "USLAX"]),
    ],
)
def test_codes_are_told_apart_and_taken_with_blanks(entry: str, ports: list[str]) -> None:
    assert cleaned(ports=[entry])["ports"] == ports


def test_ports_in_one_entry_are_counted_each() -> None:
    entry = " ".join(f"SE{letter}{other}X" for letter in "ABCDE" for other in "ABCDE")
    with pytest.raises(Invalid) as refused:
        cleaned(ports=[entry])
    assert "at most 20" in str(refused.value.errors["ports"])


@pytest.mark.parametrize(("name", "code"), [("Tokyo", "JPTYO"), ("Malmö", "SEMMA")])
def test_a_name_in_the_form_of_a_code_is_answered_with_the_code(name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(ports=[name])
    assert code in str(refused.value.errors["ports"])


@pytest.mark.parametrize("code", ["SEYST", "BEACH", "NORTH"])
def test_a_code_that_is_not_listed_is_taken_though_it_is_a_word_of_a_name(code: str) -> None:
    assert cleaned(ports=[code])["ports"] == [code]


def test_a_word_that_most_ports_have_in_their_names_means_none_of_them() -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(ports=["port"])
    assert "Did you mean" not in str(refused.value.errors["ports"])


def test_a_title_in_another_language_is_told_when_it_is_too_long() -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(titles={"sv": "x" * 150})
    assert "140" in str(refused.value.errors["titles"])


def test_a_title_is_one_line() -> None:
    assert cleaned(title=" Subject\r\nBcc: x \x1b")["title"] == "Subject Bcc: x"


def test_long_texts_keep_their_lines() -> None:
    assert cleaned(situation="one\r\ntwo\rthree\n")["situation"] == "one\ntwo\nthree"


def test_the_title_in_the_lessons_own_language_stands_once() -> None:
    assert cleaned(language="sv", titles={"sv": "Titel", "es": "Título", "en": ""})["titles"] == {
        "es": "Título"
    }


def test_sources_are_addresses_or_words() -> None:
    text = "https://example.org/a%20b?c=d\nAnnual report 2019: page 4\n- http://example.org"
    assert cleaned(sources=text)["sources"] == text


def test_without_a_language_it_is_english() -> None:
    assert cleaned(language="")["language"] == "en"


def test_every_field_is_known_to_the_check() -> None:
    assert set(full_text()) == {*TEXT_FIELDS, "topics"}
    assert set(cleaned(**full_text())) == set(TEXT_FIELDS)


@pytest.mark.parametrize(("given", "kept"), [(None, None), (" ", None), (" L 01 ", "L 01")])
def test_an_external_id_is_kept_without_blanks_around(given: str | None, kept: str | None) -> None:
    assert clean_external_id(given) == kept


def test_a_long_external_id_is_refused() -> None:
    with pytest.raises(Invalid):
        clean_external_id("x" * 101)
