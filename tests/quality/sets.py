"""The sets that language models are measured on: public ones beside the project, and its own."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from matching.embedder.retrieval import Task, read_task
from matching.embedder.training.sources import in_evaluated_fold, read_competent

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SKILLNET_REFERENCE_DATA", HERE.parents[2] / "shared" / "data"))
NO_DATA = f"the reference data is not beside the project ({DATA})"
MELO = (
    "nld_q_nl_c_nl",
    "nld_q_nl_c_en",
    "fra_q_fr_c_fr",
    "fra_q_fr_c_en",
    "deu_q_de_c_de",
    "deu_q_de_c_en",
)
FOLDS = 5  # as the bundled model was trained; matching/model/training.json says so too


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def melo(name: str) -> Task:
    """National occupation titles as queries, all surface forms of ESCO occupations as the corpus."""
    folder = DATA / "melo" / name
    return read_task(folder / "queries.tsv", folder / "corpus_elements.tsv", folder / "annotations.tsv")


def skill_labels(language: str) -> dict[str, str]:
    """ESCO's preferred skill labels in a language, by URI."""
    rows = _table(DATA / "esco" / "skills.csv")
    return {row["uri"]: label for row in rows if (label := row[f"pref_{language}"])}


def competent(source: str, target: str, relations: tuple[str, ...], *, fold: bool = True) -> Task:
    """Competent's labels as queries, ESCO's preferred skill labels as the corpus.

    With `fold` only the competences whose links were kept from training.
    """
    labels = skill_labels(target)
    number = {uri: place for place, uri in enumerate(labels)}
    found: dict[str, tuple[str, dict[int, float]]] = {}
    for link in read_competent(DATA / "competent" / "competent_to_esco.csv"):
        text = link.label_nl if source == "nl" else link.label_fr
        kept = not fold or in_evaluated_fold(link.competence, FOLDS)
        if text and kept and link.relation in relations and link.uri in number:
            found.setdefault(link.competence, (text, {}))[1][number[link.uri]] = 1.0
    texts, relevant = zip(*found.values(), strict=True)
    return Task(list(texts), list(labels.values()), list(relevant))


def skill_sentences() -> Task:
    """English vacancy sentences as queries, English skill labels as the corpus."""
    labels = list(skill_labels("en").values())
    number = {label.lower(): place for place, label in reversed(list(enumerate(labels)))}
    found: dict[str, dict[int, float]] = {}
    for part in ("house", "tech"):
        for row in _table(DATA / "skill_extraction" / f"{part}_validation_annotations.csv"):
            place = number.get(row["label"].lower())
            if place is not None:
                found.setdefault(row["sentence"], {})[place] = 1.0
    return Task(list(found), labels, list(found.values()))


def own(half: str, language: str | None = None) -> Task:
    """The project's own gaps and offers; the offers are one corpus for both halves."""
    offers = _tsv("offers.tsv")
    number = {row["id"]: place for place, row in enumerate(offers)}
    grades: dict[str, dict[int, float]] = {}
    for row in _tsv("grades.tsv"):
        if int(row["grade"]) > 0:
            grades.setdefault(row["gap_id"], {})[number[row["offer_id"]]] = float(row["grade"])
    gaps = [
        row
        for row in _tsv("gaps.tsv")
        if row["half"] == half and row["id"] in grades and language in (None, row["lang"])
    ]
    return Task(
        [row["text"] for row in gaps], [row["text"] for row in offers], [grades[row["id"]] for row in gaps]
    )


def _tsv(name: str) -> list[dict[str, str]]:
    header, *lines = (HERE / "own" / name).read_text("utf-8").splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


def gender_pairs() -> list[tuple[str, str]]:
    """A man's and a woman's form of one occupation, as ESCO's French preferred labels give them."""
    pairs = []
    for row in _table(DATA / "esco" / "occupations.csv"):
        forms = [form.strip() for form in row["pref_fr"].split("/")]
        if len(forms) == 2 and all(len(form) > 2 for form in forms):
            pairs.append((forms[0], forms[1]))
    return pairs


def typo_pairs(count: int = 1000) -> list[tuple[str, str]]:
    """Dutch skill labels, and the same with two neighbouring letters of the longest word changed round."""
    labels = list(skill_labels("nl").values())
    step = max(1, len(labels) // count)
    return [(label, with_typo(label)) for label in labels[::step] if with_typo(label) != label]


def with_typo(label: str) -> str:
    """Two letters in the middle of the longest word change places."""
    longest = max(label.split(), key=len)
    at = label.index(longest) + len(longest) // 2
    return label[: at - 1] + label[at] + label[at - 1] + label[at + 1 :] if len(longest) > 3 else label
