"""What if: the same question to the engine with another budget or other choices; nothing is written."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone

from matching.engine.assembly import assemble
from matching.engine.assembly_problem import Assembly, Lock, Obstacle, Terms
from matching.models import Pool
from programmes.models import Programme
from programmes.services.law import database_rates
from programmes.services.problem import Question, ask, worth_buying

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an assembly would buy for the whole network. `gap` (0..1) is how far from the bound it may be."""

    learners: int
    closed: int
    cost: Decimal
    public: Decimal
    unmet: dict[int, Obstacle]
    bound: float
    value: float
    gap: float
    terms: Terms
    feasible: bool
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The plan as it is and as it would be, and the rows that their numbers stand for."""

    question: Question
    before: Plan
    after: Plan

    @property
    def newly_unmet(self) -> list[tuple[Pool, Obstacle]]:
        """Pools that would get nothing any more, with what stands in the way."""
        lost = [pk for pk in self.after.unmet if pk not in self.before.unmet]
        return [(self.question.pools[pk], self.after.unmet[pk]) for pk in lost if pk in self.question.pools]

    @property
    def newly_met(self) -> list[Pool]:
        """Pools that get nothing now and would get something."""
        won = [pk for pk in self.before.unmet if pk not in self.after.unmet]
        return [self.question.pools[pk] for pk in won if pk in self.question.pools]

    @property
    def unmet(self) -> list[tuple[Pool, Obstacle]]:
        """All pools that would get nothing."""
        return [
            (self.question.pools[pk], o) for pk, o in self.after.unmet.items() if pk in self.question.pools
        ]


def question_of(programme: Programme) -> Question:
    """What assembly is asked for the network of this programme, as if the programme were not there yet."""
    return ask(
        network=programme.network, rates=database_rates(), today=timezone.localdate(), without=programme
    )


def explore(
    *,
    programme: Programme,
    question: Question,
    budget: Decimal | None = None,
    wanted: Collection[int] = (),
    forbidden: Collection[int] = (),
) -> WhatIf:
    """Run the engine twice: as things are, and with `budget` (euro), editions locked in or ruled out."""
    mine = list(programme.programme_pools.values_list("pool_id", flat=True))
    locks = tuple(
        Lock(pool=pool, edition=edition, wanted=is_wanted)
        for editions, is_wanted in ((wanted, True), (forbidden, False))
        for edition in sorted(editions)
        for pool in _pools_of(question, edition, mine if is_wanted else list(question.pools))
    )
    said = {(lock.pool, lock.edition) for lock in locks}
    before = tuple(k for k in question.problem.locks if (k.pool, k.edition) not in said)
    problem = replace(question.problem, locks=(*before, *locks))
    if budget is not None:
        problem = replace(problem, budgets=tuple(replace(b, budget=budget) for b in problem.budgets))
    return WhatIf(
        question,
        _plan(assemble(worth_buying(question.problem))),
        _plan(assemble(worth_buying(problem))),
    )


def _pools_of(question: Question, edition: int, pools: Collection[int]) -> list[int]:
    """A lock speaks of a pool that the edition fits; a wanted one of a single pool, the one it fits best."""
    fitting = [pk for pk in pools if (pk, edition) in question.problem.fit]
    return sorted(fitting, key=lambda pk: (-question.problem.fit[pk, edition], pk))


def _plan(assembly: Assembly) -> Plan:
    seats = [seat for pick in assembly.picks for seat in pick.seats]
    return Plan(
        learners=sum(seat.learners for seat in seats),
        closed=len({pool for pick in assembly.picks for pool in pick.pools}),
        cost=sum((pick.cost for pick in assembly.picks), ZERO),
        public=sum((pick.public for pick in assembly.picks), ZERO),
        unmet={row.pool: row.obstacle for row in assembly.unmet},
        bound=assembly.bound,
        value=assembly.value,
        gap=assembly.gap,
        terms=assembly.terms,
        feasible=assembly.feasible,
        obstacles=assembly.obstacles,
    )
