"""What each step of a programme sets in motion, in the transaction of the step."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from catalogue.services.facts import refresh_offer_facts
from matching.models import Pool
from matching.services.demand_cards import settle_pools
from programmes.models import Programme
from programmes.services.awards import award_aid
from programmes.services.budgets import reserve_budget
from programmes.services.declarations import give_up_grants
from programmes.services.declining import remember_declined
from programmes.services.invoices import sync_invoice_lines
from programmes.services.places import OPEN_STATES, close_all
from programmes.services.prices import freeze_prices
from programmes.services.recalculate import recalculate
from programmes.services.ring_fence import reserve_ring_fenced
from programmes.services.step_notices import tell_of_step
from programmes.services.supplements import lapse_supplements
from programmes.services.terms import DECISION_DAYS, days
from programmes.services.vote_calls import ask_steering_group
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused

ENDED = ("reject", "cancel", "decline", "close_unpaid")
# The claim's own message says it (programmes.services.claim_follow_up); nobody waits for a bare proposal.
NOT_TOLD = ("claim", "pay", "decline", "close_unpaid", "evaluate")
# The plan is open again, or for the first time: the steering group is asked for its vote.
TO_VOTE = ("take", "return", "recall")
INVOICED = ("approve", "start", "deliver", "cancel")


def after_step(*, programme: Programme, action: str, actor: Actor) -> None:
    """Freeze or free pools, take or give back seats, write the ledger, and tell who waits for this."""
    if action == "submit":
        programme.decide_by = _decide_by(timezone.localdate())
        programme.save(update_fields=["decide_by", "updated_at"])
        freeze_prices(programme=programme)
    if action in TO_VOTE:
        _open_plan(programme, action, actor)
    if action == "approve":
        reserve_budget(programme)
        reserve_ring_fenced(programme)
        _reserve_seats(programme)
        award_aid(programme=programme)
    if action == "deliver":
        lapse_supplements(programme=programme, reason=_("Het programma is gegeven."))
        close_all(programme, "waitlisted")
        recalculate(programme=programme, actor=actor, cause="deliver")
    if action == "decline":
        remember_declined(programme=programme)
    if action in ENDED:
        _free_pools(programme)
        close_all(programme, *OPEN_STATES)
    if action == "cancel" and programme.decided_at:
        _give_back(programme, actor)
    if action in INVOICED:
        sync_invoice_lines(programme=programme)
    if action not in NOT_TOLD:
        tell_of_step(programme=programme, action=action, actor=actor)


def _open_plan(programme: Programme, action: str, actor: Actor) -> None:
    """A plan that its network works on: its pools are held, nobody decides on it, the steering group votes."""
    if action == "take":
        _freeze_pools(programme)
    if action == "recall":
        programme.decide_by = None
        programme.save(update_fields=["decide_by", "updated_at"])
    ask_steering_group(programme=programme, why=action, actor=actor)


def _decide_by(today: date) -> date:
    """The last day for the decision, by the term that holds when the programme comes in."""
    return today + days(DECISION_DAYS, today)


def _freeze_pools(programme: Programme) -> None:
    pools = list(programme.programme_pools.values_list("pool_id", flat=True))
    Pool.objects.filter(pk__in=pools).update(state=Pool.State.FROZEN)
    settle_pools(pool_ids=pools)


def _free_pools(programme: Programme) -> None:
    """Rejected or cancelled: its pools are open demand again, for the next run."""
    Pool.objects.filter(programme_pools__programme=programme).update(state=Pool.State.OPEN)
    programme.programme_pools.update(is_live=False)


def _reserve_seats(programme: Programme) -> None:
    """Seats are taken in the order of editions, so that two approvals never wait for each other in a ring."""
    rows = list(programme.programme_editions.order_by("edition_id"))
    locked = Edition.objects.select_for_update(of=("self",)).select_related("offer")
    editions = {e.pk: e for e in locked.filter(pk__in=[r.edition_id for r in rows]).order_by("pk")}
    for row in rows:
        edition = editions[row.edition_id]
        left = edition.seats_left
        if left is not None and left < row.all_seats:
            raise TransitionRefused(
                _("“%(offer)s” heeft nog maar %(left)s plaatsen; het programma vraagt er %(wanted)s.")
                % {"offer": edition.offer.title, "left": left, "wanted": row.all_seats}
            )
        Edition.objects.filter(pk=edition.pk).update(enrolled=F("enrolled") + row.all_seats)
    _refresh(editions.values())


def _give_back(programme: Programme, actor: Actor) -> None:
    lapse_supplements(programme=programme, reason=_("Het programma is geannuleerd."))
    rows = list(programme.programme_editions.order_by("edition_id"))
    editions = list(
        Edition.objects.select_for_update().filter(pk__in=[r.edition_id for r in rows]).order_by("pk")
    )
    for row in rows:
        Edition.objects.filter(pk=row.edition_id).update(enrolled=F("enrolled") - row.all_seats)
    give_up_grants(
        participations=programme.participations.all(), actor=actor, reason=_("Het programma is geannuleerd.")
    )
    _refresh(editions)


def _refresh(editions: Iterable[Edition]) -> None:
    refresh_offer_facts(today=timezone.localdate(), offer_ids=sorted({e.offer_id for e in editions}))
