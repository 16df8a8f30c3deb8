"""Shortage occupations: which list holds, and what a set of skills has to do with it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from matching.models import Skill
from matching.shortage_models import ShortageList, ShortageOccupation
from skillnet.kernel import regions
from skillnet.kernel.names import fold

MOST_HITS = 5
LEAST_SHARE = 0.5
"""Of a gap's telling skills: what an occupation must need to be called the gap's own."""


@dataclass(frozen=True, slots=True)
class ShortageHit:
    """A shortage occupation that some skills or words belong to.

    `shared` are the skills in common, `share` how much of the asked skills that is (0..1; 1 when the words
    name the occupation).
    """

    occupation: ShortageOccupation
    shared: frozenset[str]
    share: float

    def name(self, language: str) -> str:
        return self.occupation.name(language)

    @property
    def year(self) -> int:
        return self.occupation.listing.year

    @property
    def region(self) -> str:
        return self.occupation.listing.region

    @property
    def causes(self) -> list[str]:
        """The causes in the words of the page's language."""
        return [str(ShortageOccupation.Cause(cause).label) for cause in self.occupation.causes]


def current_lists(*, day: date, region: str = "") -> list[ShortageList]:
    """Per region the list of `day`'s year, else the latest before it; only of regions that meet `region`."""
    found: dict[str, ShortageList] = {}
    for row in ShortageList.objects.filter(year__lte=day.year).order_by("-year"):
        if not region or regions.overlaps(row.region, region):
            found.setdefault(row.region, row)
    return [found[code] for code in sorted(found)]


def regions_without_list(year: int) -> list[str]:
    """Regions (NUTS level 1) that have a list of an earlier year and none of `year`; Flanders always has one."""
    of_year = set(ShortageList.objects.filter(year=year).values_list("region", flat=True))
    known = set(ShortageList.objects.filter(year__lt=year).values_list("region", flat=True)) | {"BE2"}
    return sorted(known - of_year)


def listed_on(*, day: date, region: str = "") -> QuerySet[ShortageOccupation]:
    """The occupations on the lists that hold on `day`."""
    lists = current_lists(day=day, region=region)
    return ShortageOccupation.objects.filter(listing__in=lists, is_listed=True).select_related("listing")


def shortage_for(
    skills: Iterable[str], region: str = "", day: date | None = None, text: str = "", limit: int = MOST_HITS
) -> list[ShortageHit]:
    """Shortage occupations of `region` (empty: any) on `day` (default today) that need one of `skills`.

    Transversal skills say nothing of an occupation and do not count. With `text` an occupation that the text
    names comes first, whatever its skills. Best first: named, then most skills in common, then by name.
    """
    from django.utils import timezone

    listed = listed_on(day=day or timezone.localdate(), region=region)
    wanted = telling_skills(skills)
    by_skill = listed.filter(skills__overlap=sorted(wanted)) if wanted else listed.none()
    named = _named_in(text, listed)
    hits = [ShortageHit(row, wanted & set(row.skills), 1.0) for row in named]
    known = {row.pk for row in named}
    for row in by_skill:
        if row.pk not in known:
            shared = wanted & set(row.skills)
            hits.append(ShortageHit(row, frozenset(shared), len(shared) / len(wanted)))
    hits.sort(key=lambda hit: (-hit.share, -len(hit.shared), hit.occupation.key, hit.occupation.pk))
    return hits[:limit]


def shortages_of_gap(gap: Any, *, limit: int = 3) -> list[ShortageHit]:
    """The shortage occupations that a gap is about: named by its occupation or title, else those that need at
    least half of its telling skills. A gap without regions is looked up in all of them."""
    region = gap.regions[0] if len(gap.regions) == 1 else ""
    text = f"{gap.occupation} {gap.title}"
    hits = shortage_for(gap.skills, region=region, text=text, limit=MOST_HITS)
    return [hit for hit in hits if hit.share >= LEAST_SHARE][:limit]


def telling_skills(skills: Iterable[str]) -> frozenset[str]:
    """Skills without those that any work needs (ESCO's transversal ones)."""
    wanted = frozenset(skills)
    general = Skill.objects.filter(uri__in=wanted, is_transversal=True).values_list("uri", flat=True)
    return wanted - frozenset(general)


def shortage_skills(skills: Collection[str], *, day: date) -> dict[str, frozenset[str]]:
    """Which of `skills` a listed occupation needs, and in which regions (NUTS level 1)."""
    wanted = telling_skills(skills)
    found: dict[str, set[str]] = {}
    for row in listed_on(day=day).filter(skills__overlap=sorted(wanted)) if wanted else []:
        for uri in wanted & set(row.skills):
            found.setdefault(uri, set()).add(row.listing.region)
    return {uri: frozenset(where) for uri, where in found.items()}


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a list says otherwise than that of the year before."""

    before: ShortageList | None
    added: Sequence[ShortageOccupation]
    gone: Sequence[ShortageOccupation]
    causes: Sequence[tuple[ShortageOccupation, ShortageOccupation]]


def change_since_last_year(listing: ShortageList) -> ListChange:
    """Occupations that came, went, or have other causes, against the list before of the same region."""
    before = (
        ShortageList.objects.filter(region=listing.region, year__lt=listing.year).order_by("-year").first()
    )
    now = {row.key: row for row in listing.occupations.filter(is_listed=True)}
    if before is None:
        return ListChange(None, [], [], [])
    then = {row.key: row for row in before.occupations.filter(is_listed=True)}
    both = [(then[key], row) for key, row in now.items() if key in then]
    return ListChange(
        before,
        [row for key, row in now.items() if key not in then],
        [row for key, row in then.items() if key not in now],
        [(old, new) for old, new in both if set(old.causes) != set(new.causes)],
    )


def _named_in(text: str, listed: QuerySet[ShortageOccupation]) -> list[ShortageOccupation]:
    """Occupations whose name stands in the text as whole words, longest name first."""
    words = f" {fold(text)} "
    if not words.strip():
        return []
    named = [row for row in listed if any(f" {name} " in words for name in _spoken_names(row))]
    return sorted(named, key=lambda row: (-len(row.key), row.key, row.pk))


def _spoken_names(row: ShortageOccupation) -> list[str]:
    return [variant for name in row.names.values() for variant in name_variants(name)]


def name_variants(name: str) -> list[str]:
    """The folded forms of an occupation's name: whole, and each side of "lasser/lasster"."""
    parts = [name, *(name.split("/") if "/" in name else [])]
    return [folded for part in parts if len(folded := fold(part)) > 3]
