"""Values: exact decimals, read from what people and files write and shown without loss."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from exchange.kpis.values import (
    decimal_sign_of,
    decimals_of,
    format_value,
    parse_value,
    plain,
    typed_value,
)

LANGUAGES = ["en", "sv", "es", "de", "fr", "nl", "da", "nb", "no", "fi", "it", "pt", "pl", "ja"]

languages = st.sampled_from(LANGUAGES)
signs = st.sampled_from([".", ","])
values = st.builds(
    lambda digits, decimals: Decimal(digits).scaleb(-decimals),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(0, 9),
)


def same(one: Decimal, other: Decimal) -> bool:
    return one.as_tuple() == other.as_tuple()


@given(values, languages)
def test_what_is_shown_is_read_as_the_same_value(value: Decimal, language: str) -> None:
    shown = format_value(value, language)
    assert same(parse_value(shown, decimal_sign_of(language)), value)


@given(values, languages)
def test_what_stands_in_a_field_is_read_as_the_same_value(value: Decimal, language: str) -> None:
    shown = typed_value(value, language)
    assert same(parse_value(shown, decimal_sign_of(language), typed=True), value)


@pytest.mark.parametrize(("text", "sign"), [("1.234", ","), ("-909,000", "."), ("123.456", ",")])
def test_a_typed_number_that_another_reading_makes_a_thousand_times_smaller_is_refused(
    text: str, sign: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_value(text, sign, typed=True)
    assert refused.value.code == "ambiguous"


@pytest.mark.parametrize(("text", "sign"), [("1.234.567", ","), ("1.234,5", ","), ("1 234", ",")])
def test_a_typed_number_that_can_be_read_in_one_way_is_taken(text: str, sign: str) -> None:
    assert parse_value(text, sign, typed=True) == parse_value(text, sign)


@given(values)
def test_what_programs_get_is_read_as_the_same_value(value: Decimal) -> None:
    assert same(parse_value(plain(value), "."), value)
    assert same(Decimal(plain(value)), value)
    assert plain(value).isascii()
    assert set(plain(value)) <= set("-.0123456789")


@given(values, languages, st.integers(0, 4))
def test_more_decimals_are_zeros(value: Decimal, language: str, more: int) -> None:
    decimals = decimals_of(plain(value)) + more
    shown = format_value(value, language, decimals)
    assert shown.startswith(format_value(value, language))
    assert sum(char.isdigit() for char in shown) == sum(map(str.isdigit, plain(value))) + more


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("725059.450", ".", "725059.450"),
        ("808728,5", ",", "808728.5"),
        ("1,234,567.50", ".", "1234567.50"),
        ("1.234.567,50", ",", "1234567.50"),
        ("1 234 567", ".", "1234567"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("12\u202f345", ",", "12345"),
        ("12\u2009345", ".", "12345"),
        ("1'234.5", ".", "1234.5"),
        ("1’234.5", ".", "1234.5"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("\u00a0 -7.2 \u202f", ".", "-7.2"),
        ("−7,2", ",", "-7.2"),
        ("+7.2", ".", "7.2"),
        (".5", ".", "0.5"),
        ("007", ".", "7"),
        ("-0.00", ".", "0.00"),
        ("999999999999999.999999999", ".", "999999999999999.999999999"),
    ],
)
def test_a_number_is_read_with_its_decimals(text: str, sign: str, value: str) -> None:
    assert same(parse_value(text, sign), Decimal(value))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u00a0 ", "empty"),
        ("=1+1", "formula"),
        ("\t=1+1", "formula"),
        ("n/a", "missing"),
        ("-", "missing"),
        ("NaN", "missing"),
        ("#N/A", "missing"),
        ("Infinity", "infinite"),
        ("-inf", "infinite"),
        ("８８５６７８３", "digits"),
        ("٨١٦", "digits"),
        ("1e309", "exponent"),
        ("-1.5E-3", "exponent"),
        ("1,234,56", "grouping"),
        ("1234,567", "grouping"),
        ("1,5", "grouping"),
        ("0,123", "grouping"),
        ("1,234 567", "grouping"),
        ("1.234.567", "grouping"),
        ("1.234,5", "grouping"),
        ("5.", "grouping"),
        ("1 ,234", "grouping"),
        ("1000000000000000", "too_large"),
        ("1,000,000,000,000,000.5", "too_large"),
        ("0.1234567890", "too_exact"),
        ("+", "invalid"),
        ("+-5", "invalid"),
        ("-2+3", "invalid"),
        ("+SUM(1+1)", "invalid"),
        ("＝1+1", "invalid"),
        ("12 %", "invalid"),
        ("12 TEU", "invalid"),
        ("(12)", "invalid"),
        ("1_000", "invalid"),
        ("0x10", "invalid"),
        ("#DIV/0!", "invalid"),
    ],
)
def test_what_is_no_number_is_refused_by_its_mistake(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        parse_value(text, ".")
    assert refusal.value.code == code
    assert refusal.value.messages[0].endswith(".")


def test_a_grouping_that_can_be_misread_names_the_decimal_sign() -> None:
    with pytest.raises(ValidationError, match="write “,” before the decimals"):
        parse_value("1.5", ",")


@given(st.one_of(st.text(max_size=30), st.text("0123456789.,'’ eE-−=", max_size=12)), signs)
def test_any_text_is_read_without_loss_or_refused(text: str, sign: str) -> None:
    try:
        value = parse_value(text, sign)
    except ValidationError:
        return
    assert same(parse_value(plain(value), "."), value)


@given(st.text("0123456789.,' -", max_size=12), signs)
def test_the_digits_that_are_read_are_the_digits_that_were_written(text: str, sign: str) -> None:
    try:
        value = parse_value(text, sign)
    except ValidationError:
        return
    written = "".join(char for char in text if char.isdigit()).lstrip("0")
    assert "".join(filter(str.isdigit, plain(value))).lstrip("0") == written


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "−1,234.50"),
        ("en-GB", "−1,234.50"),
        ("sv", "−1\u00a0234,50"),
        ("SV_se", "−1\u00a0234,50"),
        ("es", "−1.234,50"),
        ("ja", "−1,234.50"),
    ],
)
def test_each_language_writes_numbers_its_own_way(language: str, shown: str) -> None:
    assert format_value(Decimal("-1234.50"), language) == shown


def test_a_zero_has_no_minus() -> None:
    assert plain(Decimal("-0.00")) == "0.00"
    assert format_value(Decimal("-0.00"), "sv") == "0,00"


def test_a_program_gets_no_exponent() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("1E-7")) == "0.0000001"
    assert decimals_of(plain(Decimal("1E+3"))) == 0


def test_zeros_are_added_and_none_is_taken_away() -> None:
    assert format_value(Decimal("5"), "sv", decimals=2) == "5,00"
    with pytest.raises(ValueError, match="more than 1 decimals"):
        format_value(Decimal("5.00"), "sv", decimals=1)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_shown_to_nobody(number: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        plain(Decimal(number))
    with pytest.raises(ValueError, match="is no number"):
        format_value(Decimal(number), "en")
