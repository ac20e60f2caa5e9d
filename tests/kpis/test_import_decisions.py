"""The page of an import: deciding on the preview that is shown, undoing, and what is left of it."""

from typing import Any

from exchange.kpis import actions
from exchange.kpis.models import Import, Observation, Series
from tests.agreements.pages import form_of
from tests.cast import Cast, eyes
from tests.kpis.factories import approve, imported, read_now, row, seen, send, table
from tests.lessons.pages import browser, page

ROWS = [row("2024-01", "100"), row("2024-02", "110")]


def accept(cast: Cast, batch: Import, shown: dict[str, Any]) -> str:
    """Have the contributor accept what a page showed; return the text of the page that follows."""
    client = browser(cast.gothenburg.contributor)
    return page(client.post(f"/imports/{batch.pk}/accept/", shown, follow=True))


def form_on(cast: Cast, batch: Import) -> dict[str, Any]:
    return form_of(browser(cast.gothenburg.contributor), batch.get_absolute_url())


def undone(cast: Cast, batch: Import) -> str:
    """Have the contributor undo an import on its page, and a worker do it; return its page then."""
    client, address = browser(cast.gothenburg.contributor), f"/imports/{batch.pk}/undo/"
    client.post(address, {**form_of(client, address), "reason": "Wrong file."})
    read_now(batch)
    return page(client.get(batch.get_absolute_url()))


def test_what_the_page_shows_is_accepted(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, ROWS))
    accept(cast, batch, form_on(cast, batch))
    read_now(batch)
    assert Observation.objects.filter(batch=batch).count() == 2


def test_what_the_page_shows_no_more_is_not_accepted(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, ROWS))
    shown = form_on(cast, batch)
    Import.objects.filter(pk=batch.pk).update(attempt=2)
    assert "The preview was made anew. Look at it again." in accept(cast, batch, shown)
    assert Import.objects.get().state == "ready"


def test_an_undone_import_says_that_nothing_of_it_holds(cast: Cast, series: Series) -> None:
    text = undone(cast, imported(cast, ROWS))
    assert "None of its values holds any more." in text
    assert "It was undone because: Wrong file." in text


def test_an_undone_import_says_how_much_of_it_holds(cast: Cast, series: Series) -> None:
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    assert "2 of its values hold: what takes them back waits" in undone(cast, batch)
    approve(cast.gothenburg, series, "2024-01")
    client = browser(cast.gothenburg.contributor)
    assert "1 of its values holds:" in page(client.get(batch.get_absolute_url()))


def test_an_undo_that_was_sent_back_is_not_shown_as_if_it_had_come_to_pass(
    cast: Cast, series: Series
) -> None:
    batch = imported(cast, ROWS)
    approve(cast.gothenburg, series)
    undone(cast, batch)
    actions.reject_values(
        actor=eyes(cast.gothenburg.reviewer),
        series=series,
        revisions=seen(series),
        reason="They were right.",
    )
    text = page(browser(cast.gothenburg.reader).get(batch.get_absolute_url()))
    assert (
        "2 of its values hold: what takes them back waits for a reviewer, or was sent back." in text
    )


def reread(cast: Cast, batch: Import, **asked: str) -> str:
    """Have the contributor choose how the file is read; return the page when it was."""
    client = browser(cast.gothenburg.contributor)
    shown = form_of(client, batch.get_absolute_url())
    told = page(client.post(f"/imports/{batch.pk}/answer/", {**shown, **asked}, follow=True))
    read_now(batch)
    return told + page(client.get(batch.get_absolute_url()))


def test_a_file_that_was_read_wrongly_is_read_another_way(cast: Cast, series: Series) -> None:
    file = table([row(comment="Łódź")]).decode().encode("iso-8859-2")
    batch = read_now(send(cast, None, file))
    assert "Łódź" not in reread(cast, batch)
    assert "Łódź" in reread(cast, batch, encoding="iso-8859-2")


def test_a_refused_file_is_read_another_way(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, table(ROWS).replace(b",", b"|"), "values.csv"))
    assert "is not written in utf-16" in reread(cast, batch, encoding="utf-16")
    assert "waits for your decision" in reread(cast, batch, encoding="").casefold()


def test_a_way_to_read_that_is_not_offered_is_refused_in_words(cast: Cast, series: Series) -> None:
    batch = read_now(send(cast, None, ROWS))
    assert "There is no such choice here." in reread(cast, batch, encoding="ebcdic")
    assert Import.objects.get(pk=batch.pk).attempt == 1
