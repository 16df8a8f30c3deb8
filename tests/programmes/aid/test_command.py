"""`manage.py assess_aid`: JSON on stdout only, exit 0 or 2, no database."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.programmes.aid.builders import answer, case

ROOT = Path(__file__).parents[3]


def write(folder: Path, data: Any) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("assess_aid", *arguments, stdout=out)
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


# No test here has the database mark: pytest-django refuses every query.
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_command_prints_the_assessment(tmp_path: Path, language: str) -> None:
    assert run(write(tmp_path, case()), "--language", language) == answer(case(), language)


def test_dutch_is_the_default_and_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text("\ufeff" + json.dumps(case()), encoding="utf-8")
    assert run(str(path)) == answer(case(), "nl")


@pytest.mark.parametrize(("language", "reason"), [("nl", "ontbreekt"), ("fr", "manque"), ("en", "missing")])
def test_an_invalid_case_names_field_and_reason(tmp_path: Path, language: str, reason: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(write(tmp_path, case(company=None)), "--language", language)
    assert caught.value.returncode == 2
    assert str(caught.value).startswith("company: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[]", b"PK\x03\x04" + b"\0" * 100])
def test_a_file_that_is_no_case(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run(str(path))
    assert caught.value.returncode == 2


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.json"):
        run(str(tmp_path / "missing.json"))
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    with pytest.raises(CommandError, match="10 MB"):
        run(str(path))


@pytest.mark.engines
def test_as_a_process_it_needs_no_database_and_keeps_stdout_clean(tmp_path: Path) -> None:
    def process(data: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), "assess_aid", write(tmp_path, data)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    good = process(case(mandatory_training=True))
    assert (good.returncode, json.loads(good.stdout)) == (0, answer(case(mandatory_training=True)))
    bad = process(case(links=[{"owner": "C", "owned": "A", "percent": "101"}]))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "links[0].percent" in bad.stderr
