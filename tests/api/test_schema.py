"""The OpenAPI document is the committed one, and the page that shows it runs under its own policy."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import translation

COMMITTED = Path(__file__).parents[2] / "docs" / "api" / "schema.yaml"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Drawn up anew; a warning fails."""
    path = tmp_path_factory.mktemp("schema") / "schema.yaml"
    with translation.override("nl"):
        call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(path))
    return path.read_text()


def test_the_committed_schema_is_current(schema: str) -> None:
    same = schema == COMMITTED.read_text()
    assert same, "Run: manage.py spectacular --file docs/api/schema.yaml"


def test_operations_read_well_and_have_the_one_error(schema: str) -> None:
    paths: dict[str, Any] = yaml.safe_load(schema)["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    assert len(operations) > 20
    for operation in operations:
        assert re.fullmatch(r"[a-z]+_[a-z]+", operation["operationId"])
        assert operation["summary"]
        assert "Scope: `" in operation["description"]
        for code in ("400", "401", "403", "404", "429"):
            assert operation["responses"][code]["$ref"] == f"#/components/responses/Problem{code}"


@pytest.mark.django_db
class TestPages:
    def test_the_schema_is_public(self) -> None:
        answer = Client().get("/api/v1/schema/", HTTP_ACCEPT="application/json")
        assert answer.status_code == 200
        assert "/api/v1/gaps/{id}/" in answer.json()["paths"]

    def test_the_docs_page_has_no_script_of_its_own(self) -> None:
        answer = Client().get("/api/v1/docs/")
        assert answer.status_code == 200
        html = answer.content.decode()
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
        assert scripts
        assert all("src=" in attributes and not body.strip() for attributes, body in scripts)
        assert all(address.startswith("/") for address in re.findall(r'(?:src|href)="([^"]+)"', html))

    def test_its_policy_is_relaxed_for_styles_alone(self) -> None:
        def policy(path: str) -> dict[str, str]:
            header = Client().get(path)["Content-Security-Policy"]
            return dict(part.strip().split(" ", 1) for part in header.split(";"))

        docs, other = policy("/api/v1/docs/"), policy("/api/v1/schema/")
        assert docs.pop("style-src") == "'self' 'unsafe-inline'"
        assert other.pop("style-src") == "'self'"
        assert docs == other

    def test_the_script_of_the_page_comes_apart(self) -> None:
        html = Client().get("/api/v1/docs/").content.decode()
        (address,) = re.findall(r'src="([^"]*script=[^"]*)"', html)
        answer = Client().get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert "javascript" in answer["Content-Type"]
        assert "/api/v1/schema/" in answer.content.decode()
