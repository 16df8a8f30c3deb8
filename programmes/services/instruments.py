"""What is paid twice in a programme, or above its cost."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.models import Offer, Provider
from programmes.aid.double_funding import Funding, Severity, find_double_funding
from programmes.aid.texts import render
from programmes.models import Participation, Programme
from programmes.reasons import aid_language
from programmes.services.funding_facts import Funding as OtherMoney
from programmes.services.funding_facts import declared_funding, pays_wages
from programmes.services.ring_fence import STREAMS

GRANT = "network_grant"
ZERO = Decimal("0.00")
SUPPLY_OF = {
    Provider.Kind.PUBLIC: "vdab",
    Provider.Kind.HIGHER_EDUCATION: "higher_education",
}


def double_funding(
    *, programme: Programme, offers: Sequence[Offer], other: OtherMoney | None = None
) -> list[tuple[str, str]]:
    """What is paid twice in this programme as it stands: severity and sentence, the worst first.

    `other` is what companies declared of other money, by organisation; it is read where it is not given.
    """
    people = programme.participations.all()
    if other is None and not any(getattr(p, "has_other_money", True) for p in people):
        other = {}  # the page asked it with the companies
    declared = declared_funding(programme) if other is None else other
    found = find_double_funding(
        [
            funding
            for p in people
            if p.grant or p.organisation_id in declared
            for offer in offers
            for funding in (*paid_by_grant(p, offer), *_declared(p, offer, declared))
        ],
        domains={str(o.pk): o.policy_domain for o in offers if o.policy_domain},
    )
    said = [(str(f.severity), render(f.reason, aid_language())) for f in found]
    streams = {o.stream: o for o in offers if o.stream in STREAMS}
    said += [(str(Severity.POLICY_FLAG), _stream_sentence(offer)) for offer in streams.values()]
    return list(dict.fromkeys(said))


def paid_above_cost(*, programme: Programme, other: OtherMoney) -> list[str]:
    """Companies whose grant and other money together are more than the cost, by kind of cost: that blocks.

    Wages stand apart; everything else is what is invoiced, and that is what the network grant pays.
    """
    fundings: list[Funding] = []
    costs: dict[tuple[str, str, str], Decimal] = {}
    names: dict[str, str] = {}
    for p in programme.participations.live().select_related("organisation"):
        who = str(p.organisation_id)
        names[who] = p.organisation.name
        costs[who, "", "trainer"] = p.cost
        if p.wage_cost:
            costs[who, "", "trainee"] = p.wage_cost
        fundings.append(Funding(who, "", "trainer", GRANT, p.grant))
        fundings += [
            Funding(who, "", "trainee" if pays_wages(row) else "trainer", row.instrument, row.amount)
            for row in other.get(p.organisation_id, ())
        ]
    found = find_double_funding(fundings, costs=costs)
    return [
        f"{names[item.participant]}: {render(item.reason, aid_language())}"
        for item in found
        if item.severity == Severity.BLOCKS
    ]


def _stream_sentence(offer: Offer) -> str:
    return _(
        "“%(offer)s” hoort bij de stroom %(stream)s: de afgeschermde lijn van de oproep betaalt dit, niet het "
        "geld voor vakbekwaamheid."
    ) % {
        "offer": offer.title,
        "stream": offer.get_stream_display(),
    }


def paid_by_grant(participation: Participation, offer: Offer) -> Iterable[Funding]:
    """The grant on a company's seats in an offer's edition, and the public money already in that offer."""
    who, edition = str(participation.organisation_id), str(offer.pk)
    yield Funding(who, edition, "trainer", GRANT, participation.grant, str(participation.programme_id))
    if offer.supply_subsidy_pct:
        key = SUPPLY_OF.get(
            Provider.Kind(offer.provider.kind) if offer.provider.kind else Provider.Kind.PUBLIC
        )
        if key:
            yield Funding(who, edition, "trainer", key, ZERO)


def _declared(participation: Participation, offer: Offer, declared: OtherMoney) -> Iterable[Funding]:
    """Other money of the company; what pays wages stays apart from what pays the course."""
    who, edition = str(participation.organisation_id), str(offer.pk)
    for row in declared.get(participation.organisation_id, ()):
        yield Funding(who, edition, "trainee" if pays_wages(row) else "trainer", row.instrument, row.amount)
