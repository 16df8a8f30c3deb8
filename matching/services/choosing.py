"""Choosing a bid: one for a pool, with a reason that all bidders read; what was new enters the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.models import Edition, Offer
from catalogue.services.offers import save_edition, save_offer, take_offer_action
from matching.models import Bid, DemandCard, Pool
from matching.rules import is_bid_of_own_group
from matching.services.bid_scores import BidScore, price_per_learner, score_bids
from matching.services.bids import check_reason, tell_bidder, write_reason
from matching.transitions import DEMAND_CARD_TRANSITIONS
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, run_transition


def choose_bid(*, bid: Bid, actor: Actor, reason: str) -> Bid:
    """Choose one bid for its pool and say no to the others; a new edition or offer is published.

    Holds the pool's row, so two managers who choose at once choose one. The edition is written as the
    provider, by the catalogue's own services. Raises TransitionRefused or ValidationError.
    """
    with transaction.atomic():
        pool = Pool.objects.select_for_update(of=("self",)).select_related("network").get(pk=bid.pool_id)
        check_reason(pool, reason)
        if is_bid_of_own_group(actor, bid):
            raise TransitionRefused(
                _("Dit bod is van een organisatie waarvoor u werkt, of die ermee verbonden is.")
            )
        rivals = list(Bid.objects.filter(pool=pool, state=Bid.State.SUBMITTED).with_parties().order_by("pk"))
        evidence = {"bids": _as_they_were(pool, rivals)}
        chosen = write_reason(bid, "choose", actor, reason, **evidence)
        chosen.edition = _edition_of(chosen)
        chosen.offer = chosen.edition.offer
        chosen.save(update_fields=["edition", "offer", "updated_at"])
        tell_bidder(chosen, "bid_chosen", reason)
        for rival in rivals:
            if rival.pk != chosen.pk:
                tell_bidder(write_reason(rival, "decline", _apart(actor), reason), "bid_not_chosen", reason)
        _answer_card(pool)
    return chosen


def chosen_bids(pools: Sequence[Pool] | Mapping[int, Pool]) -> dict[int, Bid]:
    """The chosen bid of each pool that has one, with its edition."""
    rows = Bid.objects.filter(pool__in=pools, state=Bid.State.CHOSEN, edition__isnull=False)
    return {bid.pool_id: bid for bid in rows.select_related("edition__offer__provider__organisation")}


def lost_on(mine: Bid) -> list[str]:
    """In words what the chosen bid was better at; no figure of another provider. Empty when none was chosen."""
    chosen = Bid.objects.filter(pool=mine.pool_id, state=Bid.State.CHOSEN).first()
    found: list[str] = []
    if chosen is None or mine.state != Bid.State.NOT_CHOSEN:
        return found
    price, theirs = price_per_learner(mine), price_per_learner(chosen)
    if price is not None and theirs is not None and price > theirs:
        found.append(_("De prijs per deelnemer was lager."))
    if mine.starts_on and chosen.starts_on and chosen.starts_on < mine.starts_on:
        found.append(_("De opleiding begint vroeger."))
    if (chosen.seats or 0) > (mine.seats or 0):
        found.append(_("Er zijn meer plaatsen."))
    if chosen.region and mine.region and chosen.region != mine.region:
        found.append(_("De plaats is een andere."))
    return found


def _apart(actor: Actor) -> Actor:
    """Who chooses another bid says no to the own organisation's too, though it could never choose that one."""
    return replace(actor, organisation_id=None, other_organisations=frozenset())


def _as_they_were(pool: Pool, bids: Sequence[Bid]) -> list[dict[str, Any]]:
    """What lay on the table, for who reads the decision later."""
    scores: dict[int, BidScore] = score_bids(pool, bids)
    return [
        {
            "bid": str(bid.public_id),
            "provider": str(bid.provider),
            "fit": round(scores[bid.pk].fit, 3) if bid.pk in scores else None,
            "price_per_learner": None if (price := price_per_learner(bid)) is None else str(price),
            "starts_on": bid.starts_on.isoformat() if bid.starts_on else None,
            "seats": bid.seats,
        }
        for bid in bids
    ]


def _edition_of(bid: Bid) -> Edition:
    """The edition that was chosen; made and published as the provider where it was new."""
    provider = Actor(
        user=bid.user,
        organisation_id=bid.provider.organisation_id,
        organisation_name=bid.provider.organisation.name,
        roles=frozenset({Role.PROVIDER}),
    )
    if bid.kind == Bid.Kind.EDITION and bid.edition is not None:
        return save_edition(
            actor=provider, offer=bid.edition.offer, edition=bid.edition, values=_unsaid(bid.edition, bid)
        )
    offer = bid.offer if bid.offer is not None else _new_offer(bid, provider)
    if offer.state != Offer.State.ACTIVE:
        offer = take_offer_action(
            offer=offer, action="publish", actor=provider, reason=_("Gekozen bod op een gebundelde vraag.")
        )
    return save_edition(
        actor=provider,
        offer=offer,
        values={
            "starts_on": bid.starts_on,
            "ends_on": bid.ends_on,
            "region": bid.region,
            "location": bid.location,
            "schedule": bid.schedule,
            "seats": bid.seats,
            "min_seats": bid.min_seats,
            "price": bid.price,
            "price_basis": bid.price_basis,
        },
    )


def _unsaid(edition: Edition, bid: Bid) -> dict[str, Any]:
    """What the edition left open and the bid says; what the catalogue says, stays."""
    values: dict[str, Any] = {}
    if edition.effective_price[0] is None:
        values |= {"price": bid.price, "price_basis": bid.price_basis}
    if edition.seats_left is None:
        values["seats"] = bid.seats
    if edition.starts_on is None:
        values["starts_on"] = bid.starts_on
    if not edition.schedule and bid.schedule:
        values["schedule"] = bid.schedule
    return values


def _new_offer(bid: Bid, provider: Actor) -> Offer:
    return save_offer(
        actor=provider,
        provider=bid.provider,
        as_draft=True,
        values={
            "title": bid.title,
            "description": bid.description,
            "outcomes": bid.outcomes,
            "language": bid.language,
            "teaching_languages": [bid.language],
            "mode": bid.mode,
            "hours": bid.hours,
            "price": bid.price,
            "price_basis": bid.price_basis,
            "seats": bid.seats,
            "min_seats": bid.min_seats,
            "regions": [bid.region] if bid.region else [],
        },
    )


def _answer_card(pool: Pool) -> None:
    card = DemandCard.objects.filter(pool=pool).first()
    if card is not None and card.state != DemandCard.State.ANSWERED:
        run_transition(table=DEMAND_CARD_TRANSITIONS, pk=card.pk, action="answer", actor=SYSTEM)
