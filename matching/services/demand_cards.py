"""Demand cards in time: renewed or closed by a person, reminded, expired and escalated by the clock."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from matching.models import Bid, DemandCard, Pool, ProviderInterest
from matching.services.bids import expire_bids
from matching.services.terms import term
from matching.transitions import DEMAND_CARD_TRANSITIONS
from networks.network_state import CLOSED_TO_NEW
from networks.services.telling import coordinators_of, managers_of, notify
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import TransitionRefused, run_transition


def valid_until(day: date) -> date:
    """The last day of a card that opens or is renewed on `day`."""
    return day + term("demand_card_days", day)


def renew_card(*, card: DemandCard, actor: Actor, reason: str = "") -> DemandCard:
    """Open a card for another term, counted from today; expired and closed ones open again.

    Raises TransitionRefused.
    """
    renewed: DemandCard = run_transition(
        table=DEMAND_CARD_TRANSITIONS, pk=card.pk, action="renew", actor=actor, reason=reason
    )
    renewed.refresh_from_db()
    return renewed


def close_card(*, card: DemandCard, actor: Actor, reason: str) -> DemandCard:
    """Stop asking: providers do not see the demand any more. Raises TransitionRefused without a reason."""
    closed: DemandCard = run_transition(
        table=DEMAND_CARD_TRANSITIONS, pk=card.pk, action="close", actor=actor, reason=reason
    )
    return closed


def withdraw_cards(*, pool_ids: Sequence[int]) -> int:
    """Take back what providers are asked of these pools; return how many cards that were."""
    cards = DemandCard.objects.filter(pool__in=pool_ids, state=DemandCard.State.OPEN)
    return cards.update(state=DemandCard.State.WITHDRAWN, updated_at=timezone.now())


def settle_pools(*, pool_ids: Sequence[int]) -> None:
    """These pools are in a programme, or exist no more: nothing is lacking, and nobody is asked."""
    Pool.objects.filter(pk__in=pool_ids, unmet_reason__isnull=False).update(
        is_unmet=False, unmet_reason=None, updated_at=timezone.now()
    )
    withdraw_cards(pool_ids=pool_ids)


def withdraw_dead_cards(*, network_ids: Sequence[int] | None = None) -> int:
    """Settle pools that are no open demand any more but are still asked for; return how many. Safe to repeat."""
    pools = Pool.objects.exclude(state=Pool.State.OPEN).filter(
        Q(demand_card__state=DemandCard.State.OPEN) | Q(is_unmet=True)
    )
    if network_ids is not None:
        pools = pools.filter(network__in=network_ids)
    with transaction.atomic():
        found = list(pools.order_by("pk").values_list("pk", flat=True))
        settle_pools(pool_ids=found)
    return len(found)


def after_card_step(*, card: DemandCard, action: str, actor: Actor) -> None:
    """What a step sets, in its own transaction."""
    if action != "renew":
        return
    today = timezone.localdate()
    DemandCard.objects.filter(pk=card.pk).update(
        opened_on=today, expires_on=valid_until(today), renewals=F("renewals") + 1, escalated_on=None
    )


def keep_cards(today: date | None = None) -> dict[str, int]:
    """What the clock does with cards and bids; safe to repeat. Returns how many of each."""
    day = today or timezone.localdate()
    return {
        "settled": withdraw_dead_cards(),
        "expired": _expire(day),
        "reminded": _remind(day),
        "escalated": _escalate(day),
        "bids": expire_bids(today=day),
    }


def _open_cards() -> list[DemandCard]:
    """Cards that ask for something: of a pool that no programme holds."""
    cards = DemandCard.objects.filter(state=DemandCard.State.OPEN, pool__state=Pool.State.OPEN)
    return list(cards.with_parties().order_by("pk"))


def _expire(day: date) -> int:
    count = 0
    for card in _open_cards():
        if card.expires_on >= day:
            continue
        try:
            with transaction.atomic():
                run_transition(table=DEMAND_CARD_TRANSITIONS, pk=card.pk, action="expire", actor=SYSTEM)
                _tell_managers(card, "demand_card_expired")
        except TransitionRefused:  # renewed or closed in between
            continue
        count += 1
    return count


def _remind(day: date) -> int:
    """Managers hear once, some days before a card runs out: renew it, or let it go."""
    before = term("demand_card_reminder_days", day)
    due = [card for card in _open_cards() if day <= card.expires_on <= day + before]
    for card in due:
        with transaction.atomic():
            _tell_managers(card, "demand_card_reminder")
    return len(due)


def _tell_managers(card: DemandCard, template: str) -> None:
    notify(
        managers_of(card.pool.network_id),
        key=f"{template}:{card.pk}:{card.expires_on.isoformat()}",
        template=template,
        context={"pool": card.pool.title, "day": f"{card.expires_on:%d/%m/%Y}", "id": str(card.public_id)},
    )


def _escalate(day: date) -> int:
    """A question that no provider answered within the term goes to the coordinators of the call, once.

    One that no provider could read, of fewer than k undertakings or of a network that buys nothing new, is not
    unanswered.
    """
    waited: timedelta = term("demand_card_unanswered_days", day)
    bids = Bid.objects.filter(pool=OuterRef("pool"), submitted_at__isnull=False)
    interests = ProviderInterest.objects.filter(pool=OuterRef("pool"), state=ProviderInterest.State.OPEN)
    silent = DemandCard.objects.filter(
        ~Exists(bids),
        ~Exists(interests),
        state=DemandCard.State.OPEN,
        pool__state=Pool.State.OPEN,
        pool__undertakings__gte=settings.K_ANONYMITY,
        escalated_on=None,
        opened_on__lte=day - waited,
    )
    silent = silent.exclude(pool__network__state__in=CLOSED_TO_NEW)
    count = 0
    for card in silent.with_parties().order_by("pk"):
        with transaction.atomic():
            locked = DemandCard.objects.select_for_update().filter(pk=card.pk, escalated_on=None)
            if not locked.update(escalated_on=day):
                continue
            notify(
                coordinators_of(card.pool.network),
                key=f"demand_unanswered:{card.pk}:{card.opened_on.isoformat()}",
                template="demand_unanswered",
                context={
                    "pool": card.pool.title,
                    "network": card.pool.network.name,
                    "days": waited.days,
                    "id": str(card.public_id),
                },
            )
        count += 1
    return count
