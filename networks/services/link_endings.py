"""The end of an ownership link: said by one side and confirmed by the other, or decided by who looks after all.

Who is one undertaking with whom moves the ceiling of de minimis (Regulation (EU) 2023/2831, article 2(2)), so
neither side lets go of the other alone, no key does, and no link ends under aid that was decided while it counted.
"""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation, OwnershipLink
from networks.services.decided_aid import last_decided_aid
from networks.services.telling import contacts_of, teachers_of, tell
from networks.services.undertakings import refresh_undertakings
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, check_person, decisions_on, record_decision

SAY = "state_end"  # the action of the decision by which one side says that it ends


def earliest_end(link: OwnershipLink) -> date | None:
    """The first day (Brussels) on which the link may count no more; None where nothing holds it."""
    decided = last_decided_aid(link.owner, link.owned)
    days = [day for day in (link.since, decided and decided + timedelta(days=1)) if day]
    return max(days, default=None)


def end_link(*, link_id: int, actor: Actor, day: date | None = None, reason: str = "") -> OwnershipLink:
    """Say that the link counts no more from `day` on (default today, or the first day that may be).

    What only one side says ends by the word of either. A confirmed link ends once the other side, another
    person, says so too, or a coordinator in its place, with a reason; an administrator ends any, with a reason.
    Neither decides about an own organisation.
    It stays on record. Saying it twice changes nothing. Raises TransitionRefused.
    """
    with transaction.atomic():
        link = _locked(link_id)
        if link.until is not None:
            return link
        judges = _judges(actor, link)
        if not judges and actor.organisation_id not in (link.owner_id, link.owned_id):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if link.claimed_by_id is None:
            check_person(actor)
        if judges and not actor.is_system and not reason.strip():
            raise TransitionRefused(_("Geef een motivering: wie dit leest moet begrijpen waarom."))
        if judges or link.claimed_by_id is not None:
            return _end(link, _day_of(link, day), actor, reason)
        if link.ending_by_id is None:
            return _say(link, _day_of(link, day), actor, reason)
        if link.ending_by_id == actor.organisation_id:
            return link
        _check_other_side(link, actor)
        return _end(link, max(link.ending_on or date.min, earliest_end(link) or date.min), actor, reason)


def keep_link(*, link_id: int, actor: Actor, reason: str = "") -> OwnershipLink:
    """Say that a link whose end was said goes on: who said it takes it back, the other side or who looks after
    all contests it. Twice the same changes nothing. Raises TransitionRefused."""
    with transaction.atomic():
        link = _locked(link_id)
        if link.until is not None:
            raise TransitionRefused(_("Deze band is al beëindigd."))
        if not _judges(actor, link) and actor.organisation_id not in (link.owner_id, link.owned_id):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if link.ending_by_id is None:
            return link
        link.ending_by, link.ending_on = None, None
        link.save(update_fields=["ending_by", "ending_on", "updated_at"])
        decision = record_decision(
            subject=link, action="keep", from_state="ending", to_state="recorded", actor=actor, reason=reason
        )
        _tell(link, actor, "kept", f"link-kept:{decision.pk}")
    return link


def _locked(link_id: int) -> OwnershipLink:
    rows = OwnershipLink.objects.select_for_update(of=("self",)).select_related("owner", "owned")
    return rows.get(pk=link_id)


def _judges(actor: Actor, link: OwnershipLink) -> bool:
    """Whether the actor decides for others: a person of an authority who works for neither side."""
    if actor.is_system:
        return True
    said = actor.has(Role.COORDINATOR) and link.ending_by_id is not None
    judges = actor.user is not None and (said or actor.has(Role.ADMINISTRATOR))
    return judges and actor.own_organisations.isdisjoint((link.owner_id, link.owned_id))


def _day_of(link: OwnershipLink, day: date | None) -> date:
    earliest = earliest_end(link)
    if day is None:
        return max(timezone.localdate(), earliest or date.min)
    if earliest is not None and day < earliest:
        raise TransitionRefused(
            _("De band telde mee voor steun die al is toegekend: hij eindigt ten vroegste op %s.")
            % earliest.strftime("%d/%m/%Y")
        )
    return day


def _check_other_side(link: OwnershipLink, actor: Actor) -> None:
    """It is looked up, and it is another person: anybody may name an organisation that is not here yet."""
    side = link.owner if actor.organisation_id == link.owner_id else link.owned
    if not side.is_verified and not actor.is_system:
        raise TransitionRefused(
            _("%s is nog niet nagekeken in het register: een coördinator bevestigt dit einde.") % side.name
        )
    said = decisions_on(link).filter(action=SAY).order_by("-pk").first()
    if said is not None and not actor.is_system and said.user == actor.user:
        raise TransitionRefused(_("Iemand anders van de andere organisatie bevestigt dit, niet u."))


def _say(link: OwnershipLink, day: date, actor: Actor, reason: str) -> OwnershipLink:
    link.ending_by_id, link.ending_on = actor.organisation_id, day
    link.save(update_fields=["ending_by", "ending_on", "updated_at"])
    decision = record_decision(
        subject=link,
        action=SAY,
        from_state="recorded",
        to_state="ending",
        actor=actor,
        reason=reason,
        evidence={"day": day.isoformat()},
    )
    _tell(link, actor, "said", f"link-ending:{decision.pk}")
    return link


def _end(link: OwnershipLink, day: date, actor: Actor, reason: str) -> OwnershipLink:
    before = "claimed" if link.claimed_by_id else "ending" if link.ending_by_id else "recorded"
    link.until = day
    link.save(update_fields=["until", "updated_at"])
    refresh_undertakings()
    decision = record_decision(
        subject=link,
        action="end",
        from_state=before,
        to_state="ended",
        actor=actor,
        reason=reason,
        evidence={"day": day.isoformat()},
    )
    _tell(link, actor, "ended", f"link-ended:{decision.pk}")
    return link


def _tell(link: OwnershipLink, actor: Actor, what: str, key: str) -> None:
    """The people of each side but that of who said it."""
    day = link.until or link.ending_on
    for side in (link.owner, link.owned):
        if side.pk != actor.organisation_id:
            tell(
                _people_of(side),
                key=f"{key}:{side.pk}",
                template="organisation_link_ending",
                address=reverse("networks:organisation"),
                organisation=side.name,
                owner=link.owner.name,
                owned=link.owned.name,
                percent=str(link.percent),
                what=what,
                day=day.strftime("%d/%m/%Y") if day else "",
            )


def _people_of(side: Organisation) -> list[User]:
    return contacts_of(side.pk) or teachers_of(side.pk)
