"""What every engine promises."""

import datetime as dt
from typing import Any

import pytest

from exchange.search.engines.base import EngineBroken, Mark, SearchEngine
from exchange.search.query import Sight, Sort
from tests.search.documents import INSIDER, PUBLIC, SECRET, ask, doc, fill, found, names


def test_an_engine_without_an_index_says_so(engine: SearchEngine) -> None:
    with pytest.raises(EngineBroken):
        engine.open()
    assert not engine.status().healthy


def test_it_finds_a_word_in_another_form(engine: SearchEngine) -> None:
    fill(engine, doc("a", "we planned the berths"), doc("b", "cranes"))
    assert found(engine, "planning berth") == ["a"]


def test_words_are_optional_and_matches_of_all_come_first(engine: SearchEngine) -> None:
    """Even where the rarer word in a short title alone would weigh more."""
    fill(
        engine,
        doc("some", "crane crane crane crane", title="crane"),
        doc("all", "crane berth " + "other words stand here too " * 60),
        *(doc(f"filler {number}", "berth truck") for number in range(20)),
        doc("none", "truck"),
    )
    names = found(engine, "crane berth")
    assert names[:2] == ["all", "some"]
    assert "none" not in names
    assert ask(engine, "crane berth").total == 22


def test_a_title_weighs_more_than_a_body(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("body", "shore power", title="ships at berth"),
        doc("title", "ships at berth", title="shore power"),
    )
    assert found(engine, "shore power") == ["title", "body"]


def test_words_side_by_side_weigh_more_than_apart(engine: SearchEngine) -> None:
    fill(engine, doc("apart", "shore and ship power"), doc("beside", "ship and shore power"))
    assert found(engine, "shore power") == ["beside", "apart"]
    assert found(engine, "ship power") == ["apart", "beside"]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("en", "generators were regulated", "regulation of a generator"),
        ("sv", "landström för fartygen i hamnen", "fartyg"),
        ("es", "las operaciones de los buques", "operación buque"),
        ("sv", "Göteborgs hamn", "goteborg"),
        ("en", "Göteborg", "GOTEBORG"),
        ("sv", "Göteborg", "Göteborg"),
        ("de", "die Häfen", "Hafen"),
        ("fr", "les émissions", "emission"),
        ("nb", "havnene", "havn"),
        ("da", "Ærø færge", "aero"),
        ("pt", "operações portuárias", "operação"),
        ("ja", "横浜港湾局の報告", "港湾"),
        ("ja", "横浜港湾局の報告", "港"),
        ("zh", "上海港的岸电", "岸电"),
        ("ko", "부산항만공사", "항만"),
        ("en", "CO₂ was cut", "co2"),
        ("pl", "port w Gdańsku", "gdansku"),
    ],
)
def test_each_language_is_read_its_own_way(
    engine: SearchEngine, language: str, written: str, asked: str
) -> None:
    fill(engine, doc("here", written, language=language), doc("other", "nothing of it"))
    assert found(engine, asked)[:1] == ["here"]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("optimisation", "optimize"),
        ("harbours", "harbor"),
        ("terminal centres", "center"),
        ("programmes", "program"),
        ("labour", "labor"),
    ],
)
def test_british_and_american_spellings_find_each_other(
    engine: SearchEngine, british: str, american: str
) -> None:
    fill(engine, doc("a", british), doc("b", american))
    assert set(found(engine, british)) == set(found(engine, american)) == {"a", "b"}
    assert found(engine, "precision") == found(engine, "hour") == []


def test_stop_words_are_not_looked_for(engine: SearchEngine) -> None:
    fill(engine, doc("a", "the crane"), doc("b", "of the truck"))
    assert found(engine, "the crane") == ["a"]
    assert found(engine, "the of") == []


def test_a_stop_word_of_one_language_does_not_hide_a_match_in_another(engine: SearchEngine) -> None:
    fill(engine, doc("en", "the crane at the berth"), doc("sv", "the crane", language="sv"))
    assert set(found(engine, "the berth crane")) == {"en", "sv"}
    assert found(engine, "the berth crane")[0] == "en"


def test_a_title_in_another_language_is_found(engine: SearchEngine) -> None:
    fill(engine, doc("a", "plug", other_titles={"sv": "Enas om kontakterna"}))
    assert found(engine, "kontakt") == ["a"]


@pytest.mark.parametrize(
    ("language", "accented", "bare"),
    [
        ("sv", "får", "far"),
        ("sv", "höra", "hora"),
        ("es", "año", "ano"),
        ("es", "camión", "camion"),
    ],
)
def test_accents_are_not_needed_but_who_types_them_gets_them_first(
    engine: SearchEngine, language: str, accented: str, bare: str
) -> None:
    late = dt.date(2026, 2, 2)
    fill(
        engine,
        doc("accented", accented, language=language),
        doc("bare", bare, language=language, date=late),
    )
    assert found(engine, accented) == ["accented", "bare"]
    assert found(engine, bare) == ["bare", "accented"]


def test_each_title_is_read_in_its_own_language(engine: SearchEngine) -> None:
    """In Swedish "kajerna" is a form of "kaj", in Spanish it is not."""
    fill(
        engine,
        doc("sv", other_titles={"sv": "Kajerna"}),
        doc("es", other_titles={"es": "Kajerna"}, date=dt.date(2026, 2, 2)),
    )
    assert found(engine, "kaj") == ["sv"]


def test_the_names_of_its_topics_find_it_in_every_language(engine: SearchEngine) -> None:
    names = {"en": "Cyber security", "sv": "Cybersäkerhet", "es": "Ciberseguridad"}
    fill(engine, doc("a", names=names), doc("b", "Cyber security", title="Cyber security"))
    assert found(engine, "cybersakerhet") == found(engine, "ciberseguridad") == ["a"]
    assert found(engine, "cyber") == ["b", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "cran*",
        "c?ane",
        "title:",
        "body:crane",
        "[a TO z]",
        "crane~2",
        "(crane",
        "^",
        "AND",
        "\\",
        "*",
        "?",
    ],
)
def test_query_languages_mean_nothing(engine: SearchEngine, text: str) -> None:
    fill(engine, doc("a", "crane"), doc("b", "crown"))
    assert found(engine, text) in ([], ["a"])
    assert "b" not in found(engine, text)


def test_a_phrase_must_stand_as_quoted(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", "the port of Los Angeles opened"),
        doc("b", "Los bent to the port; angeles of"),
        doc("c", "Los Angeles port"),
    )
    assert found(engine, '"port of Los Angeles"') == ["a"]
    assert set(found(engine, '"los angeles"')) == {"a", "c"}


def test_a_phrase_does_not_run_from_the_title_into_the_text(engine: SearchEngine) -> None:
    fill(engine, doc("a", "power", title="shore"))
    assert found(engine, '"shore power"') == []


def test_an_unclosed_quotation_mark_is_just_a_sign(engine: SearchEngine) -> None:
    fill(engine, doc("a", "shore power"))
    assert found(engine, '"shore') == ["a"]
    assert found(engine, '""') == []


def test_a_minus_excludes_a_word_and_a_phrase(engine: SearchEngine) -> None:
    fill(engine, doc("a", "crane and berth"), doc("b", "crane and truck"), doc("c", "crane"))
    assert set(found(engine, "crane -berths")) == {"b", "c"}
    assert set(found(engine, 'crane -"and truck"')) == {"a", "c"}
    assert set(found(engine, "-truck")) == {"a", "c"}


def test_a_hyphen_inside_a_word_excludes_nothing(engine: SearchEngine) -> None:
    fill(engine, doc("a", "shore-power"), doc("b", "shore power"))
    assert set(found(engine, "shore-power")) == {"a", "b"}


def test_no_words_means_everything_newest_first(engine: SearchEngine) -> None:
    fill(engine, doc("old", date=dt.date(2020, 1, 1)), doc("new", date=dt.date(2026, 1, 1)))
    assert found(engine) == ["new", "old"]


def test_what_is_of_one_day_is_sorted_by_the_second(engine: SearchEngine) -> None:
    fill(engine, doc("a", second=1), doc("b", second=3), doc("c", second=2))
    assert found(engine) == ["b", "c", "a"]
    assert found(engine, sort=Sort.OLDEST) == ["a", "c", "b"]


def test_equal_scores_are_sorted_by_date_then_key(engine: SearchEngine) -> None:
    late = dt.date(2026, 2, 2)
    fill(engine, doc("c", "crane"), doc("b", "crane", date=late), doc("a", "crane", date=late))
    assert found(engine, "crane") == ["b", "a", "c"]


def test_what_is_of_one_second_is_sorted_by_key_the_last_first(engine: SearchEngine) -> None:
    fill(engine, doc("a"), doc("c"), doc("b"))
    assert found(engine) == found(engine, sort=Sort.NEWEST) == ["c", "b", "a"]
    assert found(engine, sort=Sort.OLDEST) == ["a", "b", "c"]


def test_filters_narrow_and_values_of_one_filter_widen(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", topics=frozenset({"energy", "energy/lng"}), organisation="x"),
        doc("b", topics=frozenset({"energy"}), organisation="y", language="sv"),
        doc("c", topics=frozenset({"digital"}), organisation="y", kind="other"),
    )
    assert set(found(engine, topics=frozenset({"energy"}))) == {"a", "b"}
    assert set(found(engine, topics=frozenset({"energy/lng", "digital"}))) == {"a", "c"}
    assert found(engine, topics=frozenset({"energy"}), organisations=frozenset({"y"})) == ["b"]
    assert found(engine, languages=frozenset({"sv"})) == ["b"]
    assert found(engine, kinds=frozenset({"other"})) == ["c"]
    assert found(engine, topics=frozenset({"unheard of"})) == []


def test_dates_include_both_ends(engine: SearchEngine) -> None:
    fill(engine, *[doc(str(day), date=dt.date(2026, 1, day)) for day in (1, 2, 3, 4)])
    between = {"since": dt.date(2026, 1, 2), "until": dt.date(2026, 1, 3)}
    assert found(engine, **between) == ["3", "2"]
    assert found(engine, since=dt.date(2026, 1, 4)) == ["4"]
    assert found(engine, until=dt.date(2026, 1, 1)) == ["1"]


def test_a_day_is_that_of_the_zone(engine: SearchEngine) -> None:
    """Two in the morning of New Year in UTC is the old year's last evening in Los Angeles."""
    fill(engine, doc("eve", date=dt.date(2026, 1, 1), second=2 * 3600))
    eve, new_year = dt.date(2025, 12, 31), dt.date(2026, 1, 1)
    there = "America/Los_Angeles"
    assert found(engine, since=eve, until=eve, zone=there) == ["eve"]
    assert found(engine, since=new_year, zone=there) == []
    assert found(engine, since=new_year, until=new_year) == ["eve"]


@pytest.mark.parametrize("second", [3 * 3600 - 1, 3 * 3600, 4 * 3600 - 1])
def test_an_hour_that_comes_twice_at_midnight_belongs_to_the_day_that_ends(
    engine: SearchEngine, second: int
) -> None:
    """At midnight of 5 April 2026 clocks in Santiago went back to eleven: 03:00 in UTC."""
    fill(engine, doc("late", date=dt.date(2026, 4, 5), second=second))
    saturday, there = dt.date(2026, 4, 4), "America/Santiago"
    assert found(engine, since=saturday, until=saturday, zone=there) == ["late"]


def test_each_facet_is_counted_with_the_other_filters(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", "crane", topics=frozenset({"energy"}), organisation="x"),
        doc("b", "crane", topics=frozenset({"digital"}), organisation="x"),
        doc("c", "crane", topics=frozenset({"digital"}), organisation="y"),
        doc("d", "truck", topics=frozenset({"digital"}), organisation="y"),
    )
    result = ask(engine, "crane", topics=frozenset({"energy"}))
    assert result.total == 1
    assert result.facets["topic"] == {"energy": 1, "digital": 2}
    assert result.facets["organisation"] == {"x": 1}
    assert result.facets["kind"] == {"note": 1}
    assert result.facets["language"] == {"en": 1}


def test_what_all_words_are_in_is_counted_and_comes_first_in_every_order(
    engine: SearchEngine,
) -> None:
    fill(
        engine,
        doc("new", "crane", title="Berths", date=dt.date(2026, 3, 1)),
        doc("old", "crane berth", title="Zebra", date=dt.date(2020, 1, 1)),
    )
    for sort in Sort:
        assert found(engine, "crane berth zebra", sort=sort)[0] == "old"
    assert ask(engine, "crane berth zebra").full == 1
    assert ask(engine, "crane elephants").full == 0
    assert ask(engine).full == ask(engine).total == 2


def test_it_says_which_words_stand_nowhere(engine: SearchEngine) -> None:
    hidden = doc("b", "elephants", audiences=frozenset({SECRET}))
    fill(engine, doc("a", "the cranes"), hidden)
    assert ask(engine, "the crane elephant Zebra").unknown == ("elephant", "Zebra")
    assert ask(engine, "the crane elephant Zebra", INSIDER).unknown == ("Zebra",)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NEWEST, ["c", "d", "a", "b"]),
        (Sort.OLDEST, ["b", "a", "d", "c"]),
        (Sort.TITLE, ["c", "b", "d", "a"]),
        (Sort.RELEVANCE, ["c", "d", "a", "b"]),
    ],
)
def test_orders_have_a_steady_last_word(engine: SearchEngine, sort: Sort, order: list[str]) -> None:
    """What is alike stands the newest first, then the last key, whatever the segments."""
    middle = dt.date(2026, 2, 2)
    fill(engine, doc("d", title="Öresund", date=middle), doc("b", title="Malmö"))
    more = [
        doc("a", title="oresund", date=middle),
        doc("c", title="Ärla", date=dt.date(2026, 3, 3)),
    ]
    engine.update(documents=more, gone=[], mark=Mark(position=1))
    assert found(engine, sort=sort) == order
    assert found(engine, sort=sort, page=2, page_size=3) == order[3:]


def test_titles_are_sorted_as_the_reader_gets_them(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", title="Anchor", other_titles={"sv": "Ömsom"}),
        doc("b", title="Berth", other_titles={"sv": "Kaj"}),
    )
    assert found(engine, sort=Sort.TITLE) == ["a", "b"]
    assert found(engine, sort=Sort.TITLE, reads="sv") == ["b", "a"]
    assert found(engine, sort=Sort.TITLE, reads="es") == ["a", "b"]


def test_filters_of_a_source_and_years_narrow_and_are_counted(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", marks={"port": ["SEGOT", "USLAX"], "maturity": ["pilot"]}),
        doc("b", marks={"port": ["SEGOT"]}, date=dt.date(2019, 5, 5)),
        doc("c"),
    )
    assert found(engine, marks={"port": frozenset({"SEGOT"})}) == ["a", "b"]
    assert found(engine, years=frozenset({"2019"})) == ["b"]
    assert found(engine, marks={"unheard-of": frozenset({"x"})}) == []
    facets = ask(engine, marks={"port": frozenset({"USLAX"})}).facets
    assert facets["port"] == {"SEGOT": 2, "USLAX": 1}
    assert (facets["year"], facets["maturity"]) == ({"2026": 1}, {"pilot": 1})


def test_a_filter_that_only_hidden_documents_have_is_not_named(engine: SearchEngine) -> None:
    hidden = doc("b", marks={"secret": ["x"]}, audiences=frozenset({SECRET}))
    fill(engine, doc("a"), hidden)
    assert "secret" not in ask(engine).facets


def test_a_document_has_another_fingerprint_when_anything_of_it_changed(
    engine: SearchEngine,
) -> None:
    before, after = doc("a", "crane"), doc("a", "crane", marks={"port": ["SEGOT"]})
    assert before.fingerprint == doc("a", "crane").fingerprint != after.fingerprint
    fill(engine, before)
    assert engine.fingerprints() == {"note:a": before.fingerprint}


def test_pages_follow_each_other_without_gap(engine: SearchEngine) -> None:
    fill(engine, *[doc(f"{n:03}", "crane " * (n % 7 + 1)) for n in range(130)])
    pages = [found(engine, "crane", page=page, page_size=25) for page in range(1, 7)]
    flat = [name for page in pages for name in page]
    assert len(flat) == len(set(flat)) == 130
    assert flat == found(engine, "crane", page_size=200)
    assert found(engine, "crane", page=99) == []


def test_out_of_sight_is_not_found_not_counted_and_in_no_facet(engine: SearchEngine) -> None:
    hidden = doc("b", "crane", audiences=frozenset({SECRET}), organisation="x")
    fill(engine, doc("a", "crane"), hidden)
    result = ask(engine, "crane")
    assert (names(result), result.total) == (["a"], 1)
    assert result.facets["organisation"] == {}
    assert set(found(engine, "crane", INSIDER)) == {"a", "b"}


def test_any_of_its_audiences_lets_a_document_be_seen(engine: SearchEngine) -> None:
    fill(engine, doc("a", "crane", audiences=frozenset({SECRET, PUBLIC})))
    assert found(engine, "crane") == ["a"]
    assert found(engine, "crane", Sight(audiences=frozenset())) == []


def test_what_is_excluded_takes_along_what_belongs_to_it(engine: SearchEngine) -> None:
    fill(
        engine,
        doc("a", "crane"),
        doc("child", "crane", belongs_to=frozenset({"note:a"})),
        doc("b", "crane"),
    )
    sight = Sight(audiences=frozenset({PUBLIC}), excluded=frozenset({"note:a", "thing:unknown"}))
    result = ask(engine, "crane", sight)
    assert (names(result), result.total) == (["b"], 1)
    assert engine.belonging_to({"note:a", "note:b"}) == {"note:child"}


def test_an_update_replaces_adds_and_drops_at_once(engine: SearchEngine) -> None:
    fill(engine, doc("a", "crane"), doc("b", "crane"), doc("c", "crane"))
    before = engine.open()
    mark = Mark(position=7, event="seven")
    engine.update(documents=[doc("a", "truck"), doc("d", "crane")], gone={"note:b"}, mark=mark)
    assert set(found(engine, "crane")) == {"c", "d"}
    assert found(engine, "truck") == ["a"]
    assert engine.open().mark == engine.status().mark == mark
    assert engine.status().count == 3
    assert engine.fingerprints().keys() == {"note:a", "note:c", "note:d"}
    assert before.mark == Mark()


def test_a_reading_does_not_change_under_its_reader(engine: SearchEngine) -> None:
    from exchange.search.query import SearchQuery
    from tests.search.documents import EVERYBODY

    fill(engine, doc("a", "crane"))
    before = engine.open()
    engine.update(documents=[doc("b", "crane")], gone={"note:a"}, mark=Mark(position=1, event="x"))
    assert names(before.search(SearchQuery(text="crane"), EVERYBODY)) == ["a"]
    assert found(engine, "crane") == ["b"]


def test_many_small_updates_leave_one_consistent_index(engine: SearchEngine) -> None:
    fill(engine)
    for number in range(40):
        engine.update(
            documents=[doc(str(number % 10), f"crane number{number}")],
            gone=[],
            mark=Mark(position=number + 1, event=str(number)),
        )
    result = ask(engine, "crane")
    assert result.total == engine.status().count == 10
    assert found(engine, "number7") == []
    assert found(engine, "number37") == ["7"]


def test_a_rebuild_leaves_nothing_of_before(engine: SearchEngine) -> None:
    fill(engine, doc("a", "crane"))
    engine.rebuild([doc("b", "truck")], Mark(position=3, event="three"))
    assert found(engine) == ["b"]
    assert engine.open().mark.position == 3


def test_a_distrusted_index_is_broken_until_it_is_rebuilt(engine: SearchEngine) -> None:
    fill(engine, doc("a", "crane"))
    engine.distrust("test")
    with pytest.raises(EngineBroken):
        engine.open()
    fill(engine, doc("a", "crane"))
    assert found(engine, "crane") == ["a"]


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "a " * 5_000, "\x00", "\ud800", '"' * 999, "-" * 999, "–", "🚢", "\u0308"],
)
def test_no_text_upsets_it(engine: SearchEngine, text: str) -> None:
    fill(engine, doc("a", "crane"))
    assert ask(engine, text).total in (0, 1)


def test_an_empty_index_answers(engine: SearchEngine) -> None:
    fill(engine)
    result: Any = ask(engine, "crane")
    assert (result.total, result.hits) == (0, ())
