"""What apps above do when two records of one organisation are made one; they register it in `AppConfig.ready`."""

from collections import Counter
from typing import Protocol

from networks.models import Organisation
from skillnet.kernel.actor import Actor


class Joiner(Protocol):
    """Joins what both organisations have once, within the transaction of the merge.

    Returns how many rows of each kind moved. Raises ValidationError when that cannot be now.
    """

    def __call__(
        self, *, kept: Organisation, duplicate: Organisation, actor: Actor, reason: str
    ) -> Counter[str]: ...


_joiners: list[Joiner] = []


def register_joiner(joiner: Joiner) -> None:
    """Have `joiner` called in each merge; registering twice is registering once."""
    if joiner not in _joiners:
        _joiners.append(joiner)


def join_all(*, kept: Organisation, duplicate: Organisation, actor: Actor, reason: str) -> Counter[str]:
    """What all of them moved."""
    moved: Counter[str] = Counter()
    for joiner in _joiners:
        moved += joiner(kept=kept, duplicate=duplicate, actor=actor, reason=reason)
    return moved
