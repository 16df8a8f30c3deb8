"""What else could pay: the instruments that fit a company in a programme, and what is paid twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer, Provider
from programmes.aid.double_funding import Finding, Funding, Severity, find_double_funding
from programmes.aid.instruments import KmoRequest, LeaveRequest, estimate_kmo, estimate_leave
from programmes.aid.rates import RateNotInForceError, Rates
from programmes.aid.register import Instrument, load_instruments
from programmes.aid.sme import Size
from programmes.aid.texts import render
from programmes.models import Participation, Programme
from programmes.reasons import aid_language
from programmes.services.funding_facts import Funding as OtherMoney
from programmes.services.funding_facts import declared_funding, pays_wages
from programmes.services.ring_fence import STREAMS

GRANT = "network_grant"
ZERO = Decimal("0.00")
# Who is offered beside the network grant; the others concern jobseekers, students or whole projects.
FITTING = (
    "kmo_portefeuille",
    "vov",
    "vov_joint_right",
    "training_cheque",
    "sector_fund",
    "sts",
    "esf",
    "ibo",
)
SUPPLY_OF = {
    Provider.Kind.PUBLIC: "vdab",
    Provider.Kind.HIGHER_EDUCATION: "higher_education",
}
FULL_TIME = Decimal(100)
FULL_WEEK = Decimal(38)


@dataclass(frozen=True, slots=True)
class Advice:
    """One instrument for one company: what it would pay (euro, None where facts are missing), by when to ask,
    under which conditions, and what it excludes or caps."""

    key: str
    name: str
    funder: str
    amount: Decimal | None
    per_learner: bool
    deadline: date | None
    apply: str
    conditions: str
    why: Sequence[str]
    warnings: Sequence[str]
    fits: bool
    certain: bool


def advise(*, participation: Participation, offers: Sequence[Offer], rates: Rates) -> list[Advice]:
    """The instruments of the register for this company's part, those that pay most first."""
    register = load_instruments()
    found = [_advice(register[key], participation, offers, rates) for key in FITTING if key in register]
    return sorted(found, key=lambda a: (not a.fits, a.amount is None, -(a.amount or ZERO)))


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
            for funding in (*_paid(p, offer), *_declared(p, offer, declared))
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


def _paid(participation: Participation, offer: Offer) -> Iterable[Funding]:
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


def _advice(
    instrument: Instrument, participation: Participation, offers: Sequence[Offer], rates: Rates
) -> Advice:
    language = aid_language()
    amount, deadline, why, fits = _estimate(instrument, participation, offers, rates)
    return Advice(
        key=instrument.key,
        name=instrument.name[language],
        funder=instrument.funder,
        amount=amount,
        per_learner=instrument.calculator == "vov",
        deadline=deadline,
        apply=instrument.apply[language],
        conditions=instrument.conditions[language],
        why=why,
        warnings=_warnings(instrument, participation, offers),
        fits=fits,
        certain=instrument.certain,
    )


def _estimate(
    instrument: Instrument, participation: Participation, offers: Sequence[Offer], rates: Rates
) -> tuple[Decimal | None, date | None, list[str], bool]:
    try:
        if instrument.calculator == "kmo":
            return _kmo(participation, offers, rates)
        if instrument.calculator == "vov":
            return _leave(participation, offers, rates)
    except RateNotInForceError as error:
        return None, None, [_("Er is geen tarief bekend: %(error)s.") % {"error": error}], True
    return None, None, [], True


def _kmo(
    participation: Participation, offers: Sequence[Offer], rates: Rates
) -> tuple[Decimal | None, date | None, list[str], bool]:
    """On the whole course price; with the grant together never above the aid maximum of the company."""
    start = participation.programme.starts_on
    if start is None:
        return None, None, [_("De eerste lesdag is nog niet bekend.")], True
    request = KmoRequest(
        size=Size(participation.assessment.get("size", "unknown")),
        course_cost=participation.cost,
        first_lesson=start,
        requested_on=timezone.localdate(),
        mandatory_training=any(offer.mandatory for offer in offers),
        registered_provider=not any(offer.kmo_registered is False for offer in offers),
    )
    estimate = estimate_kmo(request, rates)
    why = [render(reason, aid_language()) for reason in estimate.reasons]
    if estimate.refused:
        return ZERO, estimate.deadline, why, False
    room = Decimal(str(participation.assessment.get("maximum_aid", "0"))) - participation.grant
    amount = max(ZERO, min(estimate.amount, room))
    if amount < estimate.amount:
        why.append(
            _("Samen met de netwerksubsidie blijft daarvan binnen het steunmaximum over: zie het bedrag.")
        )
    return amount, estimate.deadline, why, True


def _leave(
    participation: Participation, offers: Sequence[Offer], rates: Rates
) -> tuple[Decimal | None, date | None, list[str], bool]:
    """For one full-time worker; nothing is known of the learners themselves."""
    start = participation.programme.starts_on
    hours = [offer.hours for offer in offers if offer.hours]
    if start is None or not hours:
        return None, None, [_("Eerste lesdag of contacturen zijn nog niet bekend.")], True
    longest = max(hours)
    request = LeaveRequest(
        employment=FULL_TIME,
        weekly_hours=FULL_WEEK,
        hours=longest,
        contact_hours=longest,
        ects=max((offer.ects or Decimal(0) for offer in offers), default=Decimal(0)),
        start=start,
        claimed_on=timezone.localdate(),
    )
    estimate = estimate_leave(request, rates)
    why = [render(reason, aid_language()) for reason in estimate.reasons]
    return estimate.amount, estimate.deadline, why, not estimate.refused


def _warnings(instrument: Instrument, participation: Participation, offers: Sequence[Offer]) -> list[str]:
    """What taking this instrument as well would mean: excluded, capped or to be seen."""
    findings: list[Finding] = []
    category = "trainee" if "fee" not in instrument.costs else "trainer"
    for offer in offers:
        paid = list(_paid(participation, offer))
        extra = Funding(paid[0].participant, paid[0].edition, category, instrument.key, ZERO)
        findings += [f for f in find_double_funding([*paid, extra]) if instrument.key in f.instruments]
    return list(dict.fromkeys(render(finding.reason, aid_language()) for finding in findings))
