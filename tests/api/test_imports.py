"""Files through the API: sent once however often, compared, read by line, applied, cancelled, taken back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from catalogue.models import Offer
from skillnet.imports.services import work_import
from skillnet.kernel.models import Decision, ImportFile
from skillnet.kernel.roles import Role
from tests.api.keys import client_of, company, provider
from tests.factories import make_offer
from tests.programmes.test_races import at_once
from tests.site.test_imports import _own_files

pytestmark = pytest.mark.django_db
own_files = _own_files
ADDRESS = "/api/v1/imports/"
OFFERS = (
    "external_id,title,language,price_eur\n"
    "A-1,Inox lassen,nl,450\n"
    "A-2,Heftruck,nl,veel\n"
    "A-3,Solderen,nl,300\n"
)


def send(client: Any, text: str = OFFERS, kind: str = "offers") -> Any:
    upload = SimpleUploadedFile("aanbod.csv", text.encode())
    return client.post(ADDRESS, {"kind": kind, "file": upload}, format="multipart")


def worked(client: Any, body: dict[str, Any]) -> dict[str, Any]:
    work_import(file_id=ImportFile.objects.get(public_id=body["id"]).pk)
    found: dict[str, Any] = client.get(f"{ADDRESS}{body['id']}/").json()
    return found


def step(client: Any, body: dict[str, Any], name: str, **more: Any) -> Any:
    return client.post(f"{ADDRESS}{body['id']}/steps/", {"step": name, **more}, format="json")


def test_a_catalogue_from_sending_to_taking_back() -> None:
    client = provider()
    known = make_offer(provider=client.provider, external_id="A-1", title="Inox lassen", price=400)
    gone = make_offer(provider=client.provider, external_id="A-9", state="active")
    answer = send(client)
    body = answer.json()
    assert (answer.status_code, body["state"]) == (201, "comparing")
    again = send(client)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    assert step(client, body, "apply").status_code == 409
    body = worked(client, body)
    assert body["state"] == "compared"
    assert body["plan"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1, "missing": 1}
    rows = client.get(f"{ADDRESS}{body['id']}/differences/").json()["results"]
    changed, refused, new, missing = rows
    assert changed["changes"] == [{"column": "price_eur", "old": "400.00", "new": "450.00"}]
    assert (refused["problems"][0]["line"], refused["problems"][0]["column"]) == (3, "price_eur")
    assert "veel" in refused["problems"][0]["message"]
    assert (new["external_id"], missing["external_id"], missing["line"]) == ("A-3", "A-9", None)
    only = client.get(f"{ADDRESS}{body['id']}/differences/?outcome=refused").json()
    assert only["results"] == [refused]
    assert client.get(f"{ADDRESS}{body['id']}/differences/?outcome=odd").status_code == 400
    for _once_or_twice in range(2):
        assert step(client, body, "apply", archive_missing=True).status_code == 200
    body = worked(client, body)
    assert (body["state"], body["created"], body["changed"], body["archived"]) == ("done", 1, 1, 1)
    assert (body["refused"], body["problems"][0]["line"], body["can_revert"]) == (1, 3, True)
    assert Decision.objects.latest("pk").actor_label == client.organisation.name
    assert step(client, body, "cancel").json()["state"] == "done"
    for _once_or_twice in range(2):
        assert step(client, body, "revert").json()["state"] == "reverting"
    body = worked(client, body)
    assert (body["state"], body["reverted"], body["kept"]) == ("reverted", 3, 0)
    for row in (known, gone):
        row.refresh_from_db()
    assert (known.price, gone.state) == (400, "active")
    assert Offer.objects.get(external_id="A-3").state == "archived"
    assert send(client).json()["id"] != body["id"]


def test_columns_are_named_and_a_file_can_be_left() -> None:
    client = provider()
    answer = send(client, "ref,wat,taal\nA-1,Lassen,nl\n")
    body = answer.json()
    if body["state"] != "uploaded":
        step(client, body, "cancel")
        body = send(client, "x1,x2,x3\nA-1,Lassen,nl\n").json()
    assert (body["state"], bool(body["missing_columns"])) == ("uploaded", True)
    assert step(client, body, "compare").status_code == 409
    assert step(client, body, "compare", mapping={"x1": "geen"}).status_code == 400
    assert step(client, body, "compare", mapping={"x1": "title", "x2": "title"}).status_code == 400
    mapping = {"x1": "external_id", "x2": "title", "x3": "language"}
    assert step(client, body, "compare", mapping=mapping).json()["state"] == "comparing"
    assert step(client, body, "cancel").json()["state"] == "cancelled"
    assert step(client, body, "cancel").json()["state"] == "cancelled"
    assert step(client, body, "revert").status_code == 409
    assert step(client, body, "dance").status_code == 400
    assert not Offer.objects.exists()


def test_what_cannot_be_is_refused_by_field() -> None:
    client = provider()
    neither = client.post(ADDRESS, {"kind": "offers"}, format="multipart")
    assert neither.status_code == 400
    broken = SimpleUploadedFile("aanbod.xlsx", b"PK\x03\x04" + b"niets")
    answer = client.post(ADDRESS, {"kind": "offers", "file": broken}, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    inside = client.post(ADDRESS, {"kind": "offers", "address": "http://127.0.0.1/x"}, format="json")
    assert (inside.status_code, inside.json()["errors"][0]["field"]) == (400, "address")
    page = client.post(ADDRESS, {"kind": "offers", "address": "https://school.example/x"}, format="json")
    assert (page.status_code, page.json()["state"]) == (201, "fetching")
    same = client.post(ADDRESS, {"kind": "offers", "address": "https://school.example/x"}, format="json")
    assert (same.status_code, same.json()["id"]) == (200, page.json()["id"])
    assert send(client, kind="gaps").status_code == 403
    odd = company().post(ADDRESS, {"kind": "gaps", "address": "https://school.example/x"}, format="json")
    assert odd.json()["errors"][0]["field"] == "address"


def test_files_of_others_and_of_other_kinds_do_not_exist() -> None:
    client = provider()
    body = send(client).json()
    for other in (provider(), company(), client_of(Role.COMPANY_CONTACT, organisation=client.organisation)):
        assert other.get(ADDRESS).json()["results"] == []
        for place in ("", "differences/"):
            assert other.get(f"{ADDRESS}{body['id']}/{place}").status_code == 404
        assert step(other, body, "cancel").status_code == 404
    reader = client_of(Role.PROVIDER, organisation=client.organisation, scopes=["imports:read"])
    assert len(reader.get(ADDRESS).json()["results"]) == 1
    assert step(reader, body, "cancel").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_one_file_at_once_make_one_import() -> None:
    client = provider()
    header = client._credentials["HTTP_AUTHORIZATION"]
    uploads = [SimpleUploadedFile("aanbod.csv", OFFERS.encode()) for _sender in range(3)]

    def sender(upload: SimpleUploadedFile) -> Any:
        own: Any = APIClient()
        own.credentials(HTTP_AUTHORIZATION=header)
        return lambda: own.post(ADDRESS, {"kind": "offers", "file": upload}, format="multipart")

    answers: list[Any] = at_once(*(sender(upload) for upload in uploads))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert ImportFile.objects.count() == 1
