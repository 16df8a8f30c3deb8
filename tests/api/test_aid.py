"""Aid assessments through the API: the same JSON as the command, and each mistake by its field."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from programmes.api_aid import CASE_EXAMPLE
from programmes.services.law import load_law
from skillnet.kernel.models import Rate
from tests.api.keys import company

pytestmark = pytest.mark.django_db
URL = "/api/v1/aid-assessments/"


def post(case: Any, **headers: str) -> Any:
    return company().post(URL, data=json.dumps(case), content_type="application/json", **headers)


@pytest.mark.parametrize("from_database", [True, False])
def test_the_same_as_the_command(tmp_path: Path, from_database: bool) -> None:
    if from_database:
        load_law()
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE_EXAMPLE))
    out = StringIO()
    call_command("assess_aid", str(path), stdout=out)
    answer = post(CASE_EXAMPLE)
    assert answer.status_code == 200, answer.content
    assert answer.json() == json.loads(out.getvalue())
    assert answer.json()["granted"] == "1300.00"


def test_the_law_of_the_database_decides() -> None:
    load_law()
    rate = Rate.objects.confirmed().on(date(2026, 3, 20)).get(key__name="training_bonus_small")
    before = post(CASE_EXAMPLE).json()["intensity"]
    Rate.objects.filter(pk=rate.pk).update(value=rate.value - 5)
    assert post(CASE_EXAMPLE).json()["intensity"] != before


def test_amounts_are_read_to_the_cent() -> None:
    exact = post({**CASE_EXAMPLE, "costs": [{"category": "trainer", "amount": 4000.10}]})
    assert exact.json()["maximum_aid"] == "2800.07"


def test_sentences_in_the_language_that_is_asked_for() -> None:
    dutch, english = post(CASE_EXAMPLE).json(), post(CASE_EXAMPLE, HTTP_ACCEPT_LANGUAGE="en").json()
    assert dutch["granted"] == english["granted"]
    assert dutch["reasons"][0]["text"] != english["reasons"][0]["text"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requested": None}, "requested"),
        ({"requested": "-1"}, "requested"),
        ({"route": "shortest"}, "route"),
        ({"decision_date": "20 maart"}, "decision_date"),
        ({"decision_date": "1900-01-01"}, "decision_date"),
        ({"costs": [{"category": "lunch", "amount": "1.00"}]}, "costs[0].category"),
        ({"company": "Z"}, "company"),
    ],
)
def test_each_mistake_names_its_field(changes: dict[str, Any], field: str) -> None:
    answer = post({**CASE_EXAMPLE, **changes})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_law_that_was_ended_without_another_is_said() -> None:
    load_law()
    Rate.objects.filter(key__name="sme_figures").update(state=Rate.State.WITHDRAWN)
    assert post(CASE_EXAMPLE).json()["errors"][0]["field"] in {"application_date", "decision_date"}
