"""Assembly as an integer programme for OR-Tools' CP-SAT: a proven bound with every answer.

A company gets seats of its own in the model only where something may limit it (headroom, a promise); the
others of its pool that may sit in the same editions are one number, dealt out afterwards. That keeps 300
pools by 3 000 editions at about 21 000 variables.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ortools.sat.python import cp_model

from matching.engine.assembly_groups import alike_companies, share_out, tight_companies
from matching.engine.assembly_model import UNDERTAKING_TIMES, Model
from matching.engine.assembly_problem import Limits, Obstacle
from matching.engine.assembly_relax import branch, relax, restrict
from matching.engine.assembly_terms import PROVIDER_TERM, SCALE, Compiled, Pair, Seats
from matching.engine.assembly_usage import company_cents, violations

SEED = 20260101
WHOLE_SEARCH = 2_000
"""Up to so many pairs the integer programme takes all of them; beyond, those of the relaxation's optimum."""


@dataclass(slots=True)
class ExactResult:
    """What the solver found: seats (``None`` when it found nothing) and what no plan can exceed, in
    millionths.
    """

    seats: Seats | None
    bound: float | None
    infeasible: bool
    obstacles: tuple[Obstacle, ...] = ()


def solve(compiled: Compiled, limits: Limits, known: Seats | None = None) -> ExactResult:
    """Look for the best plan; when there is none, say what to loosen and by how much."""
    impossible = _impossible(compiled)
    if impossible:
        return ExactResult(None, None, True, impossible)
    if not compiled.pairs:
        return ExactResult({}, 0.0, False)
    started = time.perf_counter()
    built = _build(compiled, elastic=False)
    limit: float | None = None
    if len(compiled.pairs) > WHOLE_SEARCH:
        built, limit = _narrowed(built, limits, known)
        plan = None if limit is None else _branched(built, limits, time.perf_counter() - started)
        if plan is not None:
            return ExactResult(plan, limit, False)
    solver = _solver(limits, spent=time.perf_counter() - started)
    status = solver.Solve(built.model)
    if status == cp_model.INFEASIBLE and limit is None:
        return ExactResult(None, None, True, _loosen(compiled, limits))
    bound = float(solver.BestObjectiveBound()) if limit is None else limit
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ExactResult(None, bound, False)
    return ExactResult(_read(built, solver), bound, False)


def _narrowed(built: Model, limits: Limits, known: Seats | None) -> tuple[Model, float | None]:
    """Keep the pairs of the relaxation's optimum, of a known plan and of locks; the bound is the
    relaxation's.
    """
    relaxed = relax(built.model, {k: built.heads(k) for k in built.taken}, limits.wall)
    if relaxed is None:
        return built, None
    used = {(p, e) for p, e, _ in known or {}} | built.c.forced
    keep = relaxed.pairs | {k for k, q in enumerate(built.c.pairs) if (q.pool, q.edition) in used}
    return _build(restrict(built.c, keep), elastic=False), relaxed.bound


def _branched(built: Model, limits: Limits, spent: float) -> Seats | None:
    """A plan by branch and cut over the narrowed pairs, unless floating point made it break a limit."""
    found = branch(built.model, max(1.0, limits.wall - spent))
    seats = None if found is None else _read(built, found)
    return seats if seats is not None and not violations(built.c, seats) else None


def _solver(limits: Limits, *, spent: float = 0.0) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = SEED
    solver.parameters.num_workers = limits.workers
    solver.parameters.interleave_search = limits.workers > 1
    solver.parameters.max_time_in_seconds = max(1.0, limits.wall - spent)
    solver.parameters.max_deterministic_time = limits.deterministic
    solver.parameters.relative_gap_limit = limits.stop_at_gap
    solver.parameters.linearization_level = 2
    # presolving further, probing and looking for symmetry took longer than they saved
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver


def _impossible(compiled: Compiled) -> tuple[Obstacle, ...]:
    """Locks on pairs that are not lawful, and promises of more learners than there are."""
    known = {(q.pool, q.edition) for q in compiled.pairs}
    found = [Obstacle("lock", None, pool, edition) for pool, edition in sorted(compiled.forced - known)]
    for (pool, edition, company), count in sorted(compiled.promised.items()):
        there = compiled.pools[pool].learners.get(company, 0) if pool in compiled.pools else 0
        if count > there:
            found.append(Obstacle("lock", Decimal(count - there), pool, edition))
    return tuple(found)


def _loosen(compiled: Compiled, limits: Limits) -> tuple[Obstacle, ...]:
    built = _build(compiled, elastic=True)
    built.model.Minimize(sum(s.weight * s.variable for s in built.slacks))
    solver = _solver(limits)
    if solver.Solve(built.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return (Obstacle("lock"),)
    return tuple(
        Obstacle(s.reason, Decimal(solver.Value(s.variable)) / s.divisor, s.subject, s.edition)
        for s in built.slacks
        if solver.Value(s.variable) > 0
    )


def _build(compiled: Compiled, *, elastic: bool) -> Model:
    tight = tight_companies(compiled)
    built = Model(compiled, elastic, tight=tight, alike=alike_companies(compiled, tight))
    for edition, indices in compiled.by_edition.items():
        _add_purchase(built, edition, indices)
    for index, pair in enumerate(compiled.pairs):
        _add_pair(built, index, pair)
    for edition, indices in compiled.by_edition.items():
        _add_edition(built, edition, indices)
    for pool, indices in compiled.by_pool.items():
        _add_pool(built, pool, indices)
    _add_money(built)
    _add_headroom(built)
    if not elastic:
        _add_objective(built)
    return built


def _add_pair(built: Model, index: int, pair: Pair) -> None:
    model, pool = built.model, built.c.pools[pair.pool]
    seats = built.c.editions[pair.edition].seats
    forced = (pair.pool, pair.edition) in built.c.forced
    purchase = built.buyer.get((pair.edition, pool.network), built.bought[pair.edition])
    if forced or built.elastic:
        taken = model.NewConstant(int(forced))
    else:  # only a pool that may not be spread needs to know which editions it is in
        taken = model.NewBoolVar("") if pair.pool in built.c.spread else purchase
    if taken is not purchase:
        model.AddImplication(taken, purchase)
    built.taken[index] = taken
    for group, members in enumerate(built.alike[pair.pool]):
        if built.c.admits(pair.pool, pair.edition, members[0]):
            people = built.people(pair.pool, group)
            most = people if forced else min(people, seats)
            built.loose[index, group] = model.NewIntVar(0, most, "")
            model.Add(built.loose[index, group] <= most * taken)
    for company, count in sorted(pool.learners.items()):
        if (pair.pool, company) in built.tight and built.c.admits(pair.pool, pair.edition, company):
            low = built.c.promised.get((pair.pool, pair.edition, company), 0)
            built.own[index, company] = model.NewIntVar(min(low, count), count, "")
            model.Add(built.own[index, company] <= count * taken)
    if forced:
        model.Add(sum(built.heads(index)) >= 1)


def _add_purchase(built: Model, edition: int, indices: tuple[int, ...]) -> None:
    """Say whether an edition is bought and, when it is paid as a whole, by which network."""
    built.bought[edition] = built.model.NewBoolVar("")
    if not built.c.whole_cost(edition):
        return
    networks = sorted({built.c.pools[built.c.pairs[k].pool].network for k in indices})
    for network in networks:
        built.buyer[edition, network] = built.model.NewBoolVar("")
    built.model.Add(sum(built.buyer[edition, n] for n in networks) == built.bought[edition])


def _add_edition(built: Model, edition: int, indices: tuple[int, ...]) -> None:
    model, choice = built.model, built.c.editions[edition]
    bought = built.bought[edition]
    heads = sum(h for k in indices for h in built.heads(k))
    everyone = sum(built.c.pools[built.c.pairs[k].pool].size for k in indices)
    model.Add(heads <= choice.seats * bought + built.slack("seats", edition, edition, everyone, False))
    model.Add(
        heads + built.slack("group", edition, edition, choice.min_seats, False) >= choice.min_seats * bought
    )
    whole = built.c.whole_cost(edition)
    networks = sorted({built.c.pools[built.c.pairs[k].pool].network for k in indices}) if whole else []
    for network in networks:
        own = whole - built.c.whole_public(edition, network)
        brought = sum(cents * h for k in indices for cents, h in _paying(built, k, own))
        model.Add(
            brought + built.slack("price", edition, edition, own, True) >= own * built.buyer[edition, network]
        )


def _paying(built: Model, index: int, own: int) -> Iterator[tuple[int, Any]]:
    """The heads of a pair, each with the cents that one of them brings to a whole edition."""
    pair = built.c.pairs[index]
    for group in built.classes(index):
        first = built.alike[pair.pool][group][0]
        yield company_cents(built.c, pair.pool, pair.edition, first, own), built.loose[index, group]
    for company in _own_companies(built, index):
        yield company_cents(built.c, pair.pool, pair.edition, company, own), built.own[index, company]


def _add_pool(built: Model, pool: int, indices: tuple[int, ...]) -> None:
    if not indices:
        return
    model, need = built.model, built.c.pools[pool]
    if pool in built.c.spread:
        model.Add(sum(built.taken[k] for k in indices) <= built.c.spread[pool])
    closed = _closed(built, pool)
    counted: list[tuple[list[Any], int]] = []
    of_undertaking: dict[int, list[Any]] = {}
    for group, members in enumerate(built.alike[pool]):
        loose = [built.loose[k, group] for k in indices if (k, group) in built.loose]
        if loose:
            model.Add(sum(loose) <= built.people(pool, group) * closed)
            counted.append((loose, len(members)))
    for company, count in need.learners.items():
        own = [built.own[k, company] for k in indices if (k, company) in built.own]
        if own:
            model.Add(sum(own) <= count * closed)
            of_undertaking.setdefault(built.c.undertaking(company), []).extend(own)
    counted += [(own, 1) for own in of_undertaking.values()]
    if built.c.least > 1:
        _add_undertakings(built, pool, closed, counted)


def _closed(built: Model, pool: int) -> Any:
    """Say whether a pool gets seats at all; always, where nothing asks."""
    if built.c.least <= 1:
        return 1
    locked = any(p == pool for p, _ in built.c.forced)
    return int(locked) if locked or built.elastic else built.model.NewBoolVar("")


def _add_undertakings(built: Model, pool: int, closed: Any, counted: list[tuple[list[Any], int]]) -> None:
    """Seats for learners of enough undertakings, or none.

    ``counted`` are seats that are dealt to at most so many undertakings; no two of them are of one undertaking.
    """
    least = built.c.least
    missing = built.slack("undertakings", pool, None, least, False, times=UNDERTAKING_TIMES)
    if len(counted) == 1 and counted[0][1] >= least:
        built.model.Add(sum(counted[0][0]) + missing >= least * closed)
        return
    found = []
    for heads, most in counted:
        some = built.model.NewIntVar(0, min(most, least), "")
        built.model.Add(some <= sum(heads))
        found.append(some)
    built.model.Add(sum(found) + missing >= least * closed)


def _public(built: Model, networks: set[int]) -> list[Any]:
    by_head = [
        built.c.pairs[k].public * h
        for k in built.taken
        if built.c.pairs[k].public and built.c.pools[built.c.pairs[k].pool].network in networks
        for h in built.heads(k)
    ]
    whole = [built.c.whole_public(e, n) * b for (e, n), b in built.buyer.items() if n in networks]
    return by_head + whole


def _at_most(built: Model, used: list[Any], limit: int, reason: str, subject: int) -> None:
    if used:
        built.model.Add(sum(used) <= limit + built.slack(reason, subject, None, 10**11, True))


def _add_money(built: Model) -> None:
    for network, limit in sorted(built.c.network_budget.items()):
        _at_most(built, _public(built, {network}), limit, "network_budget", network)
    for call, limit in sorted(built.c.call_budget.items()):
        networks = {n for n, c in built.c.call_of.items() if c == call}
        _at_most(built, _public(built, networks), limit, "call_budget", call)
    _add_caps(built)


def _add_caps(built: Model) -> None:
    """What one provider may get, of each network and of all together."""
    if built.c.cap is None and not built.c.network_cap:
        return
    costs: dict[tuple[int, int], list[Any]] = {}
    for k, pair in enumerate(built.c.pairs):
        if pair.cost:
            key = (built.c.editions[pair.edition].provider, built.c.pools[pair.pool].network)
            costs.setdefault(key, []).extend(pair.cost * h for h in built.heads(k))
    for (edition, network), buys in built.buyer.items():
        key = (built.c.editions[edition].provider, network)
        costs.setdefault(key, []).append(built.c.whole_cost(edition) * buys)
    for (provider, network), used in sorted(costs.items(), key=lambda item: item[0]):
        if network in built.c.network_cap:
            _at_most(built, used, built.c.network_cap[network], "provider_cap", provider)
    if built.c.cap is not None:
        for provider in sorted({provider for provider, _ in costs}):
            used = [
                part
                for (p, _), some in sorted(costs.items(), key=lambda i: i[0])
                if p == provider
                for part in some
            ]
            _at_most(built, used, built.c.cap, "provider_cap", provider)


def _add_headroom(built: Model) -> None:
    used: dict[int, list[Any]] = {}
    for (index, company), heads in built.own.items():
        pair = built.c.pairs[index]
        aid = built.c.seat_aid(pair)
        if aid and built.c.counts(pair.pool, pair.edition, company):
            used.setdefault(built.c.undertaking(company), []).append(aid * heads)
    for undertaking, limit in sorted(built.c.headroom.items()):
        _at_most(built, used.get(undertaking, []), limit, "headroom", undertaking)


def _add_objective(built: Model) -> None:
    c = built.c
    parts = []
    for k, pair in enumerate(c.pairs):
        net = pair.worth - c.penalty(pair.public)
        parts += [net * h for h in built.heads(k)]
    parts += [-c.penalty(c.whole_public(e, n)) * b for (e, n), b in built.buyer.items()]
    providers: dict[int, Any] = {}
    for edition, bought in built.bought.items():
        provider = c.editions[edition].provider
        if provider not in providers:
            providers[provider] = built.model.NewBoolVar("")
        built.model.AddImplication(bought, providers[provider])
        parts.append(-c.start_term[edition] * bought)
    parts += [-round(PROVIDER_TERM * SCALE) * p for p in providers.values()]
    built.model.Maximize(sum(parts))


def _read(built: Model, solver: Any) -> Seats:
    """Turn the solver's numbers into seats; learners whom nothing tells apart are dealt out by company
    number.
    """
    seats: Seats = {}
    left: dict[tuple[int, int], int] = {}
    for pool, indices in built.c.by_pool.items():
        learners = built.c.pools[pool].learners
        for group, members in enumerate(built.alike[pool]):
            total = sum(solver.Value(built.loose[k, group]) for k in indices if (k, group) in built.loose)
            dealt = share_out(learners, members, total, built.c.least)
            left |= {(pool, company): count for company, count in dealt.items()}
    for k, pair in enumerate(built.c.pairs):
        for company in _own_companies(built, k):
            count = solver.Value(built.own[k, company])
            if count:
                seats[pair.pool, pair.edition, company] = count
        for group in built.classes(k):
            _deal(seats, left, pair, solver.Value(built.loose[k, group]), built.alike[pair.pool][group])
    return seats


def _own_companies(built: Model, index: int) -> list[int]:
    return [c for c in sorted(built.c.pools[built.c.pairs[index].pool].learners) if (index, c) in built.own]


def _deal(
    seats: Seats, left: dict[tuple[int, int], int], pair: Pair, count: int, companies: Iterable[int]
) -> None:
    for company in sorted(companies):
        take = min(count, left.get((pair.pool, company), 0))
        if take:
            seats[pair.pool, pair.edition, company] = take
            left[pair.pool, company] -= take
            count -= take
