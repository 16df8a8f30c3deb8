"""The linear relaxation: a bound on every plan in seconds, and the pairs that are worth an integer search.

Of the pairs of a large problem, fewer than a tenth stand in the optimum of the relaxation. The integer
programme is solved over those (and over what greedy chose), which it can finish; the relaxation's value stays
a bound for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ortools.linear_solver.python import model_builder

from matching.engine.assembly_terms import SCALE, Compiled

INFINITE = 10**15
TOLERANCE = 1e-6
HIGHS = "output_flag=false\nthreads=1\nrandom_seed=1"
"""Standard output is for data; one thread and a seed, so that a run can be repeated."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The value of the relaxation in millionths, a little above it for rounding, and the pairs in its
    optimum.
    """

    bound: float
    pairs: frozenset[int]


def relax(model: Any, heads: dict[int, list[Any]], seconds: float) -> Relaxed | None:
    """Solve the relaxation of a CP-SAT model; ``None`` when it has no solution or time was short."""
    linear, variables = _linear(model, whole=False)
    solver = model_builder.Solver("GLOP")
    solver.set_time_limit_in_seconds(seconds)
    if solver.solve(linear) != model_builder.SolveStatus.OPTIMAL:
        return None
    value = solver.objective_value
    chosen = frozenset(
        k for k, some in heads.items() if any(solver.value(variables[h.Index()]) > TOLERANCE for h in some)
    )
    return Relaxed((value + TOLERANCE * max(1.0, abs(value))) * SCALE, chosen)


class Branched:
    """A whole-number plan of a CP-SAT model, found by HiGHS; read as one reads CP-SAT's solver."""

    def __init__(self, solver: Any, variables: list[Any]) -> None:
        self._solver = solver
        self._variables = variables

    def Value(self, variable: Any) -> int:  # noqa: N802  the name that CP-SAT's solver has
        value: int = round(self._solver.value(self._variables[variable.Index()]))
        return value


def branch(model: Any, seconds: float) -> Branched | None:
    """Solve a narrowed model by branch and cut; ``None`` when time was short.

    On the pairs of the relaxation's optimum this takes one second where CP-SAT's search had not closed the
    last per cent after eight. The caller checks the plan against the limits in whole cents.
    """
    linear, variables = _linear(model, whole=True)
    solver = model_builder.Solver("HIGHS")
    solver.set_solver_specific_parameters(HIGHS)
    solver.set_time_limit_in_seconds(seconds)
    found = solver.solve(linear) in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE)
    return Branched(solver, variables) if found else None


def _linear(model: Any, *, whole: bool) -> tuple[Any, list[Any]]:
    """A CP-SAT model for linear solvers, with variables that are whole numbers or not."""
    proto = model.Proto()
    linear = model_builder.Model()
    make = linear.new_int_var if whole else linear.new_num_var
    variables = [make(v.domain[0], v.domain[len(v.domain) - 1], None) for v in proto.variables]
    for constraint in proto.constraints:
        if constraint.has_linear():
            _add_linear(linear, variables, constraint.linear)
        elif constraint.has_bool_and():
            first = variables[constraint.enforcement_literal[0]]
            for literal in constraint.bool_and.literals:
                linear.add(first <= variables[literal])
    objective = proto.objective
    # CP-SAT minimises the negative of what is to be maximised
    weights = [-c / SCALE for c in objective.coeffs]
    linear.maximize(model_builder.LinearExpr.weighted_sum([variables[i] for i in objective.vars], weights))
    return linear, variables


def _add_linear(linear: Any, variables: list[Any], row: Any) -> None:
    low, high = row.domain[0], row.domain[len(row.domain) - 1]
    linear.add_linear_constraint(
        model_builder.LinearExpr.weighted_sum([variables[i] for i in row.vars], list(row.coeffs)),
        float(low) if low > -INFINITE else float("-inf"),
        float(high) if high < INFINITE else float("inf"),
    )


def restrict(compiled: Compiled, keep: Iterable[int]) -> Compiled:
    """Return the same problem with some of its pairs only."""
    pairs = tuple(compiled.pairs[k] for k in sorted(set(keep)))
    by_pool: dict[int, list[int]] = {p: [] for p in compiled.by_pool}
    by_edition: dict[int, list[int]] = {}
    for index, pair in enumerate(pairs):
        by_pool[pair.pool].append(index)
        by_edition.setdefault(pair.edition, []).append(index)
    return replace(
        compiled,
        pairs=pairs,
        by_pool={p: tuple(k) for p, k in by_pool.items()},
        by_edition={e: tuple(k) for e, k in by_edition.items()},
    )
