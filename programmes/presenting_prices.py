"""Market prices and the evaluation as their pages and the programme's page show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.models import Evaluation, PriceEvidence, Programme
from programmes.presenting import when_of
from programmes.services.prices import EditionPrice, market_prices
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
    return [
        PriceRow(
            price.row.edition.offer.title,
            when_of(price.row.edition),
            price.paid,
            price.is_shown,
            price.sentence,
            [proof_row(proof) for proof in price.proofs],
        )
        for price in prices
    ]


def prices_of_page(programme: Programme) -> list[PriceRow]:
    """For the programme's page: nothing for what nobody took on; series of one offer at one price are one line."""
    if programme.state in NOT_BOUGHT:
        return []
    rows = price_rows(market_prices(programme))
    return list({(row.offer, row.paid, row.sentence): row for row in rows}.values())


def proof_row(proof: PriceEvidence) -> ProofRow:
    label, url = _where(proof)
    return ProofRow(
        proof=proof,
        kind=str(proof.get_kind_display()),
        supplier=proof.supplier,
        amount=proof.amount,
        is_chosen=proof.is_chosen and proof.kind != PriceEvidence.Kind.LIST_PRICE,
        why=proof.why,
        label=label,
        url=url,
    )


def _where(proof: PriceEvidence) -> tuple[str, str]:
    """The words and the address under which it can be looked up; an address of others is only shown."""
    if proof.file is not None:
        return proof.file.filename, reverse("programmes:evidence_file", args=[proof.file.public_id])
    if proof.kind == PriceEvidence.Kind.BID:
        return _("vergelijking van de biedingen"), ""
    if proof.is_automatic:
        return _("catalogus"), proof.source
    return proof.source, proof.source if proof.source.startswith("https://") else ""


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
