"""Dated rates on the web: what may be proposed, what a second person sees that confirming does, and does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from networks.services.rates import propose_rate, take_rate_action
from programmes.aid.rates import load_rates
from programmes.services.law import database_rates, load_law
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import Decision, Rate, RateKey
from skillnet.kernel.rate_names import rate_names
from skillnet.kernel.rates import rate_on
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import actor_for_role
from tests.networks.pages_world import Clients, get, post, text_of

pytestmark = pytest.mark.django_db
WHY = "De nieuwe verordening geldt vroeger."


@pytest.fixture
def key(db: None) -> RateKey:
    return RateKey.objects.create(name="proef.aandeel", unit="percent")


def propose(actor: Actor, key: RateKey, start: str, end: str = "", value: str = "50") -> Rate:
    return propose_rate(
        actor=actor,
        key=key,
        value=Decimal(value),
        valid_from=date.fromisoformat(start),
        valid_to=date.fromisoformat(end) if end else None,
        legal_basis="art. 31(4)",
    )


def two() -> tuple[Actor, Actor]:
    return actor_for_role(Role.ADMINISTRATOR), actor_for_role(Role.ADMINISTRATOR)


def test_a_law_that_comes_sooner_replaces_the_rate_that_was_to_hold_longer(
    key: RateKey, client_for: Clients
) -> None:
    first, second = two()
    take_rate_action(rate=propose(first, key, "2014-07-01", "2027-06-30"), action="confirm", actor=second)
    new = propose(first, key, "2027-01-01", value="55")
    page = text_of(get(client_for(Role.ADMINISTRATOR), "rate_detail", new.public_id)).replace("\xa0", " ")
    assert (
        "Bevestigen beëindigt het tarief van 50 %, dat nu geldt tot en met 30 juni 2027, op 31 december 2026"
        in page
    )
    assert "eerder laten eindigen" in page
    with pytest.raises(TransitionRefused, match="al een bevestigd tarief"):
        take_rate_action(rate=new, action="confirm", actor=second)
    with pytest.raises(TransitionRefused):
        take_rate_action(rate=new, action="replace", actor=second)  # without a reason
    with pytest.raises(TransitionRefused):
        take_rate_action(rate=new, action="replace", actor=first, reason=WHY)
    assert rate_on(key.name, date(2027, 1, 1)).value == 50, "a refused step leaves everything as it was"
    take_rate_action(rate=new, action="replace", actor=second, reason=WHY)
    assert [
        rate_on(key.name, day).value for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 7, 1))
    ] == [
        50,
        55,
        55,
    ]
    assert database_rates().value(key.name, date(2026, 12, 31)) == 50
    assert Decision.objects.filter(action="end").count() == Decision.objects.filter(reason=WHY).count() == 1


def test_replacing_leaves_no_day_without_a_rate(key: RateKey, client_for: Clients) -> None:
    first, second = two()
    take_rate_action(rate=propose(first, key, "2014-07-01", "2027-06-30"), action="confirm", actor=second)
    short = propose(first, key, "2027-01-01", "2027-03-31", value="55")
    with pytest.raises(TransitionRefused, match="geldt langer dan dit"):
        take_rate_action(rate=short, action="replace", actor=second, reason=WHY)
    page = text_of(get(client_for(Role.ADMINISTRATOR), "rate_detail", short.public_id))
    assert "geldt langer dan dit" in page
    assert "eerder laten eindigen" not in page, "no button that leads nowhere"


def test_the_second_person_reads_that_nothing_holds_afterwards(key: RateKey, client_for: Clients) -> None:
    first, second = two()
    take_rate_action(rate=propose(first, key, "2014-07-01"), action="confirm", actor=second)
    new = propose(first, key, "2027-01-01", "2027-12-31", value="55")
    reader = client_for(Role.ADMINISTRATOR)
    page = text_of(get(reader, "rate_detail", new.public_id))
    assert "op 31 december 2026" in page
    assert "Na 31 december 2027 geldt geen tarief meer" in page
    assert "eerder laten eindigen" not in page
    post(reader, "rate_action", new.public_id, action="confirm")
    assert rate_on(key.name, date(2027, 6, 1)).value == 55


@pytest.mark.parametrize(
    ("unit", "value", "start", "end", "field"),
    [
        ("percent", "100.01", "2026-01-01", "", "value"),
        ("percentage_point", "-1", "2026-01-01", "", "value"),
        ("euro_per_project", "-0.01", "2026-01-01", "", "value"),
        ("flag", "2", "2026-01-01", "", "value"),
        ("working_days", "19.5", "2026-01-01", "", "value"),
        ("percent", "50", "1899-12-31", "", "valid_from"),
        ("percent", "50", "2026-01-01", "9999-12-31", "valid_to"),
        ("percent", "50", "2026-01-01", "2025-12-31", "valid_to"),
    ],
)
def test_what_cannot_be_law_is_refused_with_its_field(
    unit: str, value: str, start: str, end: str, field: str
) -> None:
    key = RateKey.objects.create(name="proef", unit=unit)
    with pytest.raises(ValidationError) as refused:
        propose(actor_for_role(Role.ADMINISTRATOR), key, start, end, value)
    assert list(refused.value.message_dict) == [field]
    assert not Rate.objects.exists()


def test_every_rate_has_a_name_in_three_languages(client_for: Clients) -> None:
    assert set(rate_names()) == {row.key for row in load_rates()}
    assert all(len(names) == 3 and all(names) for names in rate_names().values())
    assert len(rate_names()) == len({names[0] for names in rate_names().values()}), "no two are called alike"
    load_law()
    reader: Any = client_for(Role.ADMINISTRATOR)
    said = text_of(get(reader, "rates", query="?q=hoogste+percentage"))
    assert "Opleidingssteun: hoogste percentage" in said
    assert "Opleidingssteun: percentage voor iedereen" not in said
    small = text_of(get(reader, "rates", query="?q=publieke+euro"))
    assert "0,0005" in small, "what is small is not nothing"
    assert "Opleidingssteun: percentage voor iedereen (%)" in text_of(get(reader, "rate_new"))


def test_an_administrator_finds_a_rate_by_its_article_and_proposes_another(
    key: RateKey, client_for: Clients
) -> None:
    first, second = two()
    take_rate_action(rate=propose(first, key, "2014-07-01", "2027-06-30"), action="confirm", actor=second)
    reader: Any = client_for(Role.ADMINISTRATOR)
    assert "proef.aandeel" in text_of(get(reader, "rates", query="?q=31(4)"))
    shown = reader.get(f"{reverse('networks:rate_new')}?key={key.pk}").content.decode()
    assert f'<option value="{key.pk}" selected>' in shown
