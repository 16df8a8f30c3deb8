"""Rows behind the pages of bids, capacity, files that are compared, and the instruments of workers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalogue.services.capacity import request_capacity, save_capacity
from matching.models import Pool
from networks.models import Call, Network, Organisation
from programmes.models import InvoiceLine, Programme
from programmes.services.invoices import sync_invoice_lines
from programmes.services.leave import propose_course, save_worker
from skillnet.imports.services import compare_import, work_import
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role, make_membership, organisation_of
from tests.matching.bid_world import make_bid, open_card
from tests.matching.web_world import build_world
from tests.networks.call_world import user_of

FILE = "external_id,title,language,learners\nK-8,Heftruck rijden,nl,4\nK-9,Solderen,nl,veel\n"


def exchange_objects(call: Call, company: Organisation, people: dict[Role, Any]) -> dict[str, Any]:
    """A pool with a bid and one without; capacity with a request; a comparison; a leave account."""
    provider, contact = people[Role.PROVIDER].actor, people[Role.COMPANY_CONTACT].actor
    asked, pool = build_world().pool, _answerable(call, people[Role.NETWORK_MANAGER].actor)
    open_card(asked)
    card, bid = open_card(pool), make_bid(pool, provider)
    capacity = _capacity(contact)
    worker = save_worker(
        organisation=company,
        values={"reference": "W-017", "employment": Decimal(100), "weekly_hours": Decimal(38)},
    )
    day = timezone.localdate() + timedelta(days=30)
    proposal = propose_course(
        worker=worker, values={"course": "Lassen", "starts_on": day, "hours": Decimal(16)}
    )
    return {
        "matching:demand_card": card.public_id,
        "matching:bid_detail": bid.public_id,
        "matching:bid_edit": bid.public_id,
        "matching:bid_new": asked.public_id,
        "matching:bids_compare": pool.public_id,
        "matching:bids_print": pool.public_id,
        "catalogue:capacity_detail": capacity.public_id,
        "catalogue:capacity_edit": capacity.public_id,
        "import_differences": _compared(people[Role.COMPANY_CONTACT]).public_id,
        "programmes:budget_lines": call.public_id,
        "programmes:instrument": "kmo_portefeuille",
        "programmes:leave_worker": worker.public_id,
        "programmes:leave_answer": proposal.answer_id,
        "programmes:sme_of": company.public_id,
    }


def _answerable(call: Call, manager: Actor) -> Pool:
    """A pool that is in no programme yet, in another network of the same call and manager."""
    world = build_world()
    Network.objects.filter(pk=world.network.pk).update(call=call)
    make_membership(
        user=user_of(manager),
        organisation=organisation_of(manager),
        role=Role.NETWORK_MANAGER,
        network=world.network,
    )
    return world.pool


def invoice_of(programme: Programme) -> InvoiceLine:
    """A line to be billed of a programme that runs."""
    sync_invoice_lines(programme=programme)
    return InvoiceLine.objects.filter(programme=programme)[0]


def _capacity(owner: Any) -> Any:
    today = timezone.localdate()
    capacity = save_capacity(
        actor=owner,
        values={
            "kind": "seats",
            "title": "Plaatsen in de heftruckopleiding",
            "quantity": 3,
            "starts_on": today + timedelta(days=5),
            "ends_on": today + timedelta(days=40),
            "region": "BE234",
            "price": 120,
            "price_unit": "unit",
        },
    )
    request_capacity(capacity=capacity, actor=actor_for_role(Role.COMPANY_CONTACT), quantity=2)
    return capacity


def _compared(client: Any) -> ImportFile:
    sent = {"file": SimpleUploadedFile("vergelijken.csv", FILE.encode())}
    client.post(reverse("import_new", args=["gaps"]), sent)
    file = ImportFile.objects.get(filename="vergelijken.csv")
    assert compare_import(file=file)
    work_import(file_id=file.pk)
    file.refresh_from_db()
    return file
