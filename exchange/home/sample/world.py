"""Loads the sample world through the actions; a second time changes nothing."""

from typing import Any

from django.db import transaction

from exchange.accounts.models import User
from exchange.activity.bookkeeping import move_cursor
from exchange.activity.sequencer import last_position
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Role, Viewer
from exchange.digests.notices import CURSOR
from exchange.home.sample import SAMPLE_PASSWORD, facts
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from exchange.partners.actions import accept_invitation, create_organisation, invite_by_hand
from exchange.partners.models import Membership, Organisation
from exchange.partners.ports import port_with
from exchange.partners.viewers import viewer_of
from exchange.topics import taxonomy
from exchange.topics.actions import load_topics

OPERATOR = Viewer.system()


def load() -> int:
    """Load the sample world, all or nothing; return how many lessons it made.

    What is here already stays as it is. Nobody is mailed about how the world was made.
    """
    made = _make()
    if made:
        move_cursor(CURSOR, last_position())
    return made


@transaction.atomic
def _make() -> int:
    """Make topics, organisations, people, the agreement's audience and the lessons."""
    load_topics(actor=OPERATOR, rows=taxonomy.rows())
    organisations = _organisations()
    for partner in facts.world()["partners"]:
        _people(organisations[partner["unlocode"]], partner)
    agreement = _agreement(organisations)
    known = set(Lesson.objects.values_list("organisation", "external_id"))
    made = 0
    for lesson in facts.lessons():
        owner = next(
            organisations[code] for code in lesson["ports"] if organisations[code].is_partner
        )
        if (owner.pk, lesson["id"]) not in known:
            _publish(lesson, owner, _audience(lesson["audience"], agreement))
            made += 1
    return made


def addresses() -> list[str]:
    """Return the addresses of all sample people."""
    return [
        address_of(name, partner["mail"])
        for partner in facts.world()["partners"]
        for name, _role in partner["people"]
    ]


def address_of(name: str, domain: str) -> str:
    """Return the address of a sample person: first name at the organisation's domain."""
    return f"{name.split()[0].lower()}@{domain}"


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


def _people(organisation: Organisation, partner: dict[str, Any]) -> None:
    for name, role in partner["people"]:
        email = address_of(name, partner["mail"])
        if User.objects.filter(email=email).exists():
            continue
        _, token = invite_by_hand(
            actor=OPERATOR, organisation=organisation, email=email, role=Role(role)
        )
        accept_invitation(
            token=token,
            full_name=name,
            password=SAMPLE_PASSWORD,
            timezone=organisation.timezone,
        )


def _agreement(organisations: dict[str, Organisation]) -> Audience:
    """Return the audience of the Los Angeles–Gothenburg agreement; made when first asked for."""
    agreement = facts.world()["agreement"]
    homes = [home for code in agreement["parties"] if (home := organisations[code].home_audience)]
    found = Audience.objects.filter(kind=AudienceKind.GROUP, name=agreement["name"]).first()
    return found or audiences.make_group(actor=OPERATOR, name=agreement["name"], members=homes)


def _audience(name: str, agreement: Audience) -> Audience:
    if name == "agreement":
        return agreement
    return audiences.public() if name == "public" else audiences.all_partners()


def _publish(facts_of: dict[str, Any], owner: Organisation, audience: Audience) -> None:
    """Write, submit, approve and publish a lesson: the contributor the first two, the reviewer the rest."""
    writer, reviewer = _viewer(owner, Role.CONTRIBUTOR), _viewer(owner, Role.REVIEWER)
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


def _viewer(organisation: Organisation, role: Role) -> Viewer:
    """Return the eyes of the organisation's first sample person with exactly that role."""
    member = (
        Membership.objects.filter(
            organisation=organisation, role=role, user__email__endswith=".example.org"
        )
        .select_related("user")
        .earliest("joined_at", "pk")
    )
    return viewer_of(member.user, organisation.pk)
