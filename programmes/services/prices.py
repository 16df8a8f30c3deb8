"""Market prices: what the platform knows itself, what a manager adds, and whether it is enough.

A provider's price has to be shown to be a market price before aid is asked for it. Bids that were compared on
the platform and prices that stand in its public catalogue are taken over; for anything else the manager keeps
quotes or a public price list. At submission what the platform knew is frozen, so that an auditor reads it
as it was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Offer
from matching.models import Bid
from matching.services.bid_scores import price_per_learner
from programmes.aid.market_price import SHOWN, Proof, Verdict, judge_price
from programmes.models import Participation, PriceEvidence, Programme, ProgrammeEdition
from programmes.services.retracting import retract
from skillnet.kernel.rates import value_on
from skillnet.kernel.reading import has_read
from skillnet.templatetags.ui import euro

S, K = Programme.State, PriceEvidence.Kind
CENT = Decimal("0.01")
LEAST_QUOTES = "market_price_quotes"
# Where the law was not loaded again since this rule came.
TWO = 2
OPEN = (S.PROPOSAL, S.DRAFT, S.RETURNED)


@dataclass(frozen=True, slots=True)
class EditionPrice:
    """What is paid for an edition (euro a learner, excl. VAT; None while unknown), its proofs and the verdict."""

    row: ProgrammeEdition
    paid: Decimal | None
    proofs: Sequence[PriceEvidence]
    verdict: Verdict
    sentence: str

    @property
    def is_shown(self) -> bool:
        return self.verdict in SHOWN


def market_prices(programme: Programme) -> list[EditionPrice]:
    """Every bought edition with what shows its price; nothing is written.

    A page that asks more than once reads them once: `programme.read_prices`.
    """
    read: list[EditionPrice] | None = getattr(programme, "read_prices", None)
    return _read_prices(programme) if read is None else read


def _read_prices(programme: Programme) -> list[EditionPrice]:
    rows = [row for row in _bought(programme) if row.edition.effective_price[0] is not None]
    if not rows:
        return []
    stored = _kept(programme, rows)
    is_open = programme.state in OPEN
    frozen = {proof.edition_id for proof in stored if proof.is_automatic and not is_open}
    live = _known_here(programme, [row for row in rows if row.edition_id not in frozen])
    if is_open:
        stored = [proof for proof in stored if not proof.is_automatic]
    least, undertakings = cache(least_quotes), _undertakings(programme)
    return [
        _edition_price(row, [*stored, *live], least, undertakings)
        for row in sorted(rows, key=lambda r: r.edition_id)
    ]


def _edition_price(
    row: ProgrammeEdition, proofs: Sequence[PriceEvidence], least: Callable[[], int], undertakings: set[int]
) -> EditionPrice:
    mine = [proof for proof in proofs if proof.edition_id == row.edition_id]
    seller = row.edition.offer.provider.organisation.undertaking_key
    paid = paid_per_learner(row)
    verdict = judge_price(
        paid,
        [Proof(p.kind, p.supplier, p.amount, p.is_chosen) for p in mine],
        least=least,
        is_linked=seller in undertakings,
    )
    compared = sum(1 for proof in mine if proof.kind != K.LIST_PRICE)
    return EditionPrice(row, paid, mine, verdict, _sentence(verdict, row, least, compared))


def paid_per_learner(row: ProgrammeEdition) -> Decimal:
    """What one seat costs, euro excl. VAT: a price for the whole edition is shared by all who sit there."""
    price, basis = row.edition.effective_price
    if not isinstance(price, Decimal):
        price = Decimal(str(price or 0))
    if basis == Offer.PriceBasis.EDITION:
        return (price / max(1, row.all_seats)).quantize(CENT)
    return price.quantize(CENT)


def least_quotes() -> int:
    """How many quotes are compared, by the row that holds today."""
    return int(value_on(LEAST_QUOTES, timezone.localdate(), Decimal(TWO)))


def price_reasons(programme: Programme) -> list[str]:
    """Why the programme cannot be submitted yet for its prices; each says what to do."""
    missing = [price.sentence for price in market_prices(programme) if not price.is_shown]
    return list(dict.fromkeys(missing))  # several editions of one offer need the same


def were_shown(programme: Programme) -> bool:
    """Whether prices were shown when the programme was submitted; before this rule came nothing was kept."""
    return programme.state not in OPEN and bool(_kept(programme, _bought(programme)))


def _sentence(verdict: Verdict, row: ProgrammeEdition, least: Callable[[], int], count: int) -> str:
    said = str(SENTENCES[verdict])
    values = {"offer": row.edition.offer.title, "count": count}
    return said % (values | {"least": least()} if "%(least)s" in said else values)


SENTENCES = {
    Verdict.LIST_PRICE: gettext_lazy("De prijs van “%(offer)s” is openbaar en voor iedereen dezelfde."),
    Verdict.QUOTES: gettext_lazy("De prijs van “%(offer)s” is vergeleken: %(count)s prijzen."),
    Verdict.NOTHING: gettext_lazy(
        "Dat “%(offer)s” een marktprijs heeft, is nog niet aangetoond: voeg onder Prijzen %(least)s "
        "offertes toe, of een openbare prijs."
    ),
    Verdict.TOO_FEW: gettext_lazy(
        "Voor “%(offer)s” zijn prijzen van minstens %(least)s verstrekkers nodig: voeg onder Prijzen nog "
        "een offerte toe, of een openbare prijs."
    ),
    Verdict.NONE_CHOSEN: gettext_lazy(
        "Geen van de prijzen voor “%(offer)s” is aangeduid als de gekozen prijs: doe dat onder Prijzen, "
        "met de reden."
    ),
    Verdict.PAID_MORE: gettext_lazy(
        "Voor “%(offer)s” betaalt het programma meer dan het bewijs zegt: pas de prijs aan, of voeg onder "
        "Prijzen een recent stuk toe."
    ),
    Verdict.LINKED: gettext_lazy(
        "De verstrekker van “%(offer)s” hoort bij een bedrijf dat deelneemt: zijn eigen prijslijst bewijst "
        "dan niets. Voeg onder Prijzen %(least)s offertes toe, de zijne meegerekend."
    ),
}


def _bought(programme: Programme) -> list[ProgrammeEdition]:
    rows = programme.programme_editions.all()
    if not has_read(programme, "programme_editions"):
        rows = rows.select_related("edition__offer__provider__organisation")
    return list(rows)


KEPT = ("kind", "supplier", "amount", "is_chosen", "is_automatic")


def with_kept_prices(rows: QuerySet[ProgrammeEdition]) -> QuerySet[ProgrammeEdition]:
    """Bring each edition's proofs along in the same query, without their files: what a summary shows."""
    kept = PriceEvidence.objects.current().filter(
        programme=OuterRef("programme"), edition=OuterRef("edition")
    )
    values = JSONObject(**{name: name for name in KEPT})
    return rows.annotate(kept_prices=ArraySubquery(kept.order_by("pk").values(json=values)))


def _kept(programme: Programme, rows: Sequence[ProgrammeEdition]) -> list[PriceEvidence]:
    if has_read(programme, "price_evidence") or not all(hasattr(row, "kept_prices") for row in rows):
        return [proof for proof in programme.price_evidence.all() if proof.retracted_at is None]
    return [
        PriceEvidence(programme=programme, edition=row.edition, **kept | {"amount": Decimal(kept["amount"])})
        for row in rows
        for kept in row.kept_prices  # type: ignore[attr-defined]  # of `with_kept_prices`
    ]


def _undertakings(programme: Programme) -> set[int]:
    rows = programme.participations.all()
    if not has_read(programme, "participations"):
        rows = rows.select_related("organisation")
    return {p.organisation.undertaking_key for p in rows if p.state != Participation.State.WITHDRAWN}


def _known_here(programme: Programme, rows: Sequence[ProgrammeEdition]) -> list[PriceEvidence]:
    """What the platform knows itself, as rows that are not saved: compared bids, else a published price."""
    if not rows:
        return []
    bids = _bids(programme, rows)
    bespoke = {bid.offer_id for found in bids.values() for bid in found if bid.kind == Bid.Kind.NEW_OFFER}
    proofs = []
    for row in rows:
        found = bids.get(row.edition_id, [])
        proofs += [_bid_proof(programme, row, bid) for bid in found]
        listed = None if row.edition.offer_id in bespoke else _list_price(programme, row)
        proofs += [listed] if listed is not None else []
    return proofs


def _bids(programme: Programme, rows: Sequence[ProgrammeEdition]) -> Mapping[int, list[Bid]]:
    """{edition: bids} of each pool whose chosen bid is that edition."""
    compared = list(
        Bid.objects.filter(pool__programme_pools__programme=programme)
        .filter(state__in=[Bid.State.CHOSEN, Bid.State.NOT_CHOSEN])
        .select_related("provider__organisation")
        .order_by("pk")
    )
    editions = {row.edition_id for row in rows}
    won = {bid.pool_id: bid.edition_id for bid in compared if bid.state == Bid.State.CHOSEN}
    found: dict[int, list[Bid]] = {}
    for bid in compared:
        edition = won.get(bid.pool_id)
        if edition in editions and edition is not None and price_per_learner(bid) is not None:
            found.setdefault(edition, []).append(bid)
    return found


def _bid_proof(programme: Programme, row: ProgrammeEdition, bid: Bid) -> PriceEvidence:
    chosen = bid.state == Bid.State.CHOSEN
    price, basis = row.edition.effective_price
    # A price for the group stays the price that won, however many of the seats are taken.
    same = chosen and (bid.price, bid.price_basis) == (price, basis)
    return PriceEvidence(
        programme=programme,
        edition=row.edition,
        kind=K.BID,
        supplier=str(bid.provider)[:200],
        amount=paid_per_learner(row) if same else (price_per_learner(bid) or Decimal(0)).quantize(CENT),
        is_chosen=chosen,
        source=str(bid.public_id),
        why=bid.decision_reason if chosen else "",
        is_automatic=True,
    )


def _list_price(programme: Programme, row: ProgrammeEdition) -> PriceEvidence | None:
    """The price in the public catalogue, where the edition costs no more than that."""
    offer = row.edition.offer
    price, basis = row.edition.effective_price
    published = offer.state == Offer.State.ACTIVE and offer.price is not None
    if not published or basis != offer.price_basis or price is None or price > offer.price:
        return None
    seats = max(1, row.all_seats) if basis == Offer.PriceBasis.EDITION else 1
    return PriceEvidence(
        programme=programme,
        edition=row.edition,
        kind=K.LIST_PRICE,
        supplier=str(offer.provider)[:200],
        amount=(Decimal(offer.price) / seats).quantize(CENT),
        is_chosen=True,
        source=reverse("catalogue:offer_detail", args=[offer.public_id]),
        is_automatic=True,
    )


def freeze_prices(*, programme: Programme) -> list[PriceEvidence]:
    """Keep what the platform knows of the prices as it is now; what it kept before is replaced.

    Call it in the transaction of the submission.
    """
    wanted = _known_here(programme, _bought(programme))
    stale = {
        (row.edition_id, row.kind, row.supplier): row
        for row in programme.price_evidence.current().filter(is_automatic=True)
    }
    fresh = []
    for proof in wanted:
        known = stale.pop((proof.edition_id, proof.kind, proof.supplier), None)
        if known is None or (known.amount, known.is_chosen) != (proof.amount, proof.is_chosen):
            if known is not None:
                _replace(known)
            fresh.append(proof)
    for row in stale.values():
        _replace(row)
    for proof in fresh:
        proof.save()
    return wanted


def _replace(row: PriceEvidence) -> None:
    retract(row, _("Bij een nieuwe indiening vervangen door wat toen gold."))


def prices_json(programme: Programme) -> list[dict[str, Any]]:
    """The prices as the file of a programme and the API write them; euro as text, for who reads all money."""
    return [
        {
            "offer": price.row.edition.offer.title,
            "edition": str(price.row.edition.public_id),
            "paid_per_learner": None if price.paid is None else str(price.paid),
            "verdict": str(price.verdict),
            "is_shown": price.is_shown,
            "sentence": price.sentence,
            "proofs": [proof_json(proof) for proof in price.proofs],
        }
        for price in market_prices(programme)
    ]


def proof_json(proof: PriceEvidence) -> dict[str, Any]:
    """One proof; `sha256` names the file."""
    return {
        "kind": proof.kind,
        "kind_label": str(proof.get_kind_display()),
        "supplier": proof.supplier,
        "amount": str(proof.amount),
        "is_chosen": is_preferred(proof),
        "is_automatic": proof.is_automatic,
        "source": proof.source or None,
        "where": where_it_stands(proof),
        "why": proof.why or None,
        "file": proof.file.filename if proof.file else None,
        "sha256": proof.file.sha256 if proof.file else None,
    }


def where_it_stands(proof: PriceEvidence) -> str:
    """Where it can be looked up, in words: a file by its name, an address or a number as it was given."""
    if proof.file is not None:
        return proof.file.filename
    if proof.kind == K.BID:
        return _("vergelijking van de biedingen")
    return _("catalogus") if proof.is_automatic else proof.source


def is_preferred(proof: PriceEvidence) -> bool:
    """Whether it was chosen among others; a public price stands alone, and is chosen by nobody."""
    return proof.is_chosen and proof.kind != K.LIST_PRICE


def price_line(proof: PriceEvidence) -> str:
    """One proof in a line: who, how much, and whether it is the one that is bought."""
    text = f"{proof.supplier}: {euro(proof.amount, 2)}"
    return f"{text} ({_('gekozen')})" if is_preferred(proof) else text


__all__ = [
    "EditionPrice",
    "freeze_prices",
    "is_preferred",
    "market_prices",
    "paid_per_learner",
    "price_reasons",
    "prices_json",
    "were_shown",
    "where_it_stands",
]
