"""An applied import is taken back: what it made goes, what it changed returns, what people changed since stays."""

from typing import Any

import pghistory
import pytest
from django.urls import reverse

from catalogue.models import Edition, Offer
from catalogue.services.offers import save_offer
from networks.models import Gap
from skillnet.imports import services
from skillnet.imports.services import work_import
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from tests.factories import make_edition, make_gap, make_offer, make_provider, organisation_of
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
