"""Pure rules of the needs analysis: what a vote decides, what changed since a version, what comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SMALL_QUORUM = 3  # votes that are enough in a large network
URGENCY_LEVELS = {"low": 0.1, "medium": 0.4, "high": 0.7, "critical": 1.0}
# What of a gap is frozen; a change in one of these is a change of the needs analysis.
COMPARED = ("title", "description", "learners", "urgency", "impact", "horizon", "depth", "direction", "kind",
            "transition", "target_groups", "occupation", "skills", "mandatory", "budget", "pool")  # fmt: skip
# Versions that were frozen before these were kept say nothing of them: that is no change.
KEPT_SINCE_LATER = frozenset(
    {"pool", "description", "impact", "kind", "transition", "target_groups", "occupation", "skills"}
)

GapRecord = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of the steering group on one needs analysis, one for each organisation."""

    agreed: int
    against: int
    needed: int

    @property
    def cast(self) -> int:
        return self.agreed + self.against

    @property
    def has_quorum(self) -> bool:
        return self.cast >= self.needed

    @property
    def is_accepted(self) -> bool:
        """Enough votes, and more for than against."""
        return self.has_quorum and self.agreed > self.against


def tally(votes: Sequence[bool], *, members: int) -> Tally:
    """Count votes of a steering group in which `members` organisations have a seat.

    There is a quorum when more than half of them voted, or three: a large network need not wait for all.
    """
    return Tally(
        agreed=sum(votes),
        against=len(votes) - sum(votes),
        needed=max(1, min(members // 2 + 1, SMALL_QUORUM)),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A gap that stands in both versions, with the columns that differ: name → (then, now)."""

    gap: GapRecord
    columns: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Differences:
    added: list[GapRecord]
    removed: list[GapRecord]
    changed: list[Change]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def compare(then: Sequence[GapRecord], now: Sequence[GapRecord]) -> Differences:
    """What the later version says otherwise; a gap is known by its `id`."""
    before, after = ({record["id"]: record for record in version} for version in (then, now))
    changes = [
        Change(after[key], columns)
        for key in after
        if key in before and (columns := _changed_columns(before[key], after[key]))
    ]
    return Differences(
        added=[record for key, record in after.items() if key not in before],
        removed=[record for key, record in before.items() if key not in after],
        changed=changes,
    )


@dataclass(frozen=True, slots=True)
class PoolGroup:
    """Gaps that would be taught together; `pool` and `title` are None for those that stand alone."""

    pool: str | None
    title: str | None
    gaps: list[GapRecord]

    @property
    def learners(self) -> int:
        return sum(gap.get("learners") or 0 for gap in self.gaps)

    @property
    def companies(self) -> int:
        return len({gap["company"] for gap in self.gaps})


def by_pool(records: Sequence[GapRecord]) -> list[PoolGroup]:
    """The gaps in the pools that they are in, in the order of each pool's first gap; the lonely ones last."""
    groups: dict[str, PoolGroup] = {}
    alone = PoolGroup(None, None, [])
    for record in records:
        title = record.get("pool")
        # Versions frozen before the pool's own key was kept know it by its title alone.
        key = record.get("pool_id") or title
        if title and key:
            groups.setdefault(key, PoolGroup(record.get("pool_id"), title, [])).gaps.append(record)
        else:
            alone.gaps.append(record)
    return [*groups.values(), *([alone] if alone.gaps else [])]


def learners_level(learners: int, most: int) -> float:
    """0..1 on a scale on which twice as many is one step: a few large groups do not hide the small ones."""
    if learners <= 0 or most <= 1:
        return 1.0 if learners > 0 else 0.0
    return min(1.0, (learners.bit_length() - 1) / max(1, most.bit_length() - 1))


def priority_order(record: GapRecord) -> tuple[float, int]:
    """Most urgent first, then most learners; unknown comes last in each."""
    return (-URGENCY_LEVELS.get(record.get("urgency") or "", 0.0), -(record.get("learners") or 0))


def _changed_columns(then: GapRecord, now: GapRecord) -> dict[str, tuple[Any, Any]]:
    return {
        name: (then.get(name), now.get(name))
        for name in COMPARED
        if (name in then or name not in KEPT_SINCE_LATER) and (then.get(name) or "") != (now.get(name) or "")
    }
