"""Other money that companies declared, as plans, claims and checks read it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from programmes.aid.case import OtherAid
from programmes.aid.cumulation import aid_that_counts, all_funding
from programmes.models import CostLine, OtherFunding, Programme

Funding = Mapping[int, Sequence[OtherFunding]]


def declared_funding(programme: Programme, *, moment: str | None = None) -> dict[int, list[OtherFunding]]:
    """What stands, by organisation; `moment` keeps to what was declared with the application or the claim."""
    rows = OtherFunding.objects.filter(participation__programme=programme, retracted_at=None)
    if moment is not None:
        rows = rows.filter(moment=moment)
    found: dict[int, list[OtherFunding]] = {}
    for row in rows.select_related("participation"):
        found.setdefault(row.participation.organisation_id, []).append(row)
    return found


def aid_of_same_costs(rows: Iterable[OtherFunding], categories: Collection[str]) -> tuple[OtherAid, ...]:
    """As the pure rules read it: other money for a kind of cost that counts here too."""
    return tuple(OtherAid(r.instrument, r.amount, r.basis) for r in rows if r.category in categories)


def funding_and_aid(rows: Iterable[OtherFunding], categories: Collection[str]) -> tuple[Decimal, Decimal]:
    """Euro of other money for these kinds of cost, and how much of it is aid (article 8 GBER)."""
    same = aid_of_same_costs(rows, categories)
    return all_funding(same), aid_that_counts(same)


def pays_wages(row: OtherFunding) -> bool:
    return row.category == CostLine.Category.TRAINEE


__all__ = ["Funding", "aid_of_same_costs", "declared_funding", "funding_and_aid", "pays_wages"]
