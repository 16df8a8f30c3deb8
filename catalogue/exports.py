"""A provider's own offers in the interchange format, so that sending the file back changes nothing."""

from collections.abc import Iterator

from catalogue.credential_columns import credential_cells
from catalogue.detail_columns import detail_cells
from catalogue.edition_columns import edition_cells
from catalogue.interchange import ALL_COLUMNS, FILE_COLUMNS, OfferRow, offer_cells
from catalogue.models import Edition, Microcredential, Offer
from catalogue.reading import credential_record
from catalogue.records import CredentialRecord
from skillnet.kernel.actor import Actor

CHUNK = 500
EXPORT_COLUMNS = FILE_COLUMNS


def interchange_rows(actor: Actor) -> Iterator[list[object]]:
    """Cells in the order of EXPORT_COLUMNS: one row an edition, one more for an offer that they differ from.

    The first row of an offer describes it, so that row must say what the offer says: an edition with a price,
    seats or place of its own never comes first.
    """
    offers = (
        Offer.objects.visible_to(actor)
        .editable_by(actor)
        .exclude(state=Offer.State.ARCHIVED)
        .with_provider()
        .prefetch_related("editions", "microcredential")
        .order_by("external_id")
    )
    for offer in offers.iterator(chunk_size=CHUNK):
        details = detail_cells(offer) | credential_cells(_credential(offer))
        for row, edition in _rows(offer):
            cells = offer_cells(row) | edition_cells(edition) | details
            yield [cells[column] for column in EXPORT_COLUMNS]


def _credential(offer: Offer) -> CredentialRecord | None:
    found: Microcredential | None = getattr(offer, "microcredential", None)
    return credential_record(found) if found else None


def _rows(offer: Offer) -> list[tuple[OfferRow, Edition | None]]:
    dated = [e for e in offer.editions.all() if e.starts_on and e.state != Edition.State.CANCELLED]
    rows = [(_row(offer, edition, own=not _like(offer, edition)), edition) for edition in dated]
    describes = next((place for place, edition in enumerate(dated) if _like(offer, edition)), None)
    if describes is None:
        return [(_row(offer, None, own=False), None), *(row for row in rows if row[0].edition_id)]
    return [rows.pop(describes), *rows]


def _like(offer: Offer, edition: Edition) -> bool:
    """Whether the edition's own columns repeat those of the offer, as an import of one row leaves them."""
    return (
        edition.price == offer.price
        and (edition.price_basis or Offer.PriceBasis.PARTICIPANT) == offer.price_basis
        and edition.price_basis != ""
        and edition.seats == offer.seats
        and edition.min_seats == offer.min_seats
        and edition.region == (offer.regions[0] if offer.regions else "")
    )


def _row(offer: Offer, edition: Edition | None, *, own: bool) -> OfferRow:
    """`own`: price, seats and place are the edition's, not the offer's."""
    source = edition if edition is not None and own else offer
    region = (edition.region,) if edition is not None and own and edition.region else ()
    return OfferRow(
        line=0,
        external_id=offer.external_id,
        provider=offer.provider.organisation.name,
        enterprise_number=offer.provider.organisation.enterprise_number,
        provider_kind=offer.provider.kind or None,
        title=offer.title,
        description=offer.description or None,
        outcomes=tuple(offer.outcomes),
        language=offer.language,
        mode=offer.mode or None,
        hours=offer.hours,
        ects=offer.ects,
        eqf_level=offer.eqf_level,
        price_eur=source.price,
        seats=source.seats,
        region=region if own else tuple(offer.regions),
        starts_on=edition.starts_on if edition else None,
        ends_on=edition.ends_on if edition else None,
        credential=offer.credential or None,
        skills=tuple(offer.skills),
        edition_id=(edition.external_id or None) if edition else None,
        min_seats=source.min_seats,
        price_basis=source.price_basis or None,
        mandatory=offer.mandatory,
        teaching_languages=tuple(offer.teaching_languages),
        supply_subsidy_pct=offer.supply_subsidy_pct,
        isced_f=offer.isced_f or None,
        url=offer.url or None,
        present=frozenset(ALL_COLUMNS),
    )
