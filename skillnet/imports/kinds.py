"""The two kinds of file: whose they are, which columns they have, and which service puts them in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue import interchange as offers
from catalogue.services.import_offers import import_offers
from catalogue.services.providers import provider_of
from networks import interchange as gaps
from networks.models import Organisation
from networks.services.import_gaps import import_gaps
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import ImportReport, Progress
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Table

Columns = tuple[str, ...]
Run = Callable[[Table, Actor, Organisation, dict[str, str], Progress, ImportReport], ImportReport]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """`columns` may be mapped to; `required` must be: the party is the current organisation, so not named."""

    name: str
    role: Role
    title: Any
    noun: Any
    columns: Columns
    required: Columns
    parse: Callable[[dict[str, str], int], Any]
    run: Run

    def problems_of(self, values: dict[str, str], line: int) -> list[RowProblem]:
        """What is wrong with one row, as far as the row itself shows."""
        parsed = self.parse(values, line)
        return parsed if isinstance(parsed, list) else []


def _gaps(
    table: Table,
    actor: Actor,
    organisation: Organisation,
    mapping: dict[str, str],
    progress: Progress,
    report: ImportReport,
) -> ImportReport:
    return import_gaps(
        table, actor=actor, organisation=organisation, mapping=mapping, progress=progress, report=report
    )


def _offers(
    table: Table,
    actor: Actor,
    organisation: Organisation,
    mapping: dict[str, str],
    progress: Progress,
    report: ImportReport,
) -> ImportReport:
    provider = provider_of(organisation=organisation)
    return import_offers(
        table, actor=actor, provider=provider, mapping=mapping, progress=progress, report=report
    )


PARTIES = {"organisation", "provider"}

KINDS: dict[str, ImportKind] = {
    "gaps": ImportKind(
        name="gaps",
        role=Role.COMPANY_CONTACT,
        title=_("Competentiekloven invoeren"),
        noun=_("competentiekloven"),
        columns=gaps.ALL_COLUMNS,
        required=tuple(c for c in gaps.REQUIRED_COLUMNS if c not in PARTIES),
        parse=lambda values, line: gaps.parse_gap_row(values, line, party_required=False),
        run=_gaps,
    ),
    "offers": ImportKind(
        name="offers",
        role=Role.PROVIDER,
        title=_("Aanbod invoeren"),
        noun=_("opleidingen"),
        columns=offers.ALL_COLUMNS,
        required=tuple(c for c in offers.REQUIRED_COLUMNS if c not in PARTIES),
        parse=lambda values, line: offers.parse_offer_row(values, line, party_required=False),
        run=_offers,
    ),
}


def kind_for(actor: Actor, name: str) -> ImportKind | None:
    """The kind, if the actor may send such files."""
    kind = KINDS.get(name)
    return kind if kind is not None and actor.has(kind.role) else None


def kinds_of(actor: Actor) -> list[ImportKind]:
    return [kind for kind in KINDS.values() if actor.has(kind.role)]
