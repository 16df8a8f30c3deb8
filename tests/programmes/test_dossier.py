"""The file of a programme, its replay after the law moved on, exports, reminders and the home page."""

import contextlib
import json
import re
import zlib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from networks.models import Gap
from programmes.home import sections
from programmes.models import Participation, Programme
from programmes.obstacles import OBSTACLES, obstacle_sentence
from programmes.reasons import reason_sentences
from programmes.services.comments import add_comment
from programmes.services.dossier import dossier_of
from programmes.services.law import database_rates
from programmes.services.pdf import dossier_pdf
from programmes.services.pdf_document import Document, printable
from programmes.services.reassess import replay_programme
from programmes.services.reminders import remind_deadlines
from skillnet.kernel.models import OutboxMessage, Rate
from skillnet.kernel.outbox import render_message
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def test_dossier_holds_everything_that_an_auditor_asks(client_for, world):
    programme = world.programme("submit", "approve", "start")
    client = client_for(None)
    client.force_login(world.coordinator.user)
    address = reverse("programmes:programme_print", args=[programme.public_id])
    document = client.get(address, {"format": "json"}).json()
    assert len(document["gaps"]) == 3
    assert {m["score"] for m in document["matches"]} == {0.82}
    assert document["alternatives"][0]["lost_on"] == "fit"
    part = document["participations"][0]
    assert part["assessment"]["rows"]
    assert part["replays"] is True
    assert part["ledger"]["left"] == "300000.00"
    assert part["decisions"][0]["evidence"]["public_funding"] == "1500.00"
    assert [d["action"] for d in document["decisions"]] == ["draft", "submit", "approve", "start"]
    page = client.get(address).content.decode()
    assert REASON in page
    assert "hetzelfde besluit" in page


def test_on_paper_stands_what_an_auditor_asks_and_no_instant_of_a_machine(client_for, world):
    programme = world.programme("submit", "approve", "start")
    add_comment(programme=programme, actor=world.manager, text="De zaal ligt vast.")
    paper = written(dossier_pdf(dossier_of(programme=programme)))
    for words in (
        f"{world.companies[0].name} (3)",  # for whom a seat is bought
        f"Opleiding: {world.offer.title}",  # the cost plan
        "€ 1.000,00 per deelnemer.",
        "De zaal ligt vast.",
        "Beslist op",
    ):
        assert re.sub(r"\s", "", words) in paper, words
    client = client_for(None)
    client.force_login(world.coordinator.user)
    page = client.get(reverse("programmes:programme_print", args=[programme.public_id])).content.decode()
    for text in (paper, page):
        assert not re.search(r"\d{4}-\d{2}-\d{2}T", text), "people read days and hours"
    assert "3 deelnemers, kost" in page


def test_a_heading_of_the_paper_is_followed_by_what_it_heads():
    document = Document("Proef")
    document.set_y(document.h - 40)  # room for the heading, not for the table under it
    document.heading("Matches", 13)
    document.grid(["Bedrijf", "Score"], [["Zetelmakerij Abeele", "82"]], right=[1])
    assert document.page_no() == 2
    text = written(bytes(document.output()))
    assert text.index("SkillnetVlaanderen1") < text.index("Matches") < text.index("ZetelmakerijAbeele")


def written(document: bytes) -> str:
    """All that a PDF writes, without white space: lines break anywhere."""
    said = ""
    for stream in re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL):
        with contextlib.suppress(zlib.error):
            text = zlib.decompress(stream).decode("cp1252", "replace")
            said += "".join(re.findall(r"\(((?:\\.|[^\\()])*)\)", text))
    return re.sub(r"\\(.)", r"\1", re.sub(r"\s", "", said))


def test_pdf_is_a_pdf_in_dutch_and_french(client_for, world):
    programme = world.programme("submit")
    document = dossier_pdf(dossier_of(programme=programme))
    assert document.startswith(b"%PDF-")
    assert printable("Ardèche “œuvre” – € 5 → 6 − 1") == "Ardèche “œuvre” – € 5 -> 6 - 1"
    assert printable("Çelik 漢") == "Çelik ?"
    client = client_for(None)
    client.force_login(world.coordinator.user)
    address = reverse("programmes:programme_print", args=[programme.public_id])
    response = client.get(address, {"format": "pdf"})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")


def test_replay_gives_the_same_after_the_law_changed(world):
    programme = world.programme("submit", "approve")
    Rate.objects.filter(key__name="training_base").update(value=10)
    Rate.objects.filter(key__name="network_grant").update(value=1)
    assert database_rates().value("network_grant", timezone.localdate()) == 1
    assert [r.is_same for r in replay_programme(programme=programme)] == [True, True, True]
    out = StringIO()
    call_command("replay_assessment", str(programme.public_id), stdout=out)
    assert out.getvalue().count(": same") == 3


def test_replay_says_what_differs_when_somebody_touched_the_record(world):
    programme = world.programme("submit", "approve")
    row = programme.participations.first()
    row.assessment["granted"] = "9999.00"
    Participation.objects.filter(pk=row.pk).update(assessment=row.assessment)
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("replay_assessment", str(programme.public_id), stdout=out)
    assert refused.value.returncode == 1
    assert "different: granted" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("replay_assessment", "nonsense")


def test_export_says_what_the_contract_says(client_for, world):
    programme = world.programme("submit")
    out = StringIO()
    call_command("export_proposals", "--state", "all", "--network", world.network.name, stdout=out)
    (record,) = json.loads(out.getvalue())["programmes"]
    assert record["id"] == str(programme.public_id)
    assert record["pools"] == [str(world.pool.public_id)]
    assert record["editions"] == [str(world.edition.public_id)]
    assert (record["learners"], record["cost"]) == (9, "9000.00")
    grant = next(f for f in record["funding"] if f["instrument"] == "network_grant")
    assert grant["amount"] == "4500.00"
    assert "art. 31(4)" in grant["legal_basis"]
    assert record["reasons"]
    out = StringIO()
    call_command("export_proposals", "--state", "all", "--format", "csv", stdout=out)
    assert out.getvalue().count("\n") == 2
    with pytest.raises(CommandError):
        call_command("export_proposals", "--network", "onbekend")
    client = client_for(Role.COORDINATOR)
    empty = client.get(reverse("programmes:export_proposals"), {"format": "json"}).json()
    assert empty == {"programmes": []}
    client.force_login(world.coordinator.user)
    assert client.get(reverse("programmes:export_proposals")).status_code == 200


def test_deadlines_are_said_once_a_week(world):
    programme = world.programme("submit")
    assert remind_deadlines() == 0
    late = timezone.localdate() - timedelta(days=1)
    Programme.objects.filter(pk=programme.pk).update(decide_by=late)
    before = OutboxMessage.objects.count()
    assert remind_deadlines() == 2  # both coordinators
    said = OutboxMessage.objects.count()
    assert said > before
    remind_deadlines()
    assert OutboxMessage.objects.count() == said
    late_notice = OutboxMessage.objects.filter(key__contains="deadline:late").earliest("pk")
    subject, body = render_message(late_notice)
    assert subject == "De beslissing is te laat: Sturing aanpassen"
    assert f"/programmas/{programme.public_id}/" in body


def test_company_is_reminded_to_confirm_before_the_first_lesson(world):
    programme = world.programme("submit", "approve")
    contact = world.contact(world.companies[0])
    soon = timezone.localdate() + timedelta(days=5)
    type(world.edition).objects.filter(pk=world.edition.pk).update(starts_on=soon)
    Programme.objects.filter(pk=programme.pk).update(starts_on=soon)
    remind_deadlines()
    assert OutboxMessage.objects.filter(recipient=contact.user, key__contains="commit_reminder").exists()


def test_home_says_to_each_what_waits(world):
    programme = world.programme()
    (mine,) = sections(world.manager)
    assert [t.label for t in mine.todos] == [programme.title]
    world.move(programme, "submit")
    decide = sections(world.coordinator)[0]
    assert "nog 20 dagen" in str(decide.todos[0].when)
    (commit,) = sections(world.contact(world.companies[0]))
    assert "U betaalt".lower() in str(commit.todos[0].text)
    provider = actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation)
    assert sections(provider) == []
    world.move(programme, "approve")
    assert [t.label for t in sections(provider)[0].todos] == [programme.title]


def test_every_reason_and_obstacle_has_a_sentence():
    reasons: list[dict[str, Any]] = [
        {"key": "together", "gaps": 3, "companies": 3},
        {"key": "offer", "offer": "X", "provider": "Y", "fit": 0.8, "covered": 2, "gaps": 3, "learners": 4},
        {"key": "offer", "offer": "X", "provider": "Y", "fit": 0.8, "covered": 2, "gaps": 3, "learners": 5},
        {"key": "learners_unknown", "gaps": 1},
        {"key": "budget", "left": "1000.00"},
        {"key": "optimal", "gap": 0.0},
        {"key": "optimal", "gap": 0.02},
        {"key": "by_hand"},
        {"key": "of a later version"},
    ]
    sentences = reason_sentences(reasons)
    assert len(sentences) == 7
    assert "9 deelnemers in 2 reeksen" in sentences[1]
    for reason in OBSTACLES:
        assert obstacle_sentence({"reason": reason, "amount": "12.50", "edition": None})
    assert "12" not in obstacle_sentence({"reason": "headroom", "amount": "12.50"}), "nobody's balance"
    assert "€\xa012,50 meer" in obstacle_sentence({"reason": "network_budget", "amount": "12.50"})


def test_dossier_is_for_who_sees_all(client_for, world):
    programme = world.programme("submit")
    address = reverse("programmes:programme_print", args=[programme.public_id])
    assert client_for(Role.COORDINATOR).get(address).status_code == 404
    assert client_for(Role.STEERING_MEMBER, network=world.network).get(address).status_code == 200
    assert Gap.objects.count() == 3
