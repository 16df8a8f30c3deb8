"""Which editions to buy for which pools: the better of greedy and exact, with a bound and reasons.

Maximise closed learners x priority x fit - lambda x public euro - a little for each provider and each week of
waiting, within seats, group sizes, budgets of networks and calls, the cap of a provider, the headroom of
undertakings, promises of companies and locks of people. What comes back can be checked term by term.
"""

import time
from typing import TYPE_CHECKING

from matching.engine.assembly_greedy import greedy_seats
from matching.engine.assembly_problem import (
    Assembly,
    Commitment,
    EditionChoice,
    Limits,
    Lock,
    NetworkBudget,
    Obstacle,
    Pick,
    PoolNeed,
    Problem,
    Seat,
    Terms,
    Unmet,
)
from matching.engine.assembly_reasons import unmet_of
from matching.engine.assembly_terms import SCALE, Compiled, Seats, compile_problem, picks_of, terms_of

if TYPE_CHECKING:
    from matching.engine.assembly_exact import ExactResult

__all__ = [
    "Assembly",
    "Commitment",
    "EditionChoice",
    "Limits",
    "Lock",
    "NetworkBudget",
    "Obstacle",
    "Pick",
    "PoolNeed",
    "Problem",
    "Seat",
    "Terms",
    "Unmet",
    "assemble",
    "solve_exact",
    "solve_greedy",
]

NOTHING = Terms(0.0, 0.0, 0.0, 0.0)
DEFAULT_LIMITS = Limits()


def solve_greedy(problem: Problem) -> Assembly:
    """Buy what brings most next, until nothing brings anything. The bound is not known: it is infinite."""
    started = time.perf_counter()
    compiled = compile_problem(problem)
    seats = greedy_seats(compiled)
    if seats is None:
        return _infeasible((Obstacle("lock"),), started)
    return _answer(compiled, seats, float("inf"), "greedy", started)


def solve_exact(problem: Problem, limits: Limits = DEFAULT_LIMITS) -> Assembly:
    """Solve as an integer programme within the limits. An infeasible one says what to loosen."""
    started = time.perf_counter()
    compiled = compile_problem(problem)
    result = _solve(compiled, limits, greedy_seats(compiled))
    if result.infeasible or result.seats is None:
        return _infeasible(
            result.obstacles, started, feasible=not result.infeasible, bound=_bound(result.bound)
        )
    return _answer(compiled, result.seats, _bound(result.bound), "exact", started)


def assemble(problem: Problem, limits: Limits = DEFAULT_LIMITS) -> Assembly:
    """Return the better of exact and greedy: never worse than greedy, and with the bound that exact
    proved.
    """
    started = time.perf_counter()
    compiled = compile_problem(problem)
    greedy = greedy_seats(compiled)
    result = _solve(compiled, limits, greedy)
    if result.infeasible:
        return _infeasible(result.obstacles, started)
    plans = [
        (plan, solver) for plan, solver in ((result.seats, "exact"), (greedy, "greedy")) if plan is not None
    ]
    if not plans:
        return _infeasible((), started, bound=_bound(result.bound))
    seats, solver = max(plans, key=lambda p: round(terms_of(compiled, p[0]).value * SCALE))
    return _answer(compiled, seats, _bound(result.bound), solver, started)


def _solve(compiled: Compiled, limits: Limits, greedy: Seats | None) -> "ExactResult":
    """Load the solver only where it is used: it takes 60 MB, which the web process does without."""
    from matching.engine.assembly_exact import solve

    return solve(compiled, limits, greedy)


def _bound(raw: float | None) -> float:
    return float("inf") if raw is None else raw / SCALE


def _answer(compiled: Compiled, seats: Seats, bound: float, solver: str, started: float) -> Assembly:
    terms = terms_of(compiled, seats)
    limit = max(bound, terms.value)
    gap = 0.0 if limit - terms.value < 1e-9 else (limit - terms.value) / max(abs(limit), 1e-9)
    return Assembly(
        picks=picks_of(compiled, seats),
        unmet=unmet_of(compiled, seats),
        terms=terms,
        bound=limit,
        gap=min(1.0, gap) if limit != float("inf") else 1.0,
        solver="exact" if solver == "exact" else "greedy",
        seconds=time.perf_counter() - started,
    )


def _infeasible(
    obstacles: tuple[Obstacle, ...], started: float, *, feasible: bool = False, bound: float = 0.0
) -> Assembly:
    return Assembly((), (), NOTHING, bound, 1.0, "none", time.perf_counter() - started, feasible, obstacles)
