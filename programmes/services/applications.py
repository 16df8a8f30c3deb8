"""The aid application of one company: the items of article 6(2) GBER, with their amounts by category."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.models import CompanySeats, CostLine, Participation
from programmes.services.plan_costs import facts_of, shared_line
from programmes.services.plans import Seats, seats_of_programme
from skillnet.templatetags.ui import date_short, euro

ZERO = Decimal("0.00")
C = CostLine.Category
LEGAL_BASIS = "art. 6(2) Reg. (EU) 651/2014"
# In the order and words of article 31(3).
CATEGORIES: list[tuple[str, str, Any]] = [
    (C.TRAINER, "art. 31(3)(a)", gettext_lazy("Opleiders")),
    (C.OPERATING, "art. 31(3)(b)", gettext_lazy("Werkingskosten: reizen, verblijf, materiaal, zaal")),
    (C.ADVICE, "art. 31(3)(c)", gettext_lazy("Advies voor de opleiding")),
    (C.TRAINEE, "art. 31(3)(d)", gettext_lazy("Loon- en algemene kosten van de deelnemers, per uur les")),
]


@dataclass(slots=True)
class CostItem:
    """One category of article 31(3) in an application: euro excl. VAT, and what it is made of."""

    category: str
    legal_basis: str
    label: str
    amount: Decimal = ZERO
    lines: list[tuple[str, Decimal]] = field(default_factory=list)

    def add(self, words: str, amount: Decimal) -> None:
        if amount:
            self.lines.append((words, amount))
            self.amount += amount


def cost_items(participation: Participation) -> list[CostItem]:
    """The company's costs by category, all four of them, as the plan stands; nothing is zero by silence."""
    items = {str(key): CostItem(str(key), basis, str(label)) for key, basis, label in CATEGORIES}
    programme = participation.programme
    for seat in _own_seats(participation):
        edition = seat.programme_edition.edition
        day = f" ({date_short(edition.starts_on)})" if edition.starts_on else ""
        items[C.TRAINER].add(f"{edition.offer.title}{day}", seat.cost or ZERO)
    seats = seats_of_programme(programme)
    facts = facts_of(programme)
    for line in facts.lines:
        if line.group != CostLine.Group.JOBSEEKERS:
            share = shared_line(line, seats, facts).get(participation.organisation_id, ZERO)
            items[line.category].add(line.description, share)
    items[C.TRAINEE].add(_("Loonkost tijdens de lessen"), participation.wage_cost)
    return list(items.values())


def _own_seats(participation: Participation) -> list[CompanySeats]:
    rows = CompanySeats.objects.filter(
        programme_edition__programme=participation.programme_id, organisation=participation.organisation_id
    )
    return list(rows.select_related("programme_edition__edition__offer").order_by("pk"))


def application_of(participation: Participation) -> dict[str, Any]:
    """The items of article 6(2) GBER, as they stand at the moment of applying; money is text, euro excl. VAT."""
    programme = participation.programme
    mine: list[Seats] = [
        s for s in seats_of_programme(programme) if s.organisation.pk == participation.organisation_id
    ]
    editions = [s.edition for s in mine]
    items = cost_items(participation)
    return {
        "undertaking": participation.organisation.name,
        "enterprise_number": participation.organisation.enterprise_number,
        "size": participation.assessment.get("size", "unknown"),
        "description": programme.title,
        "starts_on": _iso(min((e.starts_on for e in editions if e.starts_on), default=None)),
        "ends_on": _iso(max((e.ends_on for e in editions if e.ends_on), default=None)),
        "locations": sorted({e.location or e.region for e in editions if e.location or e.region}),
        "training": [{"description": seat.edition.offer.title, "learners": seat.learners} for seat in mine],
        "costs": [
            {
                "category": item.category,
                "legal_basis": item.legal_basis,
                "label": item.label,
                "amount": str(item.amount),
                "lines": [f"{words}: {euro(amount, 2)}" for words, amount in item.lines],
            }
            for item in items
        ],
        "eligible_cost": str(sum((item.amount for item in items), ZERO)),
        "cost": str(participation.cost),
        "aid_type": "grant",
        "public_funding": str(participation.grant),
        "route": participation.route,
        "de_minimis_declared_at": _instant(participation.de_minimis_declared_at),
        "legal_basis": LEGAL_BASIS,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


__all__ = ["CostItem", "application_of", "cost_items"]
