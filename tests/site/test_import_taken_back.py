"""An applied import is taken back: what it made goes, what it changed returns, what people changed since stays."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pghistory
import pytest
from django.urls import reverse

from catalogue.models import Edition, Microcredential, Offer, WaitingEntry
from catalogue.services import take_back
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.offers import save_offer
from networks.models import Gap
from networks.services import take_back as gaps_back
from skillnet.imports import services
from skillnet.imports.services import cancel_import, work_import
from skillnet.kernel import taking_back
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import decisions_on
from tests.factories import (
    make_edition,
    make_gap,
    make_offer,
    make_organisation,
    make_provider,
    organisation_of,
)
from tests.site.test_imports import _own_files, compared, sent, url

pytestmark = pytest.mark.django_db
own_files = _own_files
OFFERS = (
    "external_id,title,language,price_eur,edition_id,starts_on,seats\n"
    "A-1,Inox lassen voor gevorderden,nl,450,voorjaar,2027-03-01,12\n"
    "A-2,Heftruck,nl,300,,,\n"
    "A-3,Nieuw,nl,200,eerste,2027-05-03,8\n"
    "A-4,Ook nieuw,nl,200,vol,2027-06-01,8\n"
)


def applied(client: Any, kind: str, content: str, **more: str) -> ImportFile:
    file = compared(client, sent(client, kind, content))
    client.post(url(file, "import_action"), {"action": "start", **more})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "done", file.failure
    return file


def taken_back(client: Any, file: ImportFile) -> ImportFile:
    assert "Deze invoer terugdraaien" in client.get(url(file)).content.decode()
    client.post(url(file, "import_action"), {"action": "revert"})
    assert "De invoer terugdraaien" in client.get(url(file)).content.decode()
    work_import(file_id=file.pk)
    work_import(file_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_catalogue_is_put_back(client_for: Any) -> None:
    provider = make_provider()
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    known = make_offer(provider=provider, external_id="A-1", title="Inox lassen", price=400)
    spring = make_edition(offer=known, external_id="voorjaar", seats=10)
    other = make_offer(provider=provider, external_id="A-2", title="Heftruck rijden")
    gone = make_offer(provider=provider, external_id="A-9", state="active")
    file = applied(client, "offers", OFFERS, archive_missing="yes")
    gone.refresh_from_db()
    assert gone.state == "archived"
    other.refresh_from_db()
    with pghistory.context(user=None):  # as a request of its own: the test is one transaction
        save_offer(actor=SYSTEM, provider=provider, values={"title": "Heftruck, door mij"}, offer=other)
    full = Edition.objects.get(offer__external_id="A-4")
    Edition.objects.filter(pk=full.pk).update(enrolled=3)
    file = taken_back(client, file)
    for row in (known, spring, other, gone):
        row.refresh_from_db()
    assert (known.title, known.price, spring.seats) == ("Inox lassen", 400, 10)
    assert other.title == "Heftruck, door mij"
    assert gone.state == "active"
    assert Offer.objects.get(external_id="A-3").state == "archived"
    assert Edition.objects.get(offer__external_id="A-3").state == "cancelled"
    full.refresh_from_db()
    assert full.state != "cancelled"
    assert (file.state, file.kept) == ("reverted", 2)
    page = client.get(url(file)).content.decode()
    assert "Deze invoer is teruggedraaid" in page
    assert "Deze invoer terugdraaien" not in page
    client.post(url(file, "import_action"), {"action": "revert"})
    file.refresh_from_db()
    assert file.state == "reverted"


def test_gaps_are_put_back_and_a_failure_leaves_what_the_import_said(
    client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    company = organisation_of(client.actor)
    gap = make_gap(organisation=company, external_id="K-1", title="Lassen", learners=4)
    text = "external_id,title,language,learners\nK-1,Lassen,nl,9\nK-2,Nieuw,nl,2\nK-3,Fout,nl,veel\n"
    file = applied(client, "gaps", text)
    with monkeypatch.context() as broken:
        broken.setattr(services, "_revert", lambda *_given: 1 / 0)
        client.post(url(file, "import_action"), {"action": "revert"})
        with pytest.raises(ZeroDivisionError):
            work_import(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, len(file.problems), file.created) == ("done", 1, 1)
    file = taken_back(client, file)
    gap.refresh_from_db()
    assert gap.learners == 4
    assert Gap.objects.get(external_id="K-2").state == "archived"
    assert (file.state, file.reverted, file.kept) == ("reverted", 2, 0)


def test_a_stranger_takes_nothing_back(client_for: Any) -> None:
    client = client_for(Role.PROVIDER)
    file = applied(client, "offers", OFFERS)
    answer = client_for(Role.PROVIDER).post(
        reverse("import_action", args=[file.public_id]), {"action": "revert"}
    )
    assert answer.status_code == 404
    file.refresh_from_db()
    assert file.state == "done"


CREDENTIALS = (
    "external_id,title,language,price_eur,edition_id,starts_on,seats,credential_title,credential_country,"
    "credential_body,credential_outcomes,credential_ects,credential_assessment,credential_participation,"
    "credential_quality\n"
    "A-1,Inox lassen voor gevorderden,nl,450,voorjaar,2027-03-01,12,Inox,BE,School,last,5,proef,klas,Qfor\n"
    "A-2,Heftruck,nl,300,,,,,,,,,,,\n"
    "A-3,Nieuw,nl,200,eerste,2027-05-03,8,,,,,,,,\n"
    "A-4,Ook nieuw,nl,200,vol,2027-06-01,8,,,,,,,,\n"
    "A-5,Er wacht iemand,nl,200,wacht,2027-06-01,8,,,,,,,,\n"
)


def outcome_of(client_for: Any) -> dict[str, Any]:
    """What taking back leaves of a catalogue with every kind of row in it, whoever's it is."""
    provider = make_provider()
    client = client_for(Role.PROVIDER, organisation=provider.organisation)
    known = make_offer(
        provider=provider, external_id="A-1", title="Inox lassen", price=400, outcomes=["last"]
    )
    make_edition(offer=known, external_id="voorjaar", seats=10)
    described = {
        "title": "Inox", "awarding_body": "School", "outcomes": ["last"], "assessment": "toets", "ects": 3,
        "participation": "klas", "quality_assurance": "Qfor",
    }  # fmt: skip
    save_microcredential(actor=SYSTEM, offer=known, values=described)
    other = make_offer(provider=provider, external_id="A-2", title="Heftruck rijden")
    make_offer(provider=provider, external_id="A-9", title="Weg", state="active")
    file = applied(client, "offers", CREDENTIALS, archive_missing="yes")
    assert file.problems == []
    with pghistory.context(user=None):
        save_offer(actor=SYSTEM, provider=provider, values={"title": "Heftruck, door mij"}, offer=other)
    Edition.objects.filter(offer__provider=provider, external_id="vol").update(enrolled=3)
    waited = Edition.objects.get(offer__provider=provider, external_id="wacht")
    WaitingEntry.objects.create(edition=waited, organisation=make_organisation(), people=1)
    client.post(url(file, "import_action"), {"action": "revert"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    offers = {
        row.external_id: (row.title, row.price, row.state, row.is_closed, row.outcomes_text, steps(row))
        for row in Offer.objects.filter(provider=provider)
    }
    editions = {
        row.external_id: (row.state, row.seats, row.starts_on, steps(row))
        for row in Edition.objects.filter(offer__provider=provider)
    }
    credential = Microcredential.objects.get(offer=known)
    entry = WaitingEntry.objects.get(edition=waited)
    counts = (file.state, file.reverted, file.kept)
    return {"offers": offers, "editions": editions, "ects": credential.ects, "list": entry.state, "n": counts}


def steps(row: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one.action, one.from_state, one.to_state, one.reason) for one in decisions_on(row).order_by("pk")
    ]


def test_many_at_once_leave_what_one_by_one_leaves(client_for: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    together = outcome_of(client_for)
    for name in ("EDITIONS", "OFFERS", "CREDENTIALS"):
        alone = replace(getattr(take_back, name), save_many=None, remove_many=None)
        monkeypatch.setattr(take_back, name, alone)
    assert outcome_of(client_for) == together
    assert together["offers"]["A-1"][:3] == ("Inox lassen", 400, "active")
    assert together["editions"]["wacht"][0] == "cancelled"
    assert (together["ects"], together["list"], together["n"]) == (3, "closed", ("reverted", 9, 2))


def test_ten_times_the_rows_take_the_same_statements(
    client_for: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_for(Role.PROVIDER)
    for rows in (5, 50):
        text = "external_id,title,language,edition_id,starts_on\n"
        text += "".join(f"R-{rows}-{n},Nieuw {n},nl,e,2027-05-03\n" for n in range(rows))
        file = applied(client, "offers", text)
        client.post(url(file, "import_action"), {"action": "revert"})
        with django_assert_max_num_queries(70):
            work_import(file_id=file.pk)
        file.refresh_from_db()
        assert (file.state, file.reverted, file.kept) == ("reverted", 2 * rows, 0)


def refused_by_the_database(_rows: Sequence[Any], _actor: Actor) -> set[int]:
    return {Gap.objects.create(title="", kind="x").pk}


def test_a_row_that_the_database_refuses_keeps_nobody_else_out(
    client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    file = applied(client, "gaps", "external_id,title,language\nK-1,Een,nl\nK-2,Twee,nl\n")
    Gap.objects.filter(external_id="K-1").update(state="closed")
    with monkeypatch.context() as broken:
        refused = replace(gaps_back.GAPS, remove_many=refused_by_the_database)
        broken.setattr(gaps_back, "GAPS", refused)
        client.post(url(file, "import_action"), {"action": "revert"})
        work_import(file_id=file.pk)
    assert set(Gap.objects.values_list("state", flat=True)) == {"archived"}


def test_what_the_database_refuses_of_one_row_stays_and_is_counted(
    client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    file = applied(client, "gaps", "external_id,title,language\nK-1,Een,nl\nK-2,Twee,nl\n")

    def refused(gap: Gap, actor: Actor) -> bool:
        return (
            bool(refused_by_the_database([gap], actor)) if gap.external_id == "K-1" else removed(gap, actor)
        )

    removed = gaps_back.GAPS.remove
    broken = replace(gaps_back.GAPS, remove=refused, remove_many=refused_by_the_database)
    monkeypatch.setattr(gaps_back, "GAPS", broken)
    client.post(url(file, "import_action"), {"action": "revert"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.reverted, file.kept) == ("reverted", 1, 1)
    assert Gap.objects.get(external_id="K-2").state == "archived"
    assert Gap.objects.get(external_id="K-1").state != "archived"


def test_taking_back_is_stopped_and_goes_on(client_for: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    monkeypatch.setattr(taking_back, "CHUNK", 1)
    file = applied(client, "gaps", "external_id,title,language\nK-1,Een,nl\nK-2,Twee,nl\nK-3,Drie,nl\n")
    client.post(url(file, "import_action"), {"action": "revert"})
    assert "Stoppen" in client.get(url(file)).content.decode()
    removed = gaps_back.GAPS.remove_many
    assert removed is not None

    def stopped(rows: Any, actor: Any) -> set[int]:
        cancel_import(file=file)
        return removed(rows, actor)

    with monkeypatch.context() as asked:
        asked.setattr(gaps_back, "GAPS", replace(gaps_back.GAPS, remove_many=stopped))
        work_import(file_id=file.pk)
    file.refresh_from_db()
    assert file.state == "done"
    assert Gap.objects.filter(state="archived").count() == 1
    page = client.get(url(file)).content.decode()
    assert "Niet alles is teruggedraaid." in page
    file = taken_back(client, file)
    assert (file.state, file.reverted, file.failure) == ("reverted", 3, "")
    assert not Gap.objects.exclude(state="archived").exists()
