"""The single undertaking: organisations that control one another, directly or through others, count as one.

Source: Regulation (EU) 2023/2831, article 2(2): a majority of the votes, the right to appoint a majority of
the board, dominant influence by contract, or control of the votes by agreement. What counts as control of one
organisation by another is said by its link (`OwnershipLink.is_control`); here is only who belongs together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

MAJORITY = Decimal(50)  # of the votes or the capital: more than this is control (article 2(2)(a))


@dataclass(frozen=True, slots=True)
class Holding:
    """`owner` holds `percent` of `owned`, or `controls` it in another way (votes, board, contract)."""

    owner: int
    owned: int
    percent: Decimal
    controls: bool


def control_pairs(holdings: Sequence[Holding]) -> list[tuple[int, int]]:
    """Pairs that belong together by control, for `group_undertakings`.

    What a group holds together counts as one holding: where parent and daughter together pass the half, the
    company is theirs. So more pairs may follow from the pairs that are known.
    """
    pairs = [(h.owner, h.owned) for h in holdings if h.controls]
    while True:
        groups = group_undertakings(pairs)
        held: dict[tuple[int, int], Decimal] = {}
        for holding in holdings:
            key = (groups.get(holding.owner, holding.owner), holding.owned)
            held[key] = held.get(key, Decimal(0)) + holding.percent
        more = [
            (owner, owned)
            for (owner, owned), percent in held.items()
            if percent > MAJORITY and owner != groups.get(owned, owned)
        ]
        if not more:
            return pairs
        pairs += more


def group_undertakings(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Organisation → the organisation that stands for its undertaking, the one with the lowest number.

    `links` are pairs of organisations of which one controls the other; circles and repetitions do no harm.
    Only organisations that have a link to another one are in the answer.
    """
    parent: dict[int, int] = {}
    for one, other in links:
        first, second = sorted((_root(parent, one), _root(parent, other)))
        parent[second] = first
    roots = {organisation: _root(parent, organisation) for organisation in parent}
    shared = {root for organisation, root in roots.items() if organisation != root}
    return {organisation: root for organisation, root in roots.items() if root in shared}


def count_independent(organisations: Iterable[int], undertakings: Mapping[int, int]) -> int:
    """How many of the organisations are independent: those of one undertaking count once."""
    return len({undertakings.get(organisation, organisation) for organisation in organisations})


def _root(parent: dict[int, int], organisation: int) -> int:
    parent.setdefault(organisation, organisation)
    while parent[organisation] != organisation:
        parent[organisation] = parent[parent[organisation]]
        organisation = parent[organisation]
    return organisation
