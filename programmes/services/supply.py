"""What can be bought for pools: editions with a price and seats, less the seats that other plans hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum

from catalogue.models import Edition, Offer
from matching.engine.assembly_problem import EditionChoice
from matching.services.fits import PoolOffer
from networks.models import Call, Network
from programmes.models import Programme, ProgrammeEdition

S = Programme.State
# Plans whose seats nobody took at the edition yet: an approval does that.
HOLDING = (S.DRAFT, S.SUBMITTED, S.RETURNED)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Supply:
    """Editions that can be bought with the seats left in each, and why offers have none.

    `lacking` says of an offer without any: `no_edition`, `unknown_price_or_seats` or `seats`.
    """

    editions: dict[int, Edition]
    left: dict[int, int]
    lacking: dict[int, str]

    def choices(self) -> tuple[EditionChoice, ...]:
        """The same for the engine."""
        return tuple(_choice(edition, self.left[pk]) for pk, edition in self.editions.items())

    def of_offer(self, offer_id: int) -> list[int]:
        """The editions of one offer that can be bought."""
        return [pk for pk, edition in self.editions.items() if edition.offer_id == offer_id]


def supply_of(
    *,
    offers: Mapping[int, Sequence[PoolOffer]],
    chosen: Collection[int],
    networks: Collection[int],
    today: date,
    without: Programme | None = None,
) -> Supply:
    """Editions of these offers, and the `chosen` ones, that still take people.

    `networks` are those for which is asked: their bare proposals give way, those of others hold their seats.
    `without` is a programme whose own seats are free as well.
    """
    ranked = sorted({row.offer_id for rows in offers.values() for row in rows})
    rows = (
        Edition.objects.taking_people(today)
        .filter(Q(offer__in=ranked, offer__state=Offer.State.ACTIVE) | Q(pk__in=chosen))
        .select_related("offer__provider__organisation")
        .order_by("pk")
    )
    editions = {edition.pk: edition for edition in rows}
    held = held_seats(editions=editions, networks=networks, without=without)
    left = {
        pk: max(0, e.seats_left - held.get(pk, 0)) for pk, e in editions.items() if e.seats_left is not None
    }
    can_be_bought = {pk: e for pk, e in editions.items() if e.effective_price[0] is not None and left.get(pk)}
    return Supply(can_be_bought, left, _lacking(ranked, editions.values(), can_be_bought.values(), left))


def _lacking(
    offers: Iterable[int],
    editions: Iterable[Edition],
    bought: Iterable[Edition],
    left: Mapping[int, int],
) -> dict[int, str]:
    there: dict[int, list[Edition]] = defaultdict(list)
    for edition in editions:
        there[edition.offer_id].append(edition)
    fine = {edition.offer_id for edition in bought}
    found: dict[int, str] = {}
    for offer in offers:
        if offer in fine:
            continue
        if not there[offer]:
            found[offer] = "no_edition"
        elif any(e.effective_price[0] is None or e.pk not in left for e in there[offer]):
            found[offer] = "unknown_price_or_seats"
        else:
            found[offer] = "seats"
    return found


def held_seats(
    *, editions: Collection[int], networks: Collection[int], without: Programme | None = None
) -> dict[int, int]:
    """Seats of these editions in plans that are not approved yet: what people work on, and what stands as a
    proposal for another network."""
    rows = ProgrammeEdition.objects.filter(edition__in=editions)
    if without is not None:
        rows = rows.exclude(programme=without)
    rows = rows.filter(programme__state__in=HOLDING) | rows.filter(programme__state=S.PROPOSAL).exclude(
        programme__network__in=networks
    )
    sums = rows.order_by().values("edition").annotate(held=Sum(F("seats") + F("jobseeker_seats")))
    return {row["edition"]: row["held"] for row in sums}


def proposed_grant(*, call: Call, networks: Collection[int]) -> Decimal:
    """Public euro that standing proposals of the call's other networks would take of its budget."""
    others = Network.objects.filter(call=call).exclude(pk__in=networks)
    total = Programme.objects.filter(network__in=others, state=S.PROPOSAL).aggregate(total=Sum("grant"))
    return total["total"] or ZERO


def _choice(edition: Edition, left: int) -> EditionChoice:
    price, basis = edition.effective_price
    assert isinstance(price, Decimal)  # noqa: S101  only priced editions come here
    minimum = edition.min_seats if edition.min_seats is not None else edition.offer.min_seats
    return EditionChoice(
        id=edition.pk,
        provider=edition.offer.provider_id,
        price=price,
        seats=left,
        basis="edition" if basis == Offer.PriceBasis.EDITION else "participant",
        min_seats=max(0, (minimum or 0) - edition.enrolled),
        starts_on=edition.starts_on,
    )
