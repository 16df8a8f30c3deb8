"""Proposals as a run leaves them: shared budgets and seats, remarks, a no, and what is sold to whom."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Offer
from matching.engine.assembly import Assembly, Problem, assemble
from matching.models import DemandCard, Match, Pool, PoolGap, Skill
from matching.services.priorities import seats_on_offer
from matching.services.verdicts import record_verdict
from programmes.models import Comment, Programme
from programmes.services import proposals
from programmes.services.comments import add_comment
from programmes.services.judgements import HEADER
from programmes.services.law import database_rates
from programmes.services.problem import ask
from programmes.services.proposals import groups_of, propose_programmes
from programmes.services.steps import take_step
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import make_edition, make_gap, make_network
from tests.programmes.proposal_world import neighbour, propose, reason_of
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db
P = Programme.State


@pytest.fixture
def world() -> World:
    """One offer that fits and one that does not; only the first can be bought."""
    return build_world(budget=Decimal("10000.00"))


def seats_proposed(world: World) -> int:
    return sum(row.seats for row in world.edition.programme_editions.filter(programme__state=P.PROPOSAL))


@pytest.mark.parametrize("together", [True, False])
def test_two_networks_never_get_the_same_seat(world: World, together: bool) -> None:
    world.edition.seats = 12
    world.edition.save()
    other = neighbour(world)
    if together:
        propose(world, other)
    else:
        propose(world)
        propose_programmes(network_ids=[other.pk])
        propose(world)  # the first one again: what stands for the other is held
    assert seats_proposed(world) == 12, "nine for one, three for the other, and not a seat twice"
    assert Programme.objects.filter(state=P.PROPOSAL).count() == 2


@pytest.mark.parametrize("together", [True, False])
def test_networks_of_a_call_share_its_budget(world: World, together: bool) -> None:
    call = world.network.call
    assert call is not None
    call.budget = Decimal("6000.00")
    call.save()
    other = neighbour(world)
    if together:
        propose(world, other)
    else:
        propose_programmes(network_ids=[other.pk])
        propose(world)
    granted = sum(p.grant or 0 for p in Programme.objects.filter(state=P.PROPOSAL))
    assert Decimal(5500) <= granted <= Decimal(6000)


def test_a_draft_holds_its_seats_against_proposals(world: World) -> None:
    world.edition.seats = 12
    world.edition.save()
    other = neighbour(world)
    world.programme()
    propose_programmes(network_ids=[other.pk])
    assert Programme.objects.get(network=other).learners == 3


def test_networks_are_grouped_by_call_and_the_shared_edition_is_told(world: World) -> None:
    other, alone = neighbour(world), make_network(call=None)
    assert groups_of([alone.pk, other.pk, world.network.pk]) == [[world.network.pk, other.pk], [alone.pk]]
    programme = propose(world, other)
    assert programme is not None
    assert {r["key"] for r in programme.reasons} >= {"shared", "optimal", "made_by", "together"}
    (optimal,) = [r for r in programme.reasons if r["key"] == "optimal"]
    assert optimal["networks"] == 2
    assert sum(optimal["terms"].values()) == pytest.approx(optimal["value"], abs=1e-3)
    assert optimal["value"] <= optimal["bound"] + 1e-6


def test_lack_of_money_is_no_gap_in_supply(world: World) -> None:
    world.network.budget = Decimal(0)
    world.network.save()
    assert propose(world) is None
    assert reason_of(world) == "network_budget"
    assert not world.pool.is_unmet
    assert not DemandCard.objects.exists()


def test_an_unknown_number_of_learners_is_no_gap_in_supply(world: World) -> None:
    for gap in world.gaps:
        gap.learners = None
        gap.save()
    propose(world)
    assert (world.pool.is_unmet, reason_of(world)) == (False, "learners")


def test_remarks_on_a_proposal_outlive_it(world: World) -> None:
    programme = propose(world)
    assert programme is not None
    add_comment(programme=programme, actor=world.manager, text="Zo kan het niet.")
    assert propose(world) == programme, "the same pools: the same proposal"
    Match.objects.update(score=0.3)
    assert propose(world) is None
    programme.refresh_from_db()
    assert programme.state == P.LAPSED
    assert Comment.objects.get().programme == programme
    assert [d.action for d in decisions_on(programme)] == ["lapse"]
    Match.objects.update(score=0.8)
    assert propose(world) is not None, "its pool is free"


def test_a_declined_plan_comes_back_only_when_its_inputs_change(world: World) -> None:
    Match.objects.filter(offer=world.other).update(score=0.3)
    programme = propose(world)
    assert programme is not None
    with pytest.raises(TransitionRefused):
        take_step(programme_id=programme.pk, action="decline", actor=world.manager)
    take_step(programme_id=programme.pk, action="decline", actor=world.manager, reason="Te ver.")
    assert propose(world) is None
    assert (world.pool.is_unmet, reason_of(world)) == (False, "declined")
    world.edition.enrolled = 2
    world.edition.save()
    assert propose(world) is None, "who enrolled meanwhile changes nothing"
    world.edition.price = Decimal("700.00")
    world.edition.save()
    again = propose(world)
    assert again is not None
    assert again != programme


def test_what_a_person_takes_while_the_engine_looks_stays_theirs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = propose(world)
    assert programme is not None

    def meanwhile(problem: Problem) -> Assembly:
        take_step(programme_id=programme.pk, action="take", actor=world.manager)
        return assemble(problem)

    monkeypatch.setattr(proposals, "assemble", meanwhile)
    assert propose(world) is None
    programme.refresh_from_db()
    assert (programme.state, world.pool.state) == (P.DRAFT, Pool.State.FROZEN)


def test_another_edition_may_follow_a_no(world: World) -> None:
    programme = propose(world)
    assert programme is not None
    take_step(programme_id=programme.pk, action="decline", actor=world.manager, reason="Te vroeg.")
    later = make_edition(offer=world.offer, seats=20, starts_on=timezone.localdate() + timedelta(days=90))
    again = propose(world)
    assert again is not None
    assert [row.edition for row in again.programme_editions.all()] == [later]


def test_a_manager_declines_on_the_page(world: World, client_for: Any) -> None:
    programme = propose(world)
    assert programme is not None
    client = client_for(None)
    client.force_login(world.manager.user)
    page = client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    assert "Voorstel afwijzen" in page
    assert "Zo koos de matcher" in page
    assert "Opgesteld door de matcher op" in page
    action = reverse("programmes:programme_action", args=[programme.public_id])
    assert client.post(action, {"action": "decline"}).status_code == 409
    assert client.post(action, {"action": "decline", "reason": "Te ver."}).status_code == 302
    programme.refresh_from_db()
    assert programme.state == P.DECLINED
    page = client.get(reverse("programmes:programme_detail", args=[programme.public_id])).content.decode()
    assert "Te ver." in page


def test_what_people_said_is_exported_with_the_scores_as_they_were(world: World) -> None:
    programme = propose(world)
    assert programme is not None
    found = Match.objects.filter(offer=world.offer).first()
    assert found is not None
    record_verdict(match=found, answer="does_not_fit", reason="Te technisch.", actor=world.manager)
    take_step(programme_id=programme.pk, action="decline", actor=world.manager, reason="Te ver.")
    Match.objects.update(score=0.1)
    out = io.StringIO()
    call_command("export_verdicts", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert list(rows[0]) == HEADER
    assert [(r["kind"], r["answer"], r["reason"]) for r in rows] == [
        ("verdict", "does_not_fit", "Te technisch."),
        *[("decision", "decline", "Te ver.")] * 3,
    ]
    assert {r["score"] for r in rows} == {"0.82"}
    assert (rows[1]["meaning"], rows[1]["skills"], rows[1]["quadrant"]) == ("0.8", "", "1.0")
    assert {r["programme"] for r in rows[1:]} == {str(programme.public_id)}
    assert world.companies[0].name not in out.getvalue()
    out = io.StringIO()
    call_command("export_verdicts", "--format", "json", stdout=out)
    assert [row["kind"] for row in json.loads(out.getvalue())["verdicts"]] == ["verdict", *["decision"] * 3]


def test_mandatory_training_alone_is_held_to_the_de_minimis_ceiling(world: World) -> None:
    """The same undertaking also asks other training: that has no ceiling, this one has."""
    company = world.companies[0]
    mandatory = make_gap(organisation=company, network=world.network, learners=2, mandatory=True)
    pool = Pool.objects.create(network=world.network, title="Verplicht", companies=1, undertakings=1)
    PoolGap.objects.create(pool=pool, gap=mandatory)
    problem = ask(network=world.network, rates=database_rates(), today=timezone.localdate()).problem
    assert problem.headroom == {company.undertaking_key: Decimal("300000.00")}
    assert problem.capped == frozenset({(pool.pk, company.pk)})


def test_a_mandatory_offer_counts_for_everybody_who_may_get_it(world: World) -> None:
    Offer.objects.filter(pk=world.offer.pk).update(mandatory=True)
    problem = ask(network=world.network, rates=database_rates(), today=timezone.localdate()).problem
    assert problem.capped_editions == {world.edition.pk}
    assert set(problem.headroom) == {c.undertaking_key for c in world.companies}


def test_no_company_is_sold_what_is_too_dear_or_too_late_for_it() -> None:
    world = build_world(companies=4, budget=Decimal("10000.00"))  # two are left: one alone gets no programme
    dear, late = world.gaps[0], world.gaps[1]
    dear.budget, late.horizon = Decimal(0), "now"
    dear.save()
    late.save()
    world.edition.starts_on = timezone.localdate() + timedelta(days=200)
    world.edition.save()
    Match.objects.filter(offer=world.other).update(score=0.3)
    programme = propose(world)
    assert programme is not None
    assert [p.organisation for p in programme.participations.order_by("organisation_id")] == world.companies[
        2:
    ]
    left_out = {r["why"]: r["companies"] for r in programme.reasons if r["key"] == "left_out"}
    assert left_out == {"dear": 1, "late": 1}


def test_promises_of_companies_are_kept_in_a_what_if(world: World) -> None:
    from programmes.services.what_if import question_of

    programme = world.programme("submit")
    world.commit_all(programme)
    take_step(programme_id=programme.pk, action="return", actor=world.coordinator, reason=REASON)
    programme.refresh_from_db()
    promises = question_of(programme).problem.commitments
    assert {(c.company, c.pool, c.edition, c.learners) for c in promises} == {
        (company.pk, world.pool.pk, world.edition.pk, 3) for company in world.companies
    }


def test_seats_on_offer_are_those_that_somebody_can_still_take(world: World) -> None:
    assert seats_on_offer([world.pool]) == {world.pool.pk: 40}
    world.edition.seats = None
    world.edition.enrolled = 3
    world.edition.save()
    world.offer.seats = 15
    world.offer.save()
    assert seats_on_offer([world.pool]) == {world.pool.pk: 12 + 20}
    make_edition(offer=world.offer, seats=30, starts_on=timezone.localdate() - timedelta(days=1))
    assert seats_on_offer([world.pool]) == {world.pool.pk: 32}


def test_why_these_gaps_names_only_what_enough_undertakings_share(world: World) -> None:
    skill = Skill.objects.create(uri="http://data.europa.eu/esco/skill/x", labels={"nl": "PLC programmeren"})
    for number, gap in enumerate(world.gaps):
        gap.skills = [skill.uri, *(["http://data.europa.eu/esco/skill/y"] if number == 0 else [])]
        gap.save()
    programme = propose(world)
    assert programme is not None
    together = programme.reasons[0]
    assert [s["uri"] for s in together["skills"]] == [skill.uri]
    assert "techniekers" in together["words"]
    assert not {"abeele", "ardèche"} & set(together["words"])
    from programmes.reasons import reason_sentences

    said = reason_sentences(programme.reasons)[0]
    assert "70 op 100" in said
    assert "PLC programmeren" in said
    assert "“techniekers”" in said
