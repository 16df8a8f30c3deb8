"""What answers demand whose urgency changed by strategy or list is put up for revaluing, decided, and told."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange  # type: ignore[import-untyped]
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Microcredential, Offer, Recognition, Revaluation
from catalogue.services.follow_up import follow_supply
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.recognition import decide_recognition
from catalogue.services.revaluing import take_revaluation_step
from matching.models import Occupation, Skill
from matching.services.revaluing import count_new_lists
from matching.services.shortage_import import import_shortages
from matching.services.strategy import save_strategy
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.models import OutboxMessage, Rate, RateKey
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.transitions import TransitionRefused
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_offer
from tests.matching.web_world import World, build_world

pytestmark = pytest.mark.django_db
WELD, BAKE = "http://s/lassen", "http://s/bakken"
TODAY = timezone.localdate


@pytest.fixture
def world(db: None) -> World:
    """Four companies that want to weld, an offer with a maintenance contract, and a recognition to revalue."""
    Skill.objects.create(uri=WELD, labels={"nl": "lassen"})
    Occupation.objects.create(uri="http://o/lasser", labels={"nl": "lasser"}, essential=[WELD])
    Occupation.objects.create(uri="http://o/bakker", labels={"nl": "bakker"}, essential=[BAKE])
    world = build_world(skills=[WELD])
    world.extra["credential"] = credential_of(world.offer, validity_months=24)
    reviewer = actor_for_role(Role.COORDINATOR)
    world.extra["reviewer"] = reviewer
    world.extra["recognition"] = decide_recognition(
        actor=reviewer, provider=world.provider, scores={}, values=recognised("Sectorfonds metaal")
    )
    return world


def credential_of(offer: Offer, **values: Any) -> Microcredential:
    given = {
        "title": f"Microcredential {offer.title}", "awarding_body": "School", "outcomes": ["last inox"],
        "assessment": "proef", "participation": "klas", "quality_assurance": "Qfor", "ects": 3,
    }  # fmt: skip
    return save_microcredential(actor=SYSTEM, offer=offer, values=given | values)


def recognised(scheme: str, outcome: str = "granted", **values: Any) -> dict[str, Any]:
    day = TODAY()
    given = {"valid_from": day - timedelta(days=400), "revalue_on": day + timedelta(days=300)}
    return {"scheme": scheme, "outcome": outcome, "reason": "Goede werkplaats.", **given, **values}


def read_list(*names: str, year: int | None = None) -> Any:
    text = "region,occupation\n" + "".join(f"flanders,{name}\n" for name in names)
    with read_rows(BytesIO(text.encode()), filename="lijst.csv") as table:
        return import_shortages(
            table, year=year or TODAY().year, region="BE2", actor=SYSTEM, accept_loss=True
        )


def test_a_list_that_makes_demand_urgent_puts_up_what_answers_it_once(world: World, client_for: Any) -> None:
    credential_of(world.other, validity_months=12)  # answers no such demand
    plain = make_offer(provider=world.provider)
    credential_of(plain)
    teacher = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    read_list("Bakker")
    assert not Revaluation.objects.exists(), "nobody's demand moved"
    read_list("Bakker", "Lasser")
    one, two = Revaluation.objects.order_by("pk")
    assert (one.microcredential, two.recognition) == (world.extra["credential"], world.extra["recognition"])
    assert one.due_on == TODAY() + timedelta(days=60)
    (ground,) = one.grounds
    assert (ground["cause"], ground["reference"]) == ("shortage", f"BE2 {TODAY().year}")
    assert ground["shift"] > 0
    assert (ground["parts"]["shortage"]["before"], ground["parts"]["shortage"]["after"]) == (0.0, 1.0)
    told = OutboxMessage.objects.filter(kind="notice", recipient=teacher.actor.user)
    assert sorted(told.values_list("template", flat=True)) == [
        "credential_revaluation",
        "recognition_revaluation",
    ]
    read_list("Bakker", "Lasser")
    assert Revaluation.objects.count() == told.count() == 2
    read_list("Bakker")
    assert Revaluation.objects.count() == 2, "what is open already is put up once"
    one.refresh_from_db()
    assert [kept["shift"] < 0 for kept in one.grounds] == [True], "the same list tells what holds now"


def test_a_strategy_does_too_and_each_party_closes_its_own(world: World, client_for: Any) -> None:
    read_list("Lasser", year=TODAY().year - 1)
    Revaluation.objects.all().delete()
    teacher = client_for(Role.PROVIDER, organisation=world.provider.organisation)
    reviewer = world.extra["reviewer"]
    save_strategy(title="Alles voor groen", weights={"transition": 1}, valid_from=TODAY(), actor=reviewer)
    one, two = Revaluation.objects.order_by("pk")
    assert one.grounds[0]["cause"] == "strategy"
    page, step = (
        reverse(f"catalogue:{name}", args=[one.public_id]) for name in ("revaluation", "revaluation_step")
    )
    assert f"Herwaardeer: {one.subject}" in teacher.get("/").content.decode()
    shown = teacher.get(page).content.decode()
    assert "minder dringend" in shown
    assert world.companies[0].name not in shown
    assert world.gaps[0].title not in shown
    refused = teacher.post(step, {"action": "adapt", "reason": "Duurt nu korter."}, follow=True)
    assert "sinds het voorleggen is er niets aan veranderd" in refused.content.decode()
    save_microcredential(actor=teacher.actor, offer=world.offer, values={"validity_months": 12})
    teacher.post(step, {"action": "adapt", "reason": ""})
    one.refresh_from_db()
    assert one.state == "open", "a reason belongs to it"
    teacher.post(step, {"action": "adapt", "reason": "Duurt nu korter."})
    one.refresh_from_db()
    assert (one.state, one.reason, one.closed_at is not None) == ("adapted", "Duurt nu korter.", True)
    assert client_for(Role.PROVIDER).get(page).status_code == 404
    with pytest.raises(TransitionRefused, match="U mag deze stap niet zetten"):
        take_revaluation_step(revaluation=two, action="keep", actor=teacher.actor, reason="Wij zijn goed.")
    take_revaluation_step(
        revaluation=two, action="keep", actor=reviewer, reason="De werkplaats blijft nodig."
    )
    told = OutboxMessage.objects.filter(template="recognition_revalued", recipient=teacher.actor.user)
    assert told.exists()


def test_a_new_decision_on_a_recognition_closes_it(world: World) -> None:
    read_list("Bakker")
    read_list("Lasser")
    (row,) = Revaluation.objects.filter(recognition__isnull=False)
    reviewer = world.extra["reviewer"]
    for action, words in (("adapt", "Beslis eerst opnieuw"), ("end", "Trek eerst de erkenning in")):
        with pytest.raises(TransitionRefused, match=words):
            take_revaluation_step(revaluation=row, action=action, actor=reviewer, reason="Zomaar.")
    refusal = recognised("Sectorfonds metaal", "refused", valid_from=TODAY())
    decide_recognition(actor=reviewer, provider=world.provider, scores={}, values=refusal)
    row.refresh_from_db()
    assert row.state == "open", "a refusal leaves what is recognised as it is"
    gone = recognised("sectorfonds Metaal", "withdrawn", valid_from=TODAY(), reason="Niet meer nodig.")
    decide_recognition(actor=reviewer, provider=world.provider, scores={}, values=gone)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("ended", "Niet meer nodig.")
    assert Recognition.objects.count() == 3


def test_a_list_of_next_year_counts_when_it_begins_and_its_terms_are_recalled_once(world: World) -> None:
    read_list("Bakker")
    year = TODAY().year + 1
    read_list("Lasser", year=year)
    assert count_new_lists(today=date(year - 1, 12, 31)) == 0
    assert not Revaluation.objects.exists()
    assert count_new_lists(today=date(year, 1, 1)) == 1
    assert [row.grounds[0]["reference"] for row in Revaluation.objects.all()] == [f"BE2 {year}"] * 2
    assert count_new_lists(today=date(year, 1, 1)) == 0
    teacher = actor_for_role(Role.PROVIDER, organisation=world.provider.organisation)
    day = date(year, 1, 1) + timedelta(days=60 - 15)
    assert follow_supply(today=day)["revaluations"] == 0, "two weeks before, until a row says otherwise"
    key = RateKey.objects.create(name="revaluation_reminder_days", unit="days")
    Rate.objects.create(
        key=key, value=15, period=DateRange(day, None), legal_basis="reglement", source="oproep",
        state=Rate.State.CONFIRMED,
    )  # fmt: skip
    assert follow_supply(today=day)["revaluations"] == 2
    assert follow_supply(today=day)["revaluations"] == 0
    due = OutboxMessage.objects.filter(template="credential_revaluation_due", kind="notice")
    people = {world.extra["reviewer"].user, teacher.user}
    assert {message.recipient for message in due} == people


def test_with_a_key(world: World) -> None:
    read_list("Bakker")
    read_list("Lasser")
    own = client_of(Role.PROVIDER, organisation=world.provider.organisation)
    rows = {row["microcredential"]: row for row in own.get("/api/v1/revaluations/").json()["results"]}
    row = rows[str(world.extra["credential"].public_id)]
    parts = {part["part"]: part["after"] for part in row["grounds"][0]["parts"]}
    assert parts["shortage"] == 1.0
    address = f"/api/v1/revaluations/{row['id']}/"
    assert own.post(f"{address}steps/", {"step": "end", "reason": "Stopt."}, format="json").status_code == 409
    Offer.objects.filter(pk=world.offer.pk).update(state="archived")
    done = own.post(f"{address}steps/", {"step": "end", "reason": "Stopt."}, format="json")
    assert (done.status_code, done.json()["state"]) == (200, "ended")
    stranger = client_of(Role.PROVIDER)
    assert stranger.get(address).status_code == 404
    assert stranger.get("/api/v1/revaluations/").json()["results"] == []
    recognition = Revaluation.objects.get(recognition__isnull=False)
    reviewer = client_of(Role.COORDINATOR)
    keep = {"step": "keep", "reason": "Nog altijd nodig."}
    kept = reviewer.post(f"/api/v1/revaluations/{recognition.public_id}/steps/", keep, format="json")
    assert kept.status_code == 409, "a key judges nobody's recognition"
    recognition.refresh_from_db()
    assert recognition.state == "open"
