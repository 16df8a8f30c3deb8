"""Providers are verified, warned, suspended and restored in the open; recognition stands on scores and dates."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Offer, Provider, QualityLabel, Recognition
from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from catalogue.services.follow_up import follow_supply
from catalogue.services.recognition import (
    decide_recognition,
    refresh_recognised,
    save_label,
    take_provider_step,
)
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import (
    actor_for_role,
    actor_for_user,
    make_membership,
    make_offer,
    make_organisation,
    make_provider,
    make_user,
)

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]
ABOUT = (
    "Wij leiden al twintig jaar lassers op, in een eigen werkplaats met twintig posten en vaste lesgevers."
)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def step(client: Any, provider: Provider, action: str, reason: str = "") -> Any:
    url = reverse("catalogue:provider_step", args=[provider.public_id])
    return client.post(url, {"action": action, "reason": reason}, follow=True)


def state_of(provider: Provider) -> str:
    provider.refresh_from_db()
    return provider.state


def test_a_provider_is_verified_once_it_shows_what_is_asked(client_for: Clients) -> None:
    provider = make_provider()
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    reviewer = client_for(Role.COORDINATOR)
    page = text_of(own.get(reverse("catalogue:my_provider")))
    assert "Voorstelling" in page
    assert "Vul eerst aan: Voorstelling." in text_of(step(own, provider, "submit"))
    Provider.objects.filter(pk=provider.pk).update(description=ABOUT)
    step(own, provider, "submit")
    assert state_of(provider) == "submitted"
    assert f"Kijk na: {provider.organisation.name}" in text_of(reviewer.get("/"))
    assert "Geef een motivering" in text_of(step(reviewer, provider, "return"))
    step(reviewer, provider, "return", "Welke lesgevers werken bij u?")
    page = text_of(own.get(reverse("catalogue:my_provider")))
    assert "Welke lesgevers werken bij u?" in page
    step(own, provider, "submit")
    step(reviewer, provider, "verify", "KBO en website nagekeken.")
    assert state_of(provider) == "verified"
    assert "nagekeken" in text_of(client_for(None).get(reverse("catalogue:providers")))


def test_nobody_verifies_the_own_organisation_and_no_company_verifies(client_for: Clients) -> None:
    provider = make_provider(description=ABOUT)
    own = client_for(Role.COORDINATOR, organisation=provider.organisation)
    step(own, provider, "verify", "Wij zijn goed.")
    assert state_of(provider) == "unverified"
    stranger = client_for(Role.PROVIDER)
    assert step(stranger, provider, "submit").status_code == 404
    url = reverse("catalogue:recognition_new", args=[provider.public_id])
    assert client_for(Role.COMPANY_CONTACT).get(url).status_code == 403


def test_a_suspension_is_announced_and_heard_before_it_hides_anything() -> None:
    provider = make_provider(description=ABOUT)
    offer = make_offer(provider=provider)
    draft = make_offer(provider=provider, state="draft")
    reviewer = actor_for_role(Role.ADMINISTRATOR)
    own = actor_for_role(Role.PROVIDER, organisation=provider.organisation)
    take_provider_step(provider=provider, action="verify", actor=reviewer, reason="Nagekeken.")
    with pytest.raises(TransitionRefused):
        take_provider_step(provider=provider, action="suspend", actor=reviewer, reason="Zomaar.")
    take_provider_step(provider=provider, action="announce", actor=reviewer, reason="Lijsten kloppen niet.")
    provider.refresh_from_db()
    assert provider.respond_until == timezone.localdate() + timedelta(days=30)
    assert OutboxMessage.objects.filter(template="provider_step", recipient=own.user).exists()
    with pytest.raises(TransitionRefused, match="nog antwoorden"):
        take_provider_step(
            provider=provider, action="suspend", actor=reviewer, reason="Lijsten kloppen niet."
        )
    take_provider_step(provider=provider, action="answer", actor=own, reason="Hier zijn de lijsten.")
    provider.refresh_from_db()
    assert provider.state_reason == "Lijsten kloppen niet.", "the answer does not hide why"
    take_provider_step(provider=provider, action="suspend", actor=reviewer, reason="De lijsten zijn vals.")
    assert states(offer, draft) == ["hidden", "draft"]
    assert not Offer.objects.visible_to(actor_for_role(Role.COMPANY_CONTACT)).filter(pk=offer.pk).exists()
    assert Offer.objects.visible_to(own).filter(pk=offer.pk).exists()
    take_provider_step(provider=provider, action="restore", actor=reviewer, reason="Rechtgezet.")
    assert states(offer, draft) == ["active", "draft"]


def test_once_the_term_is_over_nobody_need_answer() -> None:
    provider = make_provider(description=ABOUT)
    reviewer = actor_for_role(Role.ADMINISTRATOR)
    take_provider_step(provider=provider, action="announce", actor=reviewer, reason="Geen antwoord.")
    Provider.objects.filter(pk=provider.pk).update(respond_until=timezone.localdate() - timedelta(days=1))
    take_provider_step(provider=provider, action="suspend", actor=reviewer, reason="Geen antwoord.")
    assert state_of(provider) == "suspended"


def test_whatever_writes_it_a_suspended_provider_shows_nothing() -> None:
    provider = make_provider(state="suspended", state_reason="Vals.")
    assert states(make_offer(provider=provider)) == ["hidden"]
    Offer.objects.filter(provider=provider).update(state="draft")
    Offer.objects.filter(provider=provider).update(state="active")
    assert not Offer.objects.filter(provider=provider, state="active").exists()


def test_the_public_page_says_that_a_provider_is_suspended(client_for: Clients) -> None:
    provider = make_provider(state="suspended", state_reason="Vals.")
    page = client_for(None).get(reverse("catalogue:provider_detail", args=[provider.public_id]))
    assert "Deze verstrekker is geschorst" in text_of(page)
    assert "Vals." not in text_of(page), "why is for the provider"


def test_recognition_is_decided_on_scores_and_read_by_all(client_for: Clients) -> None:
    provider = make_provider(description=ABOUT)
    reviewer = client_for(Role.COORDINATOR)
    answers = {
        "scheme": "Sectorfonds metaal",
        "outcome": "granted",
        "valid_from": "2026-01-01",
        "valid_until": "2029-12-31",
        "revalue_on": "2028-12-31",
        "reason": "Sterke resultaten, goede werkplaats.",
        "score_results": "4",
        "remark_results": "92 % geslaagd",
    }
    reviewer.post(reverse("catalogue:recognition_new", args=[provider.public_id]), answers)
    page = text_of(client_for(None).get(reverse("catalogue:provider_detail", args=[provider.public_id])))
    assert "Sterke resultaten, goede werkplaats." in page
    assert "92 % geslaagd" in page
    assert "gemiddeld 4 op 4" in page
    provider.refresh_from_db()
    assert provider.recognised_since == date(2026, 1, 1)
    bad = answers | {"valid_until": "2025-01-01"}
    refused = reviewer.post(reverse("catalogue:recognition_new", args=[provider.public_id]), bad)
    assert "Het einde ligt voor het begin." in text_of(refused)


def decide(provider: Provider, outcome: str, day: date, **values: Any) -> Recognition:
    given = {"scheme": "VDAB", "outcome": outcome, "reason": "Omdat.", "valid_from": day} | values
    return decide_recognition(
        actor=actor_for_role(Role.ADMINISTRATOR), provider=provider, values=given, scores={}
    )


def test_a_refusal_is_between_the_parties(client_for: Clients) -> None:
    provider = make_provider()
    decide(provider, "refused", date(2026, 1, 1), reason="Te weinig lesgevers.")
    page = reverse("catalogue:provider_detail", args=[provider.public_id])
    assert "Te weinig lesgevers." not in text_of(client_for(None).get(page))
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    assert "Te weinig lesgevers." in text_of(own.get(reverse("catalogue:my_provider")))


def test_withdrawn_or_expired_is_recognised_no_more() -> None:
    provider = make_provider()
    decide(provider, "granted", date(2024, 1, 1))
    decide(provider, "withdrawn", date(2025, 1, 1))
    provider.refresh_from_db()
    assert provider.recognised_since is None
    decide(provider, "granted", date(2026, 1, 1), valid_until=date(2026, 12, 31))
    provider.refresh_from_db()
    assert provider.recognised_since == date(2026, 1, 1)
    assert refresh_recognised(provider=provider, today=date(2027, 1, 1))
    provider.refresh_from_db()
    assert provider.recognised_since is None


def test_a_label_counts_while_it_is_valid_and_can_be_taken_off_and_put_back(client_for: Clients) -> None:
    provider = make_provider()
    own = client_for(Role.PROVIDER, organisation=provider.organisation)
    answers = {
        "name": "Qfor",
        "number": "Q-12",
        "valid_until": str(timezone.localdate() + timedelta(days=20)),
    }
    own.post(reverse("catalogue:label_new"), answers)
    label = QualityLabel.objects.get()
    provider.refresh_from_db()
    assert provider.quality_label == "Qfor"
    url = reverse("catalogue:label_end", args=[label.public_id])
    assert client_for(Role.PROVIDER).post(url).status_code == 404
    page = text_of(own.post(url, follow=True))
    assert "Ongedaan maken" in page
    provider.refresh_from_db()
    assert provider.quality_label == ""
    own.post(url, {"action": "undo"})
    follow_supply(today=timezone.localdate() + timedelta(days=21))
    provider.refresh_from_db()
    assert provider.quality_label == ""


def test_what_ends_soon_is_told_once() -> None:
    provider = make_provider()
    own = actor_for_role(Role.PROVIDER, organisation=provider.organisation)
    today = timezone.localdate()
    decide(provider, "granted", date(2024, 1, 1), revalue_on=today + timedelta(days=30))
    save_label(
        actor=own, provider=provider, values={"name": "Qfor", "valid_until": today + timedelta(days=40)}
    )
    assert follow_supply(today=today)["recognitions"] == 1
    assert follow_supply(today=today)["recognitions"] == 0
    told = OutboxMessage.objects.filter(template="recognition_ends", kind="notice", recipient=own.user)
    assert told.count() == 2


def states(*offers: Offer) -> list[str]:
    for offer in offers:
        offer.refresh_from_db()
    return [offer.state for offer in offers]


@pytest.mark.parametrize(("action", "before"), [("drop", "announced"), ("restore", "suspended")])
@pytest.mark.parametrize("was_verified", [True, False])
def test_nobody_becomes_verified_by_not_being_suspended(action: str, before: str, was_verified: bool) -> None:
    provider = make_provider(description=ABOUT)
    reviewer = actor_for_role(Role.ADMINISTRATOR)
    if was_verified:
        take_provider_step(provider=provider, action="verify", actor=reviewer, reason="Nagekeken.")
    take_provider_step(provider=provider, action="announce", actor=reviewer, reason="Lijsten kloppen niet.")
    Provider.objects.filter(pk=provider.pk).update(state=before)
    offered = PROVIDER_TRANSITIONS.available(Provider.objects.get(pk=provider.pk), reviewer)
    wanted = action if was_verified else f"{action}_unverified"
    assert [name for name in offered if name.startswith(action)] == [wanted]
    take_provider_step(provider=provider, action=wanted, actor=reviewer, reason="Rechtgezet.")
    assert state_of(provider) == ("verified" if was_verified else "unverified")


def test_nobody_reviews_a_provider_for_which_one_works_too(client_for: Clients) -> None:
    provider = make_provider()
    user, administration = make_user(), make_organisation()
    make_membership(user=user, organisation=provider.organisation, role=Role.PROVIDER)
    make_membership(user=user, organisation=administration, role=Role.COORDINATOR)
    with pytest.raises(TransitionRefused, match="U mag deze stap niet zetten"):
        take_provider_step(
            provider=provider, action="announce", actor=actor_for_user(user, administration), reason="Zomaar."
        )
    neutral = actor_for_role(Role.COORDINATOR, organisation=administration)
    take_provider_step(provider=provider, action="announce", actor=neutral, reason="Lijsten kloppen niet.")
