"""Writing a granted supplement: seats, companies, costs, funding, ledger, budget and invoices, in the one
transaction of the decision. The caller holds the rows of the programme and of the supplement.

Locks are taken in the order of an approval: budget, ring-fenced lines, editions, single undertakings. Euro.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from catalogue.services.facts import refresh_offer_facts
from programmes.aid.case import case_record
from programmes.models import (
    CompanySeats,
    CostLine,
    FundingLine,
    Instrument,
    Participation,
    Programme,
    ProgrammeEdition,
    Supplement,
    SupplementLine,
    WaitingPlace,
)
from programmes.services.budgets import reserve_budget
from programmes.services.edition_changes import REPLACED, tell_of_edition
from programmes.services.invoices import sync_invoice_lines
from programmes.services.law import COMPANY_SHARE, database_rates
from programmes.services.ledger import grant_more_de_minimis, lock_undertakings
from programmes.services.other_edition import move_to
from programmes.services.places import settle_places
from programmes.services.recalculate import GRANT, SUPPLEMENTED, recalculate
from programmes.services.ring_fence import reserve_streams
from programmes.services.supplement_plan import LinePlan, SupplementPlan
from programmes.services.supplement_seats import SeatChange
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

ZERO = Decimal("0.00")


def write_supplement(*, supplement: Supplement, plan: SupplementPlan, actor: Actor) -> None:
    """Write the plan that was asked. What the law of today gives beyond what was signed stays unasked.

    Raises TransitionRefused where budget, seats or ledger do not reach by now: then nothing is written.
    """
    programme = supplement.programme
    lines = {line.organisation_id: line for line in supplement.lines.select_related("organisation")}
    today = {line.organisation.pk: line for line in plan.lines}
    rows = {pk: _participation(programme, line, today[pk]) for pk, line in lines.items()}
    totals = _totals(rows, lines)
    Programme.objects.filter(pk=programme.pk).update(
        learners=F("learners") + totals["learners"],
        cost=F("cost") + totals["cost"],
        grant=F("grant") + totals["grant"],
    )
    programme.refresh_from_db()
    reserve_budget(programme)
    _write_editions(supplement, plan, actor)
    _write_cost_lines(programme, plan.lines)
    reserve_streams(programme)
    for pk, row in rows.items():
        _write_participation(row, lines[pk], today[pk], actor, supplement)
    _write_funding(programme, rows, lines)
    _write_ledger(lines, rows)
    _end_waiting(plan, rows)
    settle_places(programme)
    recalculate(programme=programme, actor=actor, cause=SUPPLEMENTED)
    sync_invoice_lines(programme=programme)
    for bought, edition in {(s.bought, s.edition) for s in plan.seats if s.edition.pk != s.bought.edition_id}:
        tell_of_edition(bought.programme, edition, REPLACED)


def _participation(programme: Programme, line: SupplementLine, today: LinePlan) -> Participation:
    """The row of the company; who left before and comes back has one already."""
    known = line.participation or programme.participations.filter(organisation=line.organisation_id).first()
    if known is not None:
        return known
    return Participation(programme=programme, organisation=line.organisation, learners=0)


def _totals(rows: Mapping[int, Participation], lines: Mapping[int, SupplementLine]) -> dict[str, Any]:
    """What the programme gains over what its rows hold now: a recalculation may have lowered those."""
    return {
        "learners": sum(lines[pk].learners_after - row.learners for pk, row in rows.items()),
        "cost": sum((lines[pk].cost_after - row.cost for pk, row in rows.items()), ZERO),
        "grant": sum((lines[pk].grant_after - row.grant for pk, row in rows.items()), ZERO),
    }


def _write_participation(
    row: Participation, line: SupplementLine, today: LinePlan, actor: Actor, supplement: Supplement
) -> None:
    before, state = row.grant, row.state
    if row.state != Participation.State.COMMITTED:
        row.state, row.applied_at = Participation.State.COMMITTED, line.signed_at
        row.committed_by = line.signed_by
    row.de_minimis_declared_at = line.de_minimis_declared_at or row.de_minimis_declared_at
    row.learners, row.cost, row.grant = line.learners_after, line.cost_after, line.grant_after
    row.own_share, row.wage_cost = line.own_after, today.wages
    row.disadvantaged = max(row.disadvantaged, today.disadvantaged)
    if today.assessment is not None and today.case is not None:
        row.route = today.route
        row.assessment = today.assessment.as_record() | {"case": case_record(today.case)}
    row.save()
    line.participation, line.route, line.assessment = row, row.route, row.assessment
    line.save(update_fields=["participation", "route", "assessment", "updated_at"])
    record_decision(
        subject=row,
        action=SUPPLEMENTED,
        from_state=state,
        to_state=row.state,
        actor=actor,
        reason=supplement.reason,
        evidence={
            "supplement": str(supplement.public_id),
            "decided": str(line.grant_after),
            "was": str(line.grant_before),
            "before": str(before),
            "after": str(line.grant_after),
            "cost": str(line.cost_after),
            "own_share": str(line.own_after),
            "learners": line.learners_after,
        },
    )


def _write_editions(supplement: Supplement, plan: SupplementPlan, actor: Actor) -> None:
    """Seats are taken in the order of editions, so that two decisions never wait for each other in a ring."""
    keys = {seat.edition.pk for seat in plan.seats} | {seat.bought.edition_id for seat in plan.seats}
    locked = Edition.objects.select_for_update(of=("self",)).select_related("offer").filter(pk__in=keys)
    editions = {edition.pk: edition for edition in locked.order_by("pk")}
    by_bought: dict[int, list[SeatChange]] = {}
    for seat in plan.seats:
        by_bought.setdefault(seat.bought.pk, []).append(seat)
    for seats in by_bought.values():
        bought, edition = seats[0].bought, editions[seats[0].edition.pk]
        more, moves = sum(seat.more for seat in seats), edition.pk != bought.edition_id
        wanted = more + (bought.all_seats if moves else 0)
        if edition.seats_left is not None and edition.seats_left < wanted:
            raise TransitionRefused(
                _("“%(offer)s” heeft nog maar %(left)s plaatsen; het programma vraagt er %(wanted)s.")
                % {"offer": edition.offer.title, "left": edition.seats_left, "wanted": wanted}
            )
        if moves:
            move_to(supplement.programme, bought, edition, actor, supplement.reason)
        if more:
            ProgrammeEdition.objects.filter(pk=bought.pk).update(seats=F("seats") + more)
            Edition.objects.filter(pk=edition.pk).update(enrolled=F("enrolled") + more)
        _write_seats(seats, {line.organisation.pk for line in plan.lines})
    refresh_offer_facts(today=timezone.localdate(), offer_ids=sorted({e.offer_id for e in editions.values()}))


def _write_seats(seats: list[SeatChange], decided: Collection[int]) -> None:
    """Only of who is decided anew: what an earlier decision counted for the seats of others stands."""
    for seat in seats:
        if seat.learners and seat.organisation.pk in decided:
            CompanySeats.objects.update_or_create(
                programme_edition=seat.bought,
                organisation=seat.organisation,
                defaults={"learners": seat.learners, "cost": seat.cost, "decided_cost": None},
            )


def _write_cost_lines(programme: Programme, changed: Sequence[LinePlan]) -> None:
    """Lines that follow from the price of an edition say what its seats cost now; so do those of wages."""
    sums: dict[int, Decimal] = {}
    seats = CompanySeats.objects.filter(programme_edition__programme=programme)
    for edition, cost in seats.values_list("programme_edition__edition_id", "cost"):
        sums[edition] = sums.get(edition, ZERO) + (cost or ZERO)
    lines = programme.cost_lines.filter(is_manual=False, group=CostLine.Group.ALL).exclude(edition=None)
    known = {line.edition_id: line for line in lines}
    titles = Edition.objects.select_related("offer").in_bulk(sums)
    for pk, amount in sums.items():
        line = known.pop(pk, None)
        if line is None:
            words = _("Opleiding: %(title)s") % {"title": titles[pk].offer.title[:250]}
            category = CostLine.Category.TRAINER
            CostLine.objects.create(
                programme=programme, edition=titles[pk], category=category, description=words, amount=amount
            )
        elif line.amount != amount:
            line.amount = amount
            line.save(update_fields=["amount"])
    for line in known.values():
        line.delete()  # its edition is no longer bought
    for company in changed:
        _write_wages(programme, company)


def _write_wages(programme: Programme, company: LinePlan) -> None:
    mine = {"organisation": company.organisation, "category": CostLine.Category.TRAINEE, "is_manual": False}
    if not programme.cost_lines.filter(**mine).update(amount=company.wages) and company.wages:
        words = _("Loonkost tijdens de lessen: %(name)s") % {"name": company.organisation.name[:200]}
        CostLine.objects.create(programme=programme, description=words, amount=company.wages, **mine)


def _write_funding(
    programme: Programme, rows: Mapping[int, Participation], lines: Mapping[int, SupplementLine]
) -> None:
    instruments = {i.code: i for i in Instrument.objects.filter(code__in=[GRANT, COMPANY_SHARE])}
    rate = database_rates().at(GRANT, timezone.localdate())
    for pk in rows:
        for code, amount in ((GRANT, lines[pk].grant_after), (COMPANY_SHARE, lines[pk].own_after)):
            found = FundingLine.objects.filter(
                programme=programme, organisation=pk, instrument=instruments[code]
            )
            if found.exists():
                found.update(amount=amount)
            elif amount or code == COMPANY_SHARE:
                known = code == GRANT
                FundingLine.objects.create(
                    programme=programme,
                    instrument=instruments[code],
                    organisation_id=pk,
                    amount=amount,
                    legal_basis=_basis(rows[pk], rate.legal_basis) if known else rate.legal_basis,
                    rate_key=rate.key if known else "",
                    rate=rate.value if known else None,
                )


def _basis(row: Participation, call_basis: str) -> str:
    """The article under which the aid stands, and the call that pays it."""
    reasons = row.assessment.get("reasons", [])
    articles = [r["legal_basis"] for r in reasons if r["rule"].endswith(("maximum", "intensity"))]
    return "; ".join(dict.fromkeys([*articles, call_basis]))[:300]


def _write_ledger(lines: Mapping[int, SupplementLine], rows: Mapping[int, Participation]) -> None:
    """An entry for the difference alone, on the day of this decision; all or nothing."""
    minimis = [pk for pk, row in rows.items() if row.route == "de_minimis" and lines[pk].extra > 0]
    lock_undertakings([lines[pk].organisation for pk in minimis])
    for pk in sorted(minimis):
        try:
            grant_more_de_minimis(line=lines[pk], participation=rows[pk])
        except ValidationError as error:
            raise TransitionRefused(*error.messages) from error


def _end_waiting(plan: SupplementPlan, rows: Mapping[int, Participation]) -> None:
    """Who waited for the seats that it got now waits no more, or for fewer."""
    for seat in plan.seats:
        row = rows.get(seat.organisation.pk)
        if row is None or seat.more < 1:
            continue
        waits = WaitingPlace.objects.filter(
            participation=row, edition=seat.edition, state=WaitingPlace.State.WAITING
        )
        for place in waits:
            if place.learners > seat.more:
                WaitingPlace.objects.filter(pk=place.pk).update(learners=F("learners") - seat.more)
            else:
                place.state, place.ended_at = WaitingPlace.State.MOVED_UP, timezone.now()
                place.save(update_fields=["state", "ended_at"])


__all__ = ["write_supplement"]
