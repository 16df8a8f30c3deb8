"""Sentences for problems: every code in every language, with a remedy, and no code without a sentence."""

import re
from pathlib import Path

import pytest

from skillnet.kernel.tabular import RowProblem, render
from skillnet.kernel.tabular.problems import LANGUAGES, codes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    *ROOT.glob("skillnet/kernel/tabular/*.py"),
    ROOT / "skillnet/kernel/enterprise_number.py",
    ROOT / "networks/interchange.py",
    ROOT / "catalogue/interchange.py",
    ROOT / "matching/esco_files.py",
]
_RAISED = re.compile(r'(?:FileProblem|InvalidEnterpriseNumberError)\(\s*"(\w+)"')
_REPORTED = re.compile(r'(?:report|RowProblem)\(\s*[\w.]+,\s*(?:"\w*",\s*)?"(\w+)"|report\("\w+", "(\w+)"')


def test_the_three_languages_have_the_same_codes_and_parameters() -> None:
    assert codes("nl") == codes("fr") == codes("en")
    for code in codes("nl"):
        shown = [render(RowProblem(7, "k", code, _Everything()), language) for language in LANGUAGES]
        used = [sorted(set(re.findall(r"<\w+>", text))) for text in shown]
        assert used[0] == used[1] == used[2], code
        assert len(set(shown)) == len(LANGUAGES), code


def test_every_code_that_is_raised_has_a_sentence() -> None:
    used = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        used |= set(_RAISED.findall(text)) | {a or b for a, b in _REPORTED.findall(text)}
    assert len(used) > 25
    assert used <= codes("nl")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "De kolom “title” is leeg. Vul ze in: zonder deze waarde kan de rij niet worden opgenomen."),
        (
            "fr",
            "La colonne « title » est vide. Complétez-la : sans cette valeur, la ligne ne peut être reprise.",
        ),
        ("en", "The column “title” is empty. Fill it in: the row cannot be taken in without it."),
        ("de", "The column “title” is empty. Fill it in: the row cannot be taken in without it."),
    ],
)
def test_a_sentence_says_what_and_what_to_do(language: str, text: str) -> None:
    assert render(RowProblem(382, "title", "required"), language) == text


def test_what_a_person_typed_is_shown_and_never_interpreted() -> None:
    problem = RowProblem(2, "skills", "skill_uri", {"value": "{column.__class__}" + "x" * 500})
    text = render(problem, "nl")
    assert "{column.__class__}" in text
    assert len(text) < 300


class _Everything(dict[str, object]):
    """Parameters of any name, each shown as <name>."""

    def items(self):
        names = set()
        for path in (ROOT / "skillnet/kernel/tabular").glob("problems_*.yaml"):
            names |= set(re.findall(r"\{(\w+)\}", path.read_text(encoding="utf-8")))
        return [(name, f"<{name}>") for name in names - {"column", "line"}]
