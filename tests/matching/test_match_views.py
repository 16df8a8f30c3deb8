"""The matches of a gap as people see them: reasons, marks, live progress, verdicts, and who sees what."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Match, MatchRun, Verdict
from matching.services.runs import queue_run, work_run
from skillnet.kernel.roles import Role
from tests.factories import make_gap
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def company(client_for: Any, world: World) -> Any:
    return client_for(Role.COMPANY_CONTACT, organisation=world.companies[0])


def page(client: Any, gap: Any, **headers: str) -> Any:
    return client.get(reverse("matching:gap_matches", args=[gap.public_id]), **headers)


def test_matches_are_ranked_with_reasons_and_marks(client_for: Any, world: World) -> None:
    html = page(company(client_for, world), world.gaps[0]).content.decode()
    assert html.index(world.offer.title) < html.index("Waarom deze score")
    assert "De beschrijvingen gaan duidelijk over hetzelfde" in html
    assert "<mark>" in html
    assert "€ 450 per deelnemer" in html.replace("\xa0", " ")
    assert "Lasschool De Vonk" in html
    assert "Onbekend en niet meegeteld" in html


def test_marks_are_words_that_both_texts_are_about(client_for: Any, world: World) -> None:
    cards = page(company(client_for, world), world.gaps[0]).context["cards"]
    card = next(card for card in cards if card.match.offer_id == world.offer.pk)
    words = {card.offer_quote.text[start:end].lower() for start, end in card.offer_quote.marks}
    assert {"roestvrij", "staal"} & words
    assert "u" not in words


def test_sentences_follow_the_language_of_the_page(client_for: Any, world: World) -> None:
    client = company(client_for, world)
    client.cookies["django_language"] = "en"
    assert "The descriptions" in page(client, world.gaps[0]).content.decode()


def test_the_page_needs_few_queries(
    client_for: Any, world: World, django_assert_max_num_queries: Any
) -> None:
    client = company(client_for, world)
    page(client, world.gaps[0])
    with django_assert_max_num_queries(16):
        page(client, world.gaps[0])


def test_a_fragment_polls_only_while_a_run_concerns_the_gap(client_for: Any, world: World) -> None:
    client = company(client_for, world)
    answer = page(client, world.gaps[0], **HTMX)
    assert answer.status_code == 286
    assert "every 2s" not in answer.content.decode()
    run = queue_run(scope=MatchRun.Scope.GAPS, owner_ids=[world.gaps[0].pk], ring=False)
    run.batches.filter(stage="assemble").delete()
    busy = page(client, world.gaps[0], **HTMX)
    assert busy.status_code == 200
    assert "every 2s" in busy.content.decode()
    assert "<html" not in busy.content.decode()
    assert page(company_of(client_for, world, 1), world.gaps[1], **HTMX).status_code == 286
    work_run(run_id=run.pk)
    assert page(client, world.gaps[0], **HTMX).status_code == 286


def company_of(client_for: Any, world: World, number: int) -> Any:
    return client_for(Role.COMPANY_CONTACT, organisation=world.companies[number])


def test_a_failed_run_is_said(client_for: Any, world: World) -> None:
    MatchRun.objects.create(
        scope=MatchRun.Scope.GAPS, owner_ids=[world.gaps[0].pk], state=MatchRun.State.FAILED
    )
    assert (
        "De laatste zoektocht is mislukt" in page(company(client_for, world), world.gaps[0]).content.decode()
    )


def test_without_matches_the_page_says_what_to_do(client_for: Any) -> None:
    gap = make_gap()
    html = page(client_for(Role.COMPANY_CONTACT, organisation=gap.organisation), gap).content.decode()
    assert "Kloof aanvullen" in html


def test_only_who_may_see_the_gap_sees_its_matches(client_for: Any, world: World) -> None:
    assert page(client_for(Role.NETWORK_MANAGER, network=world.network), world.gaps[0]).status_code == 200
    assert page(client_for(Role.STEERING_MEMBER, network=world.network), world.gaps[0]).status_code == 200
    assert page(client_for(Role.NETWORK_MANAGER), world.gaps[0]).status_code == 404
    assert page(client_for(Role.COMPANY_CONTACT), world.gaps[0]).status_code == 404
    assert page(client_for(Role.COORDINATOR), world.gaps[0]).status_code == 404
    coordinator = client_for(Role.COORDINATOR, organisation=world.network.call.coordinator)
    assert page(coordinator, world.gaps[0]).status_code == 200
    assert page(client_for(Role.PROVIDER), world.gaps[0]).status_code == 403


def judge(client: Any, match: Match, **data: str) -> Any:
    return client.post(reverse("matching:verdict", args=[match.public_id]), data)


def test_a_verdict_keeps_the_components_as_they_were(client_for: Any, world: World) -> None:
    client = company(client_for, world)
    match = world.gaps[0].matches.get(offer=world.offer)
    judge(client, match, answer="fits")
    judge(client, match, answer="does_not_fit", reason="Te ver")
    verdict = Verdict.objects.get()
    assert (verdict.answer, verdict.reason) == ("does_not_fit", "Te ver")
    assert verdict.components == match.components
    assert verdict.score == match.score
    assert "Te ver" in page(client, world.gaps[0]).content.decode()
    judge(client, match, answer="withdraw")
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("data", [{"answer": "does_not_fit"}, {"answer": "misschien"}, {}])
def test_a_verdict_that_says_nothing_is_refused(client_for: Any, world: World, data: dict[str, str]) -> None:
    client = company(client_for, world)
    match = world.gaps[0].matches.get(offer=world.offer)
    answer = client.post(reverse("matching:verdict", args=[match.public_id]), data, **HTMX)
    assert "errorlist" in answer.content.decode()
    assert not Verdict.objects.exists()


def test_nobody_judges_the_match_of_another(client_for: Any, world: World) -> None:
    match = world.gaps[0].matches.get(offer=world.offer)
    assert judge(company_of(client_for, world, 1), match, answer="fits").status_code == 404
