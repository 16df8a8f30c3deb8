"""Keys with which an organisation's own software speaks for it."""

import secrets
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, Organisation
from skillnet.api.authentication import SCOPES, digest_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import record_decision

PREFIX = "skn_"
MOST_KEYS = 20  # of one organisation at once: one for each of its systems, with room to replace them
SHOWN = 12  # characters of a key by which people tell keys apart


def create_token(*, actor: Actor, name: str, role: Role, scopes: Collection[str]) -> tuple[ApiToken, str]:
    """A new key of the actor's organisation, and the key itself: it cannot be read again later.

    A key can do no more than the person who makes it, and an organisation has at most MOST_KEYS that work.
    Raises ValidationError.
    """
    if not actor.has(role) or actor.organisation_id is None:
        raise ValidationError({"role": _("Kies een rol die u zelf hebt.")})
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        raise ValidationError({"scopes": _("Kies minstens één recht uit de lijst.")})
    key = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        _check_number(actor.organisation_id)
        token = ApiToken(
            organisation_id=actor.organisation_id,
            role=role,
            name=name.strip(),
            digest=digest_of(key),
            prefix=key[:SHOWN],
            scopes=sorted(scopes),
            created_by=actor.user,
        )
        token.full_clean(exclude=["public_id", "organisation", "created_by", "last_used_at", "revoked_at"])
        token.save()
        record_decision(
            subject=token,
            action="create",
            from_state="",
            to_state="active",
            actor=actor,
            evidence={"role": str(role), "scopes": token.scopes},
        )
    return token, key


def _check_number(organisation_id: int) -> None:
    """Keys that nobody remembers are doors that nobody watches. Locks the organisation; ValidationError."""
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation_id)
    if ApiToken.objects.filter(organisation=organisation_id, revoked_at=None).count() >= MOST_KEYS:
        raise ValidationError(
            _(
                "Uw organisatie heeft al %(n)d sleutels die werken. Trek er eerst een in die u niet meer gebruikt."
            )
            % {"n": MOST_KEYS}
        )


def revoke_token(*, token_id: int, actor: Actor) -> None:
    """The key stops working at once. Doing it twice changes nothing."""
    with transaction.atomic():
        token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token_id)
        if token.revoked_at is None:
            token.revoked_at = timezone.now()
            token.save(update_fields=["revoked_at", "updated_at"])
            record_decision(
                subject=token, action="revoke", from_state="active", to_state="revoked", actor=actor
            )


def revoke_keys_without_role(*, user_id: int, organisation_id: int, role: str, actor: Actor) -> None:
    """Revoke the keys that this person made in a role that is no longer held there; call it when a role ends.

    Such a key is refused already (skillnet.api.authentication); revoked it stays so when the role comes back.
    """
    held = Membership.objects.current().filter(user=user_id, organisation=organisation_id, role=role)
    if held.exists():
        return
    keys = ApiToken.objects.filter(
        created_by=user_id, organisation=organisation_id, role=role, revoked_at=None
    )
    for token_id in keys.values_list("pk", flat=True):
        revoke_token(token_id=token_id, actor=actor)
