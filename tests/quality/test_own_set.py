"""The project's own evaluation set keeps its shape: counts, languages, references, halves, no duplicates."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

OWN = Path(__file__).parent / "own"
LANGUAGES = {"nl", "fr", "en", "de"}
HALVES = {"tune", "report"}
Rows = list[dict[str, str]]


def read_rows(name: str) -> Rows:
    """The rows of one tab-separated file; a row of another width than the header is an error."""
    lines = (OWN / name).read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]


@pytest.fixture(scope="module")
def gaps() -> Rows:
    return read_rows("gaps.tsv")


@pytest.fixture(scope="module")
def offers() -> Rows:
    return read_rows("offers.tsv")


@pytest.fixture(scope="module")
def grades() -> Rows:
    return read_rows("grades.tsv")


def grades_by_gap(grades: Rows) -> dict[str, dict[str, int]]:
    graded: dict[str, dict[str, int]] = defaultdict(dict)
    for row in grades:
        graded[row["gap_id"]][row["offer_id"]] = int(row["grade"])
    return graded


def shares(rows: Rows) -> dict[str, float]:
    counts = Counter(row["lang"] for row in rows)
    return {language: count / len(rows) for language, count in counts.items()}


def normalised(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def test_headers_are_the_documented_ones() -> None:
    headers = {
        name: (OWN / name).read_text(encoding="utf-8").split("\n", 1)[0]
        for name in ("gaps.tsv", "offers.tsv", "grades.tsv")
    }

    assert headers == {
        "gaps.tsv": "id\tlang\ttext\thalf",
        "offers.tsv": "id\tlang\ttext",
        "grades.tsv": "gap_id\toffer_id\tgrade",
    }


def test_set_only_grows(gaps: Rows, offers: Rows) -> None:
    assert len(gaps) >= 505
    assert len(offers) >= 550


def test_languages_keep_their_shares(gaps: Rows, offers: Rows) -> None:
    gap_shares, offer_shares = shares(gaps), shares(offers)

    assert set(gap_shares) == set(offer_shares) == LANGUAGES
    assert 0.45 <= gap_shares["nl"] <= 0.55
    assert 0.45 <= offer_shares["nl"] <= 0.55
    for language in LANGUAGES - {"nl"}:
        assert gap_shares[language] >= 0.10
        assert offer_shares[language] >= 0.10


def test_ids_and_texts_are_unique_and_filled(gaps: Rows, offers: Rows) -> None:
    for rows in (gaps, offers):
        assert max(Counter(row["id"] for row in rows).values()) == 1
        assert max(Counter(normalised(row["text"]) for row in rows).values()) == 1
        assert all(row["text"] == row["text"].strip() and row["text"] for row in rows)


def test_gap_texts_run_from_a_few_words_to_a_long_paragraph(gaps: Rows) -> None:
    words = sorted(len(row["text"].split()) for row in gaps)

    assert words[0] >= 4
    assert words[-1] >= 80
    assert sum(count >= 30 for count in words) >= 50


def test_every_grade_refers_to_a_known_gap_and_offer_once(gaps: Rows, offers: Rows, grades: Rows) -> None:
    assert {row["gap_id"] for row in grades} == {row["id"] for row in gaps}
    assert {row["offer_id"] for row in grades} <= {row["id"] for row in offers}
    assert max(Counter((row["gap_id"], row["offer_id"]) for row in grades).values()) == 1
    assert {row["grade"] for row in grades} == {"0", "1", "2", "3"}


def test_every_gap_has_answers_and_a_near_miss(gaps: Rows, grades: Rows) -> None:
    graded = grades_by_gap(grades)
    for gap in gaps:
        given = list(graded[gap["id"]].values())
        assert 3 <= len(given) <= 8, gap["id"]
        assert sum(grade > 0 for grade in given) >= 2, gap["id"]
        assert max(given) == 3, gap["id"]
        assert min(given) == 0, gap["id"]


def test_most_gaps_have_an_answer_in_another_language(gaps: Rows, offers: Rows, grades: Rows) -> None:
    graded = grades_by_gap(grades)
    language = {row["id"]: row["lang"] for row in offers}
    crossing = sum(
        any(grade > 0 and language[offer] != gap["lang"] for offer, grade in graded[gap["id"]].items())
        for gap in gaps
    )

    assert crossing / len(gaps) >= 0.7


def test_halves_are_balanced_and_keep_topics_apart(gaps: Rows) -> None:
    halves_of_topic: dict[str, set[str]] = defaultdict(set)
    for gap in gaps:
        halves_of_topic[gap["id"].rsplit("-", 1)[0]].add(gap["half"])
    sizes = Counter(gap["half"] for gap in gaps)

    assert set(sizes) == HALVES
    assert min(sizes.values()) / len(gaps) >= 0.4
    assert all(len(halves) == 1 for halves in halves_of_topic.values())
    for half in HALVES:
        assert set(shares([gap for gap in gaps if gap["half"] == half])) == LANGUAGES
