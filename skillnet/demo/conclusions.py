"""What shows that demo prices are market prices, and what a demo network learned of a programme."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from programmes.models import Outcome, Participation, PriceEvidence, Programme
from programmes.services.evaluations import save_evaluation
from programmes.services.outcomes import gaps_of, open_moment, record_outcome
from programmes.services.price_evidence import add_price_evidence
from programmes.services.prices import market_prices
from programmes.services.steps import take_step
from skillnet.demo.papers import one_page
from skillnet.kernel.actor import Actor

# Fictional providers whose quotes lay beside the one that was chosen, and how much dearer they were.
RIVALS = (("Opleidingshuis Het Anker", Decimal("1.12")), ("Leerplek Noorderkempen", Decimal("1.05")))


def show_prices(programme: Programme, manager: Actor) -> None:
    """Three quotes for each edition whose price the platform cannot vouch for itself."""
    for price in market_prices(programme):
        if price.is_shown or price.paid is None:
            continue
        offer = price.row.edition.offer
        quotes = [(str(offer.provider), price.paid), *((name, price.paid * up) for name, up in RIVALS)]
        for place, (supplier, amount) in enumerate(quotes):
            add_price_evidence(
                programme_id=programme.pk,
                edition_id=price.row.edition_id,
                actor=manager,
                values={
                    "kind": PriceEvidence.Kind.QUOTE,
                    "supplier": supplier[:200],
                    "amount": amount.quantize(Decimal("0.01")),
                    "is_chosen": place == 0,
                    "source": f"OFF-2026-{programme.pk:03d}{place + 1}",
                    "why": "De laagste van drie offertes, en de enige met oefeningen op de eigen werkplek."
                    if place == 0
                    else "",
                },
                upload=_quote(f"offerte-{programme.pk}-{price.row.pk}-{place + 1}", supplier, amount),
            )


def _quote(name: str, supplier: str, amount: Decimal) -> SimpleUploadedFile:
    return one_page(name, f"Offerte (demo) van {supplier}: {amount:.2f} euro per deelnemer, excl. btw")


def conclude(programme: Programme, company_actors: dict[int, Actor], manager: Actor) -> None:
    """Companies say of each gap whether it closed, the network writes its evaluation and closes the programme."""
    programme.refresh_from_db()
    companies = programme.participations.filter(state=Participation.State.COMMITTED).select_related(
        "programme"
    )
    for place, company in enumerate(companies.order_by("pk")):
        for gap in gaps_of(company):
            record_outcome(
                participation_id=company.pk,
                gap_id=gap.pk,
                actor=company_actors[company.organisation_id],
                answer=Outcome.Answer.PARTLY if place == 1 else Outcome.Answer.YES,
                why="Wie ’s nachts werkt, kon maar de helft van de lessen volgen." if place == 1 else "",
            )
    if open_moment(programme) is None:
        return
    save_evaluation(
        programme_id=programme.pk,
        actor=manager,
        values={
            "worked": "Leren met collega’s van andere bedrijven: oplossingen gingen de week zelf nog mee naar "
            "de werkvloer. De lesgever kwam vooraf in elk bedrijf kijken.",
            "to_change": "Een tweede reeks in de late namiddag, zodat ook wie in ploegen werkt alle lessen "
            "kan volgen.",
            "again": "changed",
            "satisfaction": Decimal("8.4"),
        },
    )
    take_step(programme_id=programme.pk, action="evaluate", actor=manager)
