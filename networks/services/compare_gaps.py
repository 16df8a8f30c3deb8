"""What a file of gaps would do, row by row, and which gaps it lacks. Reads only."""

from collections.abc import Collection, Sequence
from typing import Any

from networks.interchange import GapRow
from networks.models import Gap, NetworkMember, Organisation
from networks.services.parties import PartyFinder
from skillnet.kernel.importing import Compared, FieldChange, RowOutcome, field_changes
from skillnet.kernel.tabular.problems import RowProblem

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
    "kind": ("kind", "ordinary"),
    "impact": ("impact", None),
    "target_groups": ("target_groups", []),
    "transition": ("transition", ""),
    "occupation": ("occupation", ""),
    "planned_start": ("planned_start", None),
    "hire_scheme": ("hire_scheme", ""),
}
COLUMN_OF = {name: column for column, (name, _empty) in FIELDS.items()}
CHUNK = 5_000


class GapComparison:
    """Compares chunks; remembers what the file named so far, as the import does."""

    def __init__(self, *, organisation: Organisation | None) -> None:
        self.organisation = organisation
        self.named: set[str] = set()
        self._finder = PartyFinder(may_create=False)
        self._met: set[int] = set() if organisation is None else {organisation.pk}

    def compare(self, rows: list[GapRow]) -> Compared:
        """The outcome of each row, or what its network keeps it from."""
        refused = self.refused(rows)
        parties = {row.line: self._party_id(row) for row in rows}
        self._met.update(pk for pk in parties.values() if pk is not None)
        known = known_gaps(rows, self._met, locked=False)
        good = [row for row in rows if row.line not in refused]
        return [
            self._outcome(row, known.get((parties[row.line] or 0, row.external_id))) for row in good
        ], refused

    def refused(self, rows: list[GapRow]) -> dict[int, RowProblem]:
        """On the web, rows of another company, of a network that is not known or that it is no member of."""
        if self.organisation is None:
            return {}
        own = self.organisation
        found = {
            row.line: party_problem(row, own, self._finder) or self._network_problem(row, own.pk)
            for row in rows
        }
        return {line: problem for line, problem in found.items() if problem is not None}

    def missing(self) -> Sequence[RowOutcome]:
        """Gaps of the file's companies that it does not name and that are not archived; they stay."""
        known = (
            Gap.objects.filter(organisation__in=self._met)
            .exclude(state=Gap.State.ARCHIVED)
            .order_by("external_id")
            .values_list("external_id", "title")
        )
        return [
            RowOutcome(None, reference, title, "missing")
            for reference, title in known.iterator(chunk_size=CHUNK)
            if reference not in self.named
        ]

    def _outcome(self, row: GapRow, gap: Gap | None) -> RowOutcome:
        if gap is None:
            return RowOutcome(row.line, row.external_id, row.title, "new")
        changes = field_changes(gap, gap_values(row), COLUMN_OF) + self._network_change(row, gap)
        if changes:
            return RowOutcome(row.line, row.external_id, row.title, "changed", changes)
        return RowOutcome(row.line, row.external_id, row.title, "unchanged")

    def _network_change(self, row: GapRow, gap: Gap) -> tuple[FieldChange, ...]:
        if "network" not in row.present:
            return ()
        network = self._finder.network(row.network) if row.network else None
        if (network.pk if network else None) == gap.network_id and (network or not row.network):
            return ()
        return (FieldChange("network", gap.network.name if gap.network else "", row.network or ""),)

    def _network_problem(self, row: GapRow, organisation_id: int) -> RowProblem | None:
        if "network" not in row.present or not row.network:
            return None
        network = self._finder.network(row.network)
        if network is None:
            return RowProblem(row.line, "network", "network_unknown", {"value": row.network})
        if not is_member(network.pk, organisation_id):
            return RowProblem(row.line, "network", "network_not_member", {"value": row.network})
        return None

    def _party_id(self, row: GapRow) -> int | None:
        if self.organisation is not None:
            return self.organisation.pk
        party = self._finder.organisation(row.organisation, row.enterprise_number)
        return party.pk if party else None


def party_problem(row: GapRow, own: Organisation, finder: PartyFinder) -> RowProblem | None:
    """On the web all rows are of one company: a row with the number of another one is not quietly made its own."""
    number = row.enterprise_number
    if not number or number == own.enterprise_number:
        return None
    if own.enterprise_number is None and finder.organisation("", number) in (None, own):
        return None  # nobody's, as far as is known: perhaps its own
    return RowProblem(row.line, "enterprise_number", "party_other", {"value": number, "own": own.name})


def known_gaps(
    rows: Sequence[GapRow], party_ids: Collection[int], *, locked: bool
) -> dict[tuple[int, str], Gap]:
    """The gaps of these companies that the rows name; locked until the transaction ends."""
    gaps = Gap.objects.select_for_update(of=("self",)) if locked else Gap.objects.all()
    found = gaps.select_related("network").filter(
        organisation__in=list(party_ids), external_id__in=[row.external_id for row in rows]
    )
    return {(gap.organisation_id, gap.external_id): gap for gap in found}


def gap_values(row: GapRow) -> dict[str, Any]:
    """The fields of the gap that the row's columns fill, its network apart."""
    values: dict[str, Any] = {}
    for column, (name, empty) in FIELDS.items():
        if column in row.present:
            value = getattr(row, column)
            values[name] = list(value) if isinstance(value, tuple) else empty if value is None else value
    if values.get("kind", "hire_and_train") != "hire_and_train":
        values["hire_scheme"] = ""
    return values


def is_member(network_id: int, organisation_id: int) -> bool:
    """Whether the organisation is an active member of the network."""
    return NetworkMember.objects.filter(
        network=network_id, organisation=organisation_id, state=NetworkMember.State.ACTIVE
    ).exists()
