"""People of an organisation: invitations and memberships."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import AccessRequest, Invitation, Membership, Network, Organisation
from networks.services.access_requests import request_access
from networks.services.parties import known_organisation
from networks.services.tokens import revoke_keys_without_role
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.addresses import absolute
from skillnet.kernel.outbox import queue_mail
from skillnet.kernel.roles import NETWORK_ROLES, Role
from skillnet.kernel.terms import INVITATION, term
from skillnet.kernel.transitions import check_person, record_decision

DECIDING = (Role.COORDINATOR, Role.ADMINISTRATOR)  # who decides on others: made by people, never by a key
OWN_PEOPLE = (Role.COMPANY_CONTACT, Role.PROVIDER)  # who answers for an organisation
REMIND_AFTER = timedelta(days=3)  # a brake that keeps mailboxes from being filled: no term of the house
MOST_REMINDERS = 3
MOST_FOR_ONE = 5  # new invitations of one organisation to one address, in the days of REMIND_AFTER
MOST_UNVERIFIED = 10  # open invitations of an organisation that nobody looked up yet


def invite_person(
    *,
    email: str,
    organisation: Organisation,
    role: Role,
    actor: Actor,
    network: Network | None = None,
    for_network: Network | None = None,
) -> Invitation:
    """Invite `email` for `role`; the link travels by mail only. An open invitation is sent again.

    `network` is where a network role is held; `for_network` asks people for a company into that network.

    Raises ValidationError for a bad address, and where this would be one mail after another; TransitionRefused
    where a key would make somebody decide on others.
    """
    if role in DECIDING:
        check_person(actor)
    address = email.strip().lower()
    validate_email(address)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update()
            .filter(
                email=address,
                organisation=organisation,
                role=role,
                network=network,
                accepted_at=None,
                withdrawn_at=None,
            )
            .first()
        )
        if invitation is None:
            _check_restraint(address, organisation)
            _check_network(actor, network or for_network)
            invitation = Invitation(email=address, organisation=organisation, role=role, network=network)
        else:
            _check_reminder(invitation)
            invitation.reminded_at = timezone.now()
            invitation.reminders += 1
        invitation.digest = _digest(token)
        invitation.invited_by = actor.user
        invitation.is_vouched = _may_vouch(actor, organisation.pk, role)
        invitation.expires_at = timezone.now() + term(INVITATION)
        _save_or_explain(invitation)
        _send_invitation(invitation, token, actor)
    return invitation


def remind_invitation(*, invitation: Invitation, actor: Actor) -> Invitation:
    """Send an open invitation again, with a new link. Raises ValidationError when that is too soon, or was
    done often enough: whoever does not answer three times wants a call, not a mail.

    Whose word it stands on stays as it was: who reminds somebody whom an outsider asked vouches for nobody.
    """
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        sent = invite_person(
            email=locked.email,
            organisation=locked.organisation,
            role=Role(locked.role),
            network=locked.network,
            actor=actor,
        )
        sent.is_vouched = locked.is_vouched
        sent.save(update_fields=["is_vouched", "updated_at"])
        return sent


def _check_reminder(invitation: Invitation) -> None:
    """Whoever does not answer three times wants a call, not a mail; ValidationError."""
    if invitation.reminders >= MOST_REMINDERS:
        raise ValidationError(
            _("%(email)s kreeg al %(n)d herinneringen. Bel even, of trek de uitnodiging in.")
            % {"email": invitation.email, "n": invitation.reminders}
        )
    if invitation.reminded_at is not None and invitation.reminded_at > timezone.now() - REMIND_AFTER:
        again = timezone.localtime(invitation.reminded_at + REMIND_AFTER)
        raise ValidationError(
            _("%(email)s kreeg net een herinnering. Een volgende kan vanaf %(day)s.")
            % {"email": invitation.email, "day": again.strftime("%d/%m/%Y")}
        )


def _check_restraint(address: str, organisation: Organisation) -> None:
    """Nobody fills a stranger's mailbox by inviting and withdrawing, nor many under a name that nobody looked
    up yet; ValidationError."""
    ours = Invitation.objects.filter(organisation=organisation)
    recent = ours.filter(email=address, created_at__gt=timezone.now() - REMIND_AFTER).count()
    if recent >= MOST_FOR_ONE:
        raise ValidationError(
            _("%(email)s kreeg al %(n)d uitnodigingen. Wacht enkele dagen, of bel even.")
            % {"email": address, "n": recent}
        )
    if not organisation.is_verified and ours.unanswered().count() >= MOST_UNVERIFIED:
        raise ValidationError(
            _("Uw organisatie is nog niet nagekeken. Tot dan staan er hoogstens %(n)d uitnodigingen open.")
            % {"n": MOST_UNVERIFIED}
        )


def _check_network(actor: Actor, network: Network | None) -> None:
    """Nor many in the name of a network whose promoter nobody looked up: each line of its list may name another
    company, so the bound on one company does not hold it. ValidationError."""
    if network is None or network.promoter is None or network.promoter.is_verified or actor.is_system:
        return
    companies = network.members.order_by().values("organisation")
    sent = Invitation.objects.unanswered().filter(
        Q(network=network) | Q(network=None, is_vouched=False, organisation__in=companies)
    )
    if sent.count() >= MOST_UNVERIFIED:
        raise ValidationError(
            _("Uw organisatie is nog niet nagekeken. Tot dan staan er hoogstens %(n)d uitnodigingen open.")
            % {"n": MOST_UNVERIFIED}
        )


def withdraw_invitation(*, invitation_id: int) -> None:
    """The link stops working. Doing it twice changes nothing."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
        if invitation.accepted_at is None and invitation.withdrawn_at is None:
            invitation.withdrawn_at = timezone.now()
            invitation.save(update_fields=["withdrawn_at", "updated_at"])


def find_open_invitation(*, token: str) -> Invitation | None:
    """The invitation behind a link, while it can be accepted."""
    return (
        Invitation.objects.select_related("organisation", "network")
        .filter(digest=_digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
        .first()
    )


def accept_invitation(*, token: str, user: User) -> Membership | AccessRequest:
    """Turn an open invitation into a membership of `user`; accepting again gives the same membership.

    Who was asked in by an outsider, such as the manager of a network, for a company that has people here, or for
    its seat in the steering group, becomes a request that those people answer: nobody speaks for a company
    without its word. A seat waits until the company joined: asking it in takes no more than its number. A role
    that ended since does not come back by an old link. Raises ValidationError.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).get(digest=_digest(token))
        again = invitation.accepted_at is not None
        if not again:
            if invitation.withdrawn_at or invitation.expires_at <= timezone.now():
                raise ValidationError(_("Deze uitnodiging is niet meer geldig. Vraag een nieuwe."))
            check_seat(network=invitation.network, organisation=invitation.organisation)
            invitation.accepted_at = timezone.now()
            invitation.accepted_by = user
            invitation.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
        elif invitation.accepted_by_id != user.pk:
            raise ValidationError(_("Deze uitnodiging is al door iemand anders gebruikt."))
        asked: dict[str, Any] = {
            "user": user,
            "organisation": invitation.organisation,
            "role": Role(invitation.role),
            "network": invitation.network,
        }
        if again:
            return _given_before(asked)
        return request_access(**asked) if _company_must_agree(invitation, user) else grant_role(**asked)


def _given_before(asked: dict[str, Any]) -> Membership | AccessRequest:
    """What an invitation that was accepted already gave: the role that stands, or the request; ValidationError."""
    found = (
        Membership.objects.current().filter(**asked).first()
        or AccessRequest.objects.filter(**asked).order_by("-pk").first()
    )
    if found is None or (isinstance(found, AccessRequest) and found.state == AccessRequest.State.GRANTED):
        raise ValidationError(_("Deze uitnodiging is niet meer geldig. Vraag een nieuwe."))
    return found


def has_joined(*, network: Network, organisation: Organisation) -> bool:
    """Whether the company itself is in the network."""
    return bool(network.members.active().filter(organisation=organisation).exists())


def check_seat(*, network: Network | None, organisation: Organisation) -> None:
    """A seat in the steering group of `network` (None: no seat) waits until its company is a member;
    ValidationError."""
    if network is None or has_joined(network=network, organisation=organisation):
        return
    names = {"company": organisation.name, "network": network.name}
    raise ValidationError(
        _("%(company)s is geen lid van %(network)s. De koppeling werkt zodra het bedrijf toetreedt.") % names
    )


def grant_role(
    *, user: User, organisation: Organisation, role: Role, network: Network | None = None
) -> Membership:
    """Give a role; a role that ended revives. Safe to repeat."""
    if (role in NETWORK_ROLES) != (network is not None):
        raise ValidationError(_("Kies een netwerk voor een netwerkrol, en alleen daarvoor."))
    membership, created = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, network=network
    )
    if not created and membership.ended_at is not None:
        membership.ended_at = None
        membership.save(update_fields=["ended_at", "updated_at"])
    return membership


def grant_role_by_number(*, user: User, number: str, role: Role, actor: Actor) -> Membership:
    """An administrator gives a role for the organisation with this number; raises ValidationError."""
    with transaction.atomic():
        membership = grant_role(user=user, organisation=known_organisation(number=number), role=role)
        record_decision(subject=membership, action="grant", from_state="", to_state="active", actor=actor)
    return membership


def end_membership(*, membership_id: int, actor: Actor) -> None:
    """Take a role away, with the keys that stood on it; what the person did stays. Nobody ends the last
    administrator, and a key no role of another organisation and none that decides on others."""
    with transaction.atomic():
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership_id)
        if membership.organisation_id != actor.organisation_id or membership.role in DECIDING:
            check_person(actor)
        if membership.ended_at is not None:
            return
        others = Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).exclude(pk=membership.pk)
        if membership.role == Role.ADMINISTRATOR and not others.exists():
            raise ValidationError(_("Er moet minstens één beheerder blijven."))
        membership.ended_at = timezone.now()
        membership.save(update_fields=["ended_at", "updated_at"])
        record_decision(subject=membership, action="end", from_state="active", to_state="ended", actor=actor)
        revoke_keys_without_role(
            user_id=membership.user_id,
            organisation_id=membership.organisation_id,
            role=membership.role,
            actor=actor,
        )


def asks_the_company(*, organisation_id: int, role: Role, actor: Actor) -> bool:
    """Whether an invitation by this actor for this role needs the word of the company's own people."""
    return not _may_vouch(actor, organisation_id, role) and _is_the_companys(organisation_id, role)


def _may_vouch(actor: Actor, organisation_id: int, role: Role) -> bool:
    """Whose invitation needs no further word: the organisation's own contacts, for its supply also who keeps that,
    an administrator. A key prepares it: who got hold of one is not by that somebody of the organisation."""
    if actor.user is None:
        return actor.is_system
    speaking = {Role.COMPANY_CONTACT} | ({Role.PROVIDER} & {role})
    own = actor.has(*speaking) and actor.organisation_id == organisation_id
    return own or actor.has(Role.ADMINISTRATOR)


def _is_the_companys(organisation_id: int, role: Role) -> bool:
    """Whether the company itself gives this role: its seat always, and who speaks for it once somebody did.

    Where those people are gone an administrator answers: a company does not become free to take by that.
    """
    if role not in OWN_PEOPLE:
        return role == Role.STEERING_MEMBER
    own = Membership.objects.filter(organisation=organisation_id, role__in=OWN_PEOPLE)
    return own.exists()


def _company_must_agree(invitation: Invitation, user: User) -> bool:
    """Looked at when it is accepted, for the company may have come in by itself since it was sent.

    Who speaks for the company already takes its seat, or keeps its supply, by that word.
    """
    if invitation.is_vouched or not _is_the_companys(invitation.organisation_id, Role(invitation.role)):
        return False
    speaking = {Role.COMPANY_CONTACT} | ({Role.PROVIDER} & {Role(invitation.role)})
    own = Membership.objects.current().filter(user=user, organisation=invitation.organisation_id)
    return not own.filter(role__in=speaking).exists()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _save_or_explain(invitation: Invitation) -> None:
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise ValidationError(_("Deze persoon heeft al een open uitnodiging voor deze rol.")) from error


def _send_invitation(invitation: Invitation, token: str, actor: Actor) -> None:
    queue_mail(
        address=invitation.email,
        key=f"invitation:{invitation.digest}",
        template="invitation",
        context={
            "organisation": invitation.organisation.name,
            "role": Role(invitation.role).value,
            "network": invitation.network.name if invitation.network else "",
            "inviter": actor.label,
            "days": (timezone.localdate(invitation.expires_at) - timezone.localdate()).days,
            "url": absolute(reverse("accept_invitation", args=[token])),
        },
        forget=["url"],
        language=invitation.organisation.language if invitation.organisation.language != "de" else "en",
    )
