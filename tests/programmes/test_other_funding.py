"""Other money for the same costs lowers the grant, blocks what may not be, and lowers what is paid."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from programmes.aid.claims import ActualCost, CompanyClaim, settle
from programmes.models import OtherFunding, Participation
from programmes.services.ledger import declare_de_minimis
from programmes.services.other_funding import declare_other_funding, retract_other_funding
from programmes.services.steps import take_step
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def world() -> World:
    """Each company sends three people for 3 000 euro; small ones may get 70 %, the call pays half: 1 500."""
    return build_world()


def mine(programme, world) -> Participation:
    row: Participation = programme.participations.get(organisation=world.companies[0])
    return row


def declare(row, actor, amount="900.00", **values):
    given = {"category": "trainer", "instrument": "kmo_portefeuille", "basis": "other_state_aid"} | values
    return declare_other_funding(participation_id=row.pk, actor=actor, amount=D(amount), **given)


def test_article_8_the_grant_gives_way_and_comes_back_when_it_was_a_mistake(world):
    programme = world.programme()
    row, actor = mine(programme, world), world.contact(world.companies[0])
    declare_de_minimis(  # nothing is left of de minimis: only training aid can pay
        organisation=row.organisation, granted_on=timezone.localdate(), amount=D(300_000),
        basis="de_minimis", granter="Stad", user=None,
    )  # fmt: skip
    made = declare(row, actor)
    row.refresh_from_db()
    assert row.grant == D("1200.00"), "70 % of 3 000 is 2 100, less the 900 of another"
    assert row.assessment["case"]["other_aid_same_costs"][0]["instrument"] == "kmo_portefeuille"
    assert declare(row, actor) == made, "saying it twice is saying it once"
    with pytest.raises(ValidationError, match="Zeg waarom"):
        retract_other_funding(funding_id=made.pk, actor=actor, why=" ")
    retract_other_funding(funding_id=made.pk, actor=actor, why="Aanvraag geweigerd.")
    row.refresh_from_db()
    assert row.grant == D("1500.00")
    assert [d.action for d in decisions_on(row)] == ["declare_funding", "retract_funding"]
    assert OtherFunding.objects.get().events.count() == 2  # type: ignore[attr-defined]


def test_money_for_wages_that_do_not_count_is_money_for_another_cost(world):
    row = mine(world.programme(), world)
    declare(row, world.contact(world.companies[0]), category="trainee", instrument="vov")
    row.refresh_from_db()
    assert row.grant == D("1500.00")


def test_more_money_than_cost_blocks_the_submission(world):
    programme = world.programme()
    row = mine(programme, world)
    declare(row, world.contact(world.companies[0]), "1600.00", instrument="sector_fund", basis="not_aid")
    with pytest.raises(TransitionRefused, match=world.companies[0].name):
        take_step(programme_id=programme.pk, action="submit", actor=world.manager)


def test_the_company_declares_on_its_page_and_others_do_not_find_it(client_for, world):
    programme = world.programme()
    row = mine(programme, world)
    address = reverse("programmes:other_funding", args=[row.public_id])
    own = client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])
    commit = own.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    assert address in commit
    data = {"instrument": "kmo_portefeuille", "category": "trainer", "amount": "900", "basis": "de_minimis"}
    assert own.post(address, data).status_code == 302
    page = own.get(address).content.decode()
    assert "kmo-portefeuille" in page
    assert own.post(address, data | {"amount": "800"}).status_code == 409, "first the other is taken back"
    made = OtherFunding.objects.get()
    seen = OtherFunding.objects.visible_to
    assert [seen(who).count() for who in (world.coordinator, world.manager)] == [0, 1], "not submitted yet"
    own.post(address, {"retract": str(made.public_id), "why": "Dubbel ingegeven."})
    assert "Dubbel ingegeven." in own.get(address).content.decode()
    told = own.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    assert "Andere financiering aangegeven" in told
    assert "declare_funding" not in told
    english = own.get(
        reverse("programmes:programme_detail", args=[programme.public_id]), HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert "Network grant" in english
    assert "Netwerksubsidie" not in english
    other = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    assert other.get(address).status_code == 404
    manager = client_for(None)
    manager.force_login(world.manager.user)
    assert manager.get(address).status_code == 200
    assert manager.post(address, data).status_code == 404, "the application is the company's own"


def test_declared_after_the_decision_it_waits_for_the_claim_and_lowers_what_is_paid(world):
    from programmes.services.claim_checks import facts_of
    from programmes.services.claim_shares import settlements_of
    from tests.programmes.claims_world import attend, drawn_up

    programme = world.programme()
    world.commit_all(programme)
    programme = world.move(programme, "submit", "approve", "start")
    row = mine(programme, world)
    with pytest.raises(TransitionRefused, match="bij de aanvraag of bij de afrekening"):
        declare(row, world.contact(world.companies[0]))
    attend(programme)
    programme = world.move(programme, "deliver")
    claim = drawn_up(world, programme)
    declare(row, world.manager, "1000.00")
    paid = {company.organisation.name: result for company, result in settlements_of(claim, facts_of(claim))}
    assert paid[world.companies[0].name].payable == D("1100.00"), "70 % of 3 000 less 1 000"
    assert paid[world.companies[1].name].payable == D("1500.00")


def test_the_whole_is_never_more_than_the_cost_even_where_the_other_money_is_no_aid():
    claim = CompanyClaim(
        planned=D("1000.00"), decided=D("500.00"), granted=D("500.00"),
        costs=(ActualCost("trainer", D("1000.00")),), intensity=D("70.00"), seats=1, used=1,
        other_funding=D("800.00"), other_aid=D("0.00"),
    )  # fmt: skip
    assert settle(claim).payable == D("200.00")
