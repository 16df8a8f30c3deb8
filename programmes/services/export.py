"""Proposals and programmes for other software: the contract of `export_proposals`."""

from collections.abc import Iterator
from typing import Any

from programmes.models import CompanySeats, FundingLine, Programme
from programmes.presenting_json import alternative_json, origin_json
from programmes.reasons import reason_sentences

HEADER = [
    "id",
    "title",
    "network",
    "state",
    "companies",
    "learners",
    "cost",
    "grant",
    "starts_on",
    "pools",
    "editions",
    "reasons",
    "alternatives",
    "run",
    "model",
    "weights",
]


def proposals(programmes: Any) -> Iterator[dict[str, Any]]:
    """One record a programme, as design section 5 writes it; money is text, unknown is null."""
    wanted = programmes.select_related("network").prefetch_related(
        "programme_pools__pool",
        "programme_editions__edition",
        "funding_lines__instrument",
    )
    for programme in wanted.order_by("pk").iterator(chunk_size=200):
        yield _record(programme)


def _record(programme: Programme) -> dict[str, Any]:
    return {
        "id": str(programme.public_id),
        "title": programme.title,
        "network": programme.network.name,
        "state": programme.state,
        "pools": [str(row.pool.public_id) for row in programme.programme_pools.all()],
        "editions": [str(row.edition.public_id) for row in programme.programme_editions.all()],
        "learners": programme.learners,
        "cost": None if programme.cost is None else str(programme.cost),
        "grant": None if programme.grant is None else str(programme.grant),
        "starts_on": programme.starts_on.isoformat() if programme.starts_on else None,
        "funding": _funding(programme.funding_lines.all()),
        "reasons": reason_sentences(programme.reasons),
        "alternatives": [alternative_json(record) for record in programme.alternatives],
        **origin_json(programme),
    }


def _funding(lines: Any) -> list[dict[str, str]]:
    """Lines of one instrument on one legal basis added up: who pays which part is not for outside."""
    totals: dict[tuple[str, str], Any] = {}
    line: FundingLine
    for line in lines:
        key = (line.instrument.code, line.legal_basis)
        totals[key] = totals.get(key, 0) + line.amount
    return [
        {"instrument": code, "amount": str(amount), "legal_basis": basis}
        for (code, basis), amount in totals.items()
    ]


def proposal_rows(programmes: Any) -> Iterator[list[Any]]:
    """The same for a table: several values in a cell are separated by spaces."""
    counts: dict[str, int] = {}
    pairs = (
        CompanySeats.objects.filter(programme_edition__programme__in=programmes)
        .values_list("programme_edition__programme__public_id", "organisation_id")
        .distinct()
    )
    for public_id, _organisation in pairs:
        counts[str(public_id)] = counts.get(str(public_id), 0) + 1
    for record in proposals(programmes):
        yield [
            record["id"],
            record["title"],
            record["network"],
            record["state"],
            counts.get(record["id"], 0),
            record["learners"],
            record["cost"],
            record["grant"],
            record["starts_on"],
            " ".join(record["pools"]),
            " ".join(record["editions"]),
            " ".join(record["reasons"]),
            " ".join(f"{other['offer']}:{other['lost_on']}" for other in record["alternatives"]),
            record["run"],
            record["model"],
            record["weights"],
        ]
