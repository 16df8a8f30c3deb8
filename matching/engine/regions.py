"""How far two regions lie apart, from the centroids of the Belgian NUTS 3 regions (arrondissements).

NUTS codes nest: ``BE2`` holds ``BE21`` holds ``BE211``. Distances are in kilometres as the crow flies between
centroids; a region that holds the other is at distance zero. Source of the codes: Commission Delegated
Regulation (EU) 2023/674 (NUTS 2024); codes of earlier versions that registers still carry are kept as
aliases.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0

CENTROIDS: dict[str, tuple[float, float]] = {
    "BE100": (50.84, 4.37),
    "BE211": (51.27, 4.48),
    "BE212": (51.06, 4.52),
    "BE213": (51.28, 4.94),
    "BE223": (50.82, 5.47),
    "BE224": (50.94, 5.30),
    "BE225": (51.13, 5.60),
    "BE231": (50.88, 4.00),
    "BE232": (51.03, 4.05),
    "BE233": (51.20, 3.57),
    "BE234": (51.05, 3.73),
    "BE235": (50.83, 3.62),
    "BE236": (51.18, 4.15),
    "BE241": (50.85, 4.30),
    "BE242": (50.90, 4.80),
    "BE251": (51.19, 3.20),
    "BE252": (51.04, 2.88),
    "BE253": (50.82, 2.85),
    "BE254": (50.82, 3.30),
    "BE255": (51.18, 2.93),
    "BE256": (50.95, 3.12),
    "BE257": (51.00, 3.35),
    "BE258": (51.06, 2.67),
    "BE310": (50.66, 4.61),
    "BE323": (50.43, 3.88),
    "BE328": (50.60, 3.42),
    "BE329": (50.47, 4.17),
    "BE32A": (50.63, 3.76),
    "BE32B": (50.43, 4.45),
    "BE32C": (50.60, 4.10),
    "BE32D": (50.20, 4.30),
    "BE331": (50.47, 5.25),
    "BE332": (50.61, 5.60),
    "BE334": (50.68, 5.25),
    "BE335": (50.55, 5.87),
    "BE336": (50.42, 6.20),
    "BE341": (49.68, 5.77),
    "BE342": (50.03, 5.75),
    "BE343": (50.25, 5.45),
    "BE344": (49.87, 5.35),
    "BE345": (49.60, 5.50),
    "BE351": (50.17, 4.98),
    "BE352": (50.48, 4.88),
    "BE353": (50.15, 4.53),
}
ALIASES: dict[str, str] = {
    "BE221": "BE224",
    "BE222": "BE225",
    "BE321": "BE32A",
    "BE322": "BE32B",
    "BE324": "BE328",
}


def normalise(code: str) -> str:
    """Return the code in capitals, and the present code for one that has been renumbered."""
    tidy = code.strip().upper()
    return ALIASES.get(tidy, tidy)


def _nested(a: str, b: str) -> bool:
    return a.startswith(b) or b.startswith(a)


def _haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat_a, lon_a, lat_b, lon_b = (radians(x) for x in (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


@lru_cache(maxsize=4096)
def nuts3_of(code: str) -> tuple[str, ...]:
    """Return the Belgian NUTS 3 regions that a code covers, sorted; none when the table lacks it."""
    tidy = normalise(code)
    return tuple(sorted(c for c in CENTROIDS if c.startswith(tidy))) if tidy else ()


@lru_cache(maxsize=65536)
def distance_km(a: str, b: str) -> float | None:
    """Return the shortest distance between two regions in km; ``None`` when the table lacks one of them."""
    first, second = normalise(a), normalise(b)
    if not first or not second:
        return None
    if _nested(first, second):
        return 0.0
    pairs = [(CENTROIDS[x], CENTROIDS[y]) for x in nuts3_of(first) for y in nuts3_of(second)]
    return min((_haversine(x, y) for x, y in pairs), default=None)


def nearest_km(here: Iterable[str], there: Iterable[str]) -> float | None:
    """Return the shortest known distance between two sets of regions in km; ``None`` when none is known.

    One pair in reach is enough. A pair whose distance is unknown says nothing.
    """
    targets = list(there)
    known = [d for a in here for b in targets if (d := distance_km(a, b)) is not None]
    return min(known, default=None)


def reachable(here: Iterable[str], there: Iterable[str], reach_km: float) -> bool:
    """Tell whether a place lies in reach. Only known distances count against it."""
    pairs = [distance_km(a, b) for a in here for b in list(there)]
    return not pairs or any(d is None or d <= reach_km for d in pairs)
