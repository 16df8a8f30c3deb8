"""Pure rules of a competition: weighted scores, the order of applications, and where the budget ends.

A review gives each criterion a score; weighted by the criteria it is a mark of 0 to 100, and an application's
mark is the mean of its reviews. The line falls before the first application that no longer fits the budget:
no later, smaller one passes it by, so that what is funded never depends on how small somebody asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED, CENT = Decimal(100), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Weighed:
    """One criterion: its key, weight (1 to 100) and highest score."""

    key: int
    weight: int
    max_score: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One application in the competition. `submitted` sorts by moment (ISO 8601)."""

    key: int
    mark: Decimal
    heaviest: Decimal
    requested: Decimal
    submitted: str = ""
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """An application with its place (1 is best), the budget used up to it, and whether it fits.

    `tie` names the rule that set it behind the one before with the same mark: `heaviest`, `requested`,
    `submitted`; empty without a tie.
    """

    entry: Entry
    place: int
    cumulative: Decimal
    fits: bool
    below_minimum: bool
    tie: str = ""


def mark_of_review(scores: Mapping[int, int], criteria: Sequence[Weighed]) -> Decimal:
    """The mark (0 to 100, two decimals) of one review; every criterion must have a score.

    Raises:
        ValueError: a score is missing or above the criterion's highest.
    """
    total = sum(criterion.weight for criterion in criteria)
    if not total:
        raise ValueError("A call without criteria has no marks.")
    mark = Decimal(0)
    for criterion in criteria:
        score = scores.get(criterion.key)
        if score is None or not 0 <= score <= criterion.max_score:
            raise ValueError(f"Criterion {criterion.key} needs a score of 0 to {criterion.max_score}.")
        mark += Decimal(criterion.weight * score) / criterion.max_score
    return _rounded(mark * HUNDRED / total)


def mark_of_application(reviews: Sequence[Mapping[int, int]], criteria: Sequence[Weighed]) -> Decimal:
    """The mean of the marks of the reviews, with two decimals; raises ValueError without a review."""
    if not reviews:
        raise ValueError("An application without reviews has no mark.")
    return _rounded(sum((mark_of_review(scores, criteria) for scores in reviews), Decimal(0)) / len(reviews))


def heaviest_score(reviews: Sequence[Mapping[int, int]], criteria: Sequence[Weighed]) -> Decimal:
    """The mean score, out of 100, on the criterion that weighs most (of equals the first): breaks ties."""
    top = max(criteria, key=lambda criterion: criterion.weight)
    total = sum((Decimal(scores[top.key]) for scores in reviews), Decimal(0))
    return _rounded(total * HUNDRED / top.max_score / len(reviews))


def spread(reviews: Sequence[Mapping[int, int]], criteria: Sequence[Weighed]) -> Decimal:
    """How far the reviews lie apart, in points of 100: a large one asks for a talk or a third reviewer."""
    marks = [mark_of_review(scores, criteria) for scores in reviews]
    return max(marks) - min(marks)


def rank(entries: Sequence[Entry], *, budget: Decimal | None, minimum: Decimal | None = None) -> list[Ranked]:
    """Order the entries and draw the budget line; `budget` None is no line.

    Equal marks: the higher score on the heaviest criterion, then the lower request, then the earlier
    submission. Entries below `minimum`, and those excluded (rejected), use no budget.
    """
    ordered = sorted(entries, key=_order)
    ranked: list[Ranked] = []
    used, line_fell = Decimal(0), False
    for place, entry in enumerate(ordered, start=1):
        below = minimum is not None and entry.mark < minimum
        fits = False
        if not (below or entry.excluded):
            fits = not line_fell and (budget is None or used + entry.requested <= budget)
            line_fell = not fits
            used += entry.requested
        ranked.append(Ranked(entry, place, used, fits, below, _tie(ordered, place)))
    return ranked


def _order(entry: Entry) -> tuple[Decimal, Decimal, Decimal, str, int]:
    return (-entry.mark, -entry.heaviest, entry.requested, entry.submitted, entry.key)


def _tie(ordered: Sequence[Entry], place: int) -> str:
    if place == 1 or ordered[place - 2].mark != ordered[place - 1].mark:
        return ""
    before, this = ordered[place - 2], ordered[place - 1]
    if before.heaviest != this.heaviest:
        return "heaviest"
    return "requested" if before.requested != this.requested else "submitted"


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
