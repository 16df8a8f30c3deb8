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
from networks.services.access_requests import request_access
from networks.services.parties import find_company
from networks.services.people import check_seat, grant_role
from networks.services.telling import tell
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.enterprise_number import InvalidEnterpriseNumberError, parse
from skillnet.kernel.importing import changes_of
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular.table import Table
from skillnet.kernel.transitions import TransitionRefused, record_decision

State = AccessRequest.State
MOST_WAITING = 5  # organisations that one person may bring in, or ask for, before somebody looked at them
# What a new organisation is, by what the person who brings it in wants to do.
KINDS = {Role.COMPANY_CONTACT: Organisation.Kind.COMPANY, Role.PROVIDER: Organisation.Kind.PROVIDER}


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What became of somebody who wants to work for a company: in at once, or `request` waits for its people."""

    organisation: Organisation
    request: AccessRequest | None = None


def onboard_company(
    *, number: str, name: str, message: str, user: User, role: Role = Role.COMPANY_CONTACT
) -> Onboarded:
    """Work for the company with this enterprise number, or keep its supply as a provider; raises ValidationError.

    A company that nobody has named yet is theirs at once, unverified until an administrator looked it up. One
    that is there is not made a second time: its people, or an administrator, are asked for access.
    """
    with transaction.atomic():
        known = _known(number, name)
        if known is not None:
            people = Membership.objects.current().filter(organisation=known, user=user)
            if people.filter(role=role).exists():
                raise ValidationError(_("U werkt al voor %s.") % known.name)
            _check_restraint(
                AccessRequest.objects.open().filter(user=user).exclude(organisation=known).count()
            )
            return Onboarded(known, request_access(organisation=known, user=user, message=message, role=role))
        unchecked = Membership.objects.current().filter(user=user, organisation__is_verified=False)
        _check_restraint(unchecked.values("organisation").distinct().count())
        organisation = find_company(number=number, name=name, kind=KINDS[role])
        membership = grant_role(user=user, organisation=organisation, role=role)
        record_decision(
            subject=membership,
            action="onboard",
            from_state="",
            to_state="active",
            actor=Actor(user=user, organisation_id=organisation.pk),
        )
    return Onboarded(organisation)


def _check_restraint(waiting: int) -> None:
    """Nobody takes name after name: what one brought in or asked for is looked at first."""
    if waiting >= MOST_WAITING:
        raise ValidationError(
            _("U meldde al %d organisaties aan die nog nagekeken worden. Wacht tot dat gebeurd is.") % waiting
        )


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


def answer_access(*, request: AccessRequest, grant: bool, actor: Actor, reason: str = "") -> AccessRequest:
    """A company contact, or an administrator, lets somebody in or not. Twice the same changes nothing."""
    with transaction.atomic():
        locked = (
            AccessRequest.objects.select_for_update(of=("self",))
            .select_related("organisation", "user", "network")
            .get(pk=request.pk)
        )
        if not _may_answer(actor, locked):
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
            _let_in(locked)
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


def _may_answer(actor: Actor, request: AccessRequest) -> bool:
    """A company's contacts answer all; who keeps its supply answers about that alone, and who sits in a steering
    group about nothing."""
    if actor.has(Role.ADMINISTRATOR):
        return True
    answering = {Role.COMPANY_CONTACT} | ({Role.PROVIDER} & {Role(request.role)})
    return actor.has(*answering) and actor.organisation_id == request.organisation_id


def _let_in(request: AccessRequest) -> None:
    """The role that was asked for; a seat while the company is in that network. Raises TransitionRefused."""
    try:
        check_seat(network=request.network, organisation=request.organisation)
    except ValidationError as error:
        raise TransitionRefused(*error.messages) from error
    grant_role(
        user=request.user,
        organisation=request.organisation,
        role=Role(request.role),
        network=request.network,
    )


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
    rows, now = [], timezone.now()
    for record in table.records():
        code = record.values.get("code", "").strip()
        names = {key: text for key in ("nl", "fr", "en") if (text := record.values.get(key, "").strip())}
        if code and names:
            rows.append(JointCommittee(code=code[:10], names=names, read_at=now))
    JointCommittee.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["names", "read_at"]
    )
    return len(rows)


def committees_are_of(year: int) -> bool:
    """Whether the list was read in during `year` or later."""
    return JointCommittee.objects.filter(read_at__year__gte=year).exists()


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
