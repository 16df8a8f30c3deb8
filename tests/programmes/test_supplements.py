"""More aid for a decided programme: asked, signed, granted; or ended, and then nothing moved."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import (
    AidStatement,
    CompanySeats,
    DeMinimisAid,
    FundingLine,
    InvoiceLine,
    Participation,
    Programme,
    Supplement,
    SupplementLine,
)
from programmes.services.budgets import network_position
from programmes.services.commitments import withdraw_participation
from programmes.services.ledger import declare_de_minimis
from programmes.services.reassess import replay_participation
from programmes.services.recalculate import decided_grants
from programmes.services.steps import take_step
from programmes.services.supplement_seats import Change
from programmes.services.supplements import (
    ask_supplement,
    lapse_supplements,
    sign_supplement,
    take_supplement_step,
)
from programmes.services.waiting import join_waiting_list
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import make_gap, make_member, make_organisation, validate_needs
from tests.programmes.claims_world import attend
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db
WHY = "Er kwamen twee techniekers bij."


@pytest.fixture
def world() -> World:
    return build_world()


def decided(world: World) -> Programme:
    """Approved and confirmed by everybody: three learners each at 1 000 euro, half of it granted."""
    return world.programme("submit", "approve", "commit")


def more(world: World, company: int = 0, learners: int = 5) -> Change:
    return Change(seats={(world.edition.pk, world.companies[company].pk): learners})


def ask(world: World, programme: Programme, change: Change | None = None, **options: Any) -> Supplement:
    return ask_supplement(
        programme_id=programme.pk,
        change=change or more(world),
        reason=WHY,
        **{"actor": world.manager, **options},
    )


def sign_all(world: World, supplement: Supplement) -> Supplement:
    for line in supplement.lines.filter(needs_word=True, signed_at=None):
        sign_supplement(line_id=line.pk, actor=world.contact(line.organisation), declares_de_minimis=True)
    supplement.refresh_from_db()
    return supplement


def step(supplement: Supplement, action: str, actor: Any, reason: str = REASON) -> Supplement:
    return take_supplement_step(supplement_id=supplement.pk, action=action, actor=actor, reason=reason)


def part(programme: Programme, world: World, company: int = 0) -> Participation:
    return programme.participations.get(organisation=world.companies[company])


def standing(programme: Programme) -> list[Any]:
    """Everything that a request that is not granted leaves alone."""
    programme.refresh_from_db()
    return [
        (programme.learners, programme.cost, programme.grant),
        sorted(programme.participations.values_list("organisation", "learners", "cost", "grant", "state")),
        sorted(CompanySeats.objects.values_list("organisation", "learners", "cost")),
        sorted(FundingLine.objects.values_list("organisation", "instrument", "amount")),
        sorted(InvoiceLine.objects.values_list("organisation", "learners", "amount", "state")),
        sorted(Edition.objects.values_list("pk", "enrolled")),
        sorted(DeMinimisAid.objects.values_list("organisation", "amount")),
    ]


def test_seats_are_added_once_signed_and_granted_and_everything_follows(world: World) -> None:
    programme = decided(world)
    before = standing(programme)
    supplement = ask(world, programme)
    assert ask(world, programme).pk == supplement.pk  # twice is one request
    assert (supplement.grant_before, supplement.grant_after) == (Decimal(4500), Decimal(5500))
    line = supplement.lines.get()  # the others need not sign
    assert (line.cost_after, line.own_after, line.extra) == (Decimal(5000), Decimal(2500), Decimal(1000))
    sign_all(world, supplement)
    sign_supplement(line_id=line.pk, actor=world.contact(world.companies[0]))  # twice is once
    assert supplement.state == "pending"
    assert standing(programme) == before  # nothing binds before
    for _time in range(2):
        granted = step(supplement, "grant", world.coordinator)
    assert granted.decided_by == world.coordinator.user
    row = part(programme, world)
    programme.refresh_from_db()
    assert (row.learners, row.cost, row.grant, row.own_share) == (5, 5000, 2500, 2500)
    assert (programme.learners, programme.cost, programme.grant) == (11, 11000, 5500)
    assert decided_grants([row]) == {row.pk: Decimal(2500)}
    assert InvoiceLine.objects.get(organisation=row.organisation).amount == 5000
    assert sum(FundingLine.objects.values_list("amount", flat=True)) == programme.cost
    assert programme.cost_lines.get(edition=world.edition).amount == 11000
    assert programme.programme_editions.get().seats == 11
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 11
    assert network_position(world.network).granted == 5500
    assert replay_participation(company="x", record=row.assessment).is_same
    kept = decisions_on(supplement).get(action="grant").evidence
    assert kept["participations"][0]["assessment"]["granted"] == "2500.00"
    assert {d.action for d in decisions_on(programme)} >= {"ask_supplement", "grant_supplement"}


@pytest.mark.parametrize("end", ["refuse", "withdraw", "decline", "lapse", "cancelled"])
def test_what_is_not_granted_leaves_all_as_it_was(world: World, end: str) -> None:
    programme = decided(world)
    before = standing(programme)
    supplement = ask(world, programme)
    if end == "decline":
        with pytest.raises(TransitionRefused, match="mag deze stap niet"):
            step(supplement, "decline", world.contact(world.companies[1]))
        step(supplement, "decline", world.contact(world.companies[0]))
    elif end == "withdraw":
        step(supplement, "withdraw", world.manager)
    elif end == "refuse":
        step(sign_all(world, supplement), "refuse", world.coordinator)
    elif end == "lapse":
        assert lapse_supplements(today=supplement.sign_by) == 0
        assert lapse_supplements(today=supplement.sign_by + timedelta(days=1)) == 1
        assert lapse_supplements(today=supplement.sign_by + timedelta(days=1)) == 0
    else:
        world.move(programme, "cancel")
    supplement.refresh_from_db()
    assert not supplement.is_open
    if end != "cancelled":
        assert standing(programme) == before
        assert ask(world, programme).pk != supplement.pk  # it may be asked anew
    with pytest.raises(TransitionRefused):
        step(supplement, "grant", world.coordinator)


def test_a_seat_in_an_edition_that_began_gets_no_block_exempted_aid(world: World) -> None:
    programme = decided(world)
    world.move(programme, "start")
    Edition.objects.filter(pk=world.edition.pk).update(starts_on=timezone.localdate())
    with pytest.raises(TransitionRefused, match="artikel 6, lid 2"):
        ask(world, programme)
    assert not Supplement.objects.exists()


def test_what_began_before_the_decision_is_not_granted_and_lapses(world: World) -> None:
    programme = decided(world)
    supplement = sign_all(world, ask(world, programme))
    Supplement.objects.filter(pk=supplement.pk).update(
        begins_on=timezone.localdate(), sign_by=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(TransitionRefused, match="begonnen"):
        step(supplement, "grant", world.coordinator)
    assert lapse_supplements() == 1


def test_who_does_not_sign_in_time_signs_no_more(world: World) -> None:
    supplement = ask(world, decided(world))
    Supplement.objects.filter(pk=supplement.pk).update(sign_by=timezone.localdate() - timedelta(days=1))
    with pytest.raises(TransitionRefused, match="termijn om te tekenen"):
        sign_all(world, supplement)


def test_a_plan_that_moved_meanwhile_is_not_overwritten(world: World) -> None:
    programme = decided(world)
    supplement = sign_all(world, ask(world, programme))
    CompanySeats.objects.filter(organisation=world.companies[1]).update(learners=2)
    with pytest.raises(TransitionRefused, match="plan is veranderd"):
        step(supplement, "grant", world.coordinator)


@pytest.mark.parametrize("cents", [-100, 100])
def test_nothing_but_what_was_signed_is_granted(world: World, cents: int) -> None:
    """As if the rules had changed since: they give a euro more, or a euro less, than the company signed for."""
    supplement = sign_all(world, ask(world, decided(world)))
    signed = supplement.lines.get()
    supplement.lines.update(grant_after=signed.grant_after + Decimal(cents) / 100)
    with pytest.raises(TransitionRefused, match="anders dan gevraagd"):
        step(supplement, "grant", world.coordinator)


def test_de_minimis_is_counted_anew_and_the_difference_is_an_entry_of_its_own() -> None:
    world = build_world(mandatory=True)
    programme = decided(world)
    supplement = ask(world, programme)
    line = supplement.lines.get()
    own = world.contact(world.companies[0])
    with pytest.raises(ValidationError, match="de-minimissteun"):
        sign_supplement(line_id=line.pk, actor=own)
    sign_all(world, supplement)
    step(supplement, "grant", world.coordinator)
    entries = DeMinimisAid.objects.filter(organisation=world.companies[0]).order_by("pk")
    assert list(entries.values_list("amount", flat=True)) == [Decimal(1500), Decimal(1000)]
    assert entries[1].supplement_line == line
    assert DeMinimisAid.objects.to_register().count() == 4


def test_a_ceiling_that_was_used_meanwhile_refuses_all_of_it() -> None:
    world = build_world(mandatory=True)
    programme = decided(world)
    before = standing(programme)[:6]
    supplement = sign_all(world, ask(world, programme))
    declare_de_minimis(
        organisation=world.companies[0],
        granted_on=timezone.localdate(),
        amount=Decimal("297500.01"),
        basis="de_minimis",
        granter="VLAIO",
        user=None,
    )
    with pytest.raises(TransitionRefused, match="artikel 3, lid 7"):
        step(supplement, "grant", world.coordinator)
    assert standing(programme)[:6] == before


def test_the_budget_is_asked_and_the_law_of_today() -> None:
    world = build_world(budget=Decimal(5499))
    programme = decided(world)
    with pytest.raises(TransitionRefused, match="Het netwerk heeft nog"):
        ask(world, programme)
    type(world.network).objects.filter(pk=world.network.pk).update(budget=Decimal(5500))
    supplement = sign_all(world, ask(world, programme))
    AidStatement.objects.create(organisation=world.companies[0], in_difficulty=True)
    with pytest.raises(TransitionRefused):
        step(supplement, "grant", world.coordinator)


def test_above_the_threshold_of_the_new_total_two_coordinators_sign() -> None:
    world = build_world(price=Decimal(5000))  # 22 500 decided, 27 500 asked; two sign from 25 000 on
    programme = decided(world)
    supplement = sign_all(world, ask(world, programme))
    assert step(supplement, "grant", world.coordinator).state == "pending"
    assert step(supplement, "grant", world.coordinator).state == "pending"  # once is once
    assert step(supplement, "grant", world.second).state == "granted"
    assert OutboxMessage.objects.filter(context__action="sign", template="programme_supplement").exists()


def test_nobody_decides_on_who_would_come_in_and_no_key_decides(world: World) -> None:
    programme = decided(world)
    newcomer = joined(world)
    supplement = sign_all(world, ask(world, programme, joins(world, newcomer)))
    part_of_it = replace(world.second, other_organisations=frozenset({newcomer.pk}))
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        step(supplement, "grant", part_of_it)
    with pytest.raises(TransitionRefused, match="niet een sleutel"):
        step(supplement, "grant", replace(world.coordinator, user=None))


def joined(world: World, *, validated: bool = True) -> Any:
    """Another member of the network, with a gap in the pool that the steering group accepted."""
    newcomer = make_organisation(name="Trappen Verlinden")
    make_member(network=world.network, organisation=newcomer)
    gap = make_gap(organisation=newcomer, network=world.network, title="Sturing aanpassen", learners=2)
    world.pool.pool_gaps.create(gap=gap)
    if validated:
        validate_needs(world.network)
    return newcomer


def joins(world: World, newcomer: Any, learners: int = 2) -> Change:
    return Change(seats={(world.edition.pk, newcomer.pk): learners})


def test_a_company_comes_in_and_its_own_application_counts(world: World) -> None:
    programme = decided(world)
    newcomer = joined(world)
    supplement = ask(world, programme, joins(world, newcomer))
    assert not programme.participations.filter(organisation=newcomer).exists()
    sign_all(world, supplement)
    step(supplement, "grant", world.coordinator)
    row = programme.participations.get(organisation=newcomer)
    line = supplement.lines.get()
    assert (row.state, row.applied_at, row.learners, row.grant) == ("committed", line.signed_at, 2, 1000)
    assert InvoiceLine.objects.get(organisation=newcomer).amount == 2000
    assert line.participation == row


def test_without_validated_need_nobody_comes_in(world: World) -> None:
    programme = decided(world)
    with pytest.raises(TransitionRefused, match="gevalideerde behoefteanalyse"):
        ask(world, programme, joins(world, joined(world, validated=False)))


def test_one_price_for_all_is_divided_anew_and_who_gets_cheaper_need_not_sign() -> None:
    world = build_world(basis="edition", price=Decimal(9000))
    programme = decided(world)
    newcomer = joined(world)
    supplement = ask(world, programme, joins(world, newcomer, 3))
    asked = dict(supplement.lines.values_list("organisation__name", "needs_word"))
    assert asked.pop("Trappen Verlinden") is True
    assert set(asked.values()) == {False}


def test_waiting_companies_are_served_and_their_place_ends(world: World) -> None:
    programme = decided(world)
    own = world.contact(world.companies[0])
    place = join_waiting_list(
        participation_id=part(programme, world).pk, edition_id=world.edition.pk, learners=2, actor=own
    )
    assert OutboxMessage.objects.filter(context__action="waits", recipient=world.manager.user).exists()
    step(sign_all(world, ask(world, programme)), "grant", world.coordinator)
    place.refresh_from_db()
    assert place.state == "moved_up"


def test_a_dearer_edition_takes_the_place_of_a_cancelled_one(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    from tests.programmes.test_other_edition import later

    programme = decided(world)
    Edition.objects.filter(pk=world.edition.pk).update(state="cancelled")
    dearer = later(world, price=Decimal("1200.00"))
    supplement = ask(world, programme, Change(instead={world.edition.pk: dearer.pk}))
    assert supplement.lines.filter(needs_word=True).count() == 3
    assert (supplement.cost_after, supplement.grant_after) == (Decimal(10800), Decimal(5400))
    step(sign_all(world, supplement), "grant", world.coordinator)
    programme.refresh_from_db()
    assert (programme.cost, programme.grant, programme.starts_on) == (10800, 5400, dearer.starts_on)
    assert programme.programme_editions.get().edition_id == dearer.pk
    assert set(InvoiceLine.objects.values_list("amount", flat=True)) == {Decimal(3600)}
    assert [line.amount for line in programme.cost_lines.all()] == [Decimal(10800)]


def test_a_bill_that_stands_is_taken_back_first(world: World) -> None:
    programme = decided(world)
    InvoiceLine.objects.filter(organisation=world.companies[0]).update(
        state="invoiced", invoice_number="F1", invoiced_on=date(2026, 11, 1)
    )
    with pytest.raises(TransitionRefused, match="factuur voor"):
        ask(world, programme)


@pytest.mark.parametrize("learners", [3, 2, 30])
def test_what_is_no_increase_or_has_no_room_is_said(world: World, learners: int) -> None:
    programme = decided(world)
    said = {3: "verandert niets", 2: "Minder plaatsen", 30: "vrije plaatsen"}[learners]
    with pytest.raises((TransitionRefused, ValidationError), match=said):
        ask(world, programme, more(world, learners=learners))
    with pytest.raises(TransitionRefused, match="mag deze stap niet"):
        ask(world, programme, actor=world.coordinator)


def test_publication_looks_at_the_new_total() -> None:
    world = build_world(
        price=Decimal(40_000)
    )  # 60 000 decided; 100 000 with two more: not above the threshold
    programme = world.programme("submit", "approve")
    take_step(programme_id=programme.pk, action="approve", actor=world.second, reason=REASON)
    world.commit_all(programme)
    supplement = ask(world, programme, more(world, learners=6))
    assert supplement.lines.get().crosses_publication is True
    step(supplement, "withdraw", world.manager)
    assert ask(world, programme).lines.get().crosses_publication is False
    assert SupplementLine.objects.count() == 2


def granted(world: World, company: int = 0) -> Programme:
    programme = decided(world)
    step(sign_all(world, ask(world, programme, more(world, company))), "grant", world.coordinator)
    programme.refresh_from_db()
    return programme


def test_a_claim_pays_against_the_new_total(world: World) -> None:
    programme = world.move(granted(world), "start", "deliver", "claim", "pay")
    shares = programme.claim.shares.order_by("-payable").values_list("payable", flat=True)
    assert list(shares) == [Decimal(2500), Decimal(1500), Decimal(1500)]
    assert network_position(world.network).paid == 5500


def test_who_does_not_come_after_all_lowers_the_new_total_and_what_both_entries_count() -> None:
    world = build_world(mandatory=True)
    programme = world.move(granted(world, 1), "start")  # by name the first, of whom people stay away
    attend(programme, absent=4)  # of its five
    programme = world.move(programme, "deliver", "claim", "pay")
    entries = DeMinimisAid.objects.filter(organisation=world.companies[1]).order_by("pk")
    assert [entry.counted for entry in entries] == [Decimal(500), Decimal(0)]
    assert decided_grants([part(programme, world, 1)]) == {part(programme, world, 1).pk: Decimal(2500)}


def test_more_for_the_same_seats_where_the_rules_give_it_by_now() -> None:
    """Seats that came from the waiting list were paid by the company alone; a supplement brings the aid along."""
    world = build_world(seats=9)
    programme = decided(world)
    waits = world.contact(world.companies[1])
    join_waiting_list(
        participation_id=part(programme, world, 1).pk, edition_id=world.edition.pk, learners=3, actor=waits
    )
    withdraw_participation(
        participation_id=part(programme, world).pk,
        actor=world.contact(world.companies[0]),
        reason="Te veel werk.",
    )
    row = part(programme, world, 1)
    assert (row.learners, row.grant) == (6, Decimal(1500))
    change = Change(aid_for=frozenset({world.companies[1].pk}))
    with pytest.raises(TransitionRefused, match="bevestigde de deelname nog niet"):
        ask(world, programme, change)
    world.commit_all(programme)
    step(sign_all(world, ask(world, programme, change)), "grant", world.coordinator)
    row.refresh_from_db()
    assert (row.learners, row.cost, row.grant, row.own_share) == (6, 6000, 3000, 3000)
