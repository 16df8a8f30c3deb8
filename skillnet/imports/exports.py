"""What one sent, or typed, in the interchange format; sending the file back changes nothing."""

from collections.abc import Iterator, Sequence

from catalogue.exports import EXPORT_COLUMNS as OFFER_COLUMNS
from catalogue.exports import interchange_rows as offer_rows
from networks.interchange import ALL_COLUMNS as GAP_COLUMNS
from networks.interchange import GapRow, gap_cells
from networks.models import Gap
from skillnet.kernel.actor import Actor

CHUNK = 500
EXAMPLES: dict[str, dict[str, str]] = {
    "gaps": {
        "external_id": "K-001",
        "title": "Storingen in een PLC-sturing zelf oplossen",
        "description": "Onze operatoren bellen nu voor elke storing de leverancier. Dat kost uren stilstand.",
        "language": "nl",
        "learners": "8",
        "urgency": "high",
        "horizon": "1y",
        "depth": "short",
        "direction": "upskilling",
        "mandatory": "no",
        "region": "BE234",
        "learner_languages": "nl",
    },
    "offers": {
        "external_id": "A-001",
        "title": "PLC-storingen zoeken",
        "description": "Drie dagen aan een proefopstelling: lezen, meten, herstellen.",
        "outcomes": "een schema lezen; een storing afbakenen; een sturing herstarten",
        "language": "nl",
        "mode": "classroom",
        "hours": "24",
        "eqf_level": "4",
        "price_eur": "690",
        "price_basis": "participant",
        "seats": "12",
        "min_seats": "6",
        "region": "BE234",
        "starts_on": "2027-03-01",
        "ends_on": "2027-03-03",
        "edition_id": "voorjaar",
        "credential": "certificate",
        "teaching_languages": "nl",
        "dayparts": "evening weekend",
        "workplace_hours": "16",
        "funder": "",
        "kmo_registered": "yes",
        "kmo_theme": "profession",
        "assessment": "proef aan de opstelling",
    },
}


CONTRACTS: dict[str, Sequence[str]] = {"gaps": GAP_COLUMNS, "offers": OFFER_COLUMNS}


def columns_of(kind: str) -> Sequence[str]:
    """The columns of the contract; a file may hold more (`ImportKind.columns`)."""
    return CONTRACTS[kind]


def rows_of(kind: str, actor: Actor) -> Iterator[list[object]]:
    """The actor's own rows, in the order of the columns."""
    return offer_rows(actor) if kind == "offers" else gap_rows(actor)


def example_rows(kind: str) -> Iterator[list[object]]:
    """One good row, to start a file from."""
    yield [EXAMPLES[kind].get(column, "") for column in columns_of(kind)]


def gap_rows(actor: Actor) -> Iterator[list[object]]:
    """The company's own gaps that are not archived."""
    gaps = (
        Gap.objects.visible_to(actor)
        .editable_by(actor)
        .filter(organisation=actor.organisation_id)
        .exclude(state=Gap.State.ARCHIVED)
        .with_parties()
        .order_by("external_id")
    )
    for gap in gaps.iterator(chunk_size=CHUNK):
        cells = gap_cells(_gap_row(gap))
        yield [cells[column] for column in GAP_COLUMNS]


def _gap_row(gap: Gap) -> GapRow:
    return GapRow(
        line=0,
        external_id=gap.external_id,
        organisation=gap.organisation.name,
        enterprise_number=gap.organisation.enterprise_number,
        network=gap.network.name if gap.network else None,
        title=gap.title,
        description=gap.description or None,
        language=gap.language,
        learners=gap.learners,
        urgency=gap.urgency or None,
        horizon=gap.horizon or None,
        depth=gap.depth or None,
        direction=gap.direction or None,
        mandatory=gap.mandatory,
        region=tuple(gap.regions),
        skills=tuple(gap.skills),
        budget_eur=gap.budget,
        eqf_level=gap.eqf_level,
        learner_languages=tuple(gap.learner_languages),
        modes=tuple(gap.modes),
        present=frozenset(GAP_COLUMNS),
        kind=gap.kind,
        impact=gap.impact,
        target_groups=tuple(gap.target_groups),
        transition=gap.transition or None,
        occupation=gap.occupation or None,
        planned_start=gap.planned_start,
        hire_scheme=gap.hire_scheme or None,
    )
