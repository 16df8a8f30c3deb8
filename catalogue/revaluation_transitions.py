"""How a revaluation is closed: it stays, it was adapted, or it ended; each with a reason, and with proof."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Offer, Recognition, Revaluation
from catalogue.rules import may_revalue
from networks.services.telling import teachers_of, tell
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

S = Revaluation.State


def _was_adapted(revaluation: Any) -> list[str]:
    credential = revaluation.microcredential
    if credential is None:
        if _later_decision(revaluation, Recognition.Outcome.GRANTED):
            return []
        return [_now("Beslis eerst opnieuw over de erkenning: die beslissing sluit de herwaardering af.")]
    versions = credential.events.order_by("-pgh_id").values_list("pgh_id", flat=True)
    if (versions.first() or 0) > (revaluation.seen_version or 0):
        return []
    return [_now("Pas eerst de microcredential aan: sinds het voorleggen is er niets aan veranderd.")]


def _has_ended(revaluation: Any) -> list[str]:
    credential = revaluation.microcredential
    if credential is None:
        if (
            not Recognition.objects.in_force(timezone.localdate())
            .filter(pk=revaluation.recognition_id)
            .exists()
        ):
            return []
        if _later_decision(revaluation, Recognition.Outcome.WITHDRAWN):
            return []
        return [_now("Trek eerst de erkenning in: die beslissing sluit de herwaardering af.")]
    if credential.offer.state != Offer.State.ACTIVE:
        return []
    return [_now("Archiveer eerst het aanbod: zolang het gepubliceerd is, wordt het bewijs nog uitgereikt.")]


def _later_decision(revaluation: Any, outcome: str) -> bool:
    """Whether the newest decision on the same subject is a later one, with this outcome."""
    held = revaluation.recognition
    same = Recognition.objects.filter(provider=held.provider_id, scheme__iexact=held.scheme)
    newest = same.exclude(outcome=Recognition.Outcome.REFUSED).order_by("-pk").first()
    return newest is not None and newest.pk > held.pk and newest.outcome == outcome


def _closed(revaluation: Any, action: str, actor: Actor) -> None:
    """A provider hears what was decided on its recognition; of a new decision about it, it heard already."""
    if revaluation.recognition is None or action != "keep":
        return
    tell(
        teachers_of(revaluation.provider.organisation_id),
        key=f"revaluation:{revaluation.pk}:kept",
        template="recognition_revalued",
        address=reverse("catalogue:revaluation", args=[revaluation.public_id]),
        scheme=revaluation.subject,
        reason=revaluation.reason,
    )


OPEN = frozenset({S.OPEN})
REVALUATION_TRANSITIONS = TransitionTable(
    model=Revaluation,
    transitions={
        "keep": Transition(
            _("Blijft zoals het is"), OPEN, S.KEPT, may_revalue,
            needs_reason=True, stamp="closed_at", style="main",
        ),
        "adapt": Transition(
            _("Is aangepast"), OPEN, S.ADAPTED, may_revalue,
            guard=_was_adapted, needs_reason=True, stamp="closed_at",
        ),
        "end": Transition(
            _("Houdt op"), OPEN, S.ENDED, may_revalue,
            guard=_has_ended, needs_reason=True, stamp="closed_at", style="stop",
        ),
    },
    after=_closed,
)  # fmt: skip
