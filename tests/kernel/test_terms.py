"""Terms of the apps below co-financing are dated rows as well: what two administrators set is what holds."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

import catalogue
from catalogue.services.recognition import take_provider_step
from networks.services.people import invite_person
from networks.services.rates import propose_rate, take_rate_action
from programmes.aid.rates import load_rates
from programmes.services.law import load_law
from skillnet.kernel import terms
from skillnet.kernel.models import OutboxMessage, RateKey
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_organisation, make_provider

TODAY = timezone.localdate()


@pytest.mark.django_db
def test_a_term_holds_until_it_is_set_and_then_as_two_administrators_set_it() -> None:
    assert {name: terms.term(name).days for name in terms.UNTIL_SET} == terms.UNTIL_SET
    load_law()
    for name in (terms.INVITATION, terms.SUSPENSION_ANSWER):
        rate = propose_rate(
            actor=actor_for_role(Role.ADMINISTRATOR),
            key=RateKey.objects.get(name=name),
            value=Decimal(10),
            valid_from=TODAY,
            valid_to=None,
            legal_basis="huishoudelijk reglement",
        )
        take_rate_action(rate=rate, action="confirm", actor=actor_for_role(Role.ADMINISTRATOR))
    assert terms.term(terms.INVITATION, TODAY - timedelta(days=1)).days == 21

    company = make_organisation()
    invite_person(
        email="ada@bedrijf.example",
        organisation=company,
        role=Role.COMPANY_CONTACT,
        actor=actor_for_role(Role.COMPANY_CONTACT, organisation=company),
    )
    _subject, body = render_message(OutboxMessage.objects.get(template="invitation"))
    assert "De koppeling geldt 10 dagen" in body

    provider = make_provider(state="verified")
    warned = take_provider_step(
        provider=provider,
        action="announce",
        actor=actor_for_role(Role.ADMINISTRATOR),
        reason="Geen attesten.",
    )
    assert warned.respond_until == TODAY + timedelta(days=10)


def test_what_holds_until_set_is_what_the_files_say() -> None:
    rates = load_rates()
    assert {name: int(rates.value(name, TODAY)) for name in terms.UNTIL_SET} == terms.UNTIL_SET


def test_no_term_of_supply_is_written_in_code() -> None:
    services = Path(catalogue.__file__).parent / "services"
    found = {
        path.name: set(re.findall(r"timedelta\((?:days|weeks)=(\d+)", path.read_text()))
        for path in services.glob("*.py")
    }
    assert not any(found.values()), {name: days for name, days in found.items() if days}
