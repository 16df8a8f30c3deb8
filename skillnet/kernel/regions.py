"""NUTS regions: the Belgian ones by name, parent and place, the others by the shape of their code.

Levels and codes: Regulation (EC) No 1059/2003, Annex I, as it stands since NUTS 2021 (Commission Delegated
Regulation (EU) 2019/1755). Codes that NUTS 2021 retired are still in people's files: they are read as
their successors. The position of a level 3 region is its label point in Eurostat's GISCO data set NUTS
2021 (© EuroGeographics for the administrative boundaries), that of Soignies the mean of its municipalities.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_EARTH_RADIUS_KM = 6371.0088
_MIN_LENGTH, _MAX_LENGTH = 3, 5
_SHAPE = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")
# Countries with NUTS or statistical regions.
_COUNTRY_CODES = (
    "AL AT BE BG CH CY CZ DE DK EE EL ES FI FR HR HU IE IS IT LI LT LU LV ME MK MT NL NO PL PT RO RS SE SI "
    "SK TR UA UK XK"
)
_COUNTRIES = frozenset(_COUNTRY_CODES.split())


@dataclass(frozen=True, slots=True)
class Region:
    """A Belgian region. `latitude` and `longitude` in degrees, known at level 3 only."""

    code: str
    nl: str
    fr: str
    en: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def level(self) -> int:
        """1 a region (gewest), 2 a province, 3 an arrondissement."""
        return len(self.code) - 2

    def name(self, language: str) -> str:
        """The name in `nl`, `fr` or `en`; English for any other language."""
        return {"nl": self.nl, "fr": self.fr}.get(language, self.en)


_TABLE = (
    ("BE1", "Brussels Hoofdstedelijk Gewest", "Région de Bruxelles-Capitale", "Brussels-Capital Region"),
    ("BE2", "Vlaams Gewest", "Région flamande", "Flemish Region"),
    ("BE3", "Waals Gewest", "Région wallonne", "Walloon Region"),
    ("BE10", "Brussels Hoofdstedelijk Gewest", "Région de Bruxelles-Capitale", "Brussels-Capital Region"),
    ("BE21", "Antwerpen", "Anvers", "Antwerp"),
    ("BE22", "Limburg", "Limbourg", "Limburg"),
    ("BE23", "Oost-Vlaanderen", "Flandre orientale", "East Flanders"),
    ("BE24", "Vlaams-Brabant", "Brabant flamand", "Flemish Brabant"),
    ("BE25", "West-Vlaanderen", "Flandre occidentale", "West Flanders"),
    ("BE31", "Waals-Brabant", "Brabant wallon", "Walloon Brabant"),
    ("BE32", "Henegouwen", "Hainaut", "Hainaut"),
    ("BE33", "Luik", "Liège", "Liège"),
    ("BE34", "Luxemburg", "Luxembourg", "Luxembourg"),
    ("BE35", "Namen", "Namur", "Namur"),
)
_ARRONDISSEMENTS = (
    ("BE100", "Brussel-Hoofdstad", "Bruxelles-Capitale", "Brussels-Capital", 50.8401, 4.3569),
    ("BE211", "Antwerpen", "Anvers", "Antwerp", 51.2778, 4.4941),
    ("BE212", "Mechelen", "Malines", "Mechelen", 51.0866, 4.6359),
    ("BE213", "Turnhout", "Turnhout", "Turnhout", 51.2451, 4.9502),
    ("BE223", "Tongeren", "Tongres", "Tongeren", 50.8431, 5.5278),
    ("BE224", "Hasselt", "Hasselt", "Hasselt", 50.9550, 5.2723),
    ("BE225", "Maaseik", "Maaseik", "Maaseik", 51.1363, 5.5062),
    ("BE231", "Aalst", "Alost", "Aalst", 50.8772, 3.9358),
    ("BE232", "Dendermonde", "Termonde", "Dendermonde", 51.0409, 4.0444),
    ("BE233", "Eeklo", "Eeklo", "Eeklo", 51.2110, 3.5567),
    ("BE234", "Gent", "Gand", "Ghent", 51.0631, 3.6607),
    ("BE235", "Oudenaarde", "Audenarde", "Oudenaarde", 50.8264, 3.6328),
    ("BE236", "Sint-Niklaas", "Saint-Nicolas", "Sint-Niklaas", 51.1982, 4.1423),
    ("BE241", "Halle-Vilvoorde", "Hal-Vilvorde", "Halle-Vilvoorde", 50.7655, 4.2611),
    ("BE242", "Leuven", "Louvain", "Leuven", 50.8910, 4.8498),
    ("BE251", "Brugge", "Bruges", "Bruges", 51.2013, 3.2248),
    ("BE252", "Diksmuide", "Dixmude", "Diksmuide", 51.0184, 2.8900),
    ("BE253", "Ieper", "Ypres", "Ypres", 50.8525, 2.8697),
    ("BE254", "Kortrijk", "Courtrai", "Kortrijk", 50.8223, 3.3066),
    ("BE255", "Oostende", "Ostende", "Ostend", 51.1788, 2.9506),
    ("BE256", "Roeselare", "Roulers", "Roeselare", 50.9405, 3.1187),
    ("BE257", "Tielt", "Tielt", "Tielt", 50.9991, 3.3020),
    ("BE258", "Veurne", "Furnes", "Veurne", 51.0520, 2.6747),
    ("BE310", "Nijvel", "Nivelles", "Nivelles", 50.6659, 4.5923),
    ("BE323", "Bergen", "Mons", "Mons", 50.4503, 3.8846),
    ("BE328", "Doornik-Moeskroen", "Tournai-Mouscron", "Tournai-Mouscron", 50.6318, 3.4469),
    ("BE329", "La Louvière", "La Louvière", "La Louvière", 50.4387, 4.1408),
    ("BE32A", "Aat", "Ath", "Ath", 50.6175, 3.8135),
    ("BE32B", "Charleroi", "Charleroi", "Charleroi", 50.4588, 4.4222),
    ("BE32C", "Zinnik", "Soignies", "Soignies", 50.5490, 4.1670),
    ("BE32D", "Thuin", "Thuin", "Thuin", 50.1983, 4.2514),
    ("BE331", "Hoei", "Huy", "Huy", 50.4874, 5.3435),
    ("BE332", "Luik", "Liège", "Liège", 50.6197, 5.6051),
    ("BE334", "Borgworm", "Waremme", "Waremme", 50.6727, 5.2075),
    (
        "BE335",
        "Verviers (Franstalig)",
        "Verviers (francophone)",
        "Verviers (French-speaking)",
        50.4966,
        5.9120,
    ),
    (
        "BE336",
        "Verviers (Duitstalig)",
        "Verviers (germanophone)",
        "Verviers (German-speaking)",
        50.3331,
        6.1862,
    ),
    ("BE341", "Aarlen", "Arlon", "Arlon", 49.6853, 5.7483),
    ("BE342", "Bastenaken", "Bastogne", "Bastogne", 50.0877, 5.7523),
    ("BE343", "Marche-en-Famenne", "Marche-en-Famenne", "Marche-en-Famenne", 50.2341, 5.4892),
    ("BE344", "Neufchâteau", "Neufchâteau", "Neufchâteau", 49.8942, 5.3112),
    ("BE345", "Virton", "Virton", "Virton", 49.6521, 5.5160),
    ("BE351", "Dinant", "Dinant", "Dinant", 50.1804, 5.0465),
    ("BE352", "Namen", "Namur", "Namur", 50.4665, 4.8503),
    ("BE353", "Philippeville", "Philippeville", "Philippeville", 50.1578, 4.5623),
)
REGIONS: dict[str, Region] = {row[0]: Region(*row) for row in (*_TABLE, *_ARRONDISSEMENTS)}
ARRONDISSEMENTS: tuple[str, ...] = tuple(sorted(row[0] for row in _ARRONDISSEMENTS))
"""The codes of level 3: the regions that have a place."""

# NUTS 2016 code → NUTS 2021 code. Soignies (BE325) was split over three: it keeps its name.
RETIRED = {
    "BE221": "BE224", "BE222": "BE225", "BE321": "BE32A", "BE322": "BE32B", "BE324": "BE328",
    "BE325": "BE32C", "BE326": "BE32D", "BE327": "BE328", "BE333": "BE335",
}  # fmt: skip


def resolve(text: str) -> str | None:
    """The current code for what someone wrote, or None when it is no NUTS code of level 1 to 3.

    Belgian codes must exist; of a foreign code only the country and the shape are checked.
    """
    code = text.strip().upper()
    code = RETIRED.get(code, code)
    if code.startswith("BE"):
        return code if code in REGIONS else None
    return code if _SHAPE.fullmatch(code) and code[:2] in _COUNTRIES else None


def current(code: str) -> str:
    """The code in capitals, and the present one for one that was retired; not whether it exists."""
    tidy = code.strip().upper()
    return RETIRED.get(tidy, tidy)


def parent(code: str) -> str | None:
    """The region one level up; None above level 1."""
    return code[:-1] if len(code) > _MIN_LENGTH else None


def children(code: str) -> tuple[str, ...]:
    """The Belgian regions one level down, in the order of their codes."""
    return tuple(sorted(other for other in REGIONS if parent(other) == code))


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies in it. NUTS codes nest by prefix."""
    return inner.startswith(outer)


def overlaps(one: str, other: str) -> bool:
    """Whether the two have ground in common, that is, whether one contains the other."""
    return contains(one, other) or contains(other, one)


def display_name(code: str, language: str = "nl") -> str:
    """The name of a Belgian region; the code itself for any other."""
    region = REGIONS.get(code)
    return region.name(language) if region else code


@lru_cache(maxsize=65536)
def distance_km(one: str, other: str) -> float | None:
    """Kilometres as the crow flies between two regions; None when one of them has no known place, or is empty.

    Zero when one contains the other; otherwise the least distance between the level 3 regions in them.
    """
    first, second = sorted((current(one), current(other)))
    if not first:
        return None
    if overlaps(first, second):
        return 0.0
    return _distance_apart(first, second)


def nearest_km(ones: Iterable[str], others: Iterable[str]) -> float | None:
    """The least distance between any two of two sets of regions; None when none is known."""
    targets = tuple(others)
    known = [km for one in ones for other in targets if (km := distance_km(one, other)) is not None]
    return min(known, default=None)


def reachable(here: Iterable[str], there: Iterable[str], reach_km: float) -> bool:
    """Whether a place lies in reach. Only known distances count against it."""
    targets = tuple(there)
    pairs = [distance_km(one, other) for one in here for other in targets]
    return not pairs or any(km is None or km <= reach_km for km in pairs)


@lru_cache(maxsize=4096)
def _distance_apart(one: str, other: str) -> float | None:
    pairs = ((a, b) for a in _places(one) for b in _places(other))
    return min((_great_circle_km(a, b) for a, b in pairs), default=None)


@lru_cache(maxsize=256)
def _places(code: str) -> tuple[tuple[float, float], ...]:
    return tuple(
        (region.latitude, region.longitude)
        for region in REGIONS.values()
        if region.latitude is not None and region.longitude is not None and contains(code, region.code)
    )


def _great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The haversine formula, good to half a percent."""
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(half))
