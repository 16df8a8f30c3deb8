"""The texts that mean the same, as groups: ESCO concepts, Competent competences, dictionary entries."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.embedder.training.dictionaries import read_dictd, read_wordnet

LANGUAGES = ("nl", "fr", "en", "de")
SAME = ("exactMatch", "closeMatch")
"""The relations of Competent to ESCO under which a label of the one may serve as a label of the other."""
_GENDERED = re.compile(r"^([^/]{3,80})\s*/\s*([^/]{3,80})$")
_ISO = {"nld": "nl", "fra": "fr", "eng": "en", "deu": "de"}
DICTIONARIES = ("nld-eng", "nld-fra", "fra-nld", "nld-deu", "deu-nld", "eng-nld", "fra-eng", "eng-fra")
LARGE_DICTIONARIES = ("deu-eng", "eng-deu")


@dataclass(slots=True)
class Group:
    """Texts of one meaning, each with its language; descriptions are longer and say it in other words."""

    labels: list[tuple[str, str]] = field(default_factory=list)
    descriptions: list[tuple[str, str]] = field(default_factory=list)
    family: str = ""
    """What its near misses share with it: an ISCO group, a broader skill."""


def read_esco(folder: Path) -> dict[str, Group]:
    """Skills and occupations by URI. Raises FileNotFoundError where a file of the layout is missing."""
    groups: dict[str, Group] = {}
    broader = _broader(folder / "skill_broader.csv")
    for name in ("skills.csv", "occupations.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                groups[row["uri"]] = _concept(row)
                groups[row["uri"]].family = row.get("iscoGroup") or broader.get(row["uri"], "")
    return groups


def _broader(file: Path) -> dict[str, str]:
    """The first broader concept of each skill."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["conceptUri"]: row["broaderUri"] for row in reversed(list(csv.DictReader(lines)))}


def _concept(row: dict[str, str]) -> Group:
    group = Group()
    for language in LANGUAGES:
        labels = [row[f"pref_{language}"], *row[f"alt_{language}"].split(" | ")]
        seen = dict.fromkeys(form for label in labels for form in gender_forms(label.strip()))
        group.labels += [(text, language) for text in seen if text]
        for part in _sentences(row[f"desc_{language}"]):
            group.descriptions.append((part, language))
    return group


def gender_forms(label: str) -> list[str]:
    """A label, and where it names a man's and a woman's form ("vendeur/vendeuse") each form on its own."""
    match = _GENDERED.match(label)
    return [label, match[1].strip(), match[2].strip()] if match else [label]


def _sentences(description: str) -> Iterator[str]:
    """A description's first sentences, each on its own and the first two together."""
    parts = [part for part in re.split(r"(?<=[.;:])\s+", " ".join(description.split())) if len(part) > 30]
    if len(parts) > 1:
        yield f"{parts[0]} {parts[1]}"[:400]
    yield from (part[:300] for part in parts[:4])


@dataclass(frozen=True, slots=True)
class Link:
    """One line of Competent's mapping to ESCO."""

    competence: str
    label_nl: str
    label_fr: str
    relation: str
    uri: str


def read_competent(file: Path) -> list[Link]:
    """The mapping as it is published, one link a line."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Link(row["competent_id"], row["label_nl"], row["label_fr"], row["relation"], row["esco_uri"])
            for row in csv.DictReader(lines)
        ]


def in_evaluated_fold(competence: str, folds: int) -> bool:
    """Whether a competence's links to ESCO are kept from training, to be measured on."""
    return zlib.crc32(competence.encode()) % folds == 0


def add_competent(groups: dict[str, Group], links: Iterable[Link], folds: int) -> None:
    """Each competence's Dutch and French labels as one group, and outside the evaluated fold as labels of
    the ESCO skill that they are exactly or nearly the same as.

    With a broader or narrower skill they make a group of their own: near each other, but no labels of it.
    """
    for link in links:
        pair = [(link.label_nl, "nl"), (link.label_fr, "fr")]
        groups.setdefault(f"competent:{link.competence}", Group(labels=pair))
        if link.uri not in groups or in_evaluated_fold(link.competence, folds):
            continue
        if link.relation in SAME:
            groups[link.uri].labels += pair
        else:
            first = {language: text for text, language in reversed(groups[link.uri].labels)}
            related = [(first[language], language) for language in LANGUAGES if language in first]
            groups[f"related:{link.competence}:{link.uri}"] = Group(labels=pair + related)


def read_dictionaries(folder: Path, names: Iterable[str]) -> Iterator[Group]:
    """One group per entry of the `freedict-*` dictionaries under a folder."""
    for name in names:
        source, target = (_ISO[code] for code in name.split("-"))
        for headword, meanings in read_dictd(folder / f"freedict-{name}"):
            yield Group(labels=[(headword, source), *((meaning, target) for meaning in meanings)])


def read_synsets(folder: Path) -> Iterator[Group]:
    """One group per synset of WordNet: its words, and its gloss as description."""
    for names, gloss in read_wordnet(folder):
        yield Group([(name, "en") for name in names], [(gloss, "en")] if len(gloss) > 12 else [])


@dataclass(frozen=True, slots=True)
class Corpus:
    """Groups as flat arrays: text number → group, language, whether a description."""

    texts: list[str]
    group: NDArray[np.int32]
    language: NDArray[np.int8]
    described: NDArray[np.bool_]
    first: NDArray[np.int64]
    size: NDArray[np.int64]
    family: NDArray[np.int32]

    @classmethod
    def of(cls, groups: Iterable[Group]) -> Corpus:
        """Groups of at least two texts; the others teach nothing."""
        texts: list[str] = []
        languages: list[int] = []
        described: list[bool] = []
        sizes: list[int] = []
        families: list[int] = []
        names: dict[str, int] = {}
        for group in groups:
            both = [(*item, False) for item in group.labels] + [(*item, True) for item in group.descriptions]
            if len(both) < 2:
                continue
            sizes.append(len(both))
            families.append(names.setdefault(group.family, len(names)) if group.family else -1)
            for text, language, is_description in both:
                texts.append(text)
                languages.append(LANGUAGES.index(language))
                described.append(is_description)
        size = np.array(sizes, dtype=np.int64)
        return cls(
            texts,
            np.repeat(np.arange(len(sizes), dtype=np.int32), size),
            np.array(languages, dtype=np.int8),
            np.array(described, dtype=np.bool_),
            np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int64) if sizes else size,
            size,
            np.array(families, dtype=np.int32),
        )
