"""Who could sit in one room: the facts of gaps as bit masks, of which a group needs a common bit in each.

Unknown has every bit. So a group is compatible when the bitwise *and* of its members is non-zero in each
mask, and two groups are merged by taking the *and* once more.
"""

from collections.abc import Sequence

import numpy as np

from matching.engine.facts import GapFacts
from matching.engine.tables import Compatibility
from skillnet.kernel.regions import ARRONDISSEMENTS, distance_km

Masks = tuple[int, int, int, int, int]
"""Depth, direction, period, language, place."""

ANY = 0b11
DEPTH = {None: ANY, "short": 0b01, "deep": 0b10}
DIRECTION = {None: ANY, "upskilling": 0b01, "reskilling": 0b10}
PERIOD = {None: ANY, "now": 0b01, "1y": 0b11, "3y": 0b10}
"""A gap for now and one for within three years do not meet; one for within a year meets both."""
EVERYWHERE = (1 << len(ARRONDISSEMENTS)) - 1


def place_mask(regions: frozenset[str], reach_km: float) -> int:
    """Return the NUTS 3 regions in reach of at least one of the regions; everywhere when none is known."""
    mask, known = 0, False
    for bit, centre in enumerate(ARRONDISSEMENTS):
        distances = [d for r in regions if (d := distance_km(r, centre)) is not None]
        known = known or bool(distances)
        if distances and min(distances) <= reach_km:
            mask |= 1 << bit
    return mask if known else EVERYWHERE


def masks_of(gaps: Sequence[GapFacts], reach_km: float) -> list[Masks]:
    """Return each gap's masks; languages are numbered within these gaps."""
    spoken = sorted(set().union(*(g.learner_languages for g in gaps))) if gaps else []
    bit = {language: 1 << i for i, language in enumerate(spoken)}
    all_languages = (1 << max(1, len(spoken))) - 1
    places: dict[frozenset[str], int] = {}
    found = []
    for gap in gaps:
        if gap.regions not in places:
            places[gap.regions] = place_mask(gap.regions, reach_km)
        language = sum(bit[x] for x in gap.learner_languages) or all_languages
        found.append(
            (DEPTH[gap.depth], DIRECTION[gap.direction], PERIOD[gap.horizon], language, places[gap.regions])
        )
    return found


def common(a: Masks, b: Masks) -> Masks | None:
    """Return what two groups have in common, ``None`` when they lack it in some respect."""
    both = (a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3], a[4] & b[4])
    return both if all(both) else None


def compatible_rows(masks: Sequence[Masks]) -> Compatibility:
    """Return, for retrieval, which gaps could be in one room with which, two by two."""
    distinct = sorted(set(masks))
    number = {m: i for i, m in enumerate(distinct)}
    signature = np.array([number[m] for m in masks], dtype=np.int64)
    allowed = np.ones((len(distinct), len(distinct)), dtype=bool)
    for part in range(5):
        values = [m[part] for m in distinct]
        kinds = sorted(set(values))
        meets = np.array([[bool(a & b) for b in kinds] for a in kinds])
        index = np.array([kinds.index(v) for v in values])
        allowed &= meets[np.ix_(index, index)]
    return Compatibility(signature, signature, allowed)
