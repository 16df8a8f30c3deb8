"""Whether a price is shown to be a market price: enough quotes or bids, or a public price, and not above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LIST_PRICE = "list_price"


class Verdict(StrEnum):
    """How a price is shown, or what is still missing."""

    LIST_PRICE = "list_price"
    QUOTES = "quotes"
    NOTHING = "nothing"
    TOO_FEW = "too_few"
    NONE_CHOSEN = "none_chosen"
    PAID_MORE = "paid_more"
    LINKED = "linked"


SHOWN = frozenset({Verdict.LIST_PRICE, Verdict.QUOTES})


@dataclass(frozen=True, slots=True)
class Proof:
    """One quote, bid or public price: euro for one learner, excluding VAT."""

    kind: str
    supplier: str
    amount: Decimal
    is_chosen: bool = False


def judge_price(
    paid: Decimal, proofs: Iterable[Proof], *, least: Callable[[], int], is_linked: bool
) -> Verdict:
    """Whether `paid` (euro for one learner) is shown to be a market price.

    A public price shows it alone, unless buyer and seller belong to one undertaking (`is_linked`): then its
    own price list proves nothing. Otherwise `least()` suppliers are compared, the chosen one among them; a
    supplier counts once, and what is paid is never above what the proof says. The number is a dated row, asked
    for only where prices are compared.
    """
    known = list(proofs)
    lists = [proof for proof in known if proof.kind == LIST_PRICE]
    compared = [proof for proof in known if proof.kind != LIST_PRICE]
    if not is_linked and any(proof.amount >= paid for proof in lists):
        return Verdict.LIST_PRICE
    if not compared:
        return _without_quotes(lists, is_linked=is_linked)
    if len({proof.supplier.strip().casefold() for proof in compared}) < least():
        return Verdict.TOO_FEW
    chosen = [proof for proof in compared if proof.is_chosen]
    if not chosen:
        return Verdict.NONE_CHOSEN
    return Verdict.QUOTES if max(proof.amount for proof in chosen) >= paid else Verdict.PAID_MORE


def _without_quotes(lists: list[Proof], *, is_linked: bool) -> Verdict:
    if is_linked:
        return Verdict.LINKED
    return Verdict.PAID_MORE if lists else Verdict.NOTHING


__all__ = ["SHOWN", "Proof", "Verdict", "judge_price"]
