"""The steps of demand cards and bids: one table each, read by pages, services and tests."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from matching.models import Bid, DemandCard, Pool
from matching.rules import is_system, may_choose_bid, may_keep_bid, may_keep_card
from networks.network_state import nothing_new
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable

C = DemandCard.State
B = Bid.State


def still_unmet(card: DemandCard) -> list[str]:
    """A card asks for what nothing closes yet."""
    if card.pool.state != Pool.State.OPEN:
        return [_now("Deze bundel zit in een programma of bestaat niet meer: er valt niets meer te vragen.")]
    return []


def can_be_compared(bid: Bid) -> list[str]:
    """What a bid must say before a network can lay it beside others; each reason says what to do."""
    today = timezone.localdate()
    reasons = []
    if bid.price is None:
        reasons.append(_now("Vul de prijs in, zonder btw."))
    if not bid.seats:
        reasons.append(_now("Vul in hoeveel plaatsen er zijn."))
    if bid.starts_on is None or bid.starts_on <= today:
        reasons.append(_now("Vul een eerste lesdag in die nog moet komen."))
    if bid.valid_until is None or bid.valid_until < today:
        reasons.append(_now("Vul in tot wanneer uw bod geldt: vandaag of later."))
    if bid.kind == Bid.Kind.NEW_OFFER and not (bid.description or bid.outcomes):
        reasons.append(_now("Zeg wat men leert: in een omschrijving of in leerresultaten."))
    return reasons


def in_time(bid: Bid) -> list[str]:
    """After the deadline of the card a bid is frozen."""
    from matching.services.bids import is_frozen

    if is_frozen(bid.pool):
        return [_now("De termijn is voorbij: het bod ligt vast.")]
    return []


def can_be_submitted(bid: Bid) -> list[str]:
    return [*in_time(bid), *can_be_compared(bid)]


def can_be_chosen(bid: Bid) -> list[str]:
    """The offer must still stand, the pool must be free, and nobody may have been chosen yet."""
    today = timezone.localdate()
    if Bid.objects.filter(pool=bid.pool_id, state=B.CHOSEN).exists():
        return [_now("Voor deze bundel is al een bod gekozen.")]
    reasons = still_free(bid)
    if bid.valid_until is not None and bid.valid_until < today:
        reasons.append(_now("Dit bod is niet meer geldig. Vraag de verstrekker om het te vernieuwen."))
    if bid.starts_on is not None and bid.starts_on <= today:
        reasons.append(_now("De eerste lesdag van dit bod is voorbij."))
    return reasons


def still_free(bid: Bid) -> list[str]:
    if bid.pool.state == Pool.State.OPEN:
        return nothing_new(bid.pool)
    return [_now("Deze bundel zit al in een programma of bestaat niet meer.")]


def _card_moved(card: Any, action: str, actor: Actor) -> None:
    from matching.services.demand_cards import after_card_step

    after_card_step(card=card, action=action, actor=actor)


DEMAND_CARD_TRANSITIONS = TransitionTable(
    model=DemandCard,
    transitions={
        "renew": Transition(
            _("Verlengen"),
            frozenset({C.OPEN, C.EXPIRED, C.CLOSED}),
            C.OPEN,
            may_keep_card,
            guard=still_unmet,
            style="main",
        ),
        "close": Transition(
            _("Sluiten"),
            frozenset({C.OPEN, C.EXPIRED}),
            C.CLOSED,
            may_keep_card,
            needs_reason=True,
            style="stop",
            confirm=_("Verstrekkers zien deze vraag dan niet meer en kunnen er niet meer op bieden. Zeker?"),
        ),
        "expire": Transition(_("Verlopen"), frozenset({C.OPEN}), C.EXPIRED, is_system),
        "answer": Transition(
            _("Beantwoord"), frozenset({C.OPEN, C.EXPIRED, C.CLOSED, C.WITHDRAWN}), C.ANSWERED, may_keep_card
        ),
    },
    after=_card_moved,
)

BID_TRANSITIONS = TransitionTable(
    model=Bid,
    transitions={
        "submit": Transition(
            _("Bod indienen"),
            frozenset({B.DRAFT}),
            B.SUBMITTED,
            may_keep_bid,
            guard=can_be_submitted,
            stamp="submitted_at",
            style="main",
            confirm=_("Het netwerk krijgt uw bod te lezen. Intrekken kan tot het kiest."),
        ),
        "withdraw": Transition(
            _("Bod intrekken"),
            frozenset({B.DRAFT, B.SUBMITTED}),
            B.WITHDRAWN,
            may_keep_bid,
            style="stop",
            confirm=_("Het netwerk kan dit bod dan niet meer kiezen. Zeker?"),
        ),
        "choose": Transition(
            _("Dit bod kiezen"),
            frozenset({B.SUBMITTED}),
            B.CHOSEN,
            may_choose_bid,
            guard=can_be_chosen,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
            confirm=_(
                "Er komt een editie in het aanbod van de verstrekker, de andere biedingen worden afgewezen, en "
                "alle bieders lezen uw motivering."
            ),
        ),
        "decline": Transition(
            _("Niet kiezen"),
            frozenset({B.SUBMITTED}),
            B.NOT_CHOSEN,
            may_choose_bid,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
            confirm=_(
                "De verstrekker krijgt te horen dat u dit bod niet kiest, en leest uw motivering. Zeker?"
            ),
        ),
        "expire": Transition(_("Verlopen"), frozenset({B.SUBMITTED}), B.EXPIRED, is_system),
    },
)
