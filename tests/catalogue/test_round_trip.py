"""A provider's own file comes back as it went: what an edition and a microcredential say included."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalogue.exports import EXPORT_COLUMNS, interchange_rows
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.import_offers import import_offers
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular import read_rows, write_csv, write_xlsx
from tests.factories import actor_for_role, make_edition, make_offer, make_provider, organisation_of

pytestmark = pytest.mark.django_db
WRITERS: dict[str, Any] = {"csv": write_csv, "xlsx": write_xlsx}


def exported(actor: Any, kind: str) -> io.BytesIO:
    target = io.BytesIO()
    WRITERS[kind](target, EXPORT_COLUMNS, interchange_rows(actor))
    target.seek(0)
    return target


def send(stream: io.BytesIO, provider: Provider, kind: str = "csv") -> Any:
    with read_rows(stream, filename=f"aanbod.{kind}") as table:
        return import_offers(table, actor=SYSTEM, provider=provider)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_own_export_changes_nothing_and_restores_everything(kind: str) -> None:
    actor = actor_for_role(Role.PROVIDER)
    provider = make_provider(organisation=organisation_of(actor))
    meant = {
        "kmo_theme": "profession",
        "assessment": "proef aan de lastafel",
        "target_groups": ["workers", "job_changers"],
        "transition": "green",
        "is_stem": True,
        "cefr_level": "B1",
    }
    offer = make_offer(
        provider=provider, external_id="TIG", state="active", credential="microcredential", **meant
    )
    edition = make_edition(
        offer=offer,
        external_id="voorjaar",
        starts_on=date(2027, 3, 1),
        location="Gent, Dok Noord",
        schedule="dinsdag 18-21 u.",
        enrol_until=date(2027, 2, 1),
    )
    said = {
        "title": "Inox lassen",
        "awarding_body": "Hogeschool Schelde",
        "outcomes": ["inox lassen", "naden beoordelen"],
        "ects": Decimal("2.00"),
        "assessment": "proef",
        "participation": "in de klas",
        "quality_assurance": "Qfor",
        "issuer_region": "BE234",
        "supervision": "onsite_id",
        "stacking": "stackable",
        "stacks_into": "Graduaat lassen",
    }
    credential = Microcredential.objects.create(offer=offer, **said)
    stream = exported(actor, kind)
    report = send(stream, provider, kind)
    assert (report.unchanged, report.changed, report.refused) == (report.rows, 0, 0)
    Edition.objects.filter(pk=edition.pk).update(location="", schedule="", enrol_until=None)
    Offer.objects.filter(pk=offer.pk).update(kmo_theme="", assessment="", target_groups=[], cefr_level="")
    Microcredential.objects.filter(pk=credential.pk).update(supervision="", stacks_into="", issuer_region="")
    stream.seek(0)
    assert send(stream, provider, kind).changed > 0
    edition.refresh_from_db()
    offer.refresh_from_db()
    assert {name: getattr(offer, name) for name in meant} == meant
    credential.refresh_from_db()
    assert (edition.location, edition.enrol_until) == ("Gent, Dok Noord", date(2027, 2, 1))
    assert edition.schedule == "dinsdag 18-21 u."
    assert {name: getattr(credential, name) for name in said} == said


def test_columns_that_a_file_lacks_leave_what_is_known_and_empty_cells_clear_it() -> None:
    provider = make_provider()
    offer = make_offer(provider=provider, external_id="TIG")
    known = make_edition(
        offer=offer, external_id="", starts_on=date(2027, 3, 1), location="Gent", schedule="overdag"
    )
    head = "external_id,provider,title,language,starts_on"
    send(io.BytesIO(f"{head}\nTIG,x,TIG,nl,2027-03-01\n".encode()), provider)
    known.refresh_from_db()
    assert (known.location, known.schedule) == ("Gent", "overdag")
    send(io.BytesIO(f"{head},location\nTIG,x,TIG,nl,2027-03-01,\n".encode()), provider)
    known.refresh_from_db()
    assert (known.location, known.schedule) == ("", "overdag")


def test_a_date_that_is_none_keeps_the_row_out() -> None:
    text = "external_id,provider,title,language,starts_on,enrol_until\nA,x,A,nl,2027-03-01,later\n"
    report = send(io.BytesIO(text.encode()), make_provider())
    ((_row, (problem,)),) = report.problems
    assert problem.column == "enrol_until"
