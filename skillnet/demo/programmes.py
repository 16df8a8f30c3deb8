"""Programmes in every state, by the same services that people use: proposals of the engine, moved on."""

from collections.abc import Callable
from decimal import Decimal
from math import ceil

from django.core.exceptions import ValidationError
from django.db.models import F

from catalogue.models import Edition
from networks.models import Membership, Network, Organisation
from programmes.models import AuditSample, Participation, Programme
from programmes.services.commitments import commit_participation
from programmes.services.drafts import change_programme
from programmes.services.plans import seats_of_programme
from programmes.services.signatures import second_signature_rate
from programmes.services.steps import take_step
from programmes.services.votes import vote_on_programme
from skillnet.demo.accounts import one_of_each_role
from skillnet.demo.claims import (
    after_payment,
    bill_companies,
    check_claim,
    draw_up_claim,
    enrol_people,
    pay_bills,
    plan_anew,
    plan_in_autumn,
    teach_alone,
    write_hours,
)
from skillnet.demo.clock import NEEDS_DAYS, Calendar, on_day
from skillnet.demo.conclusions import conclude, show_prices
from skillnet.demo.delivery import fill_seats
from skillnet.demo.jobseekers import bill_jobseekers, count_who_came, seat_jobseekers
from skillnet.demo.money import add_jobseekers, keep_leave_accounts, ring_fence_calls
from skillnet.demo.needs import steering_group, validate_needs
from skillnet.demo.people import actor_of_member
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused

# Decisions on the claim: what it says by one coordinator, the money by another.
CLAIM_STEPS = ("approve_content", "approve_payment", "pay")
# How far each proposal is brought, in turn; the ones after these stay proposals.
JOURNEYS: list[list[str]] = [
    ["take", "submit", "approve", "start", "deliver", "claim", *CLAIM_STEPS],
    ["take", "submit"],
    ["take", "submit", "approve"],
    ["take", "submit", "return"],
    ["take"],
    ["take", "submit", "reject"],
    ["take", "submit", "approve", "start"],
    ["take", "submit", "approve", "start", "deliver"],
    ["take", "submit", "approve", "start", "deliver", "claim"],
    ["take", "cancel"],
    ["take", "submit"],
    ["take", "submit", "approve", "start", "deliver", "claim", *CLAIM_STEPS, "evaluate"],
]
REASONS = {
    "approve": "De vraag is gevalideerd, het aanbod is het beste van drie en de prijs is marktconform.",
    "return": "Twee bedrijven vermelden minder deelnemers dan in de kloof. Kijk dit na en dien opnieuw in.",
    "reject": "Deze opleiding is voor deze bedrijven wettelijk verplicht; daarvoor is geen steun mogelijk.",
    "cancel": "De bedrijven kiezen voor een editie later op het jaar.",
    "approve_content": "Aanwezigheden en facturen zijn nagekeken en kloppen met de afrekening.",
}
COORDINATOR_STEPS = {"approve", "return", "reject"}


GIVEN, GIVEN_AND_PAID = 25, 45  # days since the last lesson
TODAY = Calendar()
SETTLING = ("deliver", "claim", *CLAIM_STEPS, "evaluate")


def move_programmes(say: Callable[[str], None]) -> None:
    """Bring proposals to the states of JOURNEYS; does nothing where people (or an earlier load) did."""
    if Programme.objects.exclude(state=Programme.State.PROPOSAL).exists():
        return
    ring_fence_calls()
    with on_day(NEEDS_DAYS):
        validate_needs()
    for programme, journey in _set_out(say):
        _bring(programme, [step for step in journey if step in SETTLING], say, _calendar(journey))
    _ask_two_signatures(say)
    add_jobseekers(lambda programme: _managers(programme.network)[0], say)
    keep_leave_accounts()
    for programme in Programme.objects.filter(state=Programme.State.RUNNING):
        (manager,) = _managers(programme.network)
        fill_seats(programme, _companies(programme), manager)


def _ask_two_signatures(say: Callable[[str], None]) -> None:
    """The dearest proposal, in bigger groups, so that its grant asks for a second coordinator: one has signed."""
    dearest = (
        Programme.objects.filter(state=Programme.State.PROPOSAL, grant__gt=0).order_by("-grant", "pk").first()
    )
    if dearest is None or dearest.grant is None or not _move(dearest, "take"):
        return
    (manager,) = _managers(dearest.network)
    factor = max(Decimal(1), second_signature_rate().value * Decimal("1.1") / dearest.grant)
    learners: dict[tuple[int, int], int] = {}
    for seat in seats_of_programme(dearest):
        more = ceil(seat.learners * factor)
        learners[seat.edition.pk, seat.organisation.pk] = more
        # The provider found a bigger room.
        Edition.objects.filter(pk=seat.edition.pk, seats__isnull=False).update(
            seats=F("seats") + more - seat.learners
        )
    try:
        change_programme(actor=manager, programme_id=dearest.pk, learners=learners)
    except ValidationError as error:
        say(f"  {dearest.title[:60]}: {error}")
        return
    if _move(dearest, "submit"):
        first = _coordinators(dearest.network)[:1]
        for actor in first:
            take_step(programme_id=dearest.pk, action="approve", actor=actor, reason=REASONS["approve"])


def _set_out(say: Callable[[str], None]) -> list[tuple[Programme, list[str]]]:
    """Each journey with the first programme that gets as far as its plan goes; one that is refused on the way
    stays where it is, as in life, and the next one tries."""
    travelling = []
    candidates = _spread(_fundable())
    for journey in JOURNEYS:
        steps = [step for step in journey if step not in SETTLING]
        for programme in tuple(candidates):
            if "deliver" in journey and not teach_alone(programme):
                continue  # the others still have to begin: nobody can hold that course yet
            candidates.remove(programme)
            calendar = _calendar(journey)
            if calendar.given is not None:
                plan_in_autumn(programme, calendar)
            if _bring(programme, steps, say, calendar):
                travelling.append((programme, journey))
                break
        else:
            say(f"  no programme could go as far as {steps[-1]}")
    return travelling


def _calendar(journey: list[str]) -> Calendar:
    """Programmes that were given lie some weeks back, those that are paid longer; the others happen today."""
    if "deliver" not in journey:
        return Calendar()
    return Calendar(GIVEN_AND_PAID if "pay" in journey else GIVEN)


def _bring(programme: Programme, steps: list[str], say: Callable[[str], None], calendar: Calendar) -> bool:
    for step in steps:
        if not _move(programme, step, calendar):
            return False
        if calendar.given is not None and step == "take":
            with calendar.on("take"):
                plan_anew(programme)
                seat_jobseekers(programme, _managers(programme.network)[0], say)
    return True


def _fundable() -> list[Programme]:
    """Proposals that a coordinator could approve: two undertakings or more, and money to give. Those of the
    people whom the sign-in page names come first, so that each of them has something to see."""
    found = Programme.objects.filter(state=Programme.State.PROPOSAL, grant__gt=0)
    able = [programme for programme in found.order_by("-learners", "pk") if len(_undertakings(programme)) > 1]
    shown = {email for _role, email in one_of_each_role()}
    theirs = set(Membership.objects.filter(user__email__in=shown).values_list("organisation", flat=True))
    return sorted(able, key=lambda programme: -len(_parties(programme) & theirs))


def _undertakings(programme: Programme) -> set[int]:
    rows = programme.participations.select_related("organisation")
    return {row.organisation.undertaking_key for row in rows}


def _parties(programme: Programme) -> set[int]:
    companies = programme.participations.values_list("organisation", flat=True)
    teachers = programme.programme_editions.values_list("edition__offer__provider__organisation", flat=True)
    return {*companies, *teachers}


def _spread(proposals: list[Programme]) -> list[Programme]:
    """One of each network first, so that every manager has something to see."""
    seen: dict[int, int] = {}
    ranked: list[tuple[int, int, Programme]] = []
    for programme in proposals:
        turn = seen.get(programme.network_id, 0)
        seen[programme.network_id] = turn + 1
        ranked.append((turn, len(ranked), programme))
    return [programme for _turn, _place, programme in sorted(ranked, key=lambda r: r[:2])]


def _move(programme: Programme, step: str, calendar: Calendar = TODAY) -> bool:
    """Take a step as people would: companies confirm before the start, two coordinators sign if need be."""
    try:
        if step in SETTLING:
            return _settle(programme, step, calendar)
        if step == "start":
            with calendar.on("commit"):
                _commit(programme)
        with calendar.on(step):
            return _step(programme, step)
    except TransitionRefused:
        return False  # the next one tries


def _step(programme: Programme, step: str) -> bool:
    actors = _coordinators(programme.network) if step in COORDINATOR_STEPS else _managers(programme.network)
    if step == "submit":
        show_prices(programme, actors[0])
        _vote(programme)
    for actor in actors:
        taken = take_step(programme_id=programme.pk, action=step, actor=actor, reason=REASONS.get(step, ""))
        if taken.state != Programme.State.SUBMITTED or step == "submit":
            return True
    return False


def _vote(programme: Programme) -> None:
    """The steering group stands behind the plan before it goes to the coordinator."""
    for voter in steering_group(programme.network):
        vote_on_programme(programme=programme, actor=voter, agrees=True)


def _settle(programme: Programme, step: str, calendar: Calendar) -> bool:
    """The course is given, its claim drawn up and decided on by two coordinators."""
    programme.refresh_from_db()
    (manager,) = _managers(programme.network)
    if step == "deliver":
        return _give(programme, manager, calendar)
    if step == "claim":
        with calendar.on("bill"):
            bill_jobseekers(programme, manager)
            bill_companies(programme)
        with calendar.on("settle"):
            pay_bills(programme, manager)
        with calendar.on("claim"):
            draw_up_claim(programme, manager)
        return True
    if step == "evaluate":
        with calendar.on("evaluate"):
            conclude(programme, _companies(programme), manager)
        return True
    return _decide_claim(programme, step, calendar)


def _give(programme: Programme, manager: Actor, calendar: Calendar) -> bool:
    if programme.state != Programme.State.RUNNING:
        return False
    with calendar.on("enrol"):
        enrol_people(programme, _companies(programme))
    with calendar.on("lessons"):
        write_hours(programme, manager)
        count_who_came(programme, manager)
    with calendar.on("deliver"):
        take_step(programme_id=programme.pk, action="deliver", actor=manager)
    return True


def _decide_claim(programme: Programme, step: str, calendar: Calendar) -> bool:
    coordinators = _coordinators(programme.network)
    if len(coordinators) < 2:
        return False  # one person alone settles nothing
    actor = coordinators[0] if step == "approve_content" else coordinators[1]
    with calendar.on(step):
        check_claim(programme, step, actor, REASONS.get(step, ""))
    if step == "pay" and not AuditSample.objects.exists():
        with calendar.on("after"):
            after_payment(programme, _companies(programme), coordinators[0])
    return True


def _companies(programme: Programme) -> dict[int, Actor]:
    rows = programme.participations.select_related("organisation")
    return {row.organisation_id: _company(row.organisation) for row in rows}


def _commit(programme: Programme) -> None:
    for participation in programme.participations.filter(state=Participation.State.PROPOSED):
        commit_participation(
            participation_id=participation.pk,
            actor=_company(participation.organisation),
            declares_de_minimis=True,
        )


def _company(organisation: Organisation) -> Actor:
    """Its contact; a demo company without one speaks through its own software."""
    membership = Membership.objects.filter(
        role=Role.COMPANY_CONTACT, organisation=organisation, ended_at=None
    ).first()
    return (
        actor_of_member(membership)
        if membership
        else Actor(
            organisation_id=organisation.pk,
            organisation_name=organisation.name,
            roles=frozenset({Role.COMPANY_CONTACT}),
        )
    )


def _managers(network: Network) -> list[Actor]:
    rows = Membership.objects.filter(role=Role.NETWORK_MANAGER, network=network, ended_at=None)
    return [actor_of_member(row) for row in rows.order_by("pk")[:1]]


def _coordinators(network: Network) -> list[Actor]:
    if network.call is None:
        return []
    rows = Membership.objects.filter(
        role=Role.COORDINATOR, organisation=network.call.coordinator, ended_at=None
    )
    return [actor_of_member(row) for row in rows.order_by("pk")]
