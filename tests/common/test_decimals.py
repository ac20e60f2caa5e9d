"""Exact decimals come back from the database as they were stored, on both databases."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from exchange.common.decimals import ExactDecimalField, exact

FIELD = ExactDecimalField(null=True)
TABLE = "measured_for_a_test"

decimals = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**24), 10**24),
    st.integers(-20, 6),
)


@pytest.fixture
def measured(db: None) -> Iterator[type[models.Model]]:
    """Return a model with such a column, and its table for as long as the test lasts."""
    with isolate_apps("exchange.common"):

        class Measured(models.Model):  # noqa: DJ008 - nobody reads it
            value = ExactDecimalField(null=True)

            class Meta:
                app_label = "common"
                db_table = TABLE

        kind = FIELD.db_type(connection)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {TABLE} (id bigint PRIMARY KEY, value {kind})")
        yield Measured
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


@pytest.mark.parametrize(
    "text", ["1.50", "1.500", "0.00", "-7.2", "0.0000001", "725059.450", "9" * 15 + "." + "9" * 9]
)
def test_a_value_and_its_zeros_survive_the_database(
    measured: type[models.Model], text: str
) -> None:
    measured._default_manager.create(pk=1, value=Decimal(text))
    stored = measured._default_manager.values_list("value", flat=True).get()
    assert stored.as_tuple() == Decimal(text).as_tuple()


def test_no_value_stays_none(measured: type[models.Model]) -> None:
    measured._default_manager.create(pk=1, value=None)
    assert measured._default_manager.filter(value__isnull=True).exists()
    assert measured._default_manager.values_list("value", flat=True).get() is None


def test_many_rows_are_changed_at_once(measured: type[models.Model]) -> None:
    rows = [measured(pk=number, value=Decimal(number)) for number in (1, 2)]
    measured._default_manager.bulk_create(rows)
    for row, text in zip(rows, ["1.10", "2.20"], strict=True):
        row.value = Decimal(text)  # type: ignore[attr-defined]
    measured._default_manager.bulk_update(rows, ["value"])
    stored = measured._default_manager.order_by("pk").values_list("value", flat=True)
    assert [str(value) for value in stored] == ["1.10", "2.20"]


@given(decimals)
def test_a_value_survives_being_made_ready_and_read(value: Decimal) -> None:
    ready = FIELD.get_db_prep_save(value, connection)
    read = FIELD.from_db_value(ready, None, connection)
    assert read is not None
    assert read == value
    assert read.as_tuple() == exact(value).as_tuple()


@given(decimals)
def test_an_exact_decimal_has_no_exponent_above_zero_and_keeps_its_decimals(value: Decimal) -> None:
    exponent = exact(value).as_tuple().exponent
    assert exact(value) == value
    assert exponent == min(0, int(value.as_tuple().exponent))


@pytest.mark.parametrize(
    ("given", "value"),
    [(None, None), (3, "3"), ("1.50", "1.50"), ("1E+3", "1000"), ("-0.0", "0.0")],
)
def test_text_and_whole_numbers_become_decimals(given: Any, value: str | None) -> None:
    read = FIELD.to_python(given)
    assert (None if read is None else str(read)) == value


@pytest.mark.parametrize(
    "given",
    [
        1.5,
        True,
        "",
        "n/a",
        "1_000",
        "1,5",
        "٨١٦",
        "1E+100",
        "1e999999999",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        Decimal("1E+999999"),
    ],
)
def test_what_is_not_exact_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError, match=r"such as 1234\.50"):
        FIELD.to_python(given)


def test_a_float_never_reaches_the_database() -> None:
    with pytest.raises(TypeError, match="give a Decimal"):
        FIELD.get_db_prep_save(1.5, connection)
    with pytest.raises(ValidationError):
        FIELD.get_db_prep_save(Decimal("NaN"), connection)


def test_a_float_that_sql_made_is_noticed() -> None:
    with pytest.raises(TypeError, match="SQL made a float"):
        FIELD.from_db_value(1.5, None, connection)


def test_a_migration_can_write_it_down() -> None:
    _name, path, args, kwargs = FIELD.deconstruct()
    assert (path, args, kwargs) == (
        "exchange.common.decimals.ExactDecimalField",
        [],
        {"null": True},
    )
