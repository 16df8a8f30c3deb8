"""Other money for the same costs: declared with the application and with the claim, counted by article 8 GBER.

What is declared before the decision lowers what may be granted; what is declared afterwards lowers what is
paid. Only money for a kind of cost that the aid pays too is money for the same costs.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.aid.register import load_instruments
from programmes.claim_transitions import EDITABLE
from programmes.guards import COMMITTABLE
from programmes.models import Claim, EvidenceFile, OtherFunding, Participation, Programme
from programmes.reasons import aid_language
from programmes.rules import manages, may_commit
from programmes.services.plans import seats_of_programme, write_plan
from programmes.services.retracting import retract
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

OWN = "network_grant"


def instrument_choices() -> list[tuple[str, str]]:
    """The instruments of the register that can pay beside the network grant."""
    language = aid_language()
    return [(key, item.name[language]) for key, item in load_instruments().items() if key != OWN]


def moment_of(participation: Participation) -> str | None:
    """When other money may be declared now: with the application, with the claim, or not (None)."""
    programme = participation.programme
    if participation.state == Participation.State.WITHDRAWN:
        return None
    if programme.state in COMMITTABLE:
        return str(OtherFunding.Moment.APPLICATION)
    claim = Claim.objects.filter(programme=programme).first()
    delivered = programme.state in (Programme.State.DELIVERED, Programme.State.CLAIMED)
    open_claim = claim is None or claim.state in EDITABLE
    return str(OtherFunding.Moment.CLAIM) if delivered and open_claim else None


def may_declare(actor: Actor, participation: Participation) -> bool:
    """The company; its network's manager too, once it is settled: the manager draws up the claim."""
    if may_commit(actor, participation):
        return True
    return moment_of(participation) == OtherFunding.Moment.CLAIM and manages(actor, participation.programme)


def declare_other_funding(
    *,
    participation_id: int,
    actor: Actor,
    category: str,
    instrument: str,
    amount: Decimal,
    basis: str,
    reference: str = "",
    evidence: EvidenceFile | None = None,
) -> OtherFunding:
    """Say what another instrument pays (euro) of one kind of cost; the plan is made again while it can be.

    Saying the same twice is one row. Raises ValidationError or TransitionRefused with sentences.
    """
    with transaction.atomic():
        row = _lock(participation_id)
        moment = _moment(actor, row)
        if instrument not in dict(instrument_choices()):
            raise ValidationError({"instrument": _("Kies een instrument uit het register.")})
        known = row.other_funding.filter(category=category, instrument=instrument, retracted_at=None).first()
        if known is not None and (known.amount, known.basis) == (amount, basis):
            return known
        if known is not None:
            raise ValidationError(
                {"instrument": _("Dit instrument staat er al voor deze kost: trek het eerst in.")}
            )
        made = OtherFunding(
            participation=row,
            category=category,
            instrument=instrument,
            amount=amount,
            basis=basis,
            reference=reference.strip(),
            evidence=evidence,
            moment=moment,
            declared_by=actor.user,
        )
        made.full_clean(exclude=["participation", "declared_by"])
        made.save()
        _follow(row, made, "declare_funding", actor)
    return made


def retract_other_funding(*, funding_id: int, actor: Actor, why: str) -> OtherFunding:
    """Take back what proved wrong; it stays readable with its reason. Raises TransitionRefused, ValidationError."""
    with transaction.atomic():
        row = _lock(OtherFunding.objects.values_list("participation_id", flat=True).get(pk=funding_id))
        _moment(actor, row)
        made: OtherFunding = OtherFunding.objects.select_for_update(of=("self",)).get(pk=funding_id)
        if retract(made, why):
            _follow(row, made, "retract_funding", actor)
    return made


def _lock(participation_id: int) -> Participation:
    programme = Programme.objects.select_for_update(of=("self",)).select_related("network__call")
    row = Participation.objects.select_related("organisation").get(pk=participation_id)
    row.programme = programme.get(pk=row.programme_id)
    return row


def _moment(actor: Actor, row: Participation) -> str:
    if not may_declare(actor, row):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    moment = moment_of(row)
    if moment is None:
        raise TransitionRefused(
            _("Andere financiering geeft u aan bij de aanvraag of bij de afrekening; nu kan dat niet.")
        )
    return moment


def _follow(row: Participation, made: OtherFunding, action: str, actor: Actor) -> None:
    """The plan follows while it is one; after the decision no grant grows by it."""
    record_decision(
        subject=row,
        action=action,
        from_state=row.state,
        to_state=row.state,
        actor=actor,
        reason=made.retracted_why,
        evidence={"instrument": made.instrument, "category": made.category, "amount": str(made.amount)},
    )
    programme = row.programme
    if made.moment == OtherFunding.Moment.APPLICATION and programme.state in COMMITTABLE:
        with_coordinator = programme.state in (Programme.State.SUBMITTED, Programme.State.APPROVED)
        caps = (
            {p.organisation_id: p.grant for p in programme.participations.live()} if with_coordinator else {}
        )
        write_plan(programme=programme, seats=seats_of_programme(programme), caps=caps)


__all__ = [
    "declare_other_funding",
    "instrument_choices",
    "may_declare",
    "moment_of",
    "retract_other_funding",
]
