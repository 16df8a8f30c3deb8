"""The two kinds of file: whose they are, which columns they have, and which service puts them in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalogue import interchange as offers
from catalogue.services.import_offers import compare_offers, import_offers
from catalogue.services.providers import provider_of
from catalogue.services.put_offer import archive_offers
from catalogue.services.take_back import take_back_offers
from networks import interchange as gaps
from networks.models import Organisation
from networks.services.import_gaps import compare_gaps, import_gaps
from networks.services.take_back import take_back_gaps
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import ImportReport, Progress, RowOutcome
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Table
from skillnet.kernel.taking_back import Restored

Columns = tuple[str, ...]
Tell = Callable[[list[RowOutcome]], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work on an open table, for the organisation whose rows they are."""

    table: Table
    actor: Actor
    organisation: Organisation
    mapping: dict[str, str]
    progress: Progress
    report: ImportReport


@dataclass(frozen=True, slots=True)
class ImportKind:
    """`columns` may be mapped to; `required` must be: the party is the current organisation, so not named.

    `run` puts rows in, leaving out the first so many; `compare` tells what it would do. `archive`, where the
    kind has it, archives what a file lacks, by reference, for a reason, and returns how many. `revert` takes
    back what was changed under some contexts of the history.
    """

    name: str
    role: Role
    title: Any
    noun: Any
    columns: Columns
    required: Columns
    parse: Callable[[dict[str, str], int], Any]
    run: Callable[[Job, int], ImportReport]
    compare: Callable[[Job, Tell], ImportReport]
    revert: Callable[[Actor, Organisation, Sequence[UUID], Callable[[Restored], None]], Restored]
    archive: Callable[[Actor, Organisation, Sequence[str], str], int] | None = None
    linked: bool = False
    """Whether it also comes as JSON-LD, in a file or on a page."""

    def problems_of(self, values: dict[str, str], line: int) -> list[RowProblem]:
        """What is wrong with one row, as far as the row itself shows."""
        parsed = self.parse(values, line)
        return parsed if isinstance(parsed, list) else []


def _run_gaps(job: Job, skip: int) -> ImportReport:
    return import_gaps(
        job.table,
        actor=job.actor,
        organisation=job.organisation,
        mapping=job.mapping,
        progress=job.progress,
        report=job.report,
        skip=skip,
    )


def _compare_gaps(job: Job, tell: Tell) -> ImportReport:
    return compare_gaps(
        job.table,
        actor=job.actor,
        tell=tell,
        organisation=job.organisation,
        mapping=job.mapping,
        progress=job.progress,
        report=job.report,
    )


def _run_offers(job: Job, skip: int) -> ImportReport:
    return import_offers(
        job.table,
        actor=job.actor,
        provider=provider_of(organisation=job.organisation),
        mapping=job.mapping,
        progress=job.progress,
        report=job.report,
        skip=skip,
    )


def _compare_offers(job: Job, tell: Tell) -> ImportReport:
    return compare_offers(
        job.table,
        actor=job.actor,
        tell=tell,
        provider=provider_of(organisation=job.organisation),
        mapping=job.mapping,
        progress=job.progress,
        report=job.report,
    )


def _archive_offers(actor: Actor, organisation: Organisation, references: Sequence[str], reason: str) -> int:
    provider = provider_of(organisation=organisation)
    return archive_offers(actor=actor, provider=provider, references=references, reason=reason)


def _revert_offers(
    actor: Actor, organisation: Organisation, contexts: Sequence[UUID], tell: Callable[[Restored], None]
) -> Restored:
    provider = provider_of(organisation=organisation)
    return take_back_offers(actor=actor, provider=provider, contexts=contexts, tell=tell)


def _revert_gaps(
    actor: Actor, organisation: Organisation, contexts: Sequence[UUID], tell: Callable[[Restored], None]
) -> Restored:
    return take_back_gaps(actor=actor, organisation=organisation, contexts=contexts, tell=tell)


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
        run=_run_gaps,
        compare=_compare_gaps,
        revert=_revert_gaps,
    ),
    "offers": ImportKind(
        name="offers",
        role=Role.PROVIDER,
        title=_("Aanbod invoeren"),
        noun=_("opleidingen"),
        columns=offers.FILE_COLUMNS,
        required=tuple(c for c in offers.REQUIRED_COLUMNS if c not in PARTIES),
        parse=lambda values, line: offers.parse_offer_row(values, line, party_required=False),
        run=_run_offers,
        compare=_compare_offers,
        revert=_revert_offers,
        archive=_archive_offers,
        linked=True,
    ),
}


def kind_for(actor: Actor, name: str) -> ImportKind | None:
    """The kind, if the actor may send such files."""
    kind = KINDS.get(name)
    return kind if kind is not None and actor.has(kind.role) else None


def kinds_of(actor: Actor) -> list[ImportKind]:
    return [kind for kind in KINDS.values() if actor.has(kind.role)]
