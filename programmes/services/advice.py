"""What else could pay for a company's part: amounts, deadlines, and what was assumed to get there.

Nothing is assumed in silence: what nobody said stands in `Advice.assumed`, with a calculator in which the company
fills in its own facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer
from programmes.aid.double_funding import Finding, Funding, find_double_funding
from programmes.aid.instruments import KmoRequest, LeaveRequest, estimate_kmo, estimate_leave
from programmes.aid.rates import RateNotInForceError, Rates
from programmes.aid.register import Instrument, load_instruments
from programmes.aid.sme import Size
from programmes.aid.texts import render
from programmes.models import Participation
from programmes.reasons import aid_language, size_text
from programmes.services.instruments import paid_by_grant
from skillnet.kernel.law_names import law_name
from skillnet.templatetags.ui import percent

ZERO = Decimal("0.00")
FULL_TIME = Decimal(100)
FULL_WEEK = Decimal(38)
# What a company can take beside the network grant; supply and schemes for students stand in the register.
FITTING = (
    "kmo_portefeuille",
    "vov",
    "vov_joint_right",
    "training_cheque",
    "sector_fund",
    "sts",
    "esf",
    "ibo",
    "ika",
    "training_credit",
    "individual_training_right",
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One instrument for one company: what it would pay (euro, None where facts are missing), by when to ask,
    under which conditions, what was assumed, and what it excludes or caps.

    `calculator` is the page on which a company fills in its own facts; empty where there is none.
    """

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
    assumed: Sequence[str] = ()
    calculator: str = ""


@dataclass(frozen=True, slots=True)
class _Estimated:
    """What an estimate found; without figures it fits under its conditions."""

    amount: Decimal | None = None
    deadline: date | None = None
    why: Sequence[str] = ()
    fits: bool = True
    assumed: Sequence[str] = field(default_factory=list)
    calculator: str = ""


def advise(*, participation: Participation, offers: Sequence[Offer], rates: Rates) -> list[Advice]:
    """The instruments of the register for this company's part, those that pay most first."""
    register = load_instruments()
    found = [_advice(register[key], participation, offers, rates) for key in FITTING if key in register]
    return sorted(found, key=lambda a: (not a.fits, a.amount is None, -(a.amount or ZERO)))


def _advice(
    instrument: Instrument, participation: Participation, offers: Sequence[Offer], rates: Rates
) -> Advice:
    language = aid_language()
    found = _estimate(instrument, participation, offers, rates)
    return Advice(
        key=instrument.key,
        name=instrument.name[language],
        funder=law_name(instrument.funder),
        amount=found.amount,
        per_learner=instrument.calculator == "vov",
        deadline=found.deadline,
        apply=instrument.apply[language],
        conditions=instrument.conditions[language],
        why=found.why,
        warnings=_warnings(instrument, participation, offers),
        fits=found.fits,
        certain=instrument.certain,
        assumed=found.assumed,
        calculator=found.calculator,
    )


def _estimate(
    instrument: Instrument, participation: Participation, offers: Sequence[Offer], rates: Rates
) -> _Estimated:
    try:
        if instrument.calculator == "kmo":
            return _kmo(participation, offers, rates)
        if instrument.calculator == "vov":
            return _leave(participation, offers, rates)
    except RateNotInForceError as error:
        return _Estimated(why=[_("Er is geen tarief bekend: %(error)s.") % {"error": error}])
    return _Estimated()


def _kmo(participation: Participation, offers: Sequence[Offer], rates: Rates) -> _Estimated:
    """On the whole course price; with the grant together never above the aid maximum of the company."""
    start = participation.programme.starts_on
    if start is None:
        return _Estimated(why=[_("De eerste lesdag is nog niet bekend.")])
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
    calculator = _kmo_page(request, offers)
    if estimate.refused:
        return _Estimated(ZERO, estimate.deadline, why, fits=False, calculator=calculator)
    room = Decimal(str(participation.assessment.get("maximum_aid") or "0")) - participation.grant
    amount = max(ZERO, min(estimate.amount, room))
    if amount < estimate.amount:
        why.append(
            _("Samen met de netwerksubsidie blijft daarvan binnen het steunmaximum over: zie het bedrag.")
        )
    assumed = _kmo_assumed(participation, offers)
    return _Estimated(amount, estimate.deadline, why, assumed=assumed, calculator=calculator)


def _kmo_assumed(participation: Participation, offers: Sequence[Offer]) -> list[str]:
    """What nobody said, and was taken for granted."""
    size = size_text(participation.assessment)
    assumed = [
        _("De grootte is die van vandaag (%(size)s); bepalend is die bij uw eerste aanvraag van het jaar.")
        % {"size": size},
        _("U kreeg dit jaar nog niets uit de kmo-portefeuille: het jaarplafond is nog vol."),
    ]
    themes = {offer.kmo_theme for offer in offers}
    if themes & {"", "profession"} and not all(offer.is_stem for offer in offers):
        assumed.append(
            _(
                "De opleiding is beroepsspecifiek: ze geeft een competentie van een knelpuntberoep of STEM, of vult "
                "een voorspeld tekort van de sector in."
            )
        )
    if themes & {"", "digital", "sustainability"}:
        assumed.append(
            _("Ze valt onder het gewone tarief, niet onder cyberveiligheid of energie-efficiëntie.")
        )
    if any(offer.kmo_registered is None for offer in offers):
        assumed.append(
            _("De verstrekker is geregistreerd voor de kmo-portefeuille; dat staat niet bij het aanbod.")
        )
    if any(offer.mandatory is None for offer in offers):
        assumed.append(_("De wet verplicht deze opleiding niet; bij het aanbod staat het niet."))
    return assumed


def _kmo_page(request: KmoRequest, offers: Sequence[Offer]) -> str:
    """The calculator, filled in with what is known."""
    size = "small" if request.size in (Size.MICRO, Size.SMALL) else str(request.size)
    values = {
        "size": size if size in ("small", "medium") else "large",
        "course_cost": request.course_cost,
        "first_lesson": request.first_lesson.isoformat(),
        "requested_on": request.requested_on.isoformat(),
        "theme": request.theme,
    }
    known = {
        "stem": all(offer.is_stem for offer in offers),
        "mandatory_training": request.mandatory_training,
        "registered_provider": request.registered_provider,
    }
    values |= {name: "on" for name, said in known.items() if said}
    return f"{reverse('programmes:kmo')}?{urlencode(values)}"


def _leave(participation: Participation, offers: Sequence[Offer], rates: Rates) -> _Estimated:
    """For one full-time worker; nothing is known of the learners themselves. Only a course with a number in
    the Flemish training database gives training leave."""
    start = participation.programme.starts_on
    with_hours = [offer for offer in offers if offer.hours]
    if start is None or not with_hours:
        return _Estimated(why=[_("Eerste lesdag of contacturen zijn nog niet bekend.")])
    registered = [offer for offer in with_hours if offer.vov_id]
    chosen = registered or with_hours
    longest = max(offer.hours for offer in chosen if offer.hours)
    request = LeaveRequest(
        employment=FULL_TIME,
        weekly_hours=FULL_WEEK,
        hours=longest,
        contact_hours=longest,
        ects=max((offer.ects or Decimal(0) for offer in chosen), default=Decimal(0)),
        start=start,
        claimed_on=timezone.localdate(),
        registered=bool(registered),
    )
    estimate = estimate_leave(request, rates)
    why = [render(reason, aid_language()) for reason in estimate.reasons]
    if not registered:
        why.append(
            _(
                "Bij het aanbod staat geen nummer van de opleidingsdatabank. Heeft de opleiding er een, vraag de "
                "verstrekker dan om het in te vullen."
            )
        )
    assumed = [] if estimate.refused else _leave_assumed(rates, start)
    page = f"{reverse('programmes:leave_calculator')}?" + urlencode(
        {
            "starts_on": start.isoformat(),
            "hours": longest,
            "ects": request.ects,
            "employment": FULL_TIME,
            "weekly_hours": FULL_WEEK,
            "claimed_on": request.claimed_on.isoformat(),
        }
    )
    return _Estimated(
        estimate.amount,
        estimate.deadline,
        why,
        fits=not estimate.refused,
        assumed=assumed,
        calculator=page if registered else "",
    )


def _leave_assumed(rates: Rates, start: date) -> list[str]:
    assumed = [
        _("De deelnemer werkt voltijds in de privésector en nam dit schooljaar nog geen opleidingsverlof."),
        _("Alle lessen vallen binnen de werkuren."),
    ]
    presence = rates.find("vov_minimum_presence", start)
    if presence is not None:
        assumed.append(
            _("De deelnemer is minstens %(share)s van de lessen aanwezig.")
            % {"share": percent(presence.value / 100)}
        )
    return assumed


def _warnings(instrument: Instrument, participation: Participation, offers: Sequence[Offer]) -> list[str]:
    """What taking this instrument as well would mean: excluded, capped or to be seen."""
    findings: list[Finding] = []
    category = "trainee" if "fee" not in instrument.costs else "trainer"
    for offer in offers:
        paid = list(paid_by_grant(participation, offer))
        extra = Funding(paid[0].participant, paid[0].edition, category, instrument.key, ZERO)
        findings += [f for f in find_double_funding([*paid, extra]) if instrument.key in f.instruments]
    return list(dict.fromkeys(render(finding.reason, aid_language()) for finding in findings))


__all__ = ["FITTING", "Advice", "advise"]
