"""The single undertaking: organisations that control one another, directly or through others, count as one.

Source: Regulation (EU) 2023/2831, article 2(2): a majority of the votes, the right to appoint a majority of
the board, dominant influence by contract, or control of the votes by agreement. What counts as control of one
organisation by another is said by its link (`OwnershipLink.is_control`); here is only who belongs together.
"""

from collections.abc import Iterable, Mapping


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
