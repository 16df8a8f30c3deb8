"""Programmes as JSON: the same shape for the API and for `manage.py match --format json`."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from programmes.models import FundingLine, Programme, ProgrammeEdition, ProgrammePool
from programmes.reasons import reason_sentences

Json = dict[str, Any]


def with_lines(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Programmes with everything that `programme_json` reads."""
    return programmes.prefetch_related(
        Prefetch("programme_pools", queryset=ProgrammePool.objects.select_related("pool")),
        Prefetch("programme_editions", queryset=ProgrammeEdition.objects.select_related("edition")),
        Prefetch("funding_lines", queryset=FundingLine.objects.select_related("instrument")),
    )


def programme_json(programme: Programme) -> Json:
    """A programme read `with_lines`; euro as text with two decimals, reasons in the reader's language."""
    return {
        "id": str(programme.public_id),
        "pools": [str(row.pool.public_id) for row in programme.programme_pools.all()],
        "editions": [str(row.edition.public_id) for row in programme.programme_editions.all()],
        "learners": programme.learners,
        "cost": None if programme.cost is None else f"{programme.cost:.2f}",
        "funding": funding_json(programme.funding_lines.all()),
        "reasons": reason_sentences(programme.reasons),
    }


def funding_json(lines: Iterable[FundingLine]) -> list[Json]:
    """Who pays how much under which article: one line for each instrument and article, companies together."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = (line.instrument.code, line.legal_basis)
        sums[key] = sums.get(key, Decimal("0.00")) + line.amount
    return [
        {"instrument": code, "amount": f"{amount:.2f}", "legal_basis": basis}
        for (code, basis), amount in sums.items()
    ]
