"""Programmes as JSON: the same shape for the API and for `manage.py match --format json`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from programmes.losses import loss_sentence, told_amount
from programmes.models import FundingLine, Programme, ProgrammeEdition, ProgrammePool
from programmes.reasons import assembly_of, reason_sentences, run_of

Json = dict[str, Any]
# How good the plan is of which a proposal is a part, in points of the objective; `gap` 0..1.
ASSEMBLY = ("value", "bound", "gap", "solver", "terms")


def with_lines(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Programmes with everything that `programme_json` reads."""
    return programmes.prefetch_related(
        Prefetch("programme_pools", queryset=ProgrammePool.objects.select_related("pool")),
        Prefetch("programme_editions", queryset=ProgrammeEdition.objects.select_related("edition")),
        "votes",
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
        "alternatives": [alternative_json(record) for record in programme.alternatives],
        **origin_json(programme),
    }


def origin_json(programme: Programme) -> Json:
    """Which run, model and weights drew a programme up, and how good that plan is; null for a person's own."""
    made, plan = run_of(programme.reasons), assembly_of(programme.reasons)
    return {
        "run": made.get("run"),
        "model": made.get("model"),
        "weights": made.get("weights"),
        "assembly": {name: plan.get(name) for name in ASSEMBLY} if plan.get("terms") else None,
    }


def alternative_json(record: Mapping[str, Any]) -> Json:
    """An offer that was not chosen: how well it fits (0..1), what it lost on, and by how much in the unit of
    that reason; text where it is money, null where it would tell what aid an undertaking had."""
    return {
        "offer": record.get("offer"),
        "fit": record.get("fit"),
        "lost_on": record.get("lost_on"),
        "amount": told_amount(record),
        "sentence": loss_sentence(record),
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
