"""Offers from a file. Rows that share `external_id` are editions of one offer; the first one describes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from catalogue.interchange import OfferRow, duplicate_problem, parse_offer_row
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.compare_offers import OfferComparison
from catalogue.services.edition_limits import impossible_editions
from catalogue.services.facts import refresh_offer_facts, set_first_facts
from catalogue.services.offer_values import (
    OfferKey,
    credential_values,
    edition_values,
    known_credentials,
    known_editions,
    known_offers,
    offer_values,
)
from networks.models import Organisation
from networks.services.parties import PartyFinder
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


def import_offers(
    table: Table,
    *,
    actor: Actor,
    provider: Provider | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
    skip: int = 0,
) -> ImportReport:
    """Import an open table. `provider`: all rows are its offers (the web); else each row names its provider.

    `report` is filled on the way; what went in before a stop is matched too. The first `skip` rows went in
    before an earlier stop.
    """
    report = ImportReport() if report is None else report
    importer = _importer(actor, provider)
    try:
        import_table(table, importer, mapping=mapping, progress=progress, report=report, skip=skip)
    finally:
        report.changed_ids = sorted(set(report.changed_ids))
        with transaction.atomic():
            announce_change("offer", report.changed_ids, actor=actor, reason="import")
    return report


def compare_offers(
    table: Table,
    *,
    actor: Actor,
    tell: Callable[[list[RowOutcome]], None],
    provider: Provider | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """What `import_offers` would do with each row, and which offers the file lacks; nothing changes."""
    return compare_table(
        table, _importer(actor, provider), tell=tell, mapping=mapping, progress=progress, report=report
    )


def _importer(actor: Actor, provider: Provider | None) -> Importer[OfferRow]:
    store = _Store(actor=actor, provider=provider)
    comparison = OfferComparison(provider=provider)
    seen = SeenKeys()

    def parse(record: Record) -> OfferRow | list[RowProblem]:
        comparison.named.add(record.values.get("external_id", "").strip())
        return parse_offer_row(record.values, record.line, party_required=provider is None)

    return Importer(
        parse=parse,
        duplicate=lambda row: duplicate_problem(row, seen),
        store=store.write,
        line_of=lambda row: row.line,
        compare=comparison.compare,
        remember=store.remember,
        missing=comparison.missing,
    )


@dataclass(slots=True)
class _Changes:
    """What one chunk brings: new rows, and changed ones with the names of their changed fields."""

    new: dict[OfferKey, Offer] = field(default_factory=dict)
    changed: dict[int, Offer] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)


class _Store:
    """Writes chunks; knows the providers and the offers that the file named so far."""

    def __init__(self, *, actor: Actor, provider: Provider | None) -> None:
        self.actor = actor
        self.provider = provider
        self.finder = PartyFinder(may_create=provider is None, kind=Organisation.Kind.PROVIDER)
        self.providers: dict[int, Provider] = {}
        self.described: set[OfferKey] = set()

    def write(self, rows: list[OfferRow], report: ImportReport) -> dict[int, RowProblem]:
        with transaction.atomic():
            keys = {row.line: (self._provider(row).pk, row.external_id) for row in rows}
            _one_at_a_time({provider for provider, _reference in keys.values()})
            known = known_offers(keys.values(), locked=True)
            refused = impossible_editions(rows, keys, known, locked=True)
            rows = [row for row in rows if row.line not in refused]
            described = [row for row in rows if self._describes(keys[row.line])]
            offers, changes = _write_offers(described, keys, _new_editions(rows, keys))
            edited = _write_editions(rows, keys, offers) | _write_credentials(described, keys, offers)
            touched = set(edited.values()) | {o.pk for o in changes.new.values()} | set(changes.changed)
            refresh_offer_facts(today=timezone.localdate(), offer_ids=sorted(touched))
            report.changed_ids += sorted(touched)
            _count(rows, keys, offers, changes, edited, report)
        return refused

    def remember(self, rows: list[OfferRow]) -> dict[int, RowProblem]:
        """Rows that an earlier run wrote: what describes an offer has been seen."""
        for row in rows:
            self.described.add((self._provider(row).pk, row.external_id))
        return {}

    def _describes(self, key: OfferKey) -> bool:
        """Whether this is the first row of its offer in the file."""
        first = key not in self.described
        self.described.add(key)
        return first

    def _provider(self, row: OfferRow) -> Provider:
        if self.provider is not None:
            return self.provider
        party = self.finder.organisation(row.provider, row.enterprise_number)
        assert party is not None  # noqa: S101  may_create is true here
        if party.pk not in self.providers:
            self.providers[party.pk], _made = Provider.objects.get_or_create(organisation=party)
        provider = self.providers[party.pk]
        if row.provider_kind and provider.kind != row.provider_kind:
            provider.kind = row.provider_kind
            provider.save(update_fields=["kind", "updated_at"])
        return provider


def _one_at_a_time(provider_ids: set[int]) -> None:
    """Two imports into one catalogue take turns, chunk by chunk, instead of both making the same offer."""
    wanted = Provider.objects.filter(pk__in=provider_ids).order_by("pk")
    list(wanted.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def _new_editions(rows: Sequence[OfferRow], keys: dict[int, OfferKey]) -> dict[OfferKey, list[Edition]]:
    """The editions that the rows of a chunk bring, by the offer that may still have to be written."""
    found: dict[OfferKey, list[Edition]] = {}
    for row in rows:
        if row.makes_edition:
            edition = Edition(external_id=row.edition_id or "", **edition_values(row))
            found.setdefault(keys[row.line], []).append(edition)
    return found


def _write_offers(
    rows: Sequence[OfferRow], keys: dict[int, OfferKey], editions: dict[OfferKey, list[Edition]]
) -> tuple[dict[OfferKey, Offer], _Changes]:
    """Write the offers that these rows describe; `offers` has those of every key, described here or not."""
    today = timezone.localdate()
    known = known_offers(keys.values(), locked=True)
    changes = _Changes()
    for row in rows:
        key = keys[row.line]
        values = offer_values(row)
        if row.microcredential is not None:
            values["credential"] = Offer.Credential.MICROCREDENTIAL
        offer = known.get(key)
        if offer is None:
            offer = Offer(provider_id=key[0], external_id=key[1], **values)
            offer.outcomes_text = "\n".join(offer.outcomes)
            set_first_facts(offer, editions.get(key, []), today=today)
            changes.new[key] = offer
        elif fields := changes_of(offer, values):
            offer.outcomes_text = "\n".join(offer.outcomes)
            changes.changed[offer.pk] = offer
            changes.fields.update([*fields, "outcomes_text"])
    insert_rows(list(changes.new.values()))
    update_rows(list(changes.changed.values()), sorted(changes.fields))
    return known | changes.new, changes


def _write_editions(
    rows: Sequence[OfferRow], keys: dict[int, OfferKey], offers: dict[OfferKey, Offer]
) -> dict[int, int]:
    """Write the editions of rows that have a start; {line: offer} of those that were new or changed."""
    dated = [row for row in rows if row.makes_edition]
    if not dated:
        return {}
    known = known_editions([offers[keys[row.line]].pk for row in dated], locked=True)
    new: list[Edition] = []
    changed: list[Edition] = []
    names: set[str] = set()
    touched: dict[int, int] = {}
    for row in dated:
        offer_id = offers[keys[row.line]].pk
        values = edition_values(row)
        edition = known.get((offer_id, row.edition_id or ""))
        if edition is None:
            new.append(Edition(offer_id=offer_id, external_id=row.edition_id or "", **values))
        elif fields := changes_of(edition, values):
            changed.append(edition)
            names.update(fields)
        else:
            continue
        touched[row.line] = offer_id
    insert_rows(new)
    update_rows(changed, sorted(names))
    return touched


def _write_credentials(
    rows: Sequence[OfferRow], keys: dict[int, OfferKey], offers: dict[OfferKey, Offer]
) -> dict[int, int]:
    """Write the microcredentials that rows describe; {line: offer} of those that were new or changed."""
    described = [(row, values) for row in rows if (values := credential_values(row)) is not None]
    if not described:
        return {}
    known = known_credentials([offers[keys[row.line]].pk for row, _values in described], locked=True)
    new: list[Microcredential] = []
    changed: list[Microcredential] = []
    touched: dict[int, int] = {}
    for row, values in described:
        offer_id = offers[keys[row.line]].pk
        credential = known.get(offer_id) or Microcredential(offer_id=offer_id)
        if changes_of(credential, values):
            (new if credential.pk is None else changed).append(credential)
            touched[row.line] = offer_id
    insert_rows(new)
    update_rows(changed, list(described[0][1]))
    return touched


def _count(
    rows: Sequence[OfferRow],
    keys: dict[int, OfferKey],
    offers: dict[OfferKey, Offer],
    changes: _Changes,
    edited: dict[int, int],
    report: ImportReport,
) -> None:
    """Each row counts once: it made its offer, or changed it or its edition, or neither."""
    new = dict(changes.new)
    described = set(changes.changed)
    for row in rows:
        key = keys[row.line]
        if new.pop(key, None) is not None:
            report.created += 1
        elif row.line in edited or offers[key].pk in described:
            report.changed += 1
            described.discard(offers[key].pk)
        else:
            report.unchanged += 1
