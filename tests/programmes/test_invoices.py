"""Invoice lines: one for each company and edition of an approved programme, billed by one, paid by another."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import InvoiceLine
from programmes.services.commitments import withdraw_participation
from programmes.services.invoices import (
    invoice_totals,
    mark_invoiced,
    mark_paid,
    sync_invoice_lines,
    undo_step,
)
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import actor_for_role
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


def provider_of(world: World) -> Actor:
    return actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation)


def billed(line: InvoiceLine, actor: Actor) -> InvoiceLine:
    return mark_invoiced(line=line, actor=actor, number="F-1", invoiced_on=timezone.localdate())


def test_a_line_for_each_company_that_confirmed_once_approved() -> None:
    world = build_world()
    programme = world.programme("submit")
    assert not InvoiceLine.objects.exists()
    world.move(programme, "approve")
    assert not InvoiceLine.objects.exists()  # who did not confirm owes nothing
    world.move(programme, "commit")
    lines = list(InvoiceLine.objects.order_by("pk"))
    assert [(line.learners, line.amount, line.unit_price) for line in lines] == [(3, 3000, 1000)] * 3
    assert sync_invoice_lines(programme=programme) == 0


def test_a_price_for_the_edition_is_split_to_the_cent() -> None:
    world = build_world(price=Decimal("1000.00"), basis="edition")
    world.programme("submit", "approve", "commit")
    amounts = InvoiceLine.objects.values_list("amount", flat=True)
    assert sum(amounts) == Decimal("1000.00")
    assert max(amounts) - min(amounts) <= Decimal("0.01")


def test_who_withdraws_owes_nothing_and_a_bill_stays_as_it_was() -> None:
    world = build_world()
    programme = world.programme("submit", "approve", "commit")
    first, second, _third = InvoiceLine.objects.order_by("pk")
    billed(first, provider_of(world))
    participation = programme.participations.get(organisation=second.organisation)
    withdraw_participation(
        participation_id=participation.pk, actor=world.contact(second.organisation), reason="Verhuisd."
    )
    Edition.objects.update(price=Decimal("900.00"))
    sync_invoice_lines(programme=programme)
    states = {line.pk: (line.state, line.amount) for line in InvoiceLine.objects.all()}
    assert states[first.pk] == ("invoiced", 3000)
    assert states[second.pk][0] == "cancelled"
    # The others pay what they promised, whatever the seats cost by now.
    assert states[_third.pk] == ("due", 3000)


def test_cancelling_the_programme_ends_what_was_not_billed() -> None:
    world = build_world()
    programme = world.programme("submit", "approve", "commit")
    world.move(programme, "cancel")
    assert set(InvoiceLine.objects.values_list("state", flat=True)) == {"cancelled"}


def test_the_provider_bills_the_company_pays_and_each_may_take_it_back() -> None:
    world = build_world()
    world.programme("submit", "approve", "commit")
    line = InvoiceLine.objects.first()
    assert line is not None
    provider, company = provider_of(world), world.contact(line.organisation)
    with pytest.raises(TransitionRefused):
        billed(line, company)
    with pytest.raises(ValidationError, match="nummer"):
        mark_invoiced(line=line, actor=provider, number=" ", invoiced_on=timezone.localdate())
    line = billed(line, provider)
    with pytest.raises(TransitionRefused):
        mark_paid(line=line, actor=provider, paid_on=timezone.localdate())
    line = mark_paid(line=line, actor=company, paid_on=timezone.localdate())
    totals = invoice_totals(InvoiceLine.objects.all())
    assert (totals.due, totals.invoiced, totals.paid, totals.open) == (9000, 3000, 3000, 6000)
    with pytest.raises(TransitionRefused):
        undo_step(line=line, actor=provider)
    line = undo_step(line=line, actor=world.manager)
    line = undo_step(line=line, actor=provider)
    line.refresh_from_db()
    assert (line.state, line.invoice_number, line.paid_on) == ("due", "", None)


def test_the_pages_show_each_its_own_lines(client_for: Any, django_assert_max_num_queries: Any) -> None:
    world = build_world()
    world.programme("submit", "approve", "commit")
    line = InvoiceLine.objects.order_by("pk")[0]
    teacher = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    url = reverse("programmes:invoices")
    with django_assert_max_num_queries(12):
        listed = teacher.get(url)
    assert listed.context["count"] == 3
    assert "€ 9.000,00" in listed.content.decode().replace("\xa0", " ")
    own = client_for(Role.COMPANY_CONTACT, organisation=line.organisation)
    assert own.get(url).context["count"] == 1
    detail = reverse("programmes:invoice", args=[line.public_id])
    assert teacher.post(detail, {"invoice_number": "", "invoiced_on": ""}).context["form"].errors
    form = {"invoice_number": "2026-17", "invoiced_on": str(timezone.localdate()), "vat_note": "vrijgesteld"}
    teacher.post(detail, form)
    own.post(detail, {"paid_on": str(timezone.localdate())})
    line.refresh_from_db()
    assert (line.state, line.invoice_number, line.vat_note) == ("paid", "2026-17", "vrijgesteld")
    csv = b"".join(teacher.get(url, {"export": "csv"}).streaming_content).decode()
    assert "2026-17" in csv
    assert client_for(Role.COMPANY_CONTACT).get(detail).status_code == 404
    assert client_for(Role.PROVIDER).get(url).context["count"] == 0
