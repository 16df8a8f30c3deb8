"""Reading the ESCO classification from files, in either of two layouts. No Django here.

- *merged*: one table per concept with a column per language (`skills.csv`, `occupations.csv`,
  `occupation_skills.csv`, `skill_broader.csv`, `skill_groups.csv`);
- *official*: the download of the ESCO portal, one file per concept and language (`skills_nl.csv`,
  `occupationSkillRelations_en.csv`, …), all in one folder or in one folder per language.

Whoever shows ESCO data says: "This service uses the ESCO classification of the European Commission"
(Commission Decision 2011/833/EU).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from skillnet.kernel.tabular.problems import FileProblem, render
from skillnet.kernel.tabular.reading import read_rows
from skillnet.kernel.tabular.table import Limits

LANGUAGES = ("nl", "fr", "en", "de")
_LIMITS = Limits(max_rows=2_000_000)
_MERGED_ALTERNATIVES = "|"
_OFFICIAL_NAME = re.compile(r"([a-z]+)_([a-z]{2})\.csv", re.IGNORECASE)
_DIGITAL = ("digitalskillscollection", "ictskillscollection")
_GREEN = ("greenskillscollection",)
_TRANSVERSAL = ("transversalskillscollection",)
_BROADER = "broaderrelationsskillpillar"
_NEEDED = "occupationskillrelations"


@dataclass(frozen=True, slots=True)
class SkillRecord:
    """One skill or knowledge concept; texts by two-letter language, `broader` the URIs one level up."""

    uri: str
    labels: dict[str, str]
    alt_labels: dict[str, tuple[str, ...]]
    descriptions: dict[str, str]
    skill_type: str
    reuse_level: str
    digital: bool
    green: bool
    transversal: bool
    broader: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OccupationRecord:
    """One occupation with the skills that it needs; `isco` is the ISCO-08 unit group, `code` ESCO's own."""

    uri: str
    code: str
    isco: str
    labels: dict[str, str]
    alt_labels: dict[str, tuple[str, ...]]
    descriptions: dict[str, str]
    essential: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A skill group (or ISCED-F field) of the hierarchy above the skills."""

    uri: str
    code: str
    labels: dict[str, str]


class EscoFiles(Protocol):
    """A folder with ESCO data. Each method reads its files anew, a record at a time.

    `missing` names the files that a full import would use and this folder lacks.
    """

    missing: tuple[str, ...]

    def skills(self) -> Iterator[SkillRecord]: ...
    def occupations(self) -> Iterator[OccupationRecord]: ...
    def groups(self) -> Iterator[GroupRecord]: ...


def open_esco(folder: str | Path, *, languages: tuple[str, ...] = LANGUAGES) -> EscoFiles:
    """The ESCO files in a folder, in whichever layout. Raises FileProblem `esco_layout` when there are none.

    Reading raises FileProblem: `esco_columns` names the columns that a file lacks, `esco_row` a broken row.
    """
    path = Path(folder)
    if (path / "skills.csv").is_file():
        return _Merged(path, languages)
    files = _official_files(path)
    if not any(name == "skills" and language in languages for name, language in files):
        raise FileProblem("esco_layout", folder=path.name)
    return _Official(files, languages)


@dataclass
class _Texts:
    """What a concept is called in the languages read so far."""

    labels: dict[str, str] = field(default_factory=dict)
    alt_labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)

    def add(self, language: str, label: str, alternatives: list[str], description: str) -> None:
        if label.strip():
            self.labels[language] = label.strip()
        cleaned = (text.strip() for text in alternatives)
        distinct = dict.fromkeys(text for text in cleaned if text and text != label.strip())
        if distinct:
            self.alt_labels[language] = tuple(distinct)
        if description.strip():
            self.descriptions[language] = description.strip()


class _Merged:
    """One table per concept, languages side by side."""

    def __init__(self, folder: Path, languages: tuple[str, ...]) -> None:
        self._folder = folder
        self._languages = languages
        expected = ("occupations.csv", "occupation_skills.csv", "skill_broader.csv", "skill_groups.csv")
        self.missing = tuple(name for name in expected if not (folder / name).is_file())

    def skills(self) -> Iterator[SkillRecord]:
        broader = _many(
            self._records("skill_broader.csv", "conceptUri", "broaderUri"), "conceptUri", "broaderUri"
        )
        for row in self._records("skills.csv", "uri", "skillType", "digital", "green", "transversal"):
            texts = self._texts(row)
            yield SkillRecord(
                uri=row["uri"],
                labels=texts.labels,
                alt_labels=texts.alt_labels,
                descriptions=texts.descriptions,
                skill_type=row["skillType"],
                reuse_level=row.get("reuseLevel", ""),
                digital=row["digital"] == "1",
                green=row["green"] == "1",
                transversal=row["transversal"] == "1",
                broader=tuple(broader.get(row["uri"], ())),
            )

    def occupations(self) -> Iterator[OccupationRecord]:
        relations = self._records("occupation_skills.csv", "occupationUri", "skillUri", "relationType")
        essential, optional = _needed(relations)
        for row in self._records("occupations.csv", "uri", "iscoGroup"):
            texts = self._texts(row)
            yield _occupation(row["uri"], row, texts, essential, optional)

    def groups(self) -> Iterator[GroupRecord]:
        for row in self._records("skill_groups.csv", "uri", "code"):
            labels = {
                language: row[f"label_{language}"]
                for language in self._languages
                if row.get(f"label_{language}")
            }
            yield GroupRecord(row["uri"], row["code"], labels)

    def _records(self, name: str, *columns: str) -> Iterator[dict[str, str]]:
        return iter(()) if name in self.missing else _records(self._folder / name, *columns)

    def _texts(self, row: Mapping[str, str]) -> _Texts:
        texts = _Texts()
        for language in self._languages:
            texts.add(
                language,
                row.get(f"pref_{language}", ""),
                row.get(f"alt_{language}", "").split(_MERGED_ALTERNATIVES),
                row.get(f"desc_{language}", ""),
            )
        return texts


class _Official:
    """The portal's download. One language is streamed, the texts of the others are held: about 50 MB."""

    def __init__(self, files: dict[tuple[str, str], Path], languages: tuple[str, ...]) -> None:
        self._files = files
        self._languages = languages
        held = {name for name, _ in files}
        expected = {
            "occupations": ("occupations",),
            "occupationSkillRelations": (_NEEDED,),
            "broaderRelationsSkillPillar": (_BROADER,),
            "skillGroups": ("skillgroups",),
            "digitalSkillsCollection": _DIGITAL,
            "greenSkillsCollection": _GREEN,
            "transversalSkillsCollection": _TRANSVERSAL,
        }
        self.missing = tuple(name for name, any_of in expected.items() if not held & set(any_of))

    def skills(self) -> Iterator[SkillRecord]:
        broader = _many(self._relations(_BROADER, "conceptUri", "broaderUri"), "conceptUri", "broaderUri")
        digital, green, transversal = map(self._collection, (_DIGITAL, _GREEN, _TRANSVERSAL))
        for uri, row, texts in self._concepts("skills", "skillType"):
            yield SkillRecord(
                uri=uri,
                labels=texts.labels,
                alt_labels=texts.alt_labels,
                descriptions=texts.descriptions,
                skill_type=row["skillType"],
                reuse_level=row.get("reuseLevel", ""),
                digital=uri in digital,
                green=uri in green,
                transversal=uri in transversal,
                broader=tuple(broader.get(uri, ())),
            )

    def occupations(self) -> Iterator[OccupationRecord]:
        essential, optional = _needed(self._relations(_NEEDED, "occupationUri", "skillUri", "relationType"))
        for uri, row, texts in self._concepts("occupations", "iscoGroup"):
            yield _occupation(uri, row, texts, essential, optional)

    def groups(self) -> Iterator[GroupRecord]:
        for uri, row, texts in self._concepts("skillgroups"):
            yield GroupRecord(uri, row.get("code", ""), texts.labels)

    def _concepts(self, name: str, *columns: str) -> Iterator[tuple[str, dict[str, str], _Texts]]:
        """Every concept of the streamed language with its texts in all, then those that it alone lacks."""
        present = [language for language in self._languages if (name, language) in self._files]
        if not present:
            return
        streamed = "en" if "en" in present else present[0]
        held: dict[str, tuple[dict[str, str], _Texts]] = {}
        for language in present:
            if language != streamed:
                self._hold(held, name, language, columns)
        for row in self._released(name, streamed, columns):
            _, texts = held.pop(row["conceptUri"], ({}, _Texts()))
            _add_official(texts, streamed, row)
            yield row["conceptUri"], row, texts
        for uri, (row, texts) in held.items():
            yield uri, row, texts

    def _hold(
        self,
        held: dict[str, tuple[dict[str, str], _Texts]],
        name: str,
        language: str,
        columns: tuple[str, ...],
    ) -> None:
        kept = {*columns, "reuseLevel", "code"}
        for row in self._released(name, language, columns):
            facts = {column: value for column, value in row.items() if column in kept}
            _, texts = held.setdefault(row["conceptUri"], (facts, _Texts()))
            _add_official(texts, language, row)

    def _released(self, name: str, language: str, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
        path = self._files[name, language]
        for row in _records(path, "conceptUri", "preferredLabel", "altLabels", *columns):
            if row.get("status", "released") != "obsolete":
                yield row

    def _relations(self, name: str, *columns: str) -> Iterator[dict[str, str]]:
        path = self._any_language(name)
        return _records(path, *columns) if path else iter(())

    def _collection(self, names: tuple[str, ...]) -> frozenset[str]:
        return frozenset(row["conceptUri"] for name in names for row in self._relations(name, "conceptUri"))

    def _any_language(self, name: str) -> Path | None:
        """Relations are the same in each language's folder: English first, then any."""
        found = {language: path for (held, language), path in self._files.items() if held == name}
        return found.get("en") or next((found[language] for language in sorted(found)), None)


def _official_files(folder: Path) -> dict[tuple[str, str], Path]:
    """(lower-case name, language) → file, in the folder or one below; the last version by name wins."""
    found: dict[tuple[str, str], Path] = {}
    for path in sorted((*folder.glob("*.csv"), *folder.glob("*/*.csv"))):
        match = _OFFICIAL_NAME.fullmatch(path.name)
        if match:
            found[match[1].lower(), match[2].lower()] = path
    return found


def _records(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    with read_rows(path, limits=_LIMITS) as table:
        absent = [column for column in columns if column not in table.header]
        if absent:
            raise FileProblem("esco_columns", filename=path.name, columns=absent)
        for row in table.rows:
            if row.problems:
                reason = render(row.problems[0], "en")
                raise FileProblem("esco_row", filename=path.name, line=row.line, reason=reason)
            yield dict(zip(table.header, row.cells, strict=True))


def _add_official(texts: _Texts, language: str, row: Mapping[str, str]) -> None:
    description = row.get("description", "") or row.get("definition", "")
    texts.add(language, row["preferredLabel"], row["altLabels"].splitlines(), description)


def _many(rows: Iterator[dict[str, str]], key: str, value: str) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row[value] and row[value] not in found[row[key]]:
            found[row[key]].append(row[value])
    return found


def _needed(rows: Iterator[dict[str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The essential and the optional skills of each occupation."""
    essential: defaultdict[str, list[str]] = defaultdict(list)
    optional: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        kind = essential if row["relationType"] == "essential" else optional
        kind[row["occupationUri"]].append(row["skillUri"])
    return essential, optional


def _occupation(
    uri: str,
    row: Mapping[str, str],
    texts: _Texts,
    essential: Mapping[str, list[str]],
    optional: Mapping[str, list[str]],
) -> OccupationRecord:
    return OccupationRecord(
        uri=uri,
        code=row.get("code", ""),
        isco=row["iscoGroup"],
        labels=texts.labels,
        alt_labels=texts.alt_labels,
        descriptions=texts.descriptions,
        essential=tuple(dict.fromkeys(essential.get(uri, ()))),
        optional=tuple(dict.fromkeys(optional.get(uri, ()))),
    )
