"""Steps that publish, freeze or end something say what they will do before they do it."""

from typing import Any

import pytest
from django.urls import reverse

from catalogue.capacity_transitions import CAPACITY_TRANSITIONS, REQUEST_TRANSITIONS
from catalogue.transitions import EDITION_TRANSITIONS, OFFER_TRANSITIONS
from matching.transitions import BID_TRANSITIONS, DEMAND_CARD_TRANSITIONS
from networks.application_transitions import APPLICATION_TRANSITIONS, PLAN_TRANSITIONS
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.transitions import (
    CALL_TRANSITIONS,
    GAP_TRANSITIONS,
    MEMBER_TRANSITIONS,
    NEEDS_TRANSITIONS,
    RATE_TRANSITIONS,
)
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionTable
from tests.factories import make_gap, make_offer, make_provider

TABLES = (APPLICATION_TRANSITIONS, BID_TRANSITIONS, CALL_TRANSITIONS, CAPACITY_TRANSITIONS,
          DEMAND_CARD_TRANSITIONS, EDITION_TRANSITIONS, GAP_TRANSITIONS, MEMBER_TRANSITIONS, NEEDS_TRANSITIONS,
          NETWORK_TRANSITIONS, OFFER_TRANSITIONS, PLAN_TRANSITIONS, RATE_TRANSITIONS, REQUEST_TRANSITIONS)  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model.__name__)
def test_what_ends_something_asks_for_a_reason_or_a_confirmation(table: TransitionTable) -> None:
    silent = [
        name
        for name, step in table.transitions.items()
        if step.style == "stop" and not (step.needs_reason or str(step.confirm))
    ]
    assert not silent


@pytest.mark.parametrize(
    ("table", "action"),
    [
        (NEEDS_TRANSITIONS, "freeze"),
        (CALL_TRANSITIONS, "open"),
        (CALL_TRANSITIONS, "archive"),
        (APPLICATION_TRANSITIONS, "submit"),
        (OFFER_TRANSITIONS, "publish"),
        (EDITION_TRANSITIONS, "cancel"),
        (BID_TRANSITIONS, "choose"),
    ],
)
def test_what_others_see_or_what_stays_says_so(table: TransitionTable, action: str) -> None:
    assert str(table.transitions[action].confirm)


@pytest.mark.django_db
def test_the_buttons_ask(client_for: Any) -> None:
    company = client_for(Role.COMPANY_CONTACT)
    gap = make_gap(organisation_id=company.actor.organisation_id)
    page = company.get(reverse("networks:gap_detail", args=[gap.public_id])).content.decode()
    assert f'data-confirm="{GAP_TRANSITIONS.transitions["archive"].confirm}"' in page
    offer = make_offer(provider=make_provider(), state="draft")
    own = client_for(Role.PROVIDER, organisation=offer.provider.organisation)
    page = own.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
    assert f'data-confirm="{OFFER_TRANSITIONS.transitions["publish"].confirm}"' in page
