"""Bids: a provider answers pooled demand, until the deadline; the network chooses one, with a reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer, Provider
from matching.models import Bid, DemandCard, Pool
from matching.services.demand import demand_for
from matching.transitions import BID_TRANSITIONS, can_be_compared
from networks.services.telling import managers_of, notify, teachers_of
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition

# Fields that an edition or an offer of the catalogue already says; a bid on it takes them over.
FROM_EDITION = ("starts_on", "ends_on", "region", "location", "min_seats")
FROM_OFFER = ("title", "description", "outcomes", "mode", "hours")


def deadline_of(pool: Pool) -> date | None:
    """The last day on which providers may bid or change their bid: that of the card; None without a card."""
    card: DemandCard | None = getattr(pool, "demand_card", None)
    return card.expires_on if card is not None and card.state == DemandCard.State.OPEN else None


def is_frozen(pool: Pool) -> bool:
    """Whether bids lie still: the pool is in a programme, or its card ran out, was closed or was answered."""
    if pool.state != Pool.State.OPEN:
        return True
    card = DemandCard.objects.filter(pool=pool.pk).first()
    if card is None or card.state == DemandCard.State.WITHDRAWN:
        return False
    return card.state != DemandCard.State.OPEN or card.expires_on < timezone.localdate()


def save_bid(*, actor: Actor, pool: Pool, values: Mapping[str, Any], bid: Bid | None = None) -> Bid:
    """Start a bid of the actor's provider for `pool`, or change it; only fields in `values` are touched.

    A submitted bid may be changed until the deadline and stays submitted, so it must stay complete. Saving
    without a change does nothing. Raises ValidationError.
    """
    provider = _own_provider(actor)
    with transaction.atomic():
        if bid is None:
            bid = _started(actor, pool, provider)
        else:
            bid = Bid.objects.select_for_update(of=("self",)).select_related("pool").get(pk=bid.pk)
        if bid.provider_id != provider.pk or bid.state not in (Bid.State.DRAFT, Bid.State.SUBMITTED):
            raise ValidationError(_("Dit bod kunt u niet meer aanpassen."))
        if is_frozen(bid.pool):
            raise ValidationError(_("De termijn is voorbij: het bod ligt vast."))
        before = {name: str(getattr(bid, name)) for name in values} if bid.pk else {}
        changed = changes_of(bid, {**dict(values), **_taken_over(provider, values)})
        if bid.pk and not changed:
            return bid
        _check(bid)
        bid.user = actor.user or bid.user
        _save_once(bid)
        _record_change(bid, actor, before)
    return bid


def submit_bid(*, bid: Bid, actor: Actor) -> Bid:
    """Lay the bid before the network; its managers hear of it. Raises TransitionRefused."""
    with transaction.atomic():
        submitted: Bid = run_transition(table=BID_TRANSITIONS, pk=bid.pk, action="submit", actor=actor)
        DemandCard.objects.filter(pool=submitted.pool_id).update(escalated_on=None)
        notify(
            managers_of(submitted.pool.network_id),
            key=f"bid:{submitted.pk}",
            template="bid_submitted",
            context={
                "provider": str(submitted.provider),
                "pool": submitted.pool.title,
                "id": str(submitted.pool.public_id),
            },
        )
    return submitted


def withdraw_bid(*, bid: Bid, actor: Actor, reason: str = "") -> Bid:
    """Take a bid back, also after the deadline. Raises TransitionRefused."""
    withdrawn: Bid = run_transition(
        table=BID_TRANSITIONS, pk=bid.pk, action="withdraw", actor=actor, reason=reason
    )
    return withdrawn


def decline_bid(*, bid: Bid, actor: Actor, reason: str) -> Bid:
    """Say no to one bid, with a reason that its provider reads. Raises TransitionRefused, ValidationError."""
    with transaction.atomic():
        Pool.objects.select_for_update(of=("self",)).get(pk=bid.pool_id)
        check_reason(bid.pool, reason)
        declined = write_reason(bid, "decline", actor, reason)
        tell_bidder(declined, "bid_not_chosen", reason)
    return declined


def expire_bids(*, today: date) -> int:
    """Submitted bids whose own term has passed; their providers hear of it. Returns how many."""
    late = Bid.objects.filter(state=Bid.State.SUBMITTED, valid_until__lt=today).order_by("pk")
    count = 0
    for bid in late.select_related("provider__organisation", "pool"):
        try:
            with transaction.atomic():
                run_transition(table=BID_TRANSITIONS, pk=bid.pk, action="expire", actor=SYSTEM)
                tell_bidder(bid, "bid_expired", "")
        except TransitionRefused:  # somebody took a step in between
            continue
        count += 1
    return count


def write_reason(bid: Bid, action: str, actor: Actor, reason: str, **evidence: Any) -> Bid:
    """Decide on a bid; the reason stands in the bid itself too, where every bidder reads it."""
    Bid.objects.filter(pk=bid.pk, state=Bid.State.SUBMITTED).update(decision_reason=reason.strip())
    decided: Bid = run_transition(
        table=BID_TRANSITIONS, pk=bid.pk, action=action, actor=actor, reason=reason, evidence=evidence
    )
    return decided


def check_reason(pool: Pool, reason: str) -> None:
    """Other bidders read the reason: it may not tell whose demand it is. Raises ValidationError."""
    names = pool.pool_gaps.values_list("gap__organisation__name", flat=True).distinct()
    if any(name.casefold() in reason.casefold() for name in names):
        raise ValidationError(_("Laat de naam van een bedrijf weg: elke bieder leest deze motivering."))


def tell_bidder(bid: Bid, template: str, reason: str) -> None:
    """Tell the people of the bid's provider what became of it, without a word of the companies."""
    notify(
        teachers_of(bid.provider.organisation_id),
        key=f"bid:{bid.pk}:{template}",
        template=template,
        context={"bid": bid.title, "reason": reason, "id": str(bid.public_id)},
    )


def _own_provider(actor: Actor) -> Provider:
    provider = Provider.objects.of(actor).first() if actor.has(Role.PROVIDER) else None
    if provider is None:
        raise ValidationError(_("Alleen een opleidingsverstrekker kan een bod doen."))
    return provider


def _started(actor: Actor, pool: Pool, provider: Provider) -> Bid:
    """A new bid, or the live one that this provider has: asking twice makes one. Holds the pool's row."""
    shown = demand_for(actor).select_for_update(of=("self",)).filter(pk=pool.pk).first()
    if shown is None:
        raise ValidationError(_("Deze vraag bestaat niet meer."))
    if Bid.objects.live().filter(pool=shown, provider=provider).exists():
        raise ValidationError(_("U hebt voor deze vraag al een bod. Pas dat aan."))
    return Bid(pool=shown, provider=provider)


def _taken_over(provider: Provider, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the catalogue says for a bid on an own edition or offer. Raises ValidationError on another's."""
    kind, offer, edition = values.get("kind"), values.get("offer"), values.get("edition")
    taken: dict[str, Any] = {}
    if kind == Bid.Kind.EDITION:
        if edition is None:
            raise ValidationError({"edition": _("Kies de editie die u voorstelt.")})
        offer = edition.offer
        known = {name: getattr(edition, name) for name in FROM_EDITION}
        taken = {name: value for name, value in known.items() if value not in (None, "")} | _of_edition(
            edition
        )
    elif kind == Bid.Kind.NEW_EDITION:
        taken["edition"] = None
        if offer is None:
            raise ValidationError({"offer": _("Kies het aanbod waarvan u een nieuwe editie voorstelt.")})
    elif kind == Bid.Kind.NEW_OFFER:
        return {"offer": None, "edition": None}
    if offer is not None:
        if offer.provider_id != provider.pk:
            raise ValidationError(_("Kies iets uit uw eigen aanbod."))
        taken |= {"offer": offer} | {name: getattr(offer, name) for name in FROM_OFFER}
    return taken


def _of_edition(edition: Edition) -> dict[str, Any]:
    """Seats and price are the catalogue's; the bidder fills in only what it does not say."""
    price, basis = edition.effective_price
    taken: dict[str, Any] = {"edition": edition}
    if edition.seats_left is not None:
        taken["seats"] = edition.seats_left
    if price is not None:
        taken |= {"price": price, "price_basis": basis or Offer.PriceBasis.PARTICIPANT}
    return taken


def _check(bid: Bid) -> None:
    """What the database refuses too, said beside the field; a submitted bid must stay complete."""
    if bid.min_seats is not None and bid.seats is not None and bid.min_seats > bid.seats:
        raise ValidationError({"min_seats": _("Het minimum is hoger dan het aantal plaatsen.")})
    if bid.starts_on and bid.ends_on and bid.ends_on < bid.starts_on:
        raise ValidationError({"ends_on": _("De opleiding eindigt voor ze begint.")})
    if bid.state == Bid.State.SUBMITTED and (reasons := can_be_compared(bid)):
        raise ValidationError(reasons)
    bid.full_clean(
        exclude=["public_id", "pool", "provider", "user"], validate_unique=False, validate_constraints=False
    )


def _save_once(bid: Bid) -> None:
    """Two people of one provider who start at once make one bid: the second is told of the first."""
    try:
        with transaction.atomic():
            bid.save()
    except IntegrityError as error:
        raise ValidationError(_("U hebt voor deze vraag al een bod. Pas dat aan.")) from error


def _record_change(bid: Bid, actor: Actor, before: dict[str, str]) -> None:
    if bid.state == Bid.State.SUBMITTED:
        record_decision(
            subject=bid,
            action="change",
            from_state=bid.state,
            to_state=bid.state,
            actor=actor,
            evidence={"before": before},
        )
