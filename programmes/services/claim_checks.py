"""What a claim is checked on: each check with its outcome, and what to do where it is not passed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Offer
from programmes.models import Claim, ClaimLine, CostLine, Enrolment, Participation, Programme
from programmes.services.attendance_sums import AttendedHours, summed_hours
from programmes.services.funding_facts import Funding, declared_funding
from programmes.services.instruments import double_funding
from programmes.services.jobseeker_claims import (
    billed_too_much,
    no_payee,
    not_billed,
    open_attendance,
    own_costs_payee,
)
from programmes.services.jobseekers import JobseekerSeats, OwnCosts, jobseeker_seats, own_costs
from programmes.services.recalculate import ACTION as RECALCULATED
from programmes.services.seat_costs import cancelled_costs, live_learners, planned_costs, seat_costs
from programmes.states import GIVEN
from skillnet.kernel.models import Decision
from skillnet.kernel.reading import has_read
from skillnet.templatetags.ui import euro, number, percent

Outcome = Literal["pass", "fail", "unknown"]
ZERO = Decimal("0.00")
TRAINEE = CostLine.Category.TRAINEE
TRAINER = str(CostLine.Category.TRAINER)
OUTCOME_LABELS: dict[str, Any] = {
    "pass": gettext_lazy("in orde"),
    "fail": gettext_lazy("niet in orde"),
    "unknown": gettext_lazy("onbekend"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `must`: a claim that does not pass it is not submitted and not approved."""

    key: str
    label: str
    outcome: Outcome
    sentence: str
    remedy: str = ""
    must: bool = True

    @property
    def blocks(self) -> bool:
        return self.must and self.outcome != "pass"

    @property
    def outcome_label(self) -> str:
        return str(OUTCOME_LABELS[self.outcome])

    @property
    def tone(self) -> str:
        return {"pass": "good", "fail": "stop", "unknown": "care"}[self.outcome]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at, read once; `seats` and `cancelled` (euro) are by organisation."""

    claim: Claim
    companies: Sequence[Participation]
    lines: Sequence[Any]
    attended: Mapping[int, AttendedHours]
    decided: Mapping[int, Decimal]
    seats: Mapping[int, int] = field(default_factory=dict)
    cancelled: Mapping[int, Decimal] = field(default_factory=dict)
    other: Funding = field(default_factory=dict)
    jobseekers: Sequence[JobseekerSeats] = ()
    own: OwnCosts | None = None
    offers: Sequence[Offer] = ()

    def used(self, company: Participation) -> int | None:
        """Its seats that saw a learner; see `used_seats`."""
        return used_seats(self.attended[company.pk], is_delivered=self.claim.programme.state in GIVEN)

    def seats_of(self, company: Participation) -> int:
        """Its seats in the editions that were given."""
        return self.seats.get(company.organisation_id, 0)

    def planned_of(self, company: Participation) -> dict[str, Decimal]:
        """What was planned by category, without editions that were cancelled since, euro."""
        planned = planned_costs(company)
        gone = self.cancelled.get(company.organisation_id, ZERO)
        if gone and TRAINER in planned:
            planned[TRAINER] = max(ZERO, planned[TRAINER] - gone)
        return planned

    def of(self, company: Participation) -> list[ClaimLine]:
        return [line for line in self.lines if line.participation_id == company.pk]

    @property
    def of_jobseekers(self) -> list[ClaimLine]:
        """Costs that the network made for jobseekers."""
        return [line for line in self.lines if line.participation_id is None]


def facts_of(claim: Claim) -> Facts:
    companies = companies_of(claim.programme)
    lines = list(claim.lines.select_related("participation__organisation").prefetch_related("evidence"))
    seats = seat_costs(claim.programme)
    jobseekers = jobseeker_seats(claim.programme)
    return Facts(
        claim,
        companies,
        lines,
        _attended(claim.programme, companies),
        _decided(companies),
        live_learners(seats),
        cancelled_costs(seats),
        declared_funding(claim.programme),
        jobseekers,
        own_costs(claim.programme, lines, jobseekers),
        list({seat.edition.offer_id: seat.edition.offer for seat in seats}.values()),
    )


def _attended(programme: Programme, companies: Sequence[Participation]) -> dict[int, AttendedHours]:
    """`attended_hours` of every company, read at once."""
    rows: list[Any] = list(
        Enrolment.objects.filter(programme=programme, participation__in=companies)
        .live()
        .exclude(state=Enrolment.State.WAITLISTED)
        .with_hours()
    )
    return {c.pk: summed_hours([row for row in rows if row.participation_id == c.pk]) for c in companies}


def _decided(companies: Sequence[Participation]) -> dict[int, Decimal]:
    """`decided_grant` of every company, read at once."""
    found = {c.pk: c.grant for c in companies}
    rows = Decision.objects.filter(
        subject_type=ContentType.objects.get_for_model(Participation),
        subject_id__in=found,
        action=RECALCULATED,
    )
    for row in rows.order_by("-id"):  # the oldest is read last, and says what was decided
        found[row.subject_id] = Decimal(row.evidence["decided"])
    return found


def companies_of(programme: Programme) -> list[Participation]:
    """Who is settled: the companies that applied for aid and stayed."""
    if has_read(programme, "participations"):
        read = [p for p in programme.participations.all() if p.state == Participation.State.COMMITTED]
        return sorted(read, key=lambda row: (row.organisation.name, row.pk))
    rows = programme.participations.filter(state=Participation.State.COMMITTED)
    return list(rows.select_related("organisation").order_by("organisation__name", "pk"))


def checks_of(claim: Claim, facts: Facts | None = None) -> list[Check]:
    """All checks in the order in which a person would make them."""
    known = facts or facts_of(claim)
    steps: tuple[Callable[[Facts], Check], ...] = (
        _delivered, _demand, _every_company, _attendance, _evidence, _within_plan, _vat, _paid_twice,
    )  # fmt: skip
    concerned = known.jobseekers or known.own
    return [step(known) for step in steps] + ([_jobseekers(known)] if concerned else [])


def used_seats(attended: AttendedHours, *, is_delivered: bool = True) -> int | None:
    """How many learners came; None while somebody's attendance is open.

    Once the lessons were given nobody can be enrolled any more: a company that enrolled nobody used no seat.
    """
    if not (attended.learners or attended.no_shows):
        return 0 if is_delivered and not attended.open else None
    return attended.learners if attended.is_complete else None


def _check(key: str, label: Any, failed: bool, sentence: str, remedy: str = "") -> Check:
    return Check(key, str(label), "fail" if failed else "pass", sentence, remedy if failed else "")


def _delivered(facts: Facts) -> Check:
    programme = facts.claim.programme
    return _check(
        "delivered",
        _("De opleiding is gegeven"),
        programme.state not in GIVEN,
        _("Het programma staat op “%(state)s”.") % {"state": programme.get_state_display()},
        _("Het programma is nog niet als gegeven gemeld: doe dat eerst, dan kunt u afrekenen."),
    )


def _demand(facts: Facts) -> Check:
    counted = getattr(facts.claim.programme, "pool_count", None)  # the page asked it with the programme
    count = facts.claim.programme.programme_pools.count() if counted is None else counted
    return _check(
        "demand",
        _("Er is gevalideerde vraag"),
        count == 0,
        _("Gebundelde vragen die dit programma sluit: %(n)s.") % {"n": count},
        _("Er hangt geen gebundelde vraag aan: zonder gevalideerde vraag geen subsidie."),
    )


def _every_company(facts: Facts) -> Check:
    missing = [c.organisation.name for c in facts.companies if not facts.of(c)]
    none = not facts.companies
    sentence = (
        _("Geen kosten voor: %(names)s.") % {"names": ", ".join(missing)}
        if missing
        else _("Elk bedrijf heeft kostenlijnen.")
    )
    if none:
        sentence = _("Geen enkel bedrijf bevestigde zijn deelname.")
    return _check(
        "companies",
        _("Elk bedrijf is afgerekend"),
        bool(missing) or none,
        sentence,
        _("Vul voor elk bedrijf de werkelijke kosten in; schrijf 0 waar er geen zijn."),
    )


def _attendance(facts: Facts) -> Check:
    label = _("Bijgewoonde en ingeschreven uren")
    open_ones = [c.organisation.name for c in facts.companies if facts.used(c) is None]
    if open_ones:
        names = {"names": ", ".join(open_ones)}
        return Check(
            "attendance",
            label,
            "unknown",
            _("Nog geen volledige aanwezigheid van: %(names)s.") % names,
            _("Vul de aanwezigheid in van elke deelnemer van %(names)s, ook van wie niet kwam.") % names,
        )
    came = sum(a.learners for a in facts.attended.values())
    seats = sum(facts.seats_of(c) for c in facts.companies)
    return Check(
        "attendance",
        label,
        "pass",
        _("%(came)s van %(seats)s deelnemers kwamen, samen %(hours)s uren (%(share)s van de plaatsen).")
        % {
            "came": came,
            "seats": seats,
            "hours": number(sum((a.hours for a in facts.attended.values()), ZERO)),
            "share": percent(Decimal(came) / seats) if seats else "–",
        },
    )


def _evidence(facts: Facts) -> Check:
    """Wages stand on the attendance; every other cost on an invoice or another proof."""
    wanted = [line for line in facts.lines if line.amount and line.category != TRAINEE]
    bare = [line for line in wanted if not line.invoice.strip() or not line.evidence.all()]
    sentence = _("%(n)s van %(all)s kostenlijnen hebben een factuurnummer en een bewijsstuk.") % {
        "n": len(wanted) - len(bare),
        "all": len(wanted),
    }
    names = list(dict.fromkeys(f"{line.for_whom} ({line.description})" for line in bare))
    remedy = _("Geef factuurnummer en bewijsstuk bij: %(lines)s.") % {"lines": "; ".join(names[:5])}
    return _check("evidence", _("Bewijsstukken zijn volledig"), bool(bare), sentence, remedy)


def _jobseekers(facts: Facts) -> Check:
    """The ring-fenced line pays what jobseekers attended and what was invoiced for it, and nothing else."""
    label, groups = _("Plaatsen voor werkzoekenden"), facts.jobseekers
    found = (
        (
            open_attendance(groups),
            _("Nog niet bekend hoeveel werkzoekenden kwamen in: %(what)s."),
            _("Noteer wie kwam, of tel ze met de lijst van de dienst die de namen bewaart: %(what)s."),
        ),
        (
            not_billed(groups),
            _("Nog geen factuur voor de werkzoekenden in: %(what)s."),
            _(
                "Noteer de factuur van de verstrekker voor de werkzoekenden, of meld dat er geen komt: %(what)s."
            ),
        ),
        (
            billed_too_much(groups),
            _("Meer gefactureerd dan bijgewoond: %(what)s."),
            _("Neem de factuur terug en noteer wat bijgewoond is, met de creditnota: %(what)s."),
        ),
    )
    for titles, sentence, remedy in found:
        if titles:
            what = {"what": "; ".join(titles[:5])}
            return Check("jobseekers", label, "fail", sentence % what, remedy % what)
    if facts.own is not None and own_costs_payee(facts.claim.programme) is None:
        sentence = _("Niemand kan de eigen kosten voor werkzoekenden terugkrijgen.")
        return Check("jobseekers", label, "fail", sentence, no_payee())
    seats = [group.settle() for group in groups]
    paid = seats + ([facts.own.settle()] if facts.own else [])
    sentence = _("%(used)s van %(seats)s plaatsen bijgewoond; %(amount)s uit de afgeschermde lijn.") % {
        "used": sum(p.used for p in seats),
        "seats": sum(p.seats for p in seats),
        "amount": euro(sum((p.payable for p in paid), ZERO), 2),
    }
    return Check("jobseekers", label, "pass", sentence)


def _within_plan(facts: Facts) -> Check:
    """More than planned is possible, explained; it gives no more grant."""
    label = _("Kosten binnen het plan")
    above = [
        name
        for c in facts.companies
        for name in _above_plan(c.organisation.name, facts.of(c), facts.planned_of(c))
    ]
    if facts.own is not None:
        planned: dict[str, Decimal] = {}
        for row in facts.own.plan:
            planned[row.category] = planned.get(row.category, ZERO) + row.eligible
        above += _above_plan(_("werkzoekenden"), facts.of_jobseekers, planned)
    if not above:
        return Check("plan", label, "pass", _("Geen enkele kost ligt boven het plan."))
    sentence = _("Boven het plan: %(what)s.") % {"what": "; ".join(above[:5])}
    if facts.claim.overrun_note.strip():
        return Check("plan", label, "pass", f"{sentence} {_('De meerkosten zijn toegelicht.')}")
    return Check(
        "plan",
        label,
        "fail",
        sentence,
        _("Leg uit waarom het meer kostte dan gepland. Meer subsidie vraagt een nieuwe beslissing."),
    )


def _above_plan(who: str, lines: Sequence[ClaimLine], planned: Mapping[str, Decimal]) -> list[str]:
    actual: dict[str, Decimal] = {}
    for line in lines:
        actual[line.category] = actual.get(line.category, ZERO) + line.amount
    labels = dict(CostLine.Category.choices)
    return [
        _("%(company)s, %(category)s: %(actual)s in plaats van %(planned)s")
        % {
            "company": who,
            "category": labels[category],
            "actual": euro(amount, 2),
            "planned": euro(planned.get(category, ZERO), 2),
        }
        for category, amount in sorted(actual.items())
        if amount > planned.get(category, ZERO)
    ]


def _vat(facts: Facts) -> Check:
    """Refundable VAT stays out. VAT that is higher than the price can only be an amount in the wrong column."""
    wrong = [line.description for line in facts.lines if line.vat > line.amount]
    vat = sum((line.vat for line in facts.lines), ZERO)
    return _check(
        "vat",
        _("Btw blijft erbuiten"),
        bool(wrong),
        _("%(vat)s terugvorderbare btw telt niet mee.") % {"vat": euro(vat, 2)},
        _("De btw is hoger dan het bedrag: kijk de kolommen na bij %(lines)s.")
        % {"lines": "; ".join(wrong[:5])},
    )


def _paid_twice(facts: Facts) -> Check:
    label = _("Niets wordt twee keer betaald")
    programme = facts.claim.programme
    findings = double_funding(programme=programme, offers=facts.offers, other=facts.other)
    blocking = [text for severity, text in findings if severity == "blocks"]
    if blocking:
        remedy = _("Schrap wat dubbel betaald wordt: %(why)s") % {"why": " ".join(blocking)}
        return Check("double_funding", label, "fail", " ".join(blocking), remedy)
    if findings:
        return Check(
            "double_funding",
            label,
            "unknown",
            " ".join(text for _severity, text in findings),
            _("Dit mag, maar beleid wil het zien: kijk na of het klopt."),
            must=False,
        )
    return Check("double_funding", label, "pass", _("Geen ander instrument betaalt dezelfde kosten."))


__all__ = ["Check", "Facts", "checks_of", "companies_of", "facts_of", "used_seats"]
