"""The steering group judges a programme before it is submitted: votes, quorum, and what makes them vanish."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.guards import can_be_submitted
from programmes.models import Programme, ProgrammeVote
from programmes.services.cost_lines import add_cost_line
from programmes.services.dossier import dossier_of
from programmes.services.drafts import change_programme
from programmes.services.edition_changes import follow_editions
from programmes.services.plans import seats_of_programme
from programmes.services.steps import take_step
from programmes.services.votes import vote_on_programme
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.api.keys import client_of
from tests.factories import actor_for_role
from tests.programmes.test_races import at_once
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


def seat(world: World, company: int = 0) -> Actor:
    return actor_for_role(Role.STEERING_MEMBER, network=world.network, organisation=world.companies[company])


def reasons(programme: Programme) -> str:
    return " ".join(can_be_submitted(Programme.objects.get(pk=programme.pk)))


def agree(programme: Programme, *voters: Actor) -> None:
    for voter in voters:
        vote_on_programme(programme=programme, actor=voter, agrees=True)


def learners_of(programme: Programme, **changed: int) -> dict[tuple[int, int], int]:
    return {
        (s.edition.pk, s.organisation.pk): changed.get("learners", s.learners)
        for s in seats_of_programme(programme)
    }


def test_a_programme_is_submitted_with_the_votes_of_the_steering_group():
    world = build_world()
    programme = world.programme()
    assert reasons(programme) == ""  # nobody sits in a steering group: nobody is asked
    voters = [seat(world, n) for n in range(3)]
    assert "ontbreken nog 2 stemmen" in reasons(programme)
    agree(programme, voters[0], voters[0])
    assert "ontbreekt nog 1 stem" in reasons(programme)
    with pytest.raises(TransitionRefused, match="ontbreekt nog 1 stem"):
        take_step(programme_id=programme.pk, action="submit", actor=world.manager)
    with pytest.raises(ValidationError, match="wat er anders moet"):
        vote_on_programme(programme=programme, actor=voters[1], agrees=False, remark=" ")
    vote_on_programme(programme=programme, actor=voters[1], agrees=False, remark="Te duur.")
    assert "1 akkoord, 1 niet akkoord" in reasons(programme)
    agree(programme, voters[1])  # replaces the vote against
    assert ProgrammeVote.objects.filter(programme=programme, agrees=True).count() == 2
    assert reasons(programme) == ""
    for other in (world.manager, world.coordinator, actor_for_role(Role.STEERING_MEMBER)):
        with pytest.raises(TransitionRefused, match="Alleen de stuurgroep"):
            agree(programme, other)
    with pytest.raises(TransitionRefused, match="persoon"):
        agree(programme, replace(voters[0], user=None))  # software with a key of a member
    taken = take_step(programme_id=programme.pk, action="submit", actor=world.manager)
    done = decisions_on(taken)
    said = done.get(action="submit").evidence["votes"]
    assert [v["organisation"] for v in said] == [c.name for c in world.companies[:2]]
    assert done.filter(action="vote").count() == 4
    assert [v["agrees"] for v in dossier_of(programme=taken)["votes"]] == [True, True]
    with pytest.raises(TransitionRefused, match="valt nu niet te stemmen"):
        agree(programme, voters[2])
    seat(world, 0)
    world.commit_all(programme)  # what was voted on is not asked again when it is decided
    assert world.move(programme, "approve").state == "approved"


def test_a_plan_that_changes_is_voted_on_again_and_one_that_stays_keeps_its_votes():
    world = build_world()
    programme = world.programme()
    voters = [seat(world, n) for n in range(2)]

    def count() -> int:
        return ProgrammeVote.objects.filter(programme=programme).count()

    agree(programme, *voters)
    same = learners_of(programme)
    change_programme(actor=world.manager, programme_id=programme.pk, learners=same, title="Andere naam")
    world.commit_all(programme)
    assert count() == 2
    change_programme(
        actor=world.manager, programme_id=programme.pk, learners=learners_of(programme, learners=2)
    )
    assert count() == 0
    gone = decisions_on(programme).get(action="reset_votes")
    assert [v["agrees"] for v in gone.evidence["votes"]] == [True, True]
    assert "ontbreken nog 2 stemmen" in reasons(programme)
    agree(programme, *voters)
    add_cost_line(
        programme_id=programme.pk,
        actor=world.manager,
        values={
            "category": "advice",
            "description": "Begeleiding op de werkvloer",
            "amount": Decimal("90.00"),
        },
    )
    assert count() == 0
    agree(programme, *voters)
    world.move(programme, "submit", "return")
    assert count() == 2  # the coordinator's remark changes no plan
    programme.refresh_from_db()
    vote_on_programme(programme=programme, actor=voters[0], agrees=False, remark="Eerst de opmerking volgen.")
    assert "1 akkoord, 1 niet akkoord" in reasons(programme)


@pytest.mark.django_db(transaction=True)
def test_other_days_of_the_edition_take_the_votes_away_and_a_race_leaves_no_vote_on_a_submitted_plan():
    world = build_world()
    programme = world.programme()
    voters = [seat(world, n) for n in range(3)]
    agree(programme, *voters)
    assert world.edition.starts_on is not None
    world.edition.starts_on += timedelta(days=7)
    world.edition.save()
    follow_editions([world.edition.pk], world.manager, "moved")
    assert ProgrammeVote.objects.count() == 0
    agree(programme, *voters[:2])
    submitted, voted = at_once(
        lambda: take_step(programme_id=programme.pk, action="submit", actor=world.manager),
        lambda: vote_on_programme(programme=programme, actor=voters[2], agrees=False, remark="Neen."),
    )
    counted = len(decisions_on(programme).get(action="submit").evidence["votes"])
    assert isinstance(submitted, Programme)
    assert counted == (2 if isinstance(voted, TransitionRefused) else 3)
    assert ProgrammeVote.objects.count() == counted


def test_the_page_the_home_and_the_api_ask_for_a_vote_and_show_it(client_for):
    world = build_world()
    programme = world.programme()
    address = reverse("programmes:programme_detail", args=[programme.public_id])
    vote = reverse("programmes:programme_vote", args=[programme.public_id])
    member = client_for(Role.STEERING_MEMBER, network=world.network, organisation=world.companies[0])
    seat(world, 1)
    assert programme.title in member.get(reverse("home")).content.decode()
    member.get(address)  # what a process reads once it has read
    with CaptureQueriesContext(connection) as asked:
        assert vote in member.get(address).content.decode()
    assert len(asked) <= 12 + 4, [row["sql"][:80] for row in asked]  # with the frame
    said = member.post(vote, {"action": "object", "reason": ""}, follow=True).content.decode()
    assert "Zeg wat er anders moet" in said
    said = member.post(
        vote, {"action": "object", "reason": "Te ver <b>weg</b>"}, follow=True
    ).content.decode()
    assert "Te ver &lt;b&gt;weg&lt;/b&gt;" in said
    assert vote not in member.get(reverse("home")).content.decode()
    assert member.post(vote, {"action": "dance"}).status_code == 404
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    page = manager.get(address).content.decode()
    assert world.companies[0].name in page[page.index("stemming") :]
    assert vote not in page
    company = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    assert "Te ver" not in company.get(address).content.decode()
    here = f"/api/v1/programmes/{programme.public_id}/votes/"
    key = client_of(Role.STEERING_MEMBER, network=world.network, organisation=world.companies[0])
    read = key.get(here).json()
    assert (read["needed"], read["accepted"], read["votes"][0]["remark"]) == (2, False, "Te ver <b>weg</b>")
    assert key.post(here, {"agrees": True}, format="json").status_code == 405, "voting is for a person"
    assert key.get(here.replace("votes/", "")).json()["votes"] == {"agreed": 0, "against": 1}
    outsider = client_of(Role.COMPANY_CONTACT, organisation=world.companies[1])
    assert outsider.get(here).status_code == 404
    assert outsider.get(here.replace("votes/", "")).json()["votes"] is None
    assert client_of(Role.STEERING_MEMBER).get(here).status_code == 404
