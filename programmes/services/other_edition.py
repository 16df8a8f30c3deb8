"""An edition that is not given is replaced by another one of the same course: plan and aid follow at once.

The seats, their cost and who sits there go along. Nothing becomes dearer, so the decision stands: whatever
costs more needs a new one (article 31 GBER caps what was decided, not what was found later).
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from catalogue.services.facts import refresh_offer_facts
from programmes.enrolment_transitions import ENROLMENT_TRANSITIONS
from programmes.models import (
    CompanySeats,
    CostLine,
    Enrolment,
    InvoiceLine,
    PriceEvidence,
    Programme,
    ProgrammeEdition,
    WaitingPlace,
)
from programmes.rules import manages
from programmes.services.course_lines import name_lines_anew
from programmes.services.edition_changes import REPLACED, move_start, tell_of_edition
from programmes.services.invoices import sync_invoice_lines
from programmes.services.places import OPEN_STATES, lock_places, settle_places
from programmes.services.plan_costs import JOBSEEKERS, PlanError, PlanFacts, Seats, edition_costs, facts_of
from programmes.services.recalculate import recalculate
from programmes.states import FUNDED
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition

S = Edition.State
ZERO = Decimal("0.00")
STILL_TO_COME = (S.PLANNED, S.OPEN, S.CONFIRMED)
MOST = 20


def may_replace_editions(actor: Actor, programme: Programme) -> bool:
    """The network's manager, between the decision and the end of the lessons."""
    return programme.state in FUNDED and manages(actor, programme)


def editions_instead(bought: ProgrammeEdition) -> list[Edition]:
    """Editions of the same course that still begin, have room for these seats and cost no more than they did.

    Empty as long as the bought edition is given, or where somebody followed lessons in it before it was ended.
    """
    possible = editions_to_come(bought)
    if not possible:
        return []
    seats = list(bought.company_seats.select_related("organisation"))
    facts = facts_of(bought.programme)
    return [e for e in possible if _costs(e, bought, seats, facts)][:MOST]


def dearer_editions(bought: ProgrammeEdition) -> list[Edition]:
    """Those that would do but cost more: they take a supplement. One without a price takes its price first."""
    fitting = {edition.pk for edition in editions_instead(bought)}
    rest = [e for e in editions_to_come(bought) if e.pk not in fitting]
    return [e for e in rest if e.effective_price[0] is not None][:MOST]


def editions_to_come(bought: ProgrammeEdition) -> list[Edition]:
    """Editions of the same course that still begin and have room for these seats, whatever they cost."""
    if bought.edition.state != S.CANCELLED or _was_followed(bought):
        return []
    taken = bought.programme.programme_editions.values("edition")
    rows = (
        Edition.objects.filter(
            offer=bought.edition.offer_id, state__in=STILL_TO_COME, starts_on__gt=timezone.localdate()
        )
        .exclude(pk__in=taken)
        .select_related("offer__provider__organisation")
        .order_by("starts_on", "pk")
    )
    return [e for e in rows if _has_room(e, bought)]


def replace_edition(
    *, programme_id: int, edition_id: int, instead_id: int, actor: Actor, reason: str = ""
) -> Programme:
    """Put `instead_id` in the place of a cancelled edition; doing it twice is doing it once.

    Seats, learners, invoice lines and price evidence follow; the aid comes back as far as it was decided and
    the budget reaches. Raises TransitionRefused.
    """
    with transaction.atomic():
        programme = lock_places(programme_id)
        if not may_replace_editions(actor, programme):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        bought = (
            programme.programme_editions.select_related("edition__offer__provider", "programme")
            .filter(edition=edition_id)
            .first()
        )
        if bought is None:
            if programme.programme_editions.filter(edition=instead_id).exists():
                return programme
            raise TransitionRefused(_("Kies een editie die in dit programma staat."))
        both = Edition.objects.select_for_update(of=("self",)).filter(pk__in=[edition_id, instead_id])
        list(both.order_by("pk"))  # in one order, so that two who take the last seats wait for each other
        instead = next((e for e in editions_instead(bought) if e.pk == instead_id), None)
        if instead is None:
            raise TransitionRefused(
                _(
                    "Deze editie kan niet in de plaats komen: ze begon al, is vol of kost meer. Kies een andere."
                )
            )
        _swap(programme, bought, instead, actor, reason)
    return programme


def _swap(
    programme: Programme, bought: ProgrammeEdition, instead: Edition, actor: Actor, reason: str
) -> None:
    seats = list(bought.company_seats.select_related("organisation"))
    costs = _costs(instead, bought, seats, facts_of(programme))
    for seat in seats:
        decided = seat.cost if seat.decided_cost is None else seat.decided_cost
        CompanySeats.objects.filter(pk=seat.pk).update(cost=costs[seat.organisation_id], decided_cost=decided)
    move_to(programme, bought, instead, actor, reason)
    settle_places(programme, tell=False)
    recalculate(programme=programme, actor=actor, cause=f"edition_{REPLACED}")
    sync_invoice_lines(programme=programme)
    tell_of_edition(programme, instead, REPLACED)


def move_to(
    programme: Programme, bought: ProgrammeEdition, instead: Edition, actor: Actor, reason: str
) -> None:
    """Seats, who waits, learners, invoice lines and proofs of the price go along; what it costs and what the aid
    becomes is the caller's, who holds the programme's row."""
    gone = bought.edition
    ProgrammeEdition.objects.filter(pk=bought.pk).update(edition=instead)
    for model in (InvoiceLine, PriceEvidence, CostLine):
        model.objects.filter(programme=programme, edition=gone).update(edition=instead)
    WaitingPlace.objects.filter(participation__programme=programme, edition=gone).update(edition=instead)
    Edition.objects.filter(pk=gone.pk).update(enrolled=Greatest(F("enrolled") - bought.all_seats, 0))
    Edition.objects.filter(pk=instead.pk).update(enrolled=F("enrolled") + bought.all_seats)
    refresh_offer_facts(today=timezone.localdate(), offer_ids=[instead.offer_id])
    record_decision(
        subject=programme,
        action=f"edition_{REPLACED}",
        from_state=programme.state,
        to_state=programme.state,
        actor=actor,
        reason=reason.strip(),
        evidence={
            "edition": str(instead.public_id),
            "instead_of": str(gone.public_id),
            "offer": instead.offer.title,
            "starts_on": instead.starts_on.isoformat() if instead.starts_on else None,
        },
    )
    _take_learners_along(programme, gone, instead)
    name_lines_anew(programme)
    move_start(programme)


def _take_learners_along(programme: Programme, gone: Edition, instead: Edition) -> None:
    """Who waited for the edition that is not given sits in the other one; who sits there already stays once."""
    rows = Enrolment.objects.filter(programme=programme, edition=gone, state__in=OPEN_STATES)
    for enrolment in rows.order_by("pk"):
        try:
            with transaction.atomic():
                Enrolment.objects.filter(pk=enrolment.pk).update(edition=instead)
        except IntegrityError:
            run_transition(table=ENROLMENT_TRANSITIONS, pk=enrolment.pk, action="close", actor=SYSTEM)


def _was_followed(bought: ProgrammeEdition) -> bool:
    here = Enrolment.objects.filter(programme=bought.programme_id, edition=bought.edition_id)
    return here.filter(attendance__hours__gt=0).exists()


def _has_room(edition: Edition, bought: ProgrammeEdition) -> bool:
    left = edition.seats_left
    return left is None or left >= bought.all_seats


def _costs(
    edition: Edition, bought: ProgrammeEdition, rows: list[CompanySeats], facts: PlanFacts
) -> Mapping[int, Decimal]:
    """{company: euro} of the seats in the other edition; empty where that is more than was decided, or unknown."""
    seats = [Seats(edition, row.organisation, row.learners) for row in rows]
    here = replace(facts, jobseekers={edition.pk: bought.jobseeker_seats})
    try:
        wanted = edition_costs(seats, here).get(edition.pk, {})
    except PlanError:
        return {}
    decided = {
        row.organisation_id: row.cost if row.decided_cost is None else row.decided_cost for row in rows
    }
    was = {pk: cost for pk, cost in decided.items() if cost is not None}
    asked = sum((cost for pk, cost in wanted.items() if pk != JOBSEEKERS), ZERO)
    if len(was) < len(rows) or asked > sum(was.values(), ZERO):
        return {}
    # Cents that are divided anew make nobody pay more than was decided.
    return {pk: min(cost, was[pk]) for pk, cost in wanted.items() if pk != JOBSEEKERS}


__all__ = [
    "dearer_editions",
    "editions_instead",
    "editions_to_come",
    "may_replace_editions",
    "move_to",
    "replace_edition",
]
