"""A company's word: confirming is its aid application, and withdrawing has a price that is shown first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.models import Participation, Programme, WaitingPlace
from programmes.rules import may_commit
from programmes.services.applications import application_of
from programmes.services.awards import follow_application
from programmes.services.declarations import give_up_grants
from programmes.services.law import database_rates
from programmes.services.places import settle_places
from programmes.services.plans import (
    Seats,
    company_plans,
    edition_costs,
    facts_of,
    seats_of_programme,
    write_plan,
)
from programmes.services.step_notices import tell_company, tell_manager
from programmes.services.waiting import move_up, seats_with, tell_who_moved, waiting_in
from programmes.transitions import PARTICIPATION_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import check_transition, run_transition

ZERO = Decimal("0.00")
# Once it lies with the coordinator or was approved, only a new decision gives a company more.
DECIDED_ON = (Programme.State.SUBMITTED, Programme.State.APPROVED)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What happens to the others when a company leaves: euro more by company, and whether it goes on.

    `too_small` names editions that fall below their minimum group (title, learners left, minimum);
    `moves_up` who takes the seats from the waiting list; `cost` what the programme then costs, euro.
    """

    dearer: Mapping[str, Decimal]
    companies_left: int
    seats_back: int
    can_go_on: bool
    too_small: Sequence[tuple[str, int, int]] = ()
    moves_up: Sequence[tuple[str, int]] = ()
    cost: Decimal = ZERO

    @property
    def others_pay(self) -> Decimal:
        """What the others pay more together, euro."""
        return sum(self.dearer.values(), ZERO)


def commit_participation(
    *,
    participation_id: int,
    actor: Actor,
    learners: Mapping[int, int] | None = None,
    says: Mapping[str, Any] | None = None,
    declares_de_minimis: bool = False,
) -> Participation:
    """Confirm the participation, and with that apply for the aid (article 6(2) GBER).

    `learners` maps editions to learners; None keeps the plan. `says` is what the company tells of them:
    `disadvantaged` (a number) and `hourly_cost` (euro or None). `declares_de_minimis`: its word that all its
    de minimis aid is declared, without which none is granted (article 7(4) Reg. (EU) 2023/2831). Asking twice
    is one application. Raises TransitionRefused or ValidationError with sentences.
    """
    with transaction.atomic():
        row, programme = _lock(participation_id)
        if says is not None and _says_something_new(row, says):
            check_transition(
                table=PARTICIPATION_TRANSITIONS, instance=replace_state(row), action="commit", actor=actor
            )
            _keep(row, programme, says, learners)
            row.refresh_from_db()
        if learners is not None and learners != seats_of(row):
            # First whether one may, so that nobody changes a plan by asking for what is refused.
            check_transition(
                table=PARTICIPATION_TRANSITIONS,
                instance=replace_state(row),
                action="commit",
                actor=actor,
            )
            _change_learners(row, programme, learners)
            _move_up(programme, apart_from=row)
            row.refresh_from_db()
            settle_places(programme)
        _declare(row, actor, declares_de_minimis)
        committed: Participation = run_transition(
            table=PARTICIPATION_TRANSITIONS,
            pk=row.pk,
            action="commit",
            actor=actor,
            evidence=application_of(row),
        )
        if committed.committed_by != actor.user:
            committed.committed_by = actor.user
            committed.save(update_fields=["committed_by", "updated_at"])
            tell_manager(programme=programme, action="commit", who=row.organisation.name)
        follow_application(programme=programme, company=committed)
    return committed


def _declare(row: Participation, actor: Actor, declares: bool) -> None:
    """Its word on earlier de minimis aid, asked where the grant would be de minimis."""
    if not may_commit(actor, row):
        return
    if declares and row.de_minimis_declared_at is None:
        row.de_minimis_declared_at = timezone.now()
        row.save(update_fields=["de_minimis_declared_at", "updated_at"])
    if row.route == "de_minimis" and row.grant and row.de_minimis_declared_at is None:
        raise ValidationError(
            {
                "declares_de_minimis": _(
                    "Deze steun is de-minimissteun. Kijk na welke steun van uw onderneming bekend is, geef aan wat "
                    "ontbreekt, en verklaar dan dat de lijst volledig is."
                )
            }
        )


def withdraw_participation(*, participation_id: int, actor: Actor, reason: str) -> Participation:
    """Leave a programme: seats, budget and ledger come free and the plan of the others is made again.

    Where it was approved nobody's grant grows by it: more needs a new decision.
    """
    return _leave(participation_id, "withdraw", actor, reason)


def remove_participation(*, participation_id: int, actor: Actor, reason: str) -> Participation:
    """Take a company that stays silent out of the plan, so that it does not hold up the others; it is told.

    By who runs the network. A company that confirmed leaves by its own word only. Raises TransitionRefused.
    """
    return _leave(participation_id, "remove", actor, reason)


def _leave(participation_id: int, action: str, actor: Actor, reason: str) -> Participation:
    with transaction.atomic():
        row, programme = _lock(participation_id)
        mine = seats_of(row)
        gone: Participation = run_transition(
            table=PARTICIPATION_TRANSITIONS,
            pk=row.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence={"learners": row.learners, "cost": str(row.cost), "grant": str(row.grant)},
        )
        if row.state == Participation.State.WITHDRAWN:
            return gone
        if programme.state == Programme.State.APPROVED:
            _give_seats_back(mine)
            give_up_grants(participations=[gone], actor=actor, reason=_("Het bedrijf trok zich terug."))
        _plan_without(programme, row)
        _move_up(programme)
        settle_places(programme)
        if action == "withdraw":
            tell_manager(programme=programme, action=action, who=row.organisation.name)
        else:
            tell_company(programme=programme, action=action, organisation=row.organisation)
    gone.refresh_from_db()
    return gone


def consequences_of(participation: Participation) -> Consequences:
    """What leaving would mean, before it is done; nothing is written."""
    programme = participation.programme
    seats = seats_of_programme(programme)
    rest = [s for s in seats if s.organisation.pk != participation.organisation_id]
    before = {
        p.organisation.name: p.own_share
        for p in programme.participations.live().select_related("organisation")
        if p.pk != participation.pk
    }
    queue = waiting_in(programme)
    after, moves = _moved(rest, queue, participation)
    facts = facts_of(programme)
    plans = company_plans(
        seats=after,
        costs=edition_costs(after, facts),
        rates=database_rates(),
        day=timezone.localdate(),
        caps=_caps(programme),
        facts=facts,
    )
    dearer = {
        plan.organisation.name: plan.own_share - before.get(plan.organisation.name, ZERO)
        for plan in plans
        if plan.own_share > before.get(plan.organisation.name, ZERO)
    }
    left = {plan.organisation.undertaking_key for plan in plans}
    return Consequences(
        dearer,
        len(left),
        participation.learners,
        len(left) >= 2,
        _too_small(after, facts.jobseekers),
        moves,
        sum((plan.cost for plan in plans), ZERO),
    )


def _moved(
    rest: list[Seats], queue: Sequence[WaitingPlace], leaver: Participation
) -> tuple[list[Seats], list[tuple[str, int]]]:
    """The seats after the waiting list took what the leaver gives back."""
    free = dict(seats_of(leaver))
    after, moves = rest, []
    for place in queue:
        count = min(free.get(place.edition_id, 0), place.learners)
        if place.participation_id != leaver.pk and count:
            free[place.edition_id] -= count
            after = seats_with(after, place, count)
            moves.append((place.participation.organisation.name, count))
    return after, moves


def _too_small(seats: Sequence[Seats], jobseekers: Mapping[int, int]) -> list[tuple[str, int, int]]:
    """Editions whose group would be smaller than their provider asks."""
    found = []
    for edition in {s.edition.pk: s.edition for s in seats}.values():
        minimum = edition.min_seats if edition.min_seats is not None else edition.offer.min_seats
        count = sum(s.learners for s in seats if s.edition.pk == edition.pk) + jobseekers.get(edition.pk, 0)
        if minimum and edition.enrolled < minimum and count < minimum:
            found.append((edition.offer.title, count, minimum))
    return found


def seats_of(participation: Participation) -> dict[int, int]:
    """Learners of this company by edition."""
    return {
        seat.edition.pk: seat.learners
        for seat in seats_of_programme(participation.programme)
        if seat.organisation.pk == participation.organisation_id
    }


def _says_something_new(row: Participation, says: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in says.items())


def _keep(
    row: Participation, programme: Programme, says: Mapping[str, Any], learners: Mapping[int, int] | None
) -> None:
    """What a company says of its learners lifts or lowers what the rules allow, so the plan is made again."""
    people = sum(learners.values()) if learners is not None else row.learners
    if (says.get("disadvantaged") or 0) > people:
        raise ValidationError({"disadvantaged": _("Dat zijn meer mensen dan uw bedrijf inschrijft.")})
    Participation.objects.filter(pk=row.pk).update(**says)
    if learners is None or learners == seats_of(row):
        write_plan(programme=programme, seats=seats_of_programme(programme), caps=_caps(programme))


def replace_state(row: Participation) -> Participation:
    """The row as if it had not been confirmed: a company may confirm again with other learners."""
    if row.state == Participation.State.COMMITTED:
        row.state = Participation.State.PROPOSED
    return row


def _lock(participation_id: int) -> tuple[Participation, Programme]:
    programme_id = Participation.objects.values_list("programme_id", flat=True).get(pk=participation_id)
    programme = (
        Programme.objects.select_for_update(of=("self",))
        .select_related("network__call__coordinator")
        .get(pk=programme_id)
    )
    row = Participation.objects.select_related("organisation").get(pk=participation_id)
    row.programme = programme
    return row, programme


def _change_learners(row: Participation, programme: Programme, learners: Mapping[int, int]) -> None:
    known = seats_of(row)
    if set(learners) - set(known):
        raise ValidationError(_("Kies alleen edities die in dit programma staan."))
    if sum(learners.values()) < 1:
        raise ValidationError(
            _("Zonder deelnemers is er niets te bevestigen. Trek u terug als dat is wat u wilt.")
        )
    more = sum(learners.values()) - sum(known.values())
    if more > 0 and programme.state in DECIDED_ON:
        raise ValidationError(
            _(
                "Het programma ligt al bij de coördinator of is goedgekeurd: meer deelnemers vraagt een "
                "nieuwe beslissing. Zet ze op de wachtlijst: dan kan uw netwerkmanager een uitbreiding vragen."
            )
        )
    seats = [s for s in seats_of_programme(programme) if s.organisation.pk != row.organisation_id]
    editions = {e.pk: e for e in Edition.objects.select_related("offer").filter(pk__in=learners)}
    for pk, count in learners.items():
        _check_room(editions[pk], count, seats)
    mine = [Seats(editions[pk], row.organisation, count) for pk, count in learners.items() if count]
    if programme.state == Programme.State.APPROVED:
        _give_seats_back({pk: known[pk] - learners.get(pk, 0) for pk in known})
    write_plan(programme=programme, seats=[*seats, *mine], caps=_caps(programme))


def _check_room(edition: Edition, count: int, others: list[Seats]) -> None:
    left = edition.seats_left
    taken = sum(s.learners for s in others if s.edition.pk == edition.pk)
    if left is not None and taken + count > left:
        raise ValidationError(
            _("“%(offer)s” heeft nog %(left)s vrije plaatsen voor dit programma.")
            % {"offer": edition.offer.title, "left": max(0, left - taken)}
        )


def _plan_without(programme: Programme, row: Participation) -> None:
    seats = [s for s in seats_of_programme(programme) if s.organisation.pk != row.organisation_id]
    write_plan(programme=programme, seats=seats, caps=_caps(programme))


def _move_up(programme: Programme, apart_from: Participation | None = None) -> None:
    """Seats that came free go to who waits; they confirm anew, and after the decision no grant grows by it."""
    if apart_from is not None:
        # Who asks for fewer learners does not get them back from the waiting list.
        WaitingPlace.objects.filter(participation=apart_from, state=WaitingPlace.State.WAITING).delete()
    moved = move_up(programme)
    if not moved:
        return
    seats = seats_of_programme(programme)
    for place in moved:
        seats = seats_with(seats, place, place.learners)
    write_plan(programme=programme, seats=seats, caps=_caps(programme))
    tell_who_moved(programme, moved)


def _caps(programme: Programme) -> dict[int, Decimal]:
    if programme.state not in DECIDED_ON:
        return {}
    return {p.organisation_id: p.grant for p in programme.participations.live()}


def _give_seats_back(seats: Mapping[int, int]) -> None:
    for pk in sorted(seats):
        if seats[pk] > 0:
            Edition.objects.filter(pk=pk).update(enrolled=F("enrolled") - seats[pk])


__all__ = [
    "Consequences",
    "commit_participation",
    "consequences_of",
    "remove_participation",
    "seats_of",
    "withdraw_participation",
]
