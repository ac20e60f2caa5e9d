from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Stale
from exchange.partners.actions._record import check, coordinates_now, locked, record_at_home
from exchange.partners.models import Membership, Organisation


@transaction.atomic
def change_organisation(
    *,
    actor: Viewer,
    organisation: Organisation,
    lock: int,
    about: str,
    website: str,
    timezone: str,
    mailbox: str,
) -> Organisation:
    """Change what an organisation says of itself; its name and code are the operator's.

    `lock` is the counter that the caller saw, `about` Markdown, `timezone` an IANA name. The same
    words change nothing. Raises Forbidden; Stale when a colleague was faster; Invalid by field.
    """
    organisation = locked(organisation)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator changes what the organisation says of itself."))
    if organisation.lock != lock:
        raise Stale(_("A colleague changed this meanwhile."), current=organisation.lock)
    wanted = {"about": about, "website": website, "timezone": timezone, "mailbox": mailbox}
    changed = [name for name in wanted if getattr(organisation, name) != wanted[name]]
    if not changed:
        return organisation
    for name in changed:
        setattr(organisation, name, wanted[name])
    organisation.lock += 1
    check(organisation)
    organisation.save(update_fields=[*changed, "lock"])
    record_at_home(
        "organisation.changed", actor=actor, organisation=organisation, fields=sorted(changed)
    )
    return organisation


@transaction.atomic
def show_to_partners(
    *, actor: Viewer, organisation: Organisation, is_shown: bool, function: str, mailbox: str
) -> Membership:
    """Have people of partner organisations see the actor on the organisation's page, or not.

    Only one's own membership: nobody agrees for another. Who is not shown has no function and no
    address kept. Raises Forbidden, Invalid by field, Conflict for who is no member any more.
    """
    organisation = locked(organisation)
    if not actor.is_person:
        raise Forbidden(_("Only people are shown to partners."))
    mine = Membership.objects.select_for_update(of=("self",)).select_related("user")
    membership = mine.filter(user=actor.user_id, organisation=organisation).first()
    if membership is None:
        raise Conflict(_("This membership has ended already."))
    before = (membership.is_shown, membership.function, membership.mailbox)
    after = (is_shown, function.strip(), mailbox.strip()) if is_shown else (False, "", "")
    if before == after:
        return membership
    membership.is_shown, membership.function, membership.mailbox = after
    check(membership)
    membership.save(update_fields=["is_shown", "function", "mailbox"])
    verb = "organisation.member_shown" if is_shown else "organisation.member_hidden"
    record_at_home(verb, actor=actor, organisation=organisation, user=membership.user)
    return membership
