"""What a manager keeps to show that a price is a market price: quotes and public prices, with their files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import EvidenceFile, PriceEvidence, Programme
from programmes.rules import manages
from programmes.services.evidence_files import add_evidence
from programmes.services.retracting import retract
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

S, K = Programme.State, PriceEvidence.Kind
ADDABLE = (*CHANGEABLE, S.SUBMITTED, S.APPROVED)


def add_price_evidence(
    *, programme_id: int, edition_id: int, actor: Actor, values: Mapping[str, Any], upload: Any = None
) -> PriceEvidence:
    """Keep a quote or a public price (euro a learner, excl. VAT) with its file; the same twice is one row.

    `values`: kind, supplier, amount, is_chosen, source, why. Raises ValidationError or TransitionRefused.
    """
    (made,) = add_price_to_editions(
        programme_id=programme_id, edition_ids=[edition_id], actor=actor, values=values, upload=upload
    )
    return made


def add_price_to_editions(
    *,
    programme_id: int,
    edition_ids: Sequence[int],
    actor: Actor,
    values: Mapping[str, Any],
    upload: Any = None,
) -> list[PriceEvidence]:
    """As `add_price_evidence`, where one quote holds for several editions: its file is kept once, all or none."""
    with transaction.atomic():
        programme = _managed(programme_id, actor, ADDABLE)
        bought = set(programme.programme_editions.values_list("edition_id", flat=True))
        if not edition_ids or not bought.issuperset(edition_ids):
            raise ValidationError({"edition": _("Kies een editie die in dit programma staat.")})
        if values["kind"] == K.BID:
            raise ValidationError({"kind": _("Biedingen neemt het platform zelf over.")})
        file = _file(programme, actor, upload)
        return [_add(programme, edition_id, file, actor, values) for edition_id in edition_ids]


def _add(
    programme: Programme, edition_id: int, file: EvidenceFile | None, actor: Actor, values: Mapping[str, Any]
) -> PriceEvidence:
    made = PriceEvidence(
        programme=programme, edition_id=edition_id, file=file, recorded_by=actor.user, **values
    )
    made.is_chosen = made.is_chosen or made.kind == K.LIST_PRICE
    known = programme.price_evidence.current().filter(
        edition_id=edition_id, kind=made.kind, supplier=made.supplier, amount=made.amount, file=file
    )
    if (same := known.first()) is not None:
        return same
    made.full_clean(exclude=["recorded_by"])
    made.save()
    _record(programme, made, "add_price", actor)
    return made


def _file(programme: Programme, actor: Actor, upload: Any) -> EvidenceFile | None:
    if upload is None:
        return None
    return add_evidence(upload=upload, kind=EvidenceFile.Kind.QUOTE, actor=actor, programme=programme)


def retract_price_evidence(*, evidence_id: int, actor: Actor, why: str) -> PriceEvidence:
    """Take back what proved wrong, before the coordinator has it; it stays readable with its reason.

    Raises TransitionRefused or ValidationError.
    """
    with transaction.atomic():
        programme_id = PriceEvidence.objects.values_list("programme_id", flat=True).get(pk=evidence_id)
        programme = _managed(programme_id, actor, CHANGEABLE)
        row = PriceEvidence.objects.select_for_update(of=("self",)).get(pk=evidence_id)
        if retract(row, why):
            _record(programme, row, "retract_price", actor)
    return row


def may_add_prices(actor: Actor, programme: Programme) -> bool:
    return manages(actor, programme) and programme.state in ADDABLE


def may_retract_prices(actor: Actor, programme: Programme) -> bool:
    return manages(actor, programme) and programme.state in CHANGEABLE


def _managed(programme_id: int, actor: Actor, states: Sequence[str]) -> Programme:
    programme: Programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    if not manages(actor, programme):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if programme.state not in states:
        raise TransitionRefused(
            _("Dit programma staat op “%(state)s”: aan zijn prijzen verandert nu niets meer.")
            % {"state": programme.get_state_display()}
        )
    return programme


def _record(programme: Programme, row: PriceEvidence, action: str, actor: Actor) -> None:
    record_decision(
        subject=programme,
        action=action,
        from_state=programme.state,
        to_state=programme.state,
        actor=actor,
        reason=row.retracted_why or row.why,
        evidence={"kind": row.kind, "supplier": row.supplier, "amount": str(row.amount)},
    )


__all__ = [
    "add_price_evidence",
    "add_price_to_editions",
    "may_add_prices",
    "may_retract_prices",
    "retract_price_evidence",
]
