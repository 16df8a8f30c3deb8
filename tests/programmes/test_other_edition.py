"""An edition is not given and the network chooses another one: seats, learners, aid and invoices go along."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from catalogue.services.offers import take_edition_action
from programmes.models import Enrolment, InvoiceLine, Programme
from programmes.services.budgets import network_position
from programmes.services.other_edition import editions_instead, replace_edition
from programmes.services.recalculate import decided_grant
from programmes.services.seat_costs import planned_invoices
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_edition
from tests.programmes.delivery_world import approved, enrol, part_of, states, teacher

pytestmark = pytest.mark.django_db
E = Enrolment.State


def cancelled(capture: Any, **options: Any) -> tuple[Any, Programme]:
    """An approved programme with two learners, whose only edition is not given."""
    world, programme = approved(**options)
    enrol(world, part_of(programme), "Ada Aerts", "Bo Bracke")
    with capture(execute=True):
        take_edition_action(
            edition=world.edition, action="cancel", actor=teacher(world), reason="Lesgever ziek."
        )
    programme.refresh_from_db()
    return world, programme


def decided_rows(programme: Programme) -> list[Any]:
    """The companies as they were decided, whatever became of their edition since."""
    rows = list(programme.participations.order_by("pk"))
    for row in rows:
        row.grant, row.cost = decided_grant(row), sum(planned_invoices(row).values())
    return rows


def later(world: Any, **values: Any) -> Edition:
    day = timezone.localdate() + timedelta(days=70)
    return make_edition(offer=world.offer, **{"starts_on": day, "seats": 20, "location": "Aalst", **values})


def swap(world: Any, programme: Programme, instead: Edition, actor: Any = None) -> Programme:
    return replace_edition(
        programme_id=programme.pk,
        edition_id=world.edition.pk,
        instead_id=instead.pk,
        actor=actor or world.manager,
    )


def test_seats_learners_aid_and_invoices_move_to_the_other_edition(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    decided = programme.participations.order_by("pk").first()
    assert decided.grant == 0  # nobody is aided for lessons that are not given
    assert states(programme) == [E.WAITLISTED, E.WAITLISTED]
    instead = later(world)
    swap(world, programme, instead)
    swap(world, programme, instead)  # twice is once
    programme.refresh_from_db()
    decided.refresh_from_db()
    assert programme.starts_on == instead.starts_on
    assert decided.grant > 0
    assert programme.grant == sum(row.grant for row in programme.participations.all())
    assert set(programme.enrolments.values_list("edition", "state")) == {(instead.pk, E.CONFIRMED)}
    assert set(InvoiceLine.objects.values_list("edition", "state")) == {(instead.pk, "due")}
    instead.refresh_from_db()
    world.edition.refresh_from_db()
    assert (instead.enrolled, world.edition.enrolled) == (programme.learners, 0)
    told = OutboxMessage.objects.filter(template="learner_edition_changed", context__what="replaced")
    assert told.count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"price": Decimal("1000.01")},
        {"seats": 5},
        {"state": "cancelled"},
        {"starts_on": timezone.localdate() - timedelta(days=1)},
    ],
    ids=["dearer", "full", "cancelled too", "began"],
)
def test_what_costs_more_is_full_or_began_takes_no_place(
    values: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    instead = later(world, **values)
    assert editions_instead(programme.programme_editions.get()) == []
    with pytest.raises(TransitionRefused):
        swap(world, programme, instead)
    assert programme.programme_editions.get().edition_id == world.edition.pk


def test_a_cheaper_edition_lowers_what_is_billed(django_capture_on_commit_callbacks: Any) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    planned = {row.pk: (row.cost, row.grant) for row in decided_rows(programme)}
    swap(world, programme, later(world, price=Decimal("900.00")))
    assert set(InvoiceLine.objects.values_list("unit_price", flat=True)) == {Decimal("900.00")}
    # The plan follows at once, to the cent: cost, aid, own share, where the money comes from, the budget.
    rows = list(programme.participations.order_by("pk"))
    assert [(row.cost, row.grant) for row in rows] == [
        (cost * Decimal("0.9"), grant * Decimal("0.9")) for cost, grant in planned.values()
    ]
    programme.refresh_from_db()
    assert programme.cost == sum(row.cost for row in rows) == 5400
    assert programme.grant == sum(row.grant for row in rows) == network_position(programme.network).granted
    lines = programme.funding_lines.values_list("instrument__code", "amount")
    assert sum(amount for _code, amount in lines) == programme.cost
    assert all(row.own_share == row.cost - row.grant for row in rows)
    assert programme.cost_lines.get(edition__isnull=False).amount == 5400


def test_what_became_cheaper_comes_back_as_far_as_it_was_decided(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    planned = {row.pk: row.grant for row in decided_rows(programme)}
    cheap = later(world, price=Decimal("500.00"))
    swap(world, programme, cheap)
    with django_capture_on_commit_callbacks(execute=True):
        take_edition_action(edition=cheap, action="cancel", actor=teacher(world), reason="Ziek.")
    programme.refresh_from_db()
    assert (programme.cost, programme.grant) == (0, 0)
    again = later(world, price=Decimal("1000.00"), location="Gent")
    replace_edition(programme_id=programme.pk, edition_id=cheap.pk, instead_id=again.pk, actor=world.manager)
    assert {row.pk: row.grant for row in programme.participations.all()} == planned
    programme.refresh_from_db()
    assert programme.cost == 6000


def test_only_the_manager_chooses_and_only_for_what_is_not_given(
    django_capture_on_commit_callbacks: Any, client_for: Any
) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    instead = later(world)
    stranger = actor_for_role(Role.NETWORK_MANAGER)
    with pytest.raises(TransitionRefused):
        swap(world, programme, instead, actor=stranger)
    address = reverse("programmes:other_edition", args=[programme.public_id, world.edition.public_id])
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    assert address in manager.get("/").content.decode()
    assert "nog geen andere editie" in manager.get(reverse("programmes:budgets")).content.decode()
    detail = reverse("programmes:programme_detail", args=[programme.public_id])
    assert address in manager.get(detail).content.decode()
    assert (
        address
        not in client_for(Role.COMPANY_CONTACT, organisation=part_of(programme).organisation)
        .get(detail)
        .content.decode()
    )
    assert "Aalst" in manager.get(address).content.decode()
    assert manager.post(address, {"instead": "geen"}).status_code == 409
    assert manager.post(address, {"instead": str(instead.public_id)}).status_code == 302
    assert states(programme) == [E.CONFIRMED, E.CONFIRMED]
    assert manager.get(address).status_code == 404  # it is given again
    assert "nog geen andere editie" not in manager.get(reverse("programmes:budgets")).content.decode()
    event = manager.get(detail).content.decode()
    assert "Andere editie gekozen door het netwerk" in event
    assert instead.starts_on.isoformat() not in event  # days are written as the reader writes them


def test_a_key_of_the_network_chooses_too_and_twice_is_once(django_capture_on_commit_callbacks: Any) -> None:
    world, programme = cancelled(django_capture_on_commit_callbacks)
    instead = later(world)
    key = client_of(Role.NETWORK_MANAGER, network=world.network)
    address = f"/api/v1/programmes/{programme.public_id}/editions/{world.edition.public_id}/instead/"
    assert [row["id"] for row in key.get(address).json()] == [str(instead.public_id)]
    refused = key.post(address, {"instead": str(world.edition.public_id)}, format="json")
    assert refused.status_code == 409
    for _time in range(2):
        answer = key.post(address, {"instead": str(instead.public_id)}, format="json")
        assert answer.status_code == 200
    assert programme.programme_editions.get().edition_id == instead.pk
    other = client_of(Role.NETWORK_MANAGER)
    assert other.get(address).status_code == 404


def test_a_company_is_asked_no_names_for_lessons_that_are_not_given(
    django_capture_on_commit_callbacks: Any, client_for: Any
) -> None:
    _world, programme = cancelled(django_capture_on_commit_callbacks, learners=3)
    own = client_for(Role.COMPANY_CONTACT, organisation=part_of(programme).organisation)
    assert "zonder naam" not in own.get("/").content.decode()
