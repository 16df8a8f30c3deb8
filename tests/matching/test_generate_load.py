"""Made-up volume is written as people would have written it, and never twice or in production."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from catalogue.models import Edition, Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from networks.models import Gap, NetworkMember, Organisation

pytestmark = pytest.mark.django_db


def load(**values: int) -> str:
    out = StringIO()
    call_command(
        "generate_load", stdout=out, stderr=StringIO(), **{"gaps": 130, "offers": 220, "seed": 5} | values
    )
    return out.getvalue()


def test_volume_is_complete_and_valid() -> None:
    assert "130 gaps of 1 networks and 220 offers" in load()
    assert Gap.objects.count() == 130
    assert Offer.objects.count() == 220
    assert Provider.objects.count() == 2
    members = set(NetworkMember.objects.active().values_list("organisation", flat=True))
    assert set(Gap.objects.values_list("organisation", flat=True)) <= members
    linked = Organisation.objects.exclude(undertaking=None)
    assert linked.count() == 5
    for rows in (Organisation.objects.all()[:5], Gap.objects.all()[:20], Offer.objects.all()[:20]):
        for row in rows:
            row.full_clean(exclude=["entered_by", "nace_version"])
    assert Edition.objects.filter(seats=None).exists()


def test_the_stored_facts_are_those_that_editions_give() -> None:
    load()
    assert Offer.objects.filter(is_closed=True).exists()
    assert refresh_offer_facts(today=timezone.localdate()) == 0


def test_the_same_seed_twice_is_refused() -> None:
    load()
    with pytest.raises(CommandError, match="seed 5"):
        load()
    load(seed=6)
    assert Offer.objects.count() == 440


def test_never_in_production(settings: pytest.FixtureRequest) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="productie"):
        load()
    assert not Offer.objects.exists()
