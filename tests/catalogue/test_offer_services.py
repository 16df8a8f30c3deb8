"""Offers and editions: saving, steps, copies, and what the matcher is told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalogue.models import Edition, Offer
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.offers import (
    copy_offer,
    save_edition,
    save_offer,
    take_edition_action,
    take_offer_action,
)
from matching.models import MatchRun
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.factories import actor_for_role, make_edition, make_offer, make_provider

pytestmark = pytest.mark.django_db
SOON = timedelta(days=20)


@pytest.fixture
def provider(db: None) -> Any:
    return make_provider()


@pytest.fixture
def teacher(provider: Any) -> Actor:
    return actor_for_role(Role.PROVIDER, organisation=provider.organisation)


def runs() -> int:
    return MatchRun.objects.filter(scope=MatchRun.Scope.OFFERS).count()


def test_a_draft_is_not_matched_until_it_is_published(provider: Any, teacher: Actor) -> None:
    offer = save_offer(actor=teacher, provider=provider, values={"title": "Lassen"}, as_draft=True)
    assert offer.state == Offer.State.DRAFT
    assert runs() == 0
    offer = take_offer_action(offer=offer, action="publish", actor=teacher)
    assert offer.state == Offer.State.ACTIVE
    assert runs() == 1
    assert [d.action for d in decisions_on(offer)] == ["publish"]


def test_saving_without_a_change_does_nothing(provider: Any, teacher: Actor) -> None:
    offer = make_offer(provider=provider, title="Lassen", price=Decimal("100.00"))
    before = Offer.objects.get(pk=offer.pk).updated_at
    save_offer(actor=teacher, provider=provider, values={"title": "Lassen"}, offer=offer)
    assert Offer.objects.get(pk=offer.pk).updated_at == before
    assert runs() == 0
    save_offer(actor=teacher, provider=provider, values={"title": "TIG-lassen"}, offer=offer)
    assert runs() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"min_seats": 12, "seats": 10}, "min_seats"),
        ({"eqf_level": 9}, "__all__"),
        ({"price": Decimal(-1)}, "__all__"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    provider: Any, teacher: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        save_offer(actor=teacher, provider=provider, values={"title": "Lassen"} | values)
    assert field in refused.value.message_dict
    assert not Offer.objects.exists()


def test_a_copy_is_a_draft_with_the_same_description_and_no_editions(provider: Any, teacher: Actor) -> None:
    offer = make_offer(provider=provider, outcomes=["lassen"], price=Decimal("100.00"), regions=["BE234"])
    make_edition(offer=offer)
    copy = copy_offer(offer=offer, actor=teacher)
    assert copy.state == Offer.State.DRAFT
    assert copy.external_id != offer.external_id
    assert (copy.outcomes, copy.price, copy.regions) == (["lassen"], Decimal("100.00"), ["BE234"])
    assert offer.title in copy.title
    assert not copy.editions.exists()


def test_another_provider_cannot_take_a_step(provider: Any) -> None:
    offer = make_offer(provider=provider)
    with pytest.raises(TransitionRefused):
        take_offer_action(offer=offer, action="archive", actor=actor_for_role(Role.PROVIDER))


def test_archiving_and_bringing_back(provider: Any, teacher: Actor) -> None:
    offer = make_offer(provider=provider)
    take_offer_action(offer=offer, action="archive", actor=teacher)
    assert take_offer_action(offer=offer, action="publish", actor=teacher).state == Offer.State.ACTIVE


def test_the_facts_of_the_offer_follow_its_editions(provider: Any, teacher: Actor) -> None:
    start = timezone.localdate() + SOON
    offer = make_offer(provider=provider)
    edition = save_edition(
        actor=teacher, offer=offer, values={"starts_on": start, "seats": 10, "region": "BE234"}
    )
    offer.refresh_from_db()
    assert (offer.open_until, offer.is_closed, offer.places) == (start, False, ["BE234"])
    take_edition_action(edition=edition, action="cancel", actor=teacher, reason="Te weinig mensen.")
    offer.refresh_from_db()
    assert offer.open_until is None
    take_edition_action(edition=edition, action="reopen", actor=teacher)
    save_edition(actor=teacher, offer=offer, values={"enrolled": 10}, edition=edition)
    offer.refresh_from_db()
    assert offer.is_closed


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_on": date(2027, 3, 2), "ends_on": date(2027, 3, 1)}, "ends_on"),
        ({"seats": 5, "enrolled": 6}, "enrolled"),
        ({"seats": 5, "min_seats": 6}, "min_seats"),
        ({"min_seats": 13}, "min_seats"),  # the offer has twelve seats
    ],
)
def test_an_edition_that_cannot_be_is_refused(
    provider: Any, teacher: Actor, values: dict[str, Any], field: str
) -> None:
    offer = make_offer(provider=provider, seats=12)
    with pytest.raises(ValidationError) as refused:
        save_edition(actor=teacher, offer=offer, values=values)
    assert field in refused.value.message_dict


def test_cancelling_asks_for_a_reason_and_starting_for_a_day_that_has_come(
    provider: Any, teacher: Actor
) -> None:
    edition = make_edition(offer=make_offer(provider=provider), starts_on=timezone.localdate() + SOON)
    with pytest.raises(TransitionRefused):
        take_edition_action(edition=edition, action="cancel", actor=teacher)
    with pytest.raises(TransitionRefused):
        take_edition_action(edition=edition, action="start", actor=teacher)
    Edition.objects.filter(pk=edition.pk).update(starts_on=timezone.localdate())
    assert take_edition_action(edition=edition, action="start", actor=teacher).state == "running"


def test_a_microcredential_lacks_nothing_or_says_what(provider: Any, teacher: Actor) -> None:
    offer = make_offer(provider=provider)
    values = {
        "title": "Inox lassen",
        "issuer_country": "BE",
        "awarding_body": "Leerhuis",
        "outcomes": ["inox lassen"],
        "ects": Decimal(2),
        "assessment": "proef",
        "participation": "in de klas",
        "quality_assurance": "Qfor",
    }
    with pytest.raises(ValidationError) as refused:
        save_microcredential(actor=teacher, offer=offer, values=values | {"ects": None, "outcomes": []})
    assert set(refused.value.message_dict) == {"workload_hours", "outcomes"}
    saved = save_microcredential(actor=teacher, offer=offer, values=values)
    offer.refresh_from_db()
    assert offer.credential == Offer.Credential.MICROCREDENTIAL
    again = save_microcredential(actor=teacher, offer=offer, values={"validity_months": 24})
    assert (again.pk, again.validity_months) == (saved.pk, 24)
