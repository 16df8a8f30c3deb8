"""Coming in: a company by its number, access to one that is there already, places, joint committees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import AccessRequest, Establishment, JointCommittee, Membership, Organisation
from networks.services.parties import find_company
from networks.services.people import grant_role
from networks.services.telling import contacts_of, tell
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.enterprise_number import InvalidEnterpriseNumberError, parse
from skillnet.kernel.importing import changes_of
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular.table import Table
from skillnet.kernel.transitions import TransitionRefused, record_decision

State = AccessRequest.State


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What became of somebody who wants to work for a company: in at once, or `request` waits for its people."""

    organisation: Organisation
    request: AccessRequest | None = None


def onboard_company(*, number: str, name: str, message: str, user: User) -> Onboarded:
    """Work for the company with this enterprise number; raises ValidationError.

    A company that nobody has named yet is theirs at once, unverified until an administrator looked it up. One
    that is there is not made a second time: its people, or an administrator, are asked for access.
    """
    with transaction.atomic():
        known = _known(number, name)
        if known is not None:
            people = Membership.objects.current().filter(organisation=known, user=user)
            if people.filter(role=Role.COMPANY_CONTACT).exists():
                raise ValidationError(_("U werkt al voor %s.") % known.name)
            return Onboarded(known, _request(known, user, message))
        organisation = find_company(number=number, name=name)
        membership = grant_role(user=user, organisation=organisation, role=Role.COMPANY_CONTACT)
        record_decision(
            subject=membership,
            action="onboard",
            from_state="",
            to_state="active",
            actor=Actor(user=user, organisation_id=organisation.pk),
        )
    return Onboarded(organisation)


def _known(number: str, name: str) -> Organisation | None:
    """The record with this number, or one of the same name that has none yet: perhaps the same company."""
    try:
        digits = parse(number)
    except InvalidEnterpriseNumberError:
        return None  # the finder says what is wrong with it
    found = Organisation.objects.filter(enterprise_number=digits).select_related("merged_into").first()
    if found is None and name.strip():
        key = normalise_organisation_name(name)
        found = Organisation.objects.filter(
            normalised_name=key, enterprise_number=None, merged_into=None
        ).first()
    return found and (found.merged_into or found)


def _request(organisation: Organisation, user: User, message: str) -> AccessRequest:
    request, created = AccessRequest.objects.get_or_create(
        organisation=organisation, user=user, state=State.OPEN, defaults={"message": message.strip()[:500]}
    )
    if created:
        tell(
            contacts_of(organisation.pk) or _administrators(),
            key=f"access:{request.pk}",
            template="organisation_access_asked",
            address=reverse("networks:people"),
            person=str(user),
            organisation=organisation.name,
            message=request.message,
        )
    return request


def _administrators() -> list[User]:
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user")))


def answer_access(*, request: AccessRequest, grant: bool, actor: Actor, reason: str = "") -> AccessRequest:
    """A company contact, or an administrator, lets somebody in or not. Twice the same changes nothing."""
    with transaction.atomic():
        locked = (
            AccessRequest.objects.select_for_update(of=("self",))
            .select_related("organisation", "user")
            .get(pk=request.pk)
        )
        own = actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == locked.organisation_id
        if not (own or actor.has(Role.ADMINISTRATOR)):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        wanted = State.GRANTED if grant else State.REFUSED
        if locked.state == wanted:
            return locked
        if locked.state != State.OPEN:
            raise TransitionRefused(_("Iemand was u voor: op deze vraag is al geantwoord."))
        if not grant and not reason.strip():
            raise TransitionRefused(_("Geef een motivering: wie dit leest moet begrijpen waarom."))
        locked.state, locked.decided_at = wanted, timezone.now()
        locked.save()
        if grant:
            grant_role(user=locked.user, organisation=locked.organisation, role=Role.COMPANY_CONTACT)
        record_decision(
            subject=locked,
            action="grant" if grant else "refuse",
            from_state=State.OPEN,
            to_state=wanted,
            actor=actor,
            reason=reason,
        )
        tell(
            [locked.user],
            key=f"access:{locked.pk}:{wanted}",
            template="organisation_access_answered",
            address=reverse("home"),
            organisation=locked.organisation.name,
            state=locked.state,
            reason=reason.strip(),
        )
    return locked


def add_establishment(*, organisation: Organisation, values: Mapping[str, Any]) -> Establishment:
    """A place of the organisation; raises ValidationError."""
    wanted = dict(values)
    number = str(wanted.get("number") or "")
    wanted["number"] = "".join(char for char in number if char.isalnum()) or None
    with transaction.atomic():
        place = Establishment(organisation=organisation)
        changes_of(place, wanted)
        place.full_clean(exclude=["organisation"])
        place.save()
    return place


def close_establishment(*, establishment: Establishment, day: date) -> Establishment:
    """The place is no more; it stays readable. Closing twice changes nothing."""
    with transaction.atomic():
        locked = Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
        if locked.closed_on is None:
            locked.closed_on = day
            locked.save(update_fields=["closed_on", "updated_at"])
    return locked


def import_joint_committees(table: Table) -> int:
    """The official list (columns code, nl, fr, en): known codes get new names, none is taken away."""
    rows = []
    for record in table.records():
        code = record.values.get("code", "").strip()
        names = {key: text for key in ("nl", "fr", "en") if (text := record.values.get(key, "").strip())}
        if code and names:
            rows.append(JointCommittee(code=code[:10], names=names))
    JointCommittee.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["names"]
    )
    return len(rows)


def check_committees(codes: list[str]) -> None:
    """Codes must stand on the list, once there is one. Raises ValidationError that names the wrong ones."""
    if not codes or not JointCommittee.objects.exists():
        return
    known = set(JointCommittee.objects.filter(code__in=codes).values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise ValidationError(
            _("Geen paritair comité met nummer %s. Kies het uit de lijst.") % ", ".join(unknown)
        )
