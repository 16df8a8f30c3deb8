"""What a file of offers would do, row by row, and which offers it lacks. Reads only."""

from collections.abc import Sequence

from catalogue.credential_columns import COLUMN_OF
from catalogue.interchange import OfferRow
from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.edition_limits import impossible_editions
from catalogue.services.offer_values import (
    EDITION_COLUMN_OF,
    OFFER_COLUMN_OF,
    OfferKey,
    credential_values,
    edition_values,
    known_credentials,
    known_editions,
    known_offers,
    offer_values,
)
from networks.services.parties import PartyFinder
from skillnet.kernel.importing import (
    STAYS_CANCELLED,
    Compared,
    FieldChange,
    Outcome,
    RowOutcome,
    field_changes,
    shown,
)

EDITION = " (editie)"
UNKNOWN_PARTY = 0  # a provider that the import would make: nothing of it can be known yet


class OfferComparison:
    """Compares chunks; remembers what the file named so far, as the import does."""

    def __init__(self, *, provider: Provider | None) -> None:
        self.provider = provider
        self.named: set[str] = set()
        self._finder = PartyFinder(may_create=False)
        self._providers: dict[int, int] = {}
        self._described: set[tuple[int, str, str]] = set()
        self._met: set[int] = set() if provider is None else {provider.pk}

    def compare(self, rows: list[OfferRow]) -> Compared:
        """The outcome of each row, or why its edition cannot be so."""
        keys = {row.line: (self._provider_id(row), row.external_id) for row in rows}
        offers = known_offers(keys.values(), locked=False)
        ids = [offer.pk for offer in offers.values()]
        editions = known_editions(ids, locked=False)
        credentials = known_credentials(ids, locked=False)
        refused = impossible_editions(rows, keys, offers, locked=False)
        outcomes = [
            self._outcome(row, keys[row.line], offers.get(keys[row.line]), editions, credentials)
            for row in rows
            if row.line not in refused
        ]
        return outcomes, refused

    def missing(self) -> Sequence[RowOutcome]:
        """Offers of the file's providers that it does not name and that are not archived."""
        known = (
            Offer.objects.filter(provider__in=self._met)
            .exclude(state=Offer.State.ARCHIVED)
            .order_by("external_id")
            .values_list("external_id", "title")
        )
        return [
            RowOutcome(None, reference, title, "missing")
            for reference, title in known.iterator(chunk_size=5_000)
            if reference not in self.named
        ]

    def _outcome(
        self,
        row: OfferRow,
        key: OfferKey,
        offer: Offer | None,
        editions: dict[tuple[int, str], Edition],
        credentials: dict[int, Microcredential],
    ) -> RowOutcome:
        first = (key[0], row.provider if key[0] == UNKNOWN_PARTY else "", key[1])
        describes = first not in self._described
        self._described.add(first)
        if offer is None and describes:
            return RowOutcome(row.line, row.external_id, row.title, "new")
        changes: tuple[FieldChange, ...] = ()
        if offer is not None and describes:
            changes += _described_changes(row, offer, credentials.get(offer.pk))
        known = None
        if row.makes_edition:
            known = None if offer is None else editions.get((offer.pk, row.edition_id or ""))
            changes += _edition_changes(row, known)
        outcome: Outcome = "changed" if changes else "unchanged"
        return RowOutcome(row.line, row.external_id, row.title, outcome, changes, remarks=_remarks(known))

    def _provider_id(self, row: OfferRow) -> int:
        if self.provider is not None:
            return self.provider.pk
        party = self._finder.organisation(row.provider, row.enterprise_number)
        if party is None:
            return UNKNOWN_PARTY
        if party.pk not in self._providers:
            found = Provider.objects.filter(organisation=party).values_list("pk", flat=True).first()
            self._providers[party.pk] = found or UNKNOWN_PARTY
            self._met.add(self._providers[party.pk])
        return self._providers[party.pk]


def _described_changes(
    row: OfferRow, offer: Offer, credential: Microcredential | None
) -> tuple[FieldChange, ...]:
    values = offer_values(row)
    described = credential_values(row)
    if described is not None:
        values["credential"] = Offer.Credential.MICROCREDENTIAL
    changes = field_changes(offer, values, OFFER_COLUMN_OF)
    if described is not None:
        changes += field_changes(credential or Microcredential(), described, COLUMN_OF)
    return changes


def _remarks(known: Edition | None) -> tuple[FieldChange, ...]:
    """That an edition was cancelled here: the file does not reopen it."""
    if known is None or known.state != Edition.State.CANCELLED:
        return ()
    return (FieldChange(STAYS_CANCELLED, known.external_id, known.external_id),)


def _edition_changes(row: OfferRow, known: Edition | None) -> tuple[FieldChange, ...]:
    if known is None:
        named = " ".join(part for part in (row.edition_id, shown(row.starts_on)) if part)
        return (FieldChange("edition_id", "", named),)
    columns = EDITION_COLUMN_OF | {"region": "region"}
    return field_changes(known, edition_values(row), columns, suffix=EDITION)
