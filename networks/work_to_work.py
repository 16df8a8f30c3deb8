"""Who pays for a passage from one employer to another, and whether an income bridge can be asked. Pure.

The bridge (trampoline or rebounce benefit) is a proposal of the policy paper, not yet law: what is said here is
a first check, with the paper's own numbers as parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALL = 100
PAYERS = ("government", "sending", "receiving", "worker", "sector_fund")


@dataclass(frozen=True, slots=True)
class BridgeRule:
    """Once in a career, after so many years, for so many months: the paper's proposal."""

    least_career_years: int = 10
    least_months: int = 6
    most_months: int = 12


@dataclass(frozen=True, slots=True)
class BridgeCheck:
    """`ok` None: something is unknown. `codes`: what speaks against it, or what is still unknown."""

    ok: bool | None
    codes: tuple[str, ...] = ()


def split_problem(shares: Mapping[str, int | None]) -> tuple[str, int]:
    """("", 100) when a split of the cost in whole percent holds; else what is wrong, and the sum so far.

    All unknown is a split that is not agreed yet. An unknown share beside known ones counts as nothing.
    """
    known = [share for share in shares.values() if share is not None]
    if not known:
        return "", 0
    if any(share < 0 or share > ALL for share in known):
        return "out_of_range", sum(known)
    return ("", ALL) if sum(known) == ALL else ("sum", sum(known))


def filled_split(shares: Mapping[str, int | None]) -> dict[str, int | None]:
    """Unknown beside known is nothing; all unknown stays unknown."""
    if all(share is None for share in shares.values()):
        return dict(shares)
    return {name: share or 0 for name, share in shares.items()}


def income_bridge(
    *,
    career_years: int | None,
    months: int | None,
    used_before: bool | None,
    rule: BridgeRule = BridgeRule(),
) -> BridgeCheck:
    """Whether the worker may ask a bridge, as far as is known."""
    against = []
    if used_before:
        against.append("used_before")
    if career_years is not None and career_years < rule.least_career_years:
        against.append("career_too_short")
    if months is not None and not rule.least_months <= months <= rule.most_months:
        against.append("months_out_of_range")
    if against:
        return BridgeCheck(False, tuple(against))
    asked = {"used_before": used_before, "career_years": career_years, "months": months}
    unknown = tuple(name for name, value in asked.items() if value is None)
    return BridgeCheck(None if unknown else True, unknown)
