"""The pages of an import: what would become of each row, before and after the decision."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from msgspec.structs import replace

from exchange.kpis.importing.staged import packed, rows_of
from exchange.kpis.models import Import, ImportPage, Series
from tests.agreements.pages import form_of
from tests.cast import Cast
from tests.kpis.factories import approved, imported, read_now, row, send, states, table
from tests.kpis.test_grid import signed_in
from tests.lessons.pages import page


@pytest.fixture
def sender(cast: Cast) -> Client:
    """The contributor of Gothenburg, at a browser."""
    return signed_in(cast.gothenburg.contributor)


def shown(client: Client, batch: Import, **query: Any) -> str:
    return page(client.get(batch.get_absolute_url(), query))


def test_a_file_is_sent_and_read_before_anything_is_written(series: Series, sender: Client) -> None:
    file = SimpleUploadedFile("values.csv", table([row()]))
    answer = sender.post("/imports/new/", {**form_of(sender, "/imports/new/"), "file": file})
    batch = read_now(Import.objects.get())
    assert answer["Location"] == batch.get_absolute_url()
    assert "Accept what would be added and corrected?" in shown(sender, batch)
    assert states(series) == []


def test_while_a_file_is_read_a_bar_tells_how_far(
    cast: Cast, series: Series, sender: Client
) -> None:
    batch = send(cast, None, [row()])
    Import.objects.update(state="reading", rows_in_file=4000, rows_read=1000)
    text = shown(sender, batch)
    assert 'max="4000" value="1000"' in text
    assert "1000 of 4000 rows read" in text


def test_the_rows_of_a_file_are_counted(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, [row(), row("2024-02"), row("2024-03", "many")]))
    assert (batch.rows_in_file, batch.rows_read) == (3, 3)


def test_an_accepted_import_says_how_many_of_its_values_wait(
    cast: Cast, series: Series, sender: Client
) -> None:
    batch = imported(cast, [row(), row("2024-02")])
    assert "2 of its values wait for a reviewer." in shown(sender, batch)
    assert 'reviewer. <a href="/values/review/">' not in shown(sender, batch)
    assert 'reviewer. <a href="/values/review/">' in shown(
        signed_in(cast.gothenburg.reviewer), batch
    )


def test_an_accepted_import_shows_first_what_changed(
    cast: Cast, series: Series, sender: Client
) -> None:
    batch = imported(cast, [row(), row("2024-02", "many")], only_good=True)
    assert '<td class="number">100 TEU</td>' in shown(sender, batch)
    assert "is no number" in shown(sender, batch, rows="rejected")


def test_a_rejected_row_is_named_with_row_column_value_and_reason(
    cast: Cast, series: Series, sender: Client
) -> None:
    text = shown(sender, read_now(send(cast, None, [row(), row("2024-02", "many")])))
    assert '<td class="number">3</td><td><code>value</code></td><td>many</td>' in text
    assert "“many” is no number." in text


def test_a_corrected_row_shows_the_old_value_and_the_new(
    cast: Cast, series: Series, sender: Client
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "95"})
    text = shown(sender, read_now(send(cast, None, [row()])), rows="corrected")
    assert '<td class="number">100 TEU</td><td class="number">95</td>' in text


def test_old_and_new_value_are_written_in_the_readers_language(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "1.500"})
    batch = read_now(send(cast, None, [row(value="1500.0")]))
    reader = cast.gothenburg.contributor
    reader.language = "de"
    reader.save(update_fields=["language"])
    text = shown(signed_in(reader), batch, rows="corrected")
    assert '<td class="number">1.500,0 TEU</td><td class="number">1,500</td>' in text


def test_a_correction_beside_the_value_names_what_differs(
    cast: Cast, series: Series, sender: Client
) -> None:
    approved(
        cast.gothenburg, series, {"2024-01": "100"}, status="provisional", note="A\nfirst count."
    )
    text = shown(sender, read_now(send(cast, None, [row(comment="Final.")])), rows="corrected")
    assert "Status: normal (until now: provisional)" in text
    assert "Note: Final. (until now: A\nfirst count.)" in text


def test_a_missing_value_that_is_corrected_is_told_in_words(
    cast: Cast, series: Series, sender: Client
) -> None:
    approved(cast.gothenburg, series, {"2024-01": ""}, status="lost")
    text = shown(sender, read_now(send(cast, None, [row()])), rows="corrected")
    assert '<td class="number">no value: lost or unusable</td>' in text


@pytest.mark.parametrize(
    ("old", "words"), [("95.0", "95.0"), ("lost or unusable", "no value: lost")]
)
def test_a_preview_of_the_release_before_is_shown(
    cast: Cast, series: Series, sender: Client, old: str, words: str
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "95.0"})
    batch = read_now(send(cast, None, [row()]))
    page = ImportPage.objects.get(batch=batch)
    page.rows = packed([replace(one, old=old) for one in rows_of(page)])
    page.save(update_fields=["rows"])
    assert f'<td class="number">{words}' in shown(sender, batch, rows="corrected")


def test_a_long_preview_is_read_page_by_page(cast: Cast, series: Series, sender: Client) -> None:
    periods = [f"{year}-{month:02}" for year in range(2010, 2020) for month in range(1, 13)]
    batch = read_now(send(cast, None, [row(period) for period in periods]))
    first, second = shown(sender, batch), shown(sender, batch, page=2)
    assert "Page 1 of 2" in first
    assert ("2019-12" in first, "2019-12" in second) == (False, True)


def test_a_page_of_a_preview_that_is_not_there_is_its_last(
    cast: Cast, series: Series, sender: Client
) -> None:
    batch = read_now(send(cast, None, [row()]))
    assert "2024-01" in shown(sender, batch, page="x", rows="added")


def test_without_rejected_rows_there_is_no_file_of_them(
    cast: Cast, series: Series, sender: Client
) -> None:
    batch = read_now(send(cast, None, [row()]))
    assert sender.get(f"/imports/{batch.pk}/rejected.csv").status_code == 404


def test_nobody_else_sees_a_preview(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, [row()]))
    others = signed_in(cast.los_angeles.coordinator)
    assert others.get(batch.get_absolute_url()).status_code == 404
