"""The cost plan: categories, groups, VAT, wages, keys, jobseekers, and the ring-fenced lines that pay them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Edition, Offer
from programmes.models import BudgetLine, CostLine, Programme
from programmes.services.commitments import commit_participation
from programmes.services.cost_lines import add_cost_line, share_costs
from programmes.services.course_lines import name_lines_anew
from programmes.services.drafts import change_programme
from programmes.services.plan_costs import PlanFacts, Seats, company_costs, edition_costs
from programmes.services.reassess import replay_programme
from programmes.services.ring_fence import needs_of, save_budget_line
from skillnet.kernel.models import Rate
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import make_edition
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def fund(world: World, purpose: str = "jobseekers", amount: str = "9000.00") -> BudgetLine:
    assert world.network.call is not None
    return save_budget_line(
        call=world.network.call,
        values={
            "purpose": purpose,
            "amount": Decimal(amount),
            "valid_from": timezone.localdate(),
            "valid_to": timezone.localdate() + timedelta(days=365),
            "legal_basis": "BVR 12 december 2025, art. 4",
        },
    )


def with_jobseekers(world: World, programme: Programme, count: int) -> Programme:
    return change_programme(
        actor=world.manager,
        programme_id=programme.pk,
        learners={(world.edition.pk, c.pk): 3 for c in world.companies},
        jobseekers={world.edition.pk: count},
    )


def line(**values: Any) -> dict[str, Any]:
    return {
        "category": "operating",
        "description": "Zaal",
        "amount": Decimal("900.00"),
        "vat": Decimal("189.00"),
        "vat_is_refundable": True,
        "group": "all",
        "organisation": None,
    } | values


def adds_up(programme: Programme) -> bool:
    programme.refresh_from_db()
    people = list(programme.participations.live())
    funded = sum(f.amount for f in programme.funding_lines.all())
    return (
        programme.cost == sum(p.cost for p in people)
        and funded == programme.cost + programme.jobseeker_cost
        and programme.cost
        == sum(
            c.eligible
            for c in programme.cost_lines.all()
            if c.group != "jobseekers" and c.category != "trainee"
        )
    )


def test_an_own_line_is_shared_and_refundable_vat_never_counts(world):
    programme = world.programme()
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=line())
    row = programme.participations.get(organisation=world.companies[0])
    assert (row.cost, row.grant) == (Decimal("3300.00"), Decimal("1650.00"))
    assert adds_up(programme)
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=line(vat_is_refundable=False))
    row.refresh_from_db()
    assert row.cost == Decimal("3663.00")
    assert adds_up(programme)
    # Changing the seats keeps what a person wrote.
    with_jobseekers(world, programme, 0)
    assert programme.cost_lines.filter(is_manual=True).count() == 2
    assert adds_up(programme)


def test_lines_of_two_editions_of_one_offer_say_which_edition(world: World) -> None:
    first = world.edition.starts_on
    assert first
    later = make_edition(offer=world.offer, starts_on=first + timedelta(days=30), seats=9)
    programme = world.programme()
    assert [c.description for c in programme.cost_lines.all()] == [f"Opleiding: {world.offer.title}"]
    seats = {(world.edition.pk, c.pk): 3 for c in world.companies}
    change_programme(
        actor=world.manager,
        programme_id=programme.pk,
        learners=seats | {(later.pk, world.companies[0].pk): 2},
    )
    assert {c.description for c in programme.cost_lines.all()} == {
        f"Opleiding: {world.offer.title} ({day:%d/%m/%Y})" for day in (first, later.starts_on) if day
    }
    moved = first + timedelta(days=60)
    later.starts_on = moved
    later.save(update_fields=["starts_on"])
    name_lines_anew(programme)
    assert {c.description for c in programme.cost_lines.all()} == {
        f"Opleiding: {world.offer.title} ({day:%d/%m/%Y})" for day in (first, moved)
    }


def test_a_line_of_one_company_is_its_own_and_a_stranger_is_refused(world):
    programme = world.programme()
    own = line(organisation=world.companies[1], category="advice")
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=own)
    costs = dict(programme.participations.values_list("organisation__name", "cost"))
    assert costs["Bois & Métal Ardèche"] == Decimal("3900.00")
    assert costs["Zetelmakerij Abeele"] == Decimal("3000.00")
    stranger = line(organisation=world.offer.provider.organisation)
    with pytest.raises(ValidationError):
        add_cost_line(actor=world.manager, programme_id=programme.pk, values=stranger)
    with pytest.raises(ValidationError, match="niemand zit"):
        add_cost_line(actor=world.manager, programme_id=programme.pk, values=line(group="disadvantaged"))
    assert programme.cost_lines.filter(is_manual=True).count() == 1


def test_wages_lift_the_maximum_and_are_never_invoiced():
    """Case 1 of table B5 through the plan: 4 000 + 1 000 in cash, 10 × 16 h × 37.50 of wages: 70 % of 11 000."""
    world = build_world(companies=2, price=500)
    Offer.objects.filter(pk=world.offer.pk).update(hours=16)
    programme = world.programme(learners=10)
    row = programme.participations.get(organisation=world.companies[0])
    assert Decimal(row.assessment["maximum_aid"]) == Decimal("3500.00")
    commit_participation(
        participation_id=row.pk,
        actor=world.contact(world.companies[0]),
        says={"hourly_cost": Decimal("37.50"), "disadvantaged": 0},
    )
    row.refresh_from_db()
    assert row.wage_cost == Decimal("6000.00")
    assert Decimal(row.assessment["maximum_aid"]) == Decimal("7700.00")
    assert (row.cost, row.grant, row.own_share) == (
        Decimal("5000.00"),
        Decimal("2500.00"),
        Decimal("2500.00"),
    )
    assert row.state == "committed"
    assert programme.cost_lines.get(category="trainee").amount == Decimal("6000.00")
    assert adds_up(programme)


def test_disadvantaged_learners_count_by_number_only():
    """Case 7: a large company of whose ten learners four are disadvantaged: 54 %."""
    world = build_world(companies=2, price=1100)
    company = world.companies[0]
    company.accounts.update(headcount=400)
    programme = world.programme(learners=10)
    row = programme.participations.get(organisation=company)
    says = {"hourly_cost": None, "disadvantaged": 4}
    commit_participation(participation_id=row.pk, actor=world.contact(company), says=says)
    row.refresh_from_db()
    assert (row.assessment["size"], row.assessment["intensity"]) == ("large", "54.00")
    assert Decimal(row.assessment["maximum_aid"]) == Decimal("5940.00")
    with pytest.raises(ValidationError):
        commit_participation(
            participation_id=row.pk, actor=world.contact(company), says=says | {"disadvantaged": 11}
        )


def test_shared_costs_by_an_agreed_key():
    world = build_world(price=9000, basis="edition")
    programme = world.programme()
    weights = {c.pk: Decimal(w) for c, w in zip(world.companies, (2, 1, 0), strict=True)}
    share_costs(actor=world.manager, programme_id=programme.pk, key="agreed", weights=weights)
    costs = [programme.participations.get(organisation=c).cost for c in world.companies]
    assert costs == [Decimal(6000), Decimal(3000), Decimal(0)]
    assert adds_up(programme)
    with pytest.raises(ValidationError, match="afgesproken sleutel"):
        share_costs(
            actor=world.manager, programme_id=programme.pk, key="agreed", weights=dict.fromkeys(weights)
        )
    programme.refresh_from_db()
    assert programme.participations.get(organisation=world.companies[0]).cost == Decimal(6000)


def test_jobseekers_are_paid_apart_and_never_by_a_company(world):
    programme = world.programme()
    before = {p.organisation_id: (p.cost, p.grant) for p in programme.participations.all()}
    with_jobseekers(world, programme, 4)
    programme.refresh_from_db()
    assert {p.organisation_id: (p.cost, p.grant) for p in programme.participations.all()} == before
    assert (programme.jobseeker_learners, programme.jobseeker_cost) == (4, Decimal(4000))
    funding = programme.funding_lines.get(instrument__code="jobseeker_seats")
    assert (funding.amount, funding.organisation, funding.rate) == (Decimal(4000), None, Decimal(100))
    assert adds_up(programme)
    assert all("jobseekers" not in str(p.assessment["case"]["costs"]) for p in programme.participations.all())


def test_a_shared_price_is_lighter_for_companies_when_jobseekers_join():
    world = build_world(price=12000, basis="edition")
    programme = world.programme()
    with_jobseekers(world, programme, 3)
    programme.refresh_from_db()
    assert (programme.cost, programme.jobseeker_cost) == (Decimal(9000), Decimal(3000))
    assert adds_up(programme)


def test_without_a_line_jobseekers_cannot_be_submitted_and_above_it_not_approved(world):
    programme = with_jobseekers(world, world.programme(), 4)
    with pytest.raises(TransitionRefused, match="geen afgeschermde lijn voor werkzoekenden"):
        world.move(programme, "submit")
    budget = fund(world, amount="4000.00")
    assert world.move(programme, "submit").state == "submitted"
    BudgetLine.objects.filter(pk=budget.pk).update(amount=Decimal("3999.99"))
    with pytest.raises(TransitionRefused, match="afgeschermde lijn"):
        world.move(programme, "approve")
    BudgetLine.objects.filter(pk=budget.pk).update(amount=Decimal(4000))
    assert world.move(programme, "approve").state == "approved"
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 13
    assert world.move(programme, "cancel").state == "cancelled"
    assert Edition.objects.get(pk=world.edition.pk).enrolled == 0


@pytest.mark.parametrize(
    ("stream", "words"), [("language", "taalopleiding"), ("basic_skills", "basisvaardigheden")]
)
def test_language_and_basic_skills_never_silently_use_productivity_money(world, stream, words):
    Offer.objects.filter(pk=world.offer.pk).update(stream=stream)
    programme = world.programme()
    with pytest.raises(TransitionRefused, match=words):
        world.move(programme, "submit")
    fund(world, purpose=stream, amount="4500.00")
    assert needs_of(programme) == {stream: Decimal("4500.00")}
    assert world.move(programme, "submit", "approve").state == "approved"


def test_other_streams_need_no_line(world):
    Offer.objects.filter(pk=world.offer.pk).update(stream="productivity")
    assert world.programme("submit").state == "submitted"


def test_two_lines_of_one_purpose_never_hold_on_one_day(world):
    fund(world)
    with pytest.raises(ValidationError, match="geldt in die periode al"):
        fund(world)
    fund(world, purpose="language")


def test_too_many_for_the_edition_counts_jobseekers_too(world):
    with pytest.raises(ValidationError, match="vraagt er 21"):
        with_jobseekers(world, world.programme(), 12)


def test_a_stored_assessment_replays_after_the_rates_changed(world):
    programme = world.programme()
    add_cost_line(actor=world.manager, programme_id=programme.pk, values=line())
    row = programme.participations.get(organisation=world.companies[0])
    commit_participation(
        participation_id=row.pk,
        actor=world.contact(world.companies[0]),
        says={"hourly_cost": Decimal("37.50"), "disadvantaged": 2},
    )
    Rate.objects.filter(key__name="training_base").update(value=Decimal(10))
    assert [replay.differences for replay in replay_programme(programme=programme)] == [(), (), ()]


@given(
    amounts=st.lists(st.integers(0, 10**7), min_size=1, max_size=4),
    learners=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    jobseekers=st.integers(0, 10),
    price=st.integers(0, 10**7),
    basis=st.sampled_from(["edition", "participant"]),
    key=st.sampled_from(["learners", "hours", "agreed"]),
    cut=st.integers(0, 10**7),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_planned_adds_up_to_the_cent_and_splitting_a_line_changes_nothing_in_total(
    amounts, learners, jobseekers, price, basis, key, cut
):
    """No database: unsaved rows, because the arithmetic is pure."""
    from networks.models import Organisation

    euro = [Decimal(cents).scaleb(-2) for cents in amounts]
    offer = Offer(pk=1, title="x", price=Decimal(price).scaleb(-2), price_basis=basis, hours=Decimal(7))
    edition = Edition(pk=1, offer=offer)
    seats = [Seats(edition, Organisation(pk=n + 1, name=str(n)), count) for n, count in enumerate(learners)]

    def whole(parts: list[Decimal]) -> Decimal:
        lines = [CostLine(category="operating", group="all", amount=part, description="x") for part in parts]
        facts = PlanFacts(
            jobseekers={1: jobseekers},
            lines=lines,
            share_key=key,
            weights={seat.organisation.pk: Decimal(seat.organisation.pk) for seat in seats},
        )
        costs = edition_costs(seats, facts)
        found = company_costs(seats=seats, costs=costs, facts=facts)
        return sum((c.cash for c in found.values()), Decimal(0)) + costs[1].get(0, Decimal(0))

    unit = Decimal(price).scaleb(-2)
    asked = unit if basis == "edition" else unit * (sum(learners) + jobseekers)
    assert whole(euro) == asked + sum(euro)
    first = min(Decimal(cut).scaleb(-2), euro[0])
    assert whole([first, euro[0] - first, *euro[1:]]) == whole(euro)


def test_the_manager_does_it_on_the_web_and_nobody_else(world, client_for):
    programme = world.programme()
    manager = client_for(Role.NETWORK_MANAGER, network=world.network, user=world.manager.user)
    address = reverse("programmes:cost_lines", args=[programme.public_id])
    assert "PLC-sturingen" in manager.get(address).content.decode()
    sent = {"add": "1", "category": "operating", "description": "Zaalhuur", "amount": "300", "group": "all"}
    assert manager.post(address, sent | {"vat": "63", "vat_is_refundable": "on"}).status_code == 302
    page = manager.get(address).content.decode()
    assert "Zaalhuur" in page
    assert "terugvorderbaar" in page
    bad = manager.post(address, sent | {"amount": "-5"})
    assert bad.status_code == 409
    added = programme.cost_lines.get(is_manual=True)
    manager.post(address, {"remove": str(added.pk)})
    assert not programme.cost_lines.filter(is_manual=True).exists()
    edit = reverse("programmes:programme_edit", args=[programme.public_id])
    seats = {f"seats_{world.edition.pk}_{c.pk}": "3" for c in world.companies}
    manager.post(edit, {"title": "Sturing", **seats, f"jobseekers_{world.edition.pk}": "2"})
    programme.refresh_from_db()
    assert programme.jobseeker_learners == 2
    page = manager.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    assert "werkzoekenden (2)" in page
    assert client_for(Role.NETWORK_MANAGER).get(address).status_code == 404


def test_the_coordinator_keeps_the_lines_of_the_own_call(world, client_for):
    call = world.network.call
    address = reverse("programmes:budget_lines", args=[call.public_id])
    coordinator = client_for(Role.COORDINATOR, organisation=world.administration)
    sent = {"purpose": "jobseekers", "amount": "5000", "valid_from": "2026-01-01", "legal_basis": "BVR"}
    assert coordinator.post(address, sent).status_code == 302
    assert "plaatsen voor werkzoekenden" in coordinator.get(address).content.decode()
    assert coordinator.post(address, sent).status_code == 409
    other = client_for(Role.COORDINATOR)
    other.post(address, sent | {"purpose": "language"})
    assert BudgetLine.objects.count() == 1
    assert address in coordinator.get(reverse("networks:call_detail", args=[call.public_id])).content.decode()


def test_the_cost_plan_adds_up_and_keeps_jobseekers_and_refundable_vat_apart(world, client_for):
    programme = world.programme()
    manager = client_for(Role.NETWORK_MANAGER, network=world.network, user=world.manager.user)
    address = reverse("programmes:cost_lines", args=[programme.public_id])
    sent = {"add": "1", "category": "operating", "description": "Zaal", "amount": "100", "group": "all"}
    manager.post(address, sent | {"vat": "21", "vat_is_refundable": "on"})
    edit = reverse("programmes:programme_edit", args=[programme.public_id])
    seats = {f"seats_{world.edition.pk}_{c.pk}": "3" for c in world.companies}
    manager.post(edit, {"title": "Sturing", **seats, f"jobseekers_{world.edition.pk}": "2"})
    page = manager.get(address)
    totals = page.context["totals"]
    programme.refresh_from_db()
    assert totals["companies"]["vat"] == Decimal(21)
    assert totals["companies"]["eligible"] == totals["companies"]["amount"] == programme.cost
    assert totals["jobseekers"]["amount"] == programme.jobseeker_cost > 0
    assert "Samen voor de bedrijven" in page.content.decode()
