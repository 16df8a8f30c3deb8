"""Market prices and the evaluation as their pages and the programme's page show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.models import Evaluation, PriceEvidence, Programme
from programmes.presenting import when_of
from programmes.services.prices import EditionPrice, is_preferred, market_prices, where_it_stands
from skillnet.templatetags.ui import number
from skillnet.ui import Fact

S = Programme.State
# Once it was decided only what was kept counts: the page does not look for more.
NOT_BOUGHT = (S.PROPOSAL, S.DECLINED, S.LAPSED)


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One proof: who, what, euro a learner, where it can be looked up."""

    proof: PriceEvidence
    kind: str
    supplier: str
    amount: Any
    is_chosen: bool
    why: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A bought edition with its price and its proofs."""

    offer: str
    when: str
    paid: Any
    is_shown: bool
    sentence: str
    proofs: Sequence[ProofRow]


def price_rows(prices: Sequence[EditionPrice]) -> list[PriceRow]:
    """A row for each edition, but one for the series of an offer that share their price and its proof."""
    alike: dict[tuple[Any, ...], list[EditionPrice]] = {}
    for price in prices:
        proofs = tuple(proof.pk or (proof.kind, proof.supplier, proof.amount) for proof in price.proofs)
        alike.setdefault((price.row.edition.offer_id, price.paid, price.verdict, proofs), []).append(price)
    return [_price_row(series) for series in alike.values()]


def _price_row(series: Sequence[EditionPrice]) -> PriceRow:
    price = series[0]
    return PriceRow(
        offer=price.row.edition.offer.title,
        when=" · ".join(dict.fromkeys(when_of(each.row.edition) for each in series)),
        paid=price.paid,
        is_shown=price.is_shown,
        sentence=price.sentence,
        proofs=[proof_row(proof) for proof in price.proofs],
    )


def prices_of_page(programme: Programme) -> list[PriceRow]:
    """For the programme's page: nothing for what nobody took on."""
    return [] if programme.state in NOT_BOUGHT else price_rows(market_prices(programme))


def proof_row(proof: PriceEvidence) -> ProofRow:
    return ProofRow(
        proof=proof,
        kind=str(proof.get_kind_display()),
        supplier=proof.supplier,
        amount=proof.amount,
        is_chosen=is_preferred(proof),
        why=proof.why,
        label=where_it_stands(proof),
        url=_address(proof),
    )


def _address(proof: PriceEvidence) -> str:
    """What opens it here; an address of others only where it is a safe one."""
    if proof.file is not None:
        return reverse("programmes:evidence_file", args=[proof.file.public_id])
    is_page = proof.is_automatic and proof.kind == PriceEvidence.Kind.LIST_PRICE
    return proof.source if is_page or proof.source.startswith("https://") else ""


def evaluation_facts(row: Evaluation | None) -> list[Fact]:
    """What was written; nothing while nothing is."""
    if row is None:
        return []
    satisfied = _("onbekend") if row.satisfaction is None else number(row.satisfaction)
    return [
        Fact(_("Wat werkte"), row.worked),
        Fact(_("Wat anders moet"), row.to_change or _("niets")),
        Fact(_("Opnieuw inrichten?"), str(row.get_again_display())),
        Fact(_("Tevredenheid (op 10)"), satisfied),
    ]


__all__ = ["evaluation_facts", "price_rows", "prices_of_page"]
