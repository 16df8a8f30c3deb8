"""The register of instruments and its calculators through the pages, and the accounts of training leave."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Offer
from programmes.aid.register import load_instruments
from programmes.models import LeaveEntry, LeaveProposal, LeaveWorker
from programmes.services.instruments import double_funding
from programmes.services.law import load_law
from programmes.services.leave import (
    account_of,
    answer_proposal,
    mark_claimed,
    propose_course,
    record_course,
    save_worker,
    school_year_of,
)
from skillnet.kernel.roles import Role
from skillnet.templatetags.ui import date_short
from tests.factories import make_organisation
from tests.programmes.world import build_world

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _law() -> None:
    load_law()


@pytest.fixture
def worker() -> LeaveWorker:
    return save_worker(
        organisation=make_organisation(),
        values={"reference": "W-900", "employment": Decimal(100), "weekly_hours": Decimal(38)},
    )


def course(hours: str, **more) -> dict:
    return {"course": "Lassen", "starts_on": DAY, "hours": Decimal(hours), "claimed_on": DAY} | more


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_the_register(client_for, role):
    client = client_for(role)
    page = client.get(reverse("programmes:instruments")).content.decode()
    assert "kmo-portefeuille" in page
    assert "Vlaams opleidingsverlof" in page
    assert client.get(reverse("programmes:instrument", args=["kmo_portefeuille"])).status_code == 200


def test_every_instrument_has_a_page_with_dates_and_combinations(client_for):
    client = client_for(Role.ANALYST)
    for key in load_instruments():
        assert client.get(reverse("programmes:instrument", args=[key])).status_code == 200, key
    page = client.get(reverse("programmes:instrument", args=["vov"])).content.decode()
    # The rate that was and the rate that is, both with their dates.
    assert "21,30" in page
    assert "14,91" in page
    assert date_short(date(2025, 8, 31)) in page
    assert "Kan niet samen" in page
    assert client.get(reverse("programmes:instrument", args=["bestaat-niet"])).status_code == 404


def test_the_register_is_exported_whole(client_for):
    answer = client_for(Role.COORDINATOR).get(reverse("programmes:instruments") + "?export=csv")
    text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == len(load_instruments()) + 1
    assert "Tot 14 kalenderdagen na de eerste les." in text


KMO = {
    "size": "small",
    "course_cost": "1000",
    "first_lesson": "2026-03-01",
    "requested_on": "2026-03-15",
    "theme": "general",
    "stem": "on",
    "registered_provider": "on",
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({}, "300,00", id="case-23-small"),
        pytest.param({"course_cost": "26000"}, "7.500,00", id="case-23-cap"),
        pytest.param({"size": "medium"}, "200,00", id="case-23-medium"),
        pytest.param({"theme": "cybersecurity"}, "450,00", id="case-23-cyber"),
        pytest.param({"course_cost": "99.99"}, "onder het minimum", id="case-24"),
        pytest.param({"requested_on": "2026-03-16"}, "de laatste dag", id="case-25"),
        pytest.param({"stem": ""}, "knelpuntberoep of STEM", id="profession-specific"),
        pytest.param({"size": "large"}, "kleine en middelgrote", id="large"),
        pytest.param({"mandatory_training": "on"}, "Wettelijk verplichte opleiding", id="mandatory"),
        pytest.param(
            {"first_lesson": "1999-03-01", "requested_on": "1999-03-01"}, "geen tarief", id="in-1999"
        ),
    ],
)
def test_kmo_calculator(client_for, changed, words):
    page = client_for(Role.COMPANY_CONTACT).get(reverse("programmes:kmo"), KMO | changed).content.decode()
    assert words in page.split("<aside")[1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({}, "596,40", id="40-hours"),
        pytest.param({"employment": "75"}, "minstens 80", id="case-26-employment"),
        pytest.param({"weekly_hours": "27"}, "27 uur per week", id="case-26-hours"),
        pytest.param({"claimed_on": "2026-06-03"}, "de laatste dag", id="case-27"),
        pytest.param({"hours": "130", "accepted": "on"}, "5 uur gemeenschappelijk", id="joint-right"),
    ],
)
def test_leave_calculator(client_for, changed, words):
    asked = {
        "starts_on": "2026-03-02",
        "hours": "40",
        "employment": "100",
        "weekly_hours": "38",
        "claimed_on": "2026-03-02",
    }
    page = client_for(Role.ANALYST).get(reverse("programmes:leave_calculator"), asked | changed)
    assert words in page.content.decode().split("<aside")[1]


def test_sector_fund_estimate(client_for):
    page = client_for(Role.ANALYST).get(reverse("programmes:sector_fund"), {"wages": "129000000"})
    assert "258.000,00" in page.content.decode()


def test_two_accounts_of_one_school_year_never_go_below_zero(worker):
    record_course(worker_id=worker.pk, values=course("100"))
    again = record_course(worker_id=worker.pk, values=course("100"))  # a second click takes nothing more
    assert LeaveEntry.objects.get() == again
    second = record_course(worker_id=worker.pk, values=course("100", course="Frezen"))
    assert second.own_hours == 25
    account = account_of(worker=worker, school_year=2025)
    assert (account.own_left, account.joint_left) == (0, 125)
    with pytest.raises(ValidationError, match="geen uren meer"):
        record_course(worker_id=worker.pk, values=course("40", course="Slijpen"))
    next_year = record_course(
        worker_id=worker.pk, values=course("40", starts_on=date(2026, 9, 1), claimed_on=date(2026, 9, 1))
    )
    assert (next_year.school_year, next_year.own_hours) == (2026, 40)
    assert [school_year_of(date(2026, 8, 31)), school_year_of(date(2026, 9, 1))] == [2025, 2026]


def test_the_joint_account_opens_only_when_the_worker_accepts(worker):
    proposal = propose_course(
        worker=worker, values={"course": "PLC", "starts_on": DAY, "hours": Decimal(200)}
    )
    open_one = record_course(worker_id=worker.pk, values=course("10", contact_hours=Decimal(40)))
    assert open_one.joint_hours == 0
    accepted = answer_proposal(answer_id=proposal.answer_id, accept=True)
    assert answer_proposal(answer_id=proposal.answer_id, accept=True).answered_at == accepted.answered_at
    with pytest.raises(ValidationError, match="al geantwoord"):
        answer_proposal(answer_id=proposal.answer_id, accept=False)
    entry = record_course(worker_id=worker.pk, values=course("200"), proposal=accepted)
    assert (entry.own_hours, entry.joint_hours) == (115, 85)


def test_a_worker_answers_by_link_alone_and_refusing_has_no_consequence(client_for, worker):
    record_course(worker_id=worker.pk, values=course("20", contact_hours=Decimal(40)))
    proposal = propose_course(worker=worker, values={"course": "PLC", "starts_on": DAY, "hours": Decimal(40)})
    nobody = client_for(None)
    address = reverse("programmes:leave_answer", args=[proposal.answer_id])
    page = nobody.get(address).content.decode()
    assert "geen enkel gevolg" in page
    assert "W-900" not in page
    nobody.post(address, {"answer": "no"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answered_at is not None) == ("refused", True)
    assert account_of(worker=worker, school_year=2025).own_used == 20
    assert nobody.get(reverse("programmes:leave_answer", args=[proposal.public_id])).status_code == 404
    assert LeaveProposal.objects.count() == 1


def test_the_claim_is_in_time_or_refused(worker):
    entry = record_course(worker_id=worker.pk, values=course("40"))
    assert entry.claim_by == date(2026, 6, 2)
    with pytest.raises(ValidationError, match="laatste dag"):
        mark_claimed(entry_id=entry.pk, day=date(2026, 6, 3))
    first = mark_claimed(entry_id=entry.pk, day=date(2026, 6, 2))
    assert mark_claimed(entry_id=entry.pk, day=date(2026, 7, 1)).claimed_on == first.claimed_on


def test_hours_of_a_course_that_did_not_go_on_come_back(client_for, worker):
    proposal = propose_course(worker=worker, values={"course": "PLC", "starts_on": DAY, "hours": Decimal(40)})
    accepted = answer_proposal(answer_id=proposal.answer_id, accept=True)
    entry = record_course(worker_id=worker.pk, values=course("40", course="PLC"), proposal=accepted)
    before = account_of(worker=worker, school_year=2025)
    assert before.own_used + before.joint_used == 40
    own = client_for(Role.COMPANY_CONTACT, organisation=worker.organisation)
    stranger = client_for(Role.COMPANY_CONTACT)
    address = reverse("programmes:leave_give_back", args=[entry.public_id])
    assert stranger.post(address).status_code == 404
    assert [own.post(address).status_code for _ in range(2)] == [302, 302]
    after = account_of(worker=worker, school_year=2025)
    assert after.own_used + after.joint_used == 0
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    with pytest.raises(ValidationError, match="niet door"):
        mark_claimed(entry_id=entry.pk, day=DAY)
    assert "ging niet door" in own.get(reverse("programmes:leave_worker", args=[worker.public_id])).text
    claimed = record_course(worker_id=worker.pk, values=course("40", course="PLC"))
    mark_claimed(entry_id=claimed.pk, day=DAY)
    own.post(reverse("programmes:leave_give_back", args=[claimed.public_id]))
    assert account_of(worker=worker, school_year=2025).own_used == 40


def test_an_employer_takes_a_proposal_back_before_hours_are_taken(client_for, worker):
    proposal = propose_course(worker=worker, values={"course": "PLC", "starts_on": DAY, "hours": Decimal(40)})
    own = client_for(Role.COMPANY_CONTACT, organisation=worker.organisation)
    own.post(reverse("programmes:leave_withdraw", args=[proposal.public_id]))
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    with pytest.raises(ValidationError, match="ingetrokken"):
        answer_proposal(answer_id=proposal.answer_id, accept=True)


def test_a_name_is_no_reference(worker):
    with pytest.raises(ValidationError, match="code"):
        save_worker(organisation=worker.organisation, values={"reference": "An Peeters"})


def test_a_company_keeps_its_accounts_on_the_web_and_sees_nobody_elses(client_for, worker):
    client = client_for(Role.COMPANY_CONTACT, organisation=worker.organisation)
    assert "W-900" in client.get(reverse("programmes:leave")).content.decode()
    address = reverse("programmes:leave_worker", args=[worker.public_id])
    starts_on = timezone.localdate() + timedelta(days=3)
    client.post(address, {"form": "course", "course": "Lassen", "starts_on": starts_on, "hours": "40"})
    client.post(address, {"form": "proposal", "course": "PLC", "starts_on": starts_on, "hours": "40"})
    page = client.get(address).content.decode()
    assert "596,40" in page
    assert "wacht op antwoord" in page
    refused = client.post(address, {"form": "course", "course": "Kort", "starts_on": starts_on, "hours": "8"})
    assert refused.status_code == 409
    assert "contacturen" in refused.content.decode()
    answer_proposal(answer_id=worker.proposals.get().answer_id, accept=True)
    client.post(reverse("programmes:leave_take", args=[worker.proposals.get().public_id]))
    assert worker.entries.count() == 2
    client.post(reverse("programmes:leave_claimed", args=[worker.entries.first().public_id]))
    assert worker.entries.exclude(claimed_on=None).count() == 1
    other = client_for(Role.COMPANY_CONTACT)
    assert other.get(address).status_code == 404
    assert "W-900" not in other.get(reverse("programmes:leave")).content.decode()


def test_another_domain_and_another_stream_are_said_on_the_programme(client_for):
    world = build_world()
    Offer.objects.filter(pk=world.offer.pk).update(policy_domain="welfare", stream="language")
    programme = world.programme()
    world.offer.refresh_from_db()
    said = double_funding(programme=programme, offers=[world.offer])
    assert {severity for severity, _sentence in said} == {"policy_flag"}
    assert any("afgeschermde lijn" in sentence for _severity, sentence in said)
    assert len(said) == 2


@pytest.mark.django_db(transaction=True)
def test_two_courses_at_one_instant_share_the_account(worker):
    errors: list[Exception] = []

    def take(name: str) -> None:
        try:
            record_course(worker_id=worker.pk, values=course("100", course=name))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(name,)) for name in ("Lassen", "Frezen")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(entry.own_hours for entry in LeaveEntry.objects.filter(worker=worker)) == 125
