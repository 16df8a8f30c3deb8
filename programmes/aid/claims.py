"""What a claim pays: never above the grant, the decided share of what was invoiced, or the intensity of the cost.

The call pays a share of what is invoiced; wages only lift what article 31 allows, so they never earn a share.

Also the structured communication of Belgian payments, and the draw of an audit sample. Pure: no Django.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from programmes.aid.money import ZERO, at_least_zero, plain, round_down, total
from programmes.aid.texts import Reason

ELIGIBLE_BASIS = "art. 31(3) Reg. (EU) 651/2014"
INTENSITY_BASIS = "art. 31(4) Reg. (EU) 651/2014"
VAT_BASIS = "art. 7(1) Reg. (EU) 651/2014"
CUMULATION_BASIS = "art. 8(3) Reg. (EU) 651/2014"
DE_MINIMIS_BASIS = "art. 3(2) Reg. (EU) 2023/2831"
DECISION_BASIS = "netwerkoproep; toekenningsbeslissing"
TRAINEE = "trainee"
MODULUS = 97


@dataclass(frozen=True, slots=True)
class ActualCost:
    """An actual cost, euro: `amount` without refundable VAT, `vat` that VAT."""

    category: str
    amount: Decimal
    vat: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class CompanyClaim:
    """One company's part of a claim, euro.

    `decided` was granted on `planned`, what was to be invoiced (wages are not); `granted` is what is left of it
    since. `intensity`
    is the decided percentage of article 31 (None: de minimis, which has none). `seats` were planned, `used`
    of them saw a learner (None: not known, which lowers nothing but fails the check). `other_funding` is
    all other money for the same costs, `other_aid` the part of it that is state aid (article 8 GBER).
    """

    planned: Decimal
    decided: Decimal
    granted: Decimal
    costs: tuple[ActualCost, ...]
    intensity: Decimal | None
    seats: int
    used: int | None
    other_funding: Decimal = ZERO
    other_aid: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is paid, euro, with the ordered reasoning behind it."""

    actual: Decimal
    eligible: Decimal
    payable: Decimal
    reasons: tuple[Reason, ...]

    def as_record(self) -> dict[str, object]:
        """Bare figures and parameters, so that it reads in any language later."""
        return {
            "actual": plain(self.actual),
            "eligible": plain(self.eligible),
            "payable": plain(self.payable),
            "reasons": [
                {
                    "rule": item.rule,
                    "params": dict(item.params),
                    "legal_basis": item.legal_basis,
                    "valid_from": None,
                    "valid_to": None,
                    "certain": item.certain,
                }
                for item in self.reasons
            ],
        }


def settle(claim: CompanyClaim) -> Settlement:
    """The least of the grant, the decided share and the intensity of what the training really cost.

    Costs are added up before anything is rounded, so that splitting a line changes nothing. Only decreases
    follow from it: more than was granted needs a new decision.
    """
    actual = total(cost.amount for cost in claim.costs)
    reasons = [_reason("claim.actual", ELIGIBLE_BASIS, costs=actual)]
    vat = total(cost.vat for cost in claim.costs)
    if vat:
        reasons.append(_reason("claim.vat", VAT_BASIS, vat=vat))
    eligible, invoiced = _used_part(claim, reasons)
    ceilings = _ceilings(claim, eligible, invoiced, reasons)
    if claim.other_funding:
        left = at_least_zero(eligible - claim.other_funding)
        ceilings.append(left)
        reasons.append(
            _reason("claim.other_funding", CUMULATION_BASIS, other=claim.other_funding, costs=left)
        )
    payable = min(ceilings)
    rule = "claim.as_granted" if payable == claim.granted else "claim.less"
    reasons.append(_reason(rule, DECISION_BASIS, payable=payable, granted=claim.granted))
    return Settlement(actual, eligible, payable, tuple(reasons))


def _used_part(claim: CompanyClaim, reasons: list[Reason]) -> tuple[Decimal, Decimal]:
    """What counts, with and without wages. Costs of seats that nobody took are no costs of training; wages are
    by the hour attended already."""
    wages = sum((Fraction(c.amount) for c in claim.costs if c.category == TRAINEE), Fraction(0))
    rest = sum((Fraction(c.amount) for c in claim.costs if c.category != TRAINEE), Fraction(0))
    if claim.used is None or claim.used >= claim.seats or claim.seats <= 0:
        return round_down(wages + rest), round_down(rest)
    rest = rest * claim.used / claim.seats
    eligible = round_down(wages + rest)
    reasons.append(
        _reason("claim.unused_seats", ELIGIBLE_BASIS, used=claim.used, seats=claim.seats, costs=eligible)
    )
    return eligible, round_down(rest)


def _ceilings(
    claim: CompanyClaim, eligible: Decimal, invoiced: Decimal, reasons: list[Reason]
) -> list[Decimal]:
    """The grant, the decided share of what was invoiced, and what the law allows on the whole cost."""
    ceilings = [claim.granted, invoiced]
    if claim.planned > 0:
        share = round_down(Fraction(claim.decided) / Fraction(claim.planned) * Fraction(invoiced))
        percent = round_down(Fraction(claim.decided) * 100 / Fraction(claim.planned))
        reasons.append(_reason("claim.share", DECISION_BASIS, share=percent, amount=share, invoiced=invoiced))
        ceilings.append(share)
    if claim.intensity is None:
        reasons.append(_reason("claim.de_minimis", DE_MINIMIS_BASIS, amount=eligible))
        ceilings.append(eligible)
    else:
        most = at_least_zero(
            round_down(Fraction(claim.intensity) * Fraction(eligible) / 100) - claim.other_aid
        )
        reasons.append(_reason("claim.intensity", INTENSITY_BASIS, intensity=claim.intensity, amount=most))
        ceilings.append(most)
    return ceilings


def _reason(rule: str, basis: str, **params: Decimal | int) -> Reason:
    bare = {
        name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in params.items()
    }
    return Reason(rule, bare, basis, None, None)


# Payments


def structured_communication(number: int) -> str:
    """`+++123/4567/89012+++` of a number below ten thousand million; the last two digits check it.

    The rest of the first ten digits by 97, and 97 where nothing rests (Febelfin, gestructureerde mededeling).
    Raises ValueError for a number that does not fit.
    """
    if not 0 < number < 10**10:
        raise ValueError(f"{number} does not fit ten digits")
    digits = f"{number:010d}{number % MODULUS or MODULUS:02d}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def is_valid_communication(text: str) -> bool:
    """Whether the check digits are right, written with or without its plusses, slashes and spaces."""
    digits = "".join(character for character in text if character.isdigit())
    others = set(text) - set("0123456789+/ *")
    if others or len(digits) != 12 or not digits.isascii():
        return False
    number, check = int(digits[:10]), int(digits[10:])
    return number > 0 and check == (number % MODULUS or MODULUS)


# Audit

METHOD = "sha256-rank-1"


def sample_size(population: int, *, share: Decimal, least: int, most: int) -> int:
    """How many to draw: `share` percent, rounded half up, at least and at most so many, never more than all."""
    wanted = int((share * population / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return min(population, most, max(least, wanted))


def draw_sample(
    population: Iterable[str], *, seed: str, share: Decimal, least: int, most: int
) -> Sequence[str]:
    """The drawn references, in the order of the draw: the same seed and population give the same, for ever.

    Method `sha256-rank-1`: each reference is ranked by the SHA-256 digest of "seed:reference", so that anybody
    can repeat the draw with any tool, in whatever order the references come.
    """
    distinct = sorted(set(population))
    ranked = sorted(distinct, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())
    return ranked[: sample_size(len(distinct), share=share, least=least, most=most)]
