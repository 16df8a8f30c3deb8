"""What assembly is asked: pools, editions that could be bought for them, and what may be spent.

Money is in euro excluding VAT, here in whole cents so that the sums are exact. Matching knows no law:
budgets, the public share, headroom and caps are numbers that are handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

MIN_FIT = 0.35
"""Below this score an offer is not good enough to buy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to look. Deterministic seconds decide, so that a run can be repeated; ``wall`` only guards.

    One deterministic second was about eight seconds of one quiet core at 300 pools by 3 000 editions. Several
    workers stay deterministic (they take turns), but on two busy cores one alone found better plans.
    """

    wall: float = 30.0
    deterministic: float = 1.0
    workers: int = 1
    stop_at_gap: float = 0.002


@dataclass(frozen=True, slots=True)
class PoolNeed:
    """One pool. ``learners`` are per company; ``budget_per_learner`` what companies pay at most.

    ``budgets`` (euro per learner) and ``start_by`` (the last day on which lessons may begin) are of single
    companies: one that an edition is too dear or too late for gets no seat in it. What is not named has no
    ceiling. ``max_editions``: over how many editions it may be spread; by default over any number.
    """

    id: int
    network: int
    learners: Mapping[int, int]
    priority: float = 1.0
    budget_per_learner: Decimal | None = None
    max_editions: int | None = None
    budgets: Mapping[int, Decimal] = field(default_factory=dict)
    start_by: Mapping[int, date] = field(default_factory=dict)

    def budget_of(self, company: int) -> Decimal | None:
        """Return what a company pays at most for one learner; ``None`` when nothing is known."""
        return self.budgets.get(company, self.budget_per_learner)

    @property
    def size(self) -> int:
        """Return the learners of all its companies."""
        return sum(self.learners.values())


@dataclass(frozen=True, slots=True)
class EditionChoice:
    """One edition that can be bought. ``min_seats`` is how many learners it still needs to go ahead.

    An edition that is paid as a whole (``basis`` edition) is bought by one network; one that is paid by
    participant may take learners of several.
    """

    id: int
    provider: int
    price: Decimal
    seats: int
    basis: Literal["participant", "edition"] = "participant"
    min_seats: int = 0
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class NetworkBudget:
    """What a network may still spend of public money, in which call, the share of a price that is public,
    and what it may spend at one provider.
    """

    network: int
    call: int | None = None
    budget: Decimal | None = None
    public_share: Decimal = Decimal("0.5")
    provider_cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """A choice of a person: this edition, and no other, for this pool (``wanted``), or certainly not this
    one.
    """

    pool: int
    edition: int
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a company has promised: so many learners of a pool in an edition."""

    company: int
    pool: int
    edition: int
    learners: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that decides what is bought.

    ``fit`` is the score (0..1) of the match of a pool and an edition; pairs that are not in it are not
    lawful. ``headroom`` is the public money that an undertaking may still take; one that is not in it is not
    limited. Only what is ``capped`` counts for it: (pool, company) pairs and whole editions; ``None`` is
    everything. ``provider_cap`` is over all networks together. ``price_of_public_euro`` is lambda: how much
    closed demand (learner x priority x fit) a public euro must bring. ``least_undertakings``: a pool gets seats
    for learners of so many undertakings, or none at all. ``off_subject``: by (pool, edition) the companies that
    ask something else than the edition teaches; they get no seat in it, unless a person locked the edition or
    they promised to come.
    """

    pools: tuple[PoolNeed, ...]
    editions: tuple[EditionChoice, ...]
    fit: Mapping[tuple[int, int], float]
    budgets: tuple[NetworkBudget, ...] = ()
    call_budgets: Mapping[int, Decimal] = field(default_factory=dict)
    provider_cap: Decimal | None = None
    headroom: Mapping[int, Decimal] = field(default_factory=dict)
    undertaking_of: Mapping[int, int] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    locks: tuple[Lock, ...] = ()
    price_of_public_euro: float = 0.0005
    min_fit: float = MIN_FIT
    today: date | None = None
    capped: frozenset[tuple[int, int]] | None = None
    capped_editions: frozenset[int] = frozenset()
    off_subject: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    least_undertakings: int = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """The parts of the objective; ``value`` is their sum."""

    closed: float
    public_money: float
    providers: float
    start: float

    @property
    def value(self) -> float:
        """Return the objective."""
        return self.closed + self.public_money + self.providers + self.start


@dataclass(frozen=True, slots=True)
class Seat:
    """Seats that a company takes for a pool."""

    pool: int
    company: int
    learners: int


@dataclass(frozen=True, slots=True)
class Pick:
    """One edition that is bought, who sits in it, what it costs and what of that is public money."""

    edition: int
    provider: int
    seats: tuple[Seat, ...]
    cost: Decimal
    public: Decimal

    @property
    def pools(self) -> tuple[int, ...]:
        """Return the pools that it serves."""
        return tuple(sorted({s.pool for s in self.seats}))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A company that gets no seat: by how many euro per learner (``price``) or days (``horizon``) it misses one, or
    because what can be bought is not about what it asks (``subject``: 0)."""

    company: int
    reason: Literal["price", "horizon", "subject"]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be, and by how much to loosen what stands in the way.

    ``reason`` is ``no_offer``, ``fit``, ``seats``, ``group``, ``price``, ``horizon``, ``network_budget``,
    ``call_budget``, ``provider_cap``, ``headroom``, ``lock``, ``value``, ``subject``, ``undertakings``,
    ``few_subject``, ``few_price``, ``few_horizon`` or ``other``. Of these ``undertakings`` and the ``few``: too few
    undertakings ask for it, ask what is taught, can pay it or can start in time; ``left_out`` are the companies that
    then get no seat. ``amount`` is in the unit of the reason:
    euro, seats, learners, days, undertakings or points of fit. ``subject`` is the edition, network, call,
    provider or undertaking meant; of a lock, and of too few undertakings, it is the pool.
    """

    reason: str
    amount: Decimal | None = None
    subject: int | None = None
    edition: int | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A pool for which nothing was bought."""

    pool: int
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Assembly:
    """What to buy. ``bound`` is what no assembly can exceed; ``gap`` is how far from it this one is, 0..1.

    ``feasible`` is false when locks and commitments contradict the limits: ``obstacles`` then says what to
    loosen.
    """

    picks: tuple[Pick, ...]
    unmet: tuple[Unmet, ...]
    terms: Terms
    bound: float
    gap: float
    solver: Literal["exact", "greedy", "none"]
    seconds: float
    feasible: bool = True
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def value(self) -> float:
        """Return the objective."""
        return self.terms.value
