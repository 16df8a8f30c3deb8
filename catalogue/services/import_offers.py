"""Offers from a file. Rows that share `external_id` are editions of one offer; the first one describes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from catalogue.interchange import OfferRow, duplicate_problem, parse_offer_row
from catalogue.models import Edition, Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from networks.models import Organisation
from networks.services.parties import PartyFinder
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import Importer, ImportReport, Progress, changes_of, import_table
from skillnet.kernel.tabular.duplicates import SeenKeys
from skillnet.kernel.tabular.problems import RowProblem
from skillnet.kernel.tabular.table import Record, Table

# Column of the file → field of the offer, and what an empty cell means there.
OFFER_FIELDS: dict[str, tuple[str, object]] = {
    "title": ("title", ""),
    "description": ("description", ""),
    "outcomes": ("outcomes", []),
    "language": ("language", ""),
    "mode": ("mode", ""),
    "hours": ("hours", None),
    "ects": ("ects", None),
    "eqf_level": ("eqf_level", None),
    "price_eur": ("price", None),
    "price_basis": ("price_basis", Offer.PriceBasis.PARTICIPANT),
    "seats": ("seats", None),
    "min_seats": ("min_seats", None),
    "region": ("regions", []),
    "credential": ("credential", ""),
    "skills": ("skills", []),
    "mandatory": ("mandatory", None),
    "teaching_languages": ("teaching_languages", []),
    "supply_subsidy_pct": ("supply_subsidy_pct", None),
    "isced_f": ("isced_f", ""),
    "url": ("url", ""),
}
EDITION_FIELDS: dict[str, tuple[str, object]] = {
    "starts_on": ("starts_on", None),
    "ends_on": ("ends_on", None),
    "price_eur": ("price", None),
    "price_basis": ("price_basis", ""),
    "seats": ("seats", None),
    "min_seats": ("min_seats", None),
}


def import_offers(
    table: Table,
    *,
    actor: Actor,
    provider: Provider | None = None,
    mapping: dict[str, str] | None = None,
    progress: Progress = lambda _rows, _share: None,
    report: ImportReport | None = None,
) -> ImportReport:
    """Import an open table. `provider`: all rows are its offers (the web); else each row names its provider.

    `report` is filled on the way; what went in before a stop is matched too.
    """
    report = ImportReport() if report is None else report
    store = _Store(actor=actor, provider=provider)
    seen = SeenKeys()

    def parse(record: Record) -> OfferRow | list[RowProblem]:
        return parse_offer_row(record.values, record.line, party_required=provider is None)

    importer = Importer(
        parse=parse,
        duplicate=lambda row: duplicate_problem(row, seen),
        store=store.write,
        line_of=lambda row: row.line,
    )
    try:
        import_table(table, importer, mapping=mapping, progress=progress, report=report)
    finally:
        report.changed_ids = sorted(set(report.changed_ids))
        with transaction.atomic():
            announce_change("offer", report.changed_ids, actor=actor, reason="import")
    return report


OfferKey = tuple[int, str]


@dataclass(slots=True)
class _Changes:
    """What one chunk brings: new rows, and changed ones with the names of their changed fields."""

    new: dict[OfferKey, Offer] = field(default_factory=dict)
    changed: dict[int, Offer] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    touched: dict[OfferKey, bool] = field(default_factory=dict)  # True: created


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
            offers, changes = self._write_offers(rows, keys)
            edited = _write_editions(rows, keys, offers)
            touched = set(edited.values()) | {o.pk for o in changes.new.values()} | set(changes.changed)
            refresh_offer_facts(today=timezone.localdate(), offer_ids=sorted(touched))
            report.changed_ids += sorted(touched)
            self._count(rows, keys, offers, changes, edited, report)
        return {}

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

    def _write_offers(
        self, rows: Sequence[OfferRow], keys: dict[int, OfferKey]
    ) -> tuple[dict[OfferKey, Offer], _Changes]:
        known = _known_offers(keys)
        changes = _Changes()
        for row in rows:
            key = keys[row.line]
            if key in self.described:
                continue
            self.described.add(key)
            values = _values(row, OFFER_FIELDS)
            offer = known.get(key)
            if offer is None:
                offer = Offer(provider_id=key[0], external_id=key[1], **values)
                offer.outcomes_text = "\n".join(offer.outcomes)
                changes.new[key] = offer
            elif fields := changes_of(offer, values):
                offer.outcomes_text = "\n".join(offer.outcomes)
                changes.changed[offer.pk] = offer
                changes.fields.update([*fields, "outcomes_text"])
        created = Offer.objects.bulk_create(changes.new.values())
        if changes.changed:
            Offer.objects.bulk_update(list(changes.changed.values()), sorted(changes.fields))
        return known | {(o.provider_id, o.external_id): o for o in created}, changes

    @staticmethod
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
        for row in rows:
            key = keys[row.line]
            if new.pop(key, None) is not None:
                report.created += 1
            elif row.line in edited or offers[key].pk in changes.changed:
                report.changed += 1
            else:
                report.unchanged += 1


def _known_offers(keys: dict[int, OfferKey]) -> dict[OfferKey, Offer]:
    found = Offer.objects.select_for_update().filter(
        provider__in={pk for pk, _external in keys.values()},
        external_id__in={external for _pk, external in keys.values()},
    )
    return {(offer.provider_id, offer.external_id): offer for offer in found}


def _write_editions(
    rows: Sequence[OfferRow], keys: dict[int, OfferKey], offers: dict[OfferKey, Offer]
) -> dict[int, int]:
    """Write the editions of rows that have a start; {line: offer} of those that were new or changed."""
    dated = [row for row in rows if row.makes_edition]
    if not dated:
        return {}
    found = Edition.objects.select_for_update().filter(offer__in={offers[keys[row.line]].pk for row in dated})
    known = {(edition.offer_id, edition.external_id): edition for edition in found}
    new: list[Edition] = []
    changed: list[Edition] = []
    names: set[str] = set()
    touched: dict[int, int] = {}
    for row in dated:
        offer_id = offers[keys[row.line]].pk
        values = _values(row, EDITION_FIELDS)
        if "region" in row.present:
            values["region"] = row.region[0] if row.region else ""
        edition = known.get((offer_id, row.edition_id or ""))
        if edition is None:
            new.append(Edition(offer_id=offer_id, external_id=row.edition_id or "", **values))
        elif fields := changes_of(edition, values):
            changed.append(edition)
            names.update(fields)
        else:
            continue
        touched[row.line] = offer_id
    Edition.objects.bulk_create(new)
    if changed:
        Edition.objects.bulk_update(changed, sorted(names))
    return touched


def _values(row: OfferRow, fields: dict[str, tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for column, (name, empty) in fields.items():
        if column in row.present:
            value = getattr(row, column)
            values[name] = list(value) if isinstance(value, tuple) else empty if value is None else value
    return values
