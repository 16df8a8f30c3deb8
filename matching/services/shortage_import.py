"""A yearly list of shortage occupations from a file: one region of it, linked to ESCO by name or by address."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import Occupation
from matching.rules import may_manage_shortages
from matching.services.revaluing import list_changed, shown_standings
from matching.services.shortages import name_variants
from matching.shortage_models import ShortageList, ShortageOccupation
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.names import fold
from skillnet.kernel.tabular.table import Record, Table

# How the official lists name the regions.
REGION_WORDS = {
    "flanders": "BE2",
    "vlaanderen": "BE2",
    "flandre": "BE2",
    "brussels": "BE1",
    "brussel": "BE1",
    "bruxelles": "BE1",
    "wallonia": "BE3",
    "wallonie": "BE3",
}
NAME_COLUMNS = {
    "nl": ("name_nl", "naam", "beroep"),
    "fr": ("name_fr", "metier"),
    "en": ("name_en",),
    "de": ("name_de",),
}
LANGUAGE_OF_REGION = {"BE1": "fr", "BE2": "nl", "BE3": "fr"}
YES = frozenset({"1", "ja", "yes", "oui", "true", "x"})
FEWEST_KEPT = 0.5
"""A list that loses more than this share of its occupations since last time waits for a person's word."""
Link = ShortageOccupation.Link


@dataclass(slots=True)
class ShortageReport:
    """What an import did; `problems` say the line and what is wrong with it."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    dropped: int = 0
    linked: int = 0
    other_regions: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """One occupation as the file has it."""

    line: int
    key: str
    code: str
    names: dict[str, str]
    group: str
    causes: list[str]
    is_ministerial: bool
    uri: str


def region_code(text: str) -> str:
    """NUTS level 1 for what the file or a person says; empty when it is none of the regions."""
    code = REGION_WORDS.get(fold(text)) or regions.resolve(text) or ""
    return code if len(code) == 3 else ""


def import_shortages(
    table: Table,
    *,
    year: int,
    region: str,
    actor: Actor,
    source: str = "",
    accept_loss: bool = False,
) -> ShortageReport:
    """Put the occupations of `region` (NUTS or its name) on the list of `year`; twice changes nothing.

    Columns: `occupation` (or name_nl, name_fr, name_en, name_de), and where there are: `region`, `group`,
    `code`, `causes` (words with a space or comma between), `ministerial_list`, `occupation_uri`. What a person
    linked stays, this year and from the year before. Priorities follow, and what answers demand that became much
    more or less urgent is put up for revaluing. Raises ValidationError: an unknown region, no
    occupation at all, or a corrected list that lost more than half (unless `accept_loss`).
    """
    if not may_manage_shortages(actor):
        raise ValidationError(_("Alleen een coördinator of beheerder leest een lijst in."))
    wanted = region_code(region)
    if not wanted:
        raise ValidationError(_("Onbekende regio: %s. Geef BE1, BE2 of BE3.") % region)
    report = ShortageReport()
    rows = _read_all(table, wanted, report)
    if not rows:
        raise ValidationError(
            _("Geen enkel beroep voor deze regio. Heeft het bestand een kolom “occupation”?")
        )
    with transaction.atomic():
        listing, _made = ShortageList.objects.get_or_create(year=year, region=wanted)
        listing = ShortageList.objects.select_for_update(of=("self",)).get(pk=listing.pk)
        known = {row.key: row for row in listing.occupations.all()}
        _check_loss(known, rows, accept_loss)
        before = shown_standings()
        listing.source, listing.imported_by = source[:200], actor.user
        listing.imported_at = timezone.now()
        listing.save()
        _store(listing, known, rows, report)
        list_changed(listing=listing, before=before)
    return report


def _read_all(table: Table, region: str, report: ShortageReport) -> dict[str, Read]:
    rows: dict[str, Read] = {}
    for record in table.records():
        said = record.values.get("region", "").strip()
        if said and region_code(said) != region:
            report.other_regions += 1
            continue
        read = _read(record, region)
        if isinstance(read, str):
            report.problems.append((record.line, read))
        elif read.key in rows:
            report.problems.append((record.line, _("staat ook op regel %d") % rows[read.key].line))
        else:
            rows[read.key] = read
    return rows


def _read(record: Record, region: str) -> Read | str:
    values = record.values
    names = {
        language: text
        for language, columns in NAME_COLUMNS.items()
        if (text := next((values[c].strip() for c in columns if values.get(c, "").strip()), ""))
    }
    plain = values.get("occupation", "").strip()
    if plain:
        names.setdefault(LANGUAGE_OF_REGION.get(region, "nl"), plain)
    if not names:
        return _("geen naam van een beroep")
    causes = _causes(values.get("causes") or values.get("oorzaak") or "")
    if causes is None:
        return _("onbekende oorzaak: kies kwantitatief, kwalitatief of arbeidsomstandigheden")
    first = plain or next(iter(names.values()))
    return Read(
        line=record.line,
        key=fold(first)[:200] or first[:200],
        code=values.get("code", "").strip()[:30],
        names={language: name[:300] for language, name in names.items()},
        group=(values.get("group") or values.get("beroepsgroep") or "").strip()[:200],
        causes=causes,
        is_ministerial=fold(values.get("ministerial_list", "")) in YES,
        uri=values.get("occupation_uri", "").strip(),
    )


def _causes(text: str) -> list[str] | None:
    """The causes in a cell, in the order of the enumeration; None when a word is none of them."""
    words = fold(text).split()
    found = {ShortageOccupation.CAUSE_WORDS.get(word) for word in words}
    if None in found:
        return None
    return [cause.value for cause in ShortageOccupation.Cause if cause.value in found]


def _check_loss(known: dict[str, ShortageOccupation], rows: dict[str, Read], accept_loss: bool) -> None:
    listed = [key for key, row in known.items() if row.is_listed]
    kept = sum(key in rows for key in listed)
    if listed and kept < FEWEST_KEPT * len(listed) and not accept_loss:
        raise ValidationError(
            _(
                "Van %(before)d beroepen op deze lijst staan er nog %(kept)d in het bestand. Is dat zo bedoeld?"
            )
            % {"before": len(listed), "kept": kept}
        )


def _store(
    listing: ShortageList, known: dict[str, ShortageOccupation], rows: dict[str, Read], report: ShortageReport
) -> None:
    by_name = OccupationNames()
    earlier = _linked_by_a_person(listing)
    for key, read in rows.items():
        row = known.get(key) or ShortageOccupation(listing=listing, key=key)
        before = _content(row) if row.pk else None
        row.code, row.names, row.group = read.code, read.names, read.group
        row.causes, row.is_ministerial, row.is_listed = read.causes, read.is_ministerial, True
        if row.link != Link.PERSON:
            _link(row, read, by_name, earlier.get(key))
        after = _content(row)
        if before is None:
            report.created += 1
        elif before == after:
            report.unchanged += 1
        else:
            report.changed += 1
        if before != after:
            row.save()
        report.linked += row.link != Link.NONE
    for key, row in known.items():
        if key not in rows and row.is_listed:
            row.is_listed = False
            row.save()
            report.dropped += 1


def _content(row: ShortageOccupation) -> tuple[object, ...]:
    return (
        row.code,
        dict(row.names),
        row.group,
        list(row.causes),
        row.is_ministerial,
        row.is_listed,
        row.occupation_id,
        list(row.skills),
        str(row.link),
    )


def _linked_by_a_person(listing: ShortageList) -> dict[str, ShortageOccupation]:
    rows = ShortageOccupation.objects.filter(
        listing__region=listing.region, listing__year__lt=listing.year, link=Link.PERSON
    )
    return {row.key: row for row in rows.order_by("listing__year")}


def _link(
    row: ShortageOccupation, read: Read, by_name: "OccupationNames", earlier: ShortageOccupation | None
) -> None:
    """By the address in the file, by what a person said last year, else by the very same name in ESCO."""
    found, link = by_name.by_uri(read.uri), Link.FILE
    if found is None and earlier is not None:
        row.occupation, row.skills, row.link = earlier.occupation, list(earlier.skills), Link.PERSON
        return
    if found is None:
        found, link = by_name.find(read.names), Link.NAME
    if found is None or not found.essential:
        row.occupation, row.skills, row.link = None, [], Link.NONE
        return
    row.occupation, row.skills, row.link = found, list(found.essential), link


class OccupationNames:
    """ESCO occupations by their folded names, read once for a whole list; preferred names win."""

    def __init__(self) -> None:
        self._preferred: dict[tuple[str, str], int] = {}
        self._other: dict[tuple[str, str], int] = {}
        self._rows: dict[int, Occupation] = {}
        self._by_uri: dict[str, Occupation] = {}
        for row in Occupation.objects.order_by("uri").iterator(chunk_size=1000):
            self._rows[row.pk] = row
            self._by_uri[row.uri] = row
            for language, name in row.labels.items():
                for variant in name_variants(str(name)):
                    self._preferred.setdefault((language, variant), row.pk)
            for language, names in row.alt_labels.items():
                for variant in _all_variants(names):
                    self._other.setdefault((language, variant), row.pk)

    def by_uri(self, uri: str) -> Occupation | None:
        return self._by_uri.get(uri)

    def find(self, names: dict[str, str]) -> Occupation | None:
        """The occupation of the same name in the same language, whole names before halves."""
        for table in (self._preferred, self._other):
            for language, name in names.items():
                for variant in name_variants(name):
                    pk = table.get((language, variant))
                    if pk is not None:
                        return self._rows[pk]
        return None


def _all_variants(names: list[str]) -> Iterator[str]:
    for name in names:
        yield from name_variants(str(name))
