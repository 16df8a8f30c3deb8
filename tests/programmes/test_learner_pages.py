"""A learner without an account answers by link; the company's and the deliverer's pages; the API."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from networks.services.telling import contacts_of
from programmes.models import Enrolment, EnrolmentInvitation, Learner
from programmes.services.attendance import Hours, record_hours
from programmes.services.enrolments import take_enrolment_action
from programmes.services.reminders import remind_deadlines
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.outbox import send_pending
from skillnet.kernel.roles import Role
from tests.api.keys import client_of
from tests.factories import make_membership, make_user
from tests.kept import kept
from tests.programmes.delivery_world import approved, begun, enrol, part_of, states, teacher

pytestmark = pytest.mark.django_db
E = Enrolment.State
MOST_QUERIES = 12


def invited(**options: Any) -> Any:
    world, programme, enrolment = _asked(**options)
    send_pending()
    sent = next(m for m in mail.outbox if m.to == ["ada@werk.example"])
    link = re.search(r"http://[^/\s]+(/deelnemer/\S+)", str(sent.body))
    assert link
    return world, programme, enrolment, link.group(1)


@kept
def _asked(**options: Any) -> Any:
    world, programme = approved(**options)
    return world, programme, enrol(world, part_of(programme), "Ada Aerts", invite=True).all[0]


def test_the_mail_says_that_refusing_has_no_consequence_and_leaves_no_trace() -> None:
    _world, _programme, enrolment, link = invited()
    body = str(mail.outbox[-1].body)
    assert "Ada Aerts" in body
    assert "geen enkel gevolg" in body
    stored = OutboxMessage.objects.get(template="learner_invitation")
    token = link.rstrip("/").rpartition("/")[2]
    assert stored.address == ""
    assert token not in str(stored.context)
    assert "Ada" not in str(stored.context)
    assert token != enrolment.invitation.digest
    assert enrolment.state == E.REQUESTED  # the seat is held while they think


def test_accepting_confirms_and_refusing_frees_the_seat(client: Any) -> None:
    world, programme, enrolment, link = invited(learners=1)
    enrol(world, part_of(programme), "Bo Bracke")
    page = client.get(link)
    assert page.status_code == 200
    assert "weigeren heeft geen enkel gevolg" in page.content.decode()
    assert "U doet mee" in client.post(link, {"answer": "yes"}).content.decode()
    assert states(programme) == [E.CONFIRMED, E.WAITLISTED]
    assert "geen gevolgen" in client.post(link, {"answer": "no"}).content.decode()
    assert states(programme) == [E.CANCELLED, E.CONFIRMED]
    assert client.post(link, {"answer": "yes"}).status_code == 409
    enrolment.invitation.refresh_from_db()
    assert enrolment.invitation.answer == EnrolmentInvitation.Answer.REFUSED


def as_a_browser_posts(link: str, values: dict[str, str]) -> Any:
    """The answer as a browser sends it: with the token of the page, and the origin that the page's policy leaves."""
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(link)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    hides_itself = page["Referrer-Policy"] == "no-referrer"
    origin = "null" if hides_itself else "http://testserver"
    return browser.post(link, {**values, "csrfmiddlewaretoken": token.group(1)}, HTTP_ORIGIN=origin)


def test_a_form_that_a_browser_may_not_send_says_what_to_do(client: Any) -> None:
    _world, _programme, _enrolment, link = invited()
    client.handler.enforce_csrf_checks = True
    refused = client.post(link, {"answer": "yes"})
    assert refused.status_code == 403
    assert "Deze pagina stond te lang open" in refused.content.decode()


def test_a_browser_can_send_the_answer_and_tells_no_other_site_where_it_was(client: Any) -> None:
    _world, programme, _enrolment, link = invited()
    assert client.get(link)["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "U doet mee" in as_a_browser_posts(link, {"answer": "yes"}).content.decode()
    assert states(programme) == [E.CONFIRMED]
    assert "geen gevolgen" in as_a_browser_posts(link, {"answer": "no"}).content.decode()


def test_a_link_expires_is_replaced_and_cannot_be_guessed(client: Any) -> None:
    _world, _programme, enrolment, link = invited()
    assert client.get("/deelnemer/geraden/").status_code == 404
    EnrolmentInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(link).status_code == 404
    EnrolmentInvitation.objects.update(expires_at=timezone.now() + timedelta(days=1), digest="0" * 64)
    assert client.get(link).status_code == 404
    answers = [client.get("/deelnemer/geraden/").status_code for _n in range(25)]
    assert answers[-1] == 429
    assert enrolment.state == E.REQUESTED


def test_from_the_first_lesson_on_nobody_is_asked_and_the_page_says_whom_to_tell(client: Any) -> None:
    _world, programme, enrolment, link = invited()
    begun(programme, days=0)
    page = client.get(link).content.decode()
    assert "antwoorden hoeft niet meer" in page
    assert escape(enrolment.learner.organisation.name) in page
    assert 'name="answer"' not in page
    refused = client.post(link, {"answer": "no"})
    assert refused.status_code == 409
    assert "Zeg het zelf aan uw werkgever" in refused.content.decode()
    assert states(programme) == [E.REQUESTED]
    EnrolmentInvitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.get(link).status_code == 200  # who came finds the record here


def test_who_said_yes_is_not_awaited_after_the_first_lesson_nor_let_go_by_a_click(client: Any) -> None:
    _world, programme, _enrolment, link = invited()
    client.post(link, {"answer": "yes"})
    begun(programme)
    page = client.get(link).content.decode()
    assert "Tot op de eerste les" not in page
    assert client.post(link, {"answer": "no"}).status_code == 409
    assert states(programme) == [E.CONFIRMED]


def test_the_mail_names_the_first_lesson_where_that_comes_before_the_term() -> None:
    world, programme = approved()
    soon = timezone.localdate() + timedelta(days=5)
    type(world.edition).objects.filter(pk=world.edition.pk).update(starts_on=soon)
    world.edition.refresh_from_db()
    enrol(world, part_of(programme), "Ada Aerts", invite=True)
    asked = OutboxMessage.objects.get(template="learner_invitation")
    assert asked.context["until"] == soon.isoformat()


def test_who_came_without_answering_keeps_the_link_to_the_record(client: Any) -> None:
    world, programme, enrolment, link = invited()
    begun(world.move(programme, "start"))
    rows = [Hours(enrolment.reference, Decimal("40"))]
    record_hours(programme=programme, rows=rows, actor=teacher(world))
    EnrolmentInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "Ada Aerts" in client.get(f"{link}bewijs/").content.decode()


def test_the_company_prints_the_record_of_somebody_whom_nobody_mailed(client_for: Any) -> None:
    world, programme = approved()
    part = part_of(programme)
    enrolment = enrol(world, part, "Ada Aerts").all[0]
    own = client_for(Role.COMPANY_CONTACT, organisation=part.organisation)
    record = reverse("programmes:enrolment_record", args=[enrolment.public_id])
    assert own.get(record).status_code == 404  # nothing was followed yet
    begun(world.move(programme, "start"))
    rows = [Hours(enrolment.reference, Decimal("38.50"))]
    record_hours(programme=programme, rows=rows, actor=teacher(world))
    detail = reverse("programmes:enrolment_detail", args=[enrolment.public_id])
    assert record in own.get(detail).content.decode()
    page = own.get(record).content.decode()
    assert "Ada Aerts" in page
    assert "38,5 van 40" in page
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)  # knows the pseudonym only
    assert record not in manager.get(detail).content.decode()
    assert manager.get(record).status_code == 404


def test_a_company_is_reminded_of_who_does_not_answer(client_for: Any) -> None:
    _world, programme, _enrolment, link = invited()
    organisation = part_of(programme).organisation
    own = client_for(Role.COMPANY_CONTACT, organisation=organisation)
    waits = "Uitgenodigd, nog geen antwoord"
    assert waits not in own.get("/").content.decode()  # the lesson is far, the link holds
    EnrolmentInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert waits in own.get("/").content.decode()
    told = OutboxMessage.objects.filter(template="participant_silent", kind="mail")
    for _night in range(2):
        remind_deadlines()
        assert told.count() == len(contacts_of(organisation.pk)) > 0  # once a week
    EnrolmentInvitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    own.post(link, {"answer": "yes"})
    assert waits not in own.get("/").content.decode()


def test_who_waited_hears_that_a_place_came_free_and_the_company_that_somebody_refused(client: Any) -> None:
    world, programme, _enrolment, link = invited(learners=1)
    contact = make_user(email="contact@bedrijf.example")
    make_membership(user=contact, organisation=part_of(programme).organisation)
    waits = enrol(world, part_of(programme), "Bo Bracke", invite=True).waiting[0]
    mail.outbox.clear()
    client.post(link, {"answer": "no"})
    send_pending()
    to_learner = [m.subject for m in mail.outbox if m.to == ["bo@werk.example"]]
    assert any("U hebt een plaats" in subject for subject in to_learner)
    to_company = next(m for m in mail.outbox if m.to == [contact.email])
    assert "Wie eerst op de wachtlijst stond" in str(to_company.body)
    assert "Ada" not in str(to_company.body)
    take_enrolment_action(
        enrolment_id=waits.pk, action="withdraw", actor=world.contact(part_of(programme).organisation)
    )
    send_pending()
    assert "U staat niet meer op de lijst" in mail.outbox[-1].subject


def test_a_learner_is_not_asked_about_lessons_that_are_not_given(client: Any) -> None:
    world, _programme, _enrolment, link = invited()
    world.edition.state = "cancelled"
    world.edition.save()
    page = client.get(link).content.decode()
    assert "gaat niet door zoals gepland" in page
    assert "Doet u mee?" not in page


def test_a_learner_chooses_the_language_of_the_page(client: Any) -> None:
    _world, _programme, _enrolment, link = invited()
    assert f'name="next" value="{link}"' in client.get(link).content.decode()
    assert client.post("/taal/", {"language": "fr", "next": link})["Location"] == link
    assert "Participez-vous" in client.get(link).content.decode()


def test_the_training_record_is_there_once_they_came(client: Any) -> None:
    world, programme, enrolment, link = invited()
    assert client.get(f"{link}bewijs/").status_code == 404
    client.post(link, {"answer": "yes"})
    world.offer.outcomes = ["Past een sturing aan"]
    world.offer.save()
    programme = world.move(programme, "start")
    begun(programme)
    rows = [Hours(enrolment.reference, Decimal("38.50"))]
    record_hours(programme=programme, rows=rows, actor=teacher(world))
    page = client.get(f"{link}bewijs/").content.decode()
    for said in ("Ada Aerts", "Past een sturing aan", "38,5 van 40", "Leerhuis De Vonk"):
        assert said in page
    record = client.get(f"{link}bewijs/?format=json").json()
    assert (record["hours_attended"], record["outcomes"]) == ("38.50", ["Past een sturing aan"])


def test_a_company_pastes_its_people_and_corrects_what_was_wrong(client_for: Any) -> None:
    world, programme = approved()
    part = part_of(programme)
    client = client_for(Role.COMPANY_CONTACT, organisation=part.organisation)
    url = reverse("programmes:enrolments", args=[programme.public_id])
    assert "Nog niemand ingeschreven" in client.get(url).content.decode()
    values = {
        "edition": str(world.edition.public_id),
        "people": "Ada Aerts; ada@werk.example\nBo; geen-adres",
    }
    answer = client.post(url, values)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Regel 2" in page
    assert "geen geldig e-mailadres" in page
    assert "Ada Aerts" in page
    assert states(programme) == [E.CONFIRMED]
    values["people"] = "Bo Bracke"
    assert client.post(url, values).status_code == 302
    detail = reverse("programmes:enrolment_detail", args=[Enrolment.objects.order_by("pk")[0].public_id])
    assert "Ada Aerts" in client.get(detail).content.decode()
    assert client.post(detail, {"action": "replace", "name": ""}).status_code == 409
    assert client.post(detail, {"action": "replace", "name": "Cis Claes"}).status_code == 302
    assert states(programme) == [E.CANCELLED, E.CONFIRMED, E.CONFIRMED]
    # Others see pseudonyms.
    manager = client_for(Role.NETWORK_MANAGER, network=world.network)
    seen = manager.get(url).content.decode()
    assert "Cis Claes" not in seen
    assert Enrolment.objects.latest("pk").reference in seen


def test_the_deliverer_finds_its_deliveries_and_exports_who_comes(client_for: Any) -> None:
    world, programme = approved()
    enrol(world, part_of(programme), "Ada Aerts")
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    assert programme.title in client.get(reverse("programmes:deliveries")).content.decode()
    url = reverse("programmes:enrolments", args=[programme.public_id])
    exported = b"".join(client.get(f"{url}?export=csv").streaming_content).decode()
    assert "Ada Aerts" in exported
    assert "ada@werk.example" in exported
    other = client_for(Role.PROVIDER)
    assert "Nog geen levering" in other.get(reverse("programmes:deliveries")).content.decode()


def test_erasing_by_page_and_by_command(client_for: Any) -> None:
    world, programme = approved()
    part = part_of(programme)
    ada, bo = enrol(world, part, "Ada Aerts", "Bo Bracke").confirmed
    client = client_for(Role.COMPANY_CONTACT, organisation=part.organisation)
    detail = reverse("programmes:enrolment_detail", args=[ada.public_id])
    client.post(detail, {"action": "erase", "reason": "Brief van 3 maart"})
    assert "gewist op vraag" in client.get(detail).content.decode()
    call_command("erase_learner", bo.reference, reason="Brief van 4 maart")
    assert Learner.objects.filter(identity="").count() == 2
    # The deliverer cannot erase, nor can another company find the page.
    assert client_for(Role.COMPANY_CONTACT).get(detail).status_code == 404


def test_enrolling_and_hours_by_api_twice_is_once() -> None:
    world, programme = approved()
    part = part_of(programme)
    client = client_of(Role.COMPANY_CONTACT, organisation=part.organisation)
    body = {
        "programme": str(programme.public_id),
        "edition": str(world.edition.public_id),
        "name": "Ada Aerts",
        "email": "ada@werk.example",
    }
    first = client.post("/api/v1/enrolments/", body, format="json")
    again = client.post("/api/v1/enrolments/", body, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["name"] == "Ada Aerts"
    programme = world.move(programme, "start")
    begun(programme)
    url = f"/api/v1/enrolments/{first.json()['id']}/attendance/"
    hours = {"hours": [{"day": None, "hours": "40.00"}]}
    for _n in range(2):
        answer = client.put(url, hours, format="json")
        assert answer.status_code == 200
        assert answer.json()["state"] == "attended"
    assert client.put(url, {"hours": [{"hours": "-1"}]}, format="json").status_code == 400
    manager = client_of(Role.NETWORK_MANAGER, network=world.network)
    row = manager.get("/api/v1/enrolments/").json()["results"][0]
    assert (row["name"], row["reference"][:2]) == (None, "D-")
    assert client_of(Role.COMPANY_CONTACT).get("/api/v1/enrolments/").json()["results"] == []


def test_evidence_by_api(settings: Any, tmp_path: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.PRIVATE_ROOT = tmp_path
    world, programme = approved()
    client = client_of(Role.PROVIDER, organisation=world.offer.provider.organisation)
    body = {"programme": str(programme.public_id), "kind": "attendance"}
    good = SimpleUploadedFile("lijst.pdf", b"%PDF-1.7 x")
    answer = client.post("/api/v1/evidence/", {**body, "file": good}, format="multipart")
    assert answer.status_code == 201
    assert answer.json()["bytes"] == 10
    bad = SimpleUploadedFile("lijst.pdf", b"MZ")
    assert client.post("/api/v1/evidence/", {**body, "file": bad}, format="multipart").status_code == 400
    part = part_of(programme)
    company = client_of(Role.COMPANY_CONTACT, organisation=part.organisation)
    assert company.get("/api/v1/evidence/").json()["results"] == []


def test_pages_ask_few_questions_of_the_database(client_for: Any, django_assert_max_num_queries: Any) -> None:
    world, programme = approved(learners=4)
    part = part_of(programme)
    enrolment = enrol(world, part, "Ada Aerts", "Bo Bracke", "Cis Claes", "Dirk Devos").all[0]
    company = client_for(Role.COMPANY_CONTACT, organisation=part.organisation)
    provider = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    for client in (company, provider):
        client.get("/")  # content types and the like are asked once a process
        for name, key in (
            ("enrolments", programme),
            ("attendance", programme),
            ("evidence", programme),
            ("enrolment_detail", enrolment),
        ):
            url = reverse(f"programmes:{name}", args=[key.public_id])
            client.get(url)
            with django_assert_max_num_queries(MOST_QUERIES):
                assert client.get(url).status_code == 200
