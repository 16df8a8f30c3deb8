"""The sentences: complete in every language, same placeholders, written as the language writes figures."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from programmes.aid import texts as module
from programmes.aid.texts import LANGUAGES, render_text, texts

FORMS = {"eur": "1234.5", "pct": "12.50", "num": "7", "day": "2026-03-01", "term": "size.small", "": "x"}


def placeholders(text: str) -> dict[str, str]:
    return {name: form or "" for _, name, form, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_with_the_same_figures(language: str) -> None:
    dutch, other = texts("nl"), texts(language)
    assert set(dutch) == set(other)
    for rule, text in dutch.items():
        assert set(placeholders(text).items()) == set(placeholders(other[rule]).items()), rule


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    for rule, text in texts(language).items():
        params = {name: FORMS[form] for name, form in placeholders(text).items()}
        assert "{" not in render_text(rule, params, language)


def test_every_rule_that_the_code_names_has_a_sentence_and_no_sentence_is_idle() -> None:
    folder = Path(module.__file__).parent
    sources = [*folder.glob("*.py"), folder / "double_funding.yaml"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    prefixes = "size|undertaking|training_aid|cumulation|de_minimis|best|kmo|vov|funding|invalid|claim"
    named = set(re.findall(rf'(?:"|rule: )((?:{prefixes})\.[a-z_0-9]+)(?![a-z_0-9{{])', code))
    idle = set(texts("nl")) - named - {"uncertain"}
    # Built from a route, a proposal or a size, so not literally in the code.
    built = {"best.training_aid", "best.de_minimis", "best.none", "vov.proposal_open", "vov.proposal_refused"}
    assert named <= set(texts("nl"))
    assert {key for key in idle if not key.startswith("term.")} == built


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [
        ("nl", "€\u00a01.234.567,80", "01/03/2026"),
        ("fr", "1\u202f234\u202f567,80\u00a0€", "01/03/2026"),
        ("en", "€1,234,567.80", "2026-03-01"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(language: str, amount: str, day: str) -> None:
    sentence = render_text("training_aid.publish", {"granted": "1234567.8", "threshold": "1"}, language)
    assert amount in sentence
    assert day in render_text("vov.claim_by", {"deadline": "2026-03-01"}, language)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        texts("de")
