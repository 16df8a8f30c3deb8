"""A vote of the steering group on something of its network: one organisation, one vote, while it is open."""

from collections.abc import Collection
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from networks.rules import steers
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision


class Votable(Protocol):
    """A needs analysis, an annual plan or a programme: `votes` are its votes, unique for each organisation."""

    pk: Any
    network_id: int
    state: str
    votes: Any


def cast_vote(
    *,
    subject: Votable,
    open_in: str | Collection[str],
    closed: str,
    actor: Actor,
    agrees: bool,
    remark: str = "",
) -> Any:
    """The vote of the actor's organisation; voting again replaces it while the subject is in `open_in`, one
    state or several.

    Raises TransitionRefused for a key, for who is not in the steering group, and with the sentence `closed` when
    there is nothing to vote on; ValidationError for a vote against without a word why.
    """
    if actor.user is None:
        raise TransitionRefused(_("Beslissen doet een persoon die zich aanmeldt, niet een sleutel."))
    if not steers(actor, subject.network_id) or actor.organisation_id is None:
        raise TransitionRefused(_("Alleen de stuurgroep van dit netwerk stemt."))
    if not agrees and not remark.strip():
        raise ValidationError(_("Zeg wat er anders moet, dan kan de netwerkmanager ermee verder."))
    model: type[models.Model] = type(subject)  # type: ignore[assignment]  # a model, of which Protocol says nothing
    states = {open_in} if isinstance(open_in, str) else set(open_in)
    with transaction.atomic():
        locked: Any = model._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
        if locked.state not in states:
            raise TransitionRefused(closed)
        vote, _created = locked.votes.update_or_create(
            organisation_id=actor.organisation_id,
            defaults={"user": actor.user, "agrees": agrees, "remark": remark.strip()},
        )
        record_decision(
            subject=locked,
            action="vote",
            from_state=locked.state,
            to_state=locked.state,
            actor=actor,
            reason=remark,
            evidence={"agrees": agrees},
        )
    return vote
