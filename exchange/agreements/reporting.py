"""The scorecard and annual report of an agreement, as one reader may see it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx import Document

from exchange.agreements.choices import PartyState
from exchange.agreements.models import Agreement, Party, Workstream
from exchange.audiences.choosing import who_reads
from exchange.audiences.viewer import Viewer
from exchange.common import dates, time
from exchange.common.providers import Figure, figures_for
from exchange.common.text import in_xml

# What Word takes for a property of a document.
PROPERTY_LENGTH = 255
ALSO_TOGETHER = gettext_lazy(
    "“All” also counts what the parties have in hand together, and what others share with them."
)
NOTHING = gettext_lazy("Nothing that you may see happened in this period.")


@dataclass(frozen=True)
class Row:
    """A figure of the scorecard: of all, and of each party in the order of `Report.parties`.

    None where it is not counted by party.
    """

    figure: Figure
    by_party: list[tuple[Party, int | None]]


@dataclass(frozen=True)
class Report:
    """What an agreement came to from one day to another, both included, for one reader."""

    agreement: Agreement
    viewer: Viewer
    first: dt.date
    last: dt.date

    @cached_property
    def parties(self) -> list[Party]:
        """Return the parties, then who is none any more and owns something that is counted; one query."""
        standing = self.agreement.standing
        owners = {row.owner for figure in self.figures for row in figure.rows}
        seen = Party.objects.visible_to(self.viewer).filter(agreement=self.agreement)
        left = seen.filter(organisation__in=owners - {None}).exclude(state=PartyState.CONFIRMED)
        return [*standing, *left.select_related("organisation").order_by("organisation__sort_key")]

    @property
    def heads(self) -> list[str]:
        """Return how the parties stand over their columns."""
        return [
            str(one.organisation)
            if one.state == PartyState.CONFIRMED
            else _("%(party)s (no party now)") % {"party": one.organisation}
            for one in self.parties
        ]

    @property
    def is_home(self) -> bool:
        """Tell whether the reader is of a party: others see none of the work."""
        return self.agreement.home_audience_id in self.viewer.audience_ids

    @cached_property
    def figures(self) -> list[Figure]:
        """Return the figures that the reader may see: of the work its parties alone."""
        found = figures_for(self.viewer, self.agreement, self.first, self.last)
        return found if self.is_home else [figure for figure in found if figure.rows]

    @cached_property
    def rows(self) -> list[Row]:
        return [
            Row(
                figure,
                [
                    (party, None if figure.is_shared else figure.of(party.organisation_id).value)
                    for party in self.parties
                ],
            )
            for figure in self.figures
        ]

    @cached_property
    def workstreams(self) -> list[Workstream]:
        """Return the workstreams as they stand now; of a party's reader alone. One query."""
        rows = Workstream.objects.visible_to(self.viewer).filter(agreement=self.agreement)
        return list(rows)

    @property
    def made_for(self) -> str:
        """Return in words for whose eyes the figures were counted.

        To people of one party its own lessons are counted, too, that it shares with nobody.
        """
        own = [one for one in self.agreement.standing if one.organisation_id in self.viewer.roles]
        if self.is_home and own:
            names = ", ".join(str(one.organisation) for one in own)
            return _("people of %(organisations)s") % {"organisations": names}
        return who_reads(self.agreement.effective_audience, self.viewer)

    @property
    def made_on(self) -> dt.date:
        return time.today(self.viewer.timezone)

    def figure(self, name: str) -> Figure | None:
        """Return one figure by its name, None when there is none."""
        return next((one for one in self.figures if one.name == name), None)


def docx(report: Report, address: str) -> bytes:
    """Return the report as a Word document; `address` is where its page stands."""
    made = Document()
    made.core_properties.title = in_xml(report.agreement.title)[:PROPERTY_LENGTH]
    made.core_properties.author = _("Port Exchange")
    made.add_heading(in_xml(report.agreement.title), level=0)
    made.add_paragraph(
        _("From %(first)s to %(last)s") % {"first": day(report.first), "last": day(report.last)}
    )
    for words in _facts(report):
        made.add_paragraph(in_xml(words))
    made.add_heading(_("Figures"), level=1)
    if report.rows:
        _table(made, ["", *report.heads, _("All")], _figure_rows(report))
    made.add_paragraph(str(ALSO_TOGETHER if report.rows else NOTHING))
    if report.workstreams:
        made.add_heading(_("Workstreams"), level=1)
        head = [_("Workstream"), _("Status"), _("Health"), _("Why")]
        _table(made, head, map(_stands, report.workstreams))
    for figure in report.figures:
        if figure.rows:
            made.add_heading(capfirst(str(figure.label)), level=1)
            for row in figure.rows:
                note = f" ({row.note})" if row.note else ""
                words = in_xml(f"{day(row.day)}: {row.thing}{note}")
                made.add_paragraph(words, style="List Bullet")
    made.add_paragraph(address)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def day(moment: dt.date) -> str:
    """Return a day as people write it."""
    return dates.written(moment.isoformat())


def _facts(report: Report) -> Iterator[str]:
    term = report.agreement.current_term
    yield _("Parties: %(names)s") % {
        "names": " · ".join(str(one.organisation) for one in report.agreement.standing)
    }
    yield f"{capfirst(report.agreement.get_kind_display())}, {report.agreement.status.label}"
    if term:
        for label, known in (
            (_("Signed"), term.signed),
            (_("Announced"), term.announced),
            (_("In force from"), term.effective),
            (_("Ends"), term.ends_by),
            (_("Notice by"), term.notice_by),
        ):
            if known:
                yield f"{label}: {dates.written(known)}"
        if not (term.signed or term.announced):
            yield _("When it was signed is not known.")
        if not term.ends_by:
            yield _("No end is known.")
        if term.note:
            yield f"{_('On its dates')}: {term.note}"
    yield _("Made on %(day)s for %(whom)s: who may see more or less gets other figures.") % {
        "day": day(report.made_on),
        "whom": report.made_for,
    }


def _figure_rows(report: Report) -> Iterator[list[str]]:
    for row in report.rows:
        numbers = ["–" if number is None else str(number) for _party, number in row.by_party]
        yield [capfirst(str(row.figure.label)), *numbers, str(row.figure.value)]


def _stands(workstream: Workstream) -> list[str]:
    return [
        workstream.title,
        capfirst(workstream.get_status_display()),
        capfirst(workstream.get_health_display()) if workstream.health else _("No update yet"),
        workstream.health_reason or "–",
    ]


def _table(made: Any, head: list[str], rows: Any) -> None:
    table = made.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.text = in_xml(words)
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = in_xml(words)
