"""The integer programme while it is built: its variables, and the limits that may be loosened."""

from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from matching.engine.assembly_terms import Compiled

SEAT_COST = 10_000
"""What loosening by one seat weighs against loosening by one cent, when locks contradict the limits."""

UNDERTAKING_TIMES = 100
"""What loosening by one undertaking weighs against one seat: no rule of the house allows it."""


@dataclass(slots=True)
class Slack:
    """By how much a limit is loosened, and what that weighs."""

    reason: str
    subject: int | None
    edition: int | None
    variable: Any
    weight: int
    divisor: int


@dataclass(slots=True)
class Model:
    """The variables of pairs, editions and buyers, by their numbers. ``elastic``: limits may be loosened."""

    c: Compiled
    elastic: bool
    model: Any = field(default_factory=cp_model.CpModel)
    taken: dict[int, Any] = field(default_factory=dict)
    loose: dict[tuple[int, int], Any] = field(default_factory=dict)
    own: dict[tuple[int, int], Any] = field(default_factory=dict)
    bought: dict[int, Any] = field(default_factory=dict)
    buyer: dict[tuple[int, int], Any] = field(default_factory=dict)
    slacks: list[Slack] = field(default_factory=list)
    tight: frozenset[tuple[int, int]] = frozenset()
    alike: dict[int, list[tuple[int, ...]]] = field(default_factory=dict)

    def slack(
        self, reason: str, subject: int | None, edition: int | None, top: int, money: bool, times: int = 1
    ) -> Any:
        """Return by how much a limit may be loosened: 0 unless the question is what to loosen."""
        if not self.elastic:
            return 0
        variable = self.model.NewIntVar(0, max(0, top), "")
        weight, divisor = (1, 100) if money else (SEAT_COST * times, 1)
        self.slacks.append(Slack(reason, subject, edition, variable, weight, divisor))
        return variable

    def heads(self, index: int) -> list[Any]:
        """Return the variables whose sum is who sits in this pair."""
        pool = self.c.pairs[index].pool
        own = [self.own[index, c] for c in sorted(self.c.pools[pool].learners) if (index, c) in self.own]
        return [*(self.loose[index, k] for k in self.classes(index)), *own]

    def classes(self, index: int) -> list[int]:
        """Return which groups of companies that nothing tells apart may sit in this pair."""
        return [k for k in range(len(self.alike[self.c.pairs[index].pool])) if (index, k) in self.loose]

    def people(self, pool: int, group: int) -> int:
        """Return the learners of one such group."""
        return sum(self.c.pools[pool].learners[company] for company in self.alike[pool][group])
