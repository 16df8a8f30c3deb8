"""Who belongs together: the links of control, their chains, and the single undertaking of de minimis.

Control adds up along chains: what a group holds together in a company counts as one holding, so a company
in which parent and daughter together pass the half belongs to them. Circles are harmless: groups only merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.aid.case import Link
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason


class Groups:
    """Disjoint groups of organisations (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the group of `name`."""
        self._parent.setdefault(name, name)
        while self._parent[name] != name:
            self._parent[name] = self._parent[self._parent[name]]
            name = self._parent[name]
        return name

    def join(self, one: str, other: str) -> bool:
        """Merge two groups; False where they were one already."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
        return first != second

    def members(self, name: str) -> tuple[str, ...]:
        """Everybody in the group of `name`, sorted."""
        root = self.root(name)
        return tuple(sorted(member for member in list(self._parent) if self.root(member) == root))


def control_groups(links: Iterable[Link], linked_above: Decimal, counts: Callable[[Link], bool]) -> Groups:
    """The groups that hold together by control; `counts` says which links may carry it."""
    groups = Groups()
    counted = [link for link in links if counts(link) and link.owner != link.owned]
    for link in counted:
        if link.controls:
            groups.join(link.owner, link.owned)
    while _join_majorities(groups, counted, linked_above):
        pass
    return groups


def _join_majorities(groups: Groups, links: Sequence[Link], linked_above: Decimal) -> bool:
    held: dict[tuple[str, str], Decimal] = {}
    for link in links:
        holder = groups.root(link.owner)
        held[holder, link.owned] = held.get((holder, link.owned), Decimal(0)) + link.percent
    majorities = [pair for pair, percent in held.items() if percent > linked_above]
    return any(groups.join(holder, owned) for holder, owned in majorities)


def persons(links: Iterable[Link]) -> frozenset[str]:
    """The owners that are natural persons: they tie enterprises together and are none themselves."""
    return frozenset(link.owner for link in links if link.owner_kind == "person")


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The single undertaking of a company: its members, sorted, and why."""

    members: tuple[str, ...]
    reasons: tuple[Reason, ...]


def single_undertaking(company: str, links: Sequence[Link], rates: Rates, day: date) -> Undertaking:
    """The enterprises that count as one for de minimis: four relations of control, and chains of them.

    Companies that have nothing in common but the same public body stay apart, and whether natural persons
    tie companies together is a switch, because that is contested.
    """
    row = rates.at("de_minimis_single_undertaking", day)
    switch = rates.at("de_minimis_person_links", day)
    people = persons(links)
    without = _enterprises(
        control_groups(links, row.value, lambda link: not link.is_public and link.owner_kind != "person"),
        company,
        people,
    )
    through = _enterprises(control_groups(links, row.value, lambda link: not link.is_public), company, people)
    members = through if switch.value else without
    rule = "undertaking.group" if len(members) > 1 else "undertaking.alone"
    reasons = [reason(rule, row, company=company, organisations=", ".join(members))]
    tied = sorted(set(through) - set(without))
    if tied:
        rule = "undertaking.person_counted" if switch.value else "undertaking.person_not_counted"
        reasons.append(reason(rule, switch, organisations=", ".join(tied)))
    return Undertaking(members, tuple(reasons))


def _enterprises(groups: Groups, company: str, people: frozenset[str]) -> tuple[str, ...]:
    groups.root(company)
    return tuple(member for member in groups.members(company) if member == company or member not in people)
