"""Loads the sample world through the actions; a second time changes nothing."""

from typing import Any

from django.db import transaction

from exchange.activity.bookkeeping import move_cursor
from exchange.activity.sequencer import last_position
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.digests.notices import CURSOR
from exchange.home.sample import agreements, facts, kpis, work
from exchange.home.sample.people import first_of, have_join
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from exchange.partners.ports import port_with
from exchange.topics import taxonomy
from exchange.topics.actions import load_topics

OPERATOR = Viewer.system()


def load() -> int:
    """Load the sample world, all or nothing; return how many agreements, lessons and files of KPIs it made.

    What is here already stays as it is. Nobody is mailed about how the world was made.
    """
    made = _make()
    if made:
        move_cursor(CURSOR, last_position())
    return made


@transaction.atomic
def _make() -> int:
    """Make topics, organisations, people, agreements, lessons, the work under the agreement, KPIs."""
    load_topics(actor=OPERATOR, rows=taxonomy.rows())
    organisations = _organisations()
    for partner in facts.world()["partners"]:
        have_join(organisations[partner["unlocode"]], partner)
    key = facts.world()["agreement"]["id"]
    is_new = key not in agreements.known()
    made = agreements.record(organisations)
    agreement = agreements.known()[key]
    known = set(Lesson.objects.values_list("organisation", "external_id"))
    for lesson in facts.lessons():
        owner = next(
            organisations[code] for code in lesson["ports"] if organisations[code].is_partner
        )
        if (owner.pk, lesson["id"]) not in known:
            _publish(lesson, owner, _audience(lesson["audience"], agreement.home_audience))
            made += 1
    if is_new:
        work.plan(agreement)
    return made + kpis.load()


def _organisations() -> dict[str, Organisation]:
    partners = {partner["unlocode"]: partner for partner in facts.world()["partners"]}
    found = {
        organisation.unlocode: organisation
        for organisation in Organisation.objects.filter(unlocode__isnull=False)
    }
    return {
        code: found.get(code) or _admit(code, partners.get(code))
        for code in [*partners, *sorted(set(facts.port_codes()) - set(partners))]
    }


def _admit(code: str, partner: dict[str, Any] | None) -> Organisation:
    port = port_with(code)
    if port is None:
        raise LookupError(f"{code} is not in the list of ports")
    return create_organisation(
        actor=OPERATOR,
        name=port.name,
        kind="port",
        unlocode=code,
        timezone=port.timezone,
        website=(partner or {}).get("website", ""),
        is_partner=partner is not None,
    )


def _audience(name: str, agreement: Audience) -> Audience:
    if name == "agreement":
        return agreement
    return audiences.public() if name == "public" else audiences.all_partners()


def _publish(facts_of: dict[str, Any], owner: Organisation, audience: Audience) -> None:
    """Write, submit, approve and publish a lesson: the contributor the first two, the reviewer the rest."""
    writer, reviewer = first_of(owner, Role.CONTRIBUTOR), first_of(owner, Role.REVIEWER)
    domain = next(
        partner["mail"]
        for partner in facts.world()["partners"]
        if partner["unlocode"] == owner.unlocode
    )
    lesson = actions.draft_lesson(
        actor=writer,
        organisation=owner,
        audience=audience,
        text=facts.text_of(facts_of, contact=f"lessons@{domain}"),
        external_id=facts_of["id"],
    )
    lesson = actions.submit_lesson(actor=writer, lesson=lesson, lock=lesson.lock)
    lesson = actions.approve_lesson(actor=reviewer, lesson=lesson, lock=lesson.lock)
    actions.publish_lesson(actor=reviewer, lesson=lesson, lock=lesson.lock)
