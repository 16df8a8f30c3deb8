"""Gaps from a file. A known row replaces the columns that the file has; importing twice changes nothing."""

from collections.abc import Sequence

from django.db import transaction

from networks.interchange import GapRow, duplicate_problem, parse_gap_row
from networks.models import Gap, NetworkMember, Organisation
from networks.services.parties import PartyFinder
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import Importer, ImportReport, Progress, changes_of, import_table
from skillnet.kernel.tabular.duplicates import SeenKeys
from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Record, Table

# Column of the file → field of the gap, and what an empty cell means there.
FIELDS: dict[str, tuple[str, object]] = {
    "title": ("title", ""),
    "description": ("description", ""),
    "language": ("language", ""),
    "learners": ("learners", None),
    "urgency": ("urgency", ""),
    "horizon": ("horizon", ""),
    "depth": ("depth", ""),
    "direction": ("direction", ""),
    "mandatory": ("mandatory", None),
    "region": ("regions", []),
    "skills": ("skills", []),
    "budget_eur": ("budget", None),
    "eqf_level": ("eqf_level", None),
    "learner_languages": ("learner_languages", []),
    "modes": ("modes", []),
}


def import_gaps(
    table: Table,
    *,
    actor: Actor,
    organisation: Organisation | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Import an open table. `organisation`: all rows are its gaps (the web); else each row names its company.

    Parties and networks that are not known are created only where the file names them (the command line).
    `report` is filled on the way; what went in before a stop is matched too.
    """
    report = ImportReport() if report is None else report
    store = _Store(actor=actor, organisation=organisation)
    seen = SeenKeys()

    def parse(record: Record) -> GapRow | list[RowProblem]:
        return parse_gap_row(record.values, record.line, party_required=organisation is None)

    importer = Importer(
        parse=parse,
        duplicate=lambda row: duplicate_problem(row, seen),
        store=store.write,
        line_of=lambda row: row.line,
    )
    try:
        import_table(table, importer, mapping=mapping, progress=progress, report=report)
    finally:
        with transaction.atomic():
            announce_change("gap", report.changed_ids, actor=actor, reason="import")
    return report


class _Store:
    """Writes chunks; knows the parties that the file named so far."""

    def __init__(self, *, actor: Actor, organisation: Organisation | None) -> None:
        self.actor = actor
        self.organisation = organisation
        self.finder = PartyFinder(may_create=organisation is None)

    def write(self, rows: list[GapRow], report: ImportReport) -> dict[int, RowProblem]:
        problems: dict[int, RowProblem] = {}
        with transaction.atomic():
            parties = {row.line: self._party(row) for row in rows}
            known = _known_gaps(rows, list({party.pk for party in parties.values()}))
            new: list[Gap] = []
            changed: dict[int, Gap] = {}
            names: set[str] = set()
            for row in rows:
                party = parties[row.line]
                values = _values(row)
                problem = self._network(row, party, values)
                if problem:
                    problems[row.line] = problem
                    continue
                gap = known.get((party.pk, row.external_id))
                if gap is None:
                    new.append(
                        Gap(
                            organisation=party,
                            external_id=row.external_id,
                            entered_by=self.actor.user,
                            **values,
                        )
                    )
                elif fields := changes_of(gap, values):
                    changed[gap.pk] = gap
                    names.update(fields)
                else:
                    report.unchanged += 1
            created = Gap.objects.bulk_create(new)
            if changed:
                Gap.objects.bulk_update(list(changed.values()), sorted(names))
            report.created += len(created)
            report.changed += len(changed)
            report.changed_ids += [gap.pk for gap in created] + list(changed)
        return problems

    def _party(self, row: GapRow) -> Organisation:
        if self.organisation is not None:
            return self.organisation
        party = self.finder.organisation(row.organisation, row.enterprise_number)
        assert party is not None  # noqa: S101  may_create is true here
        return party

    def _network(self, row: GapRow, party: Organisation, values: dict[str, object]) -> RowProblem | None:
        """Fill in the network; on the web an unknown one, or one that the company is no member of, is refused."""
        if "network" not in row.present:
            return None
        if not row.network:
            values["network_id"] = None
            return None
        network = self.finder.network(row.network)
        if network is None:
            return RowProblem(row.line, "network", "network_unknown", {"value": row.network})
        if self.organisation is None:
            NetworkMember.objects.get_or_create(
                network=network, organisation=party, defaults={"state": NetworkMember.State.ACTIVE}
            )
        elif not _is_member(network.pk, party.pk):
            return RowProblem(row.line, "network", "network_not_member", {"value": row.network})
        values["network_id"] = network.pk
        return None


def _known_gaps(rows: Sequence[GapRow], party_ids: Sequence[int]) -> dict[tuple[int, str], Gap]:
    found = Gap.objects.select_for_update().filter(
        organisation__in=party_ids, external_id__in=[row.external_id for row in rows]
    )
    return {(gap.organisation_id, gap.external_id): gap for gap in found}


def _values(row: GapRow) -> dict[str, object]:
    values: dict[str, object] = {}
    for column, (name, empty) in FIELDS.items():
        if column in row.present:
            value = getattr(row, column)
            values[name] = list(value) if isinstance(value, tuple) else empty if value is None else value
    return values


def _is_member(network_id: int, organisation_id: int) -> bool:
    return NetworkMember.objects.filter(
        network=network_id, organisation=organisation_id, state=NetworkMember.State.ACTIVE
    ).exists()
