"""Gaps from a file. A known row replaces the columns that the file has; importing twice changes nothing."""

from collections.abc import Callable

from django.db import transaction

from networks.interchange import GapRow, duplicate_problem, parse_gap_row
from networks.models import Gap, NetworkMember, Organisation
from networks.services.compare_gaps import (
    GapComparison,
    gap_values,
    is_member,
    known_gaps,
    party_problem,
)
from networks.services.parties import PartyFinder
from networks.services.transfers import keep_transfers_in_step
from skillnet.kernel.actor import Actor
from skillnet.kernel.bulk import insert_rows, update_rows
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import (
    Importer,
    ImportReport,
    Progress,
    RowOutcome,
    changes_of,
    compare_table,
    import_table,
)
from skillnet.kernel.tabular.duplicates import SeenKeys
from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Record, Table


def import_gaps(
    table: Table,
    *,
    actor: Actor,
    organisation: Organisation | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
    skip: int = 0,
) -> ImportReport:
    """Import an open table. `organisation`: all rows are its gaps (the web); else each row names its company.

    Parties and networks that are not known are created only where the file names them (the command line).
    `report` is filled on the way; what went in before a stop is matched too. The first `skip` rows went in
    before an earlier stop.
    """
    report = ImportReport() if report is None else report
    importer = _importer(actor, organisation)
    try:
        import_table(table, importer, mapping=mapping, progress=progress, report=report, skip=skip)
    finally:
        with transaction.atomic():
            announce_change("gap", report.changed_ids, actor=actor, reason="import")
    return report


def compare_gaps(
    table: Table,
    *,
    actor: Actor,
    tell: Callable[[list[RowOutcome]], None],
    organisation: Organisation | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """What `import_gaps` would do with each row, and which gaps the file lacks; nothing changes."""
    importer = _importer(actor, organisation)
    return compare_table(table, importer, tell=tell, mapping=mapping, progress=progress, report=report)


def _importer(actor: Actor, organisation: Organisation | None) -> Importer[GapRow]:
    store = _Store(actor=actor, organisation=organisation)
    comparison = GapComparison(organisation=organisation)
    seen = SeenKeys()

    def parse(record: Record) -> GapRow | list[RowProblem]:
        comparison.named.add(record.values.get("external_id", "").strip())
        return parse_gap_row(record.values, record.line, party_required=organisation is None)

    return Importer(
        parse=parse,
        duplicate=lambda row: duplicate_problem(row, seen),
        store=store.write,
        line_of=lambda row: row.line,
        compare=comparison.compare,
        remember=comparison.refused,
        missing=comparison.missing,
    )


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
            known = known_gaps(rows, {party.pk for party in parties.values()}, locked=True)
            new: list[Gap] = []
            changed: dict[int, Gap] = {}
            names: set[str] = set()
            for row in rows:
                party = parties[row.line]
                values = gap_values(row)
                problem = self._party_problem(row) or self._network(row, party, values)
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
            insert_rows(new)
            update_rows(list(changed.values()), sorted(names))
            keep_transfers_in_step(gaps=[*new, *changed.values()])
            report.created += len(new)
            report.changed += len(changed)
            report.changed_ids += [gap.pk for gap in new] + list(changed)
        return problems

    def _party(self, row: GapRow) -> Organisation:
        if self.organisation is not None:
            return self.organisation
        party = self.finder.organisation(row.organisation, row.enterprise_number)
        assert party is not None  # noqa: S101  may_create is true here
        return party

    def _party_problem(self, row: GapRow) -> RowProblem | None:
        return party_problem(row, self.organisation, self.finder) if self.organisation is not None else None

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
        elif not is_member(network.pk, party.pk):
            return RowProblem(row.line, "network", "network_not_member", {"value": row.network})
        values["network_id"] = network.pk
        return None
