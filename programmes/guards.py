"""When a step of a programme, or of a company in it, may be taken: each reason says what to do."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Edition
from networks.network_state import why_no_member
from programmes.models import Claim, Participation, Programme, ProgrammeEdition
from programmes.rules import LEAST_UNDERTAKINGS
from programmes.services.evaluations import evaluation_reasons
from programmes.services.prices import price_reasons
from programmes.services.reassess import outdated_grants
from programmes.services.ring_fence import ring_fence_reasons
from programmes.services.signatures import signatures_of
from programmes.services.validated_need import need_reasons
from programmes.services.votes import VOTED_IN, votes_of
from skillnet.kernel.reading import has_read
from skillnet.templatetags.ui import date_long

S = Programme.State


def can_be_submitted(programme: Programme) -> list[str]:
    """Reasons why a programme cannot go to the coordinator yet; each says what to do."""
    reasons = []
    if programme.cost is None or not programme.funding_lines.exists():
        reasons.append(
            _("Er is nog geen kosten- en financieringsplan. Vul prijs en plaatsen van de editie in.")
        )
    if not _is_asked_for(programme):
        reasons.append(_("Er hangt geen gebundelde vraag aan: zonder gevalideerde vraag geen subsidie."))
    live = _live(programme)
    if len({p.organisation.undertaking_key for p in live}) < LEAST_UNDERTAKINGS:
        reasons.append(_("Er zijn minstens twee onafhankelijke bedrijven nodig."))
    if programme.starts_on and programme.starts_on <= timezone.localdate():
        reasons.append(_("De eerste les is al begonnen: de steun zou geen stimulerend effect hebben."))
    return [
        *reasons,
        *[refusal for refusal in (why_no_member(p.organisation) for p in live) if refusal],
        *_validated(programme, live),
        *_ring_fenced(programme),
        *price_reasons(programme),
        *_voted_for(programme),
    ]


def _is_asked_for(programme: Programme) -> bool:
    """Whether pooled demand stands behind it; a page brings that along (`programme_for_page`)."""
    known: bool | None = getattr(programme, "has_pools", None)
    return programme.programme_pools.exists() if known is None else known


def _voted_for(programme: Programme) -> list[str]:
    """The steering group stands behind the plan, where the network has one: the quorum and majority that hold
    for its needs analysis. A submitted plan was voted on before; whoever got a seat since has no say in it."""
    count = votes_of(programme) if programme.state in VOTED_IN else None
    if count is None or count.is_accepted:
        return []
    if count.has_quorum:
        return [
            _(
                "De stuurgroep is niet in meerderheid akkoord (%(agreed)s akkoord, %(against)s niet akkoord). "
                "Pas het plan aan volgens haar opmerkingen: daarna stemt ze opnieuw."
            )
            % {"agreed": count.agreed, "against": count.against}
        ]
    missing = count.needed - count.cast
    return [
        ngettext(
            "Er ontbreekt nog %(n)s stem van de stuurgroep. Vraag haar leden om op de pagina van dit programma "
            "te stemmen.",
            "Er ontbreken nog %(n)s stemmen van de stuurgroep. Vraag haar leden om op de pagina van dit "
            "programma te stemmen.",
            missing,
        )
        % {"n": missing}
    ]


def _validated(programme: Programme, live: list[Participation]) -> list[str]:
    """No validated need, no grant."""
    return need_reasons(programme, live)


def _live(programme: Programme) -> list[Participation]:
    """Who takes part, with their organisations; what a page has read already is not read again."""
    rows = programme.participations.all()
    if not has_read(programme, "participations"):
        rows = rows.select_related("organisation")
    return [p for p in rows if p.state != Participation.State.WITHDRAWN]


def _ring_fenced(programme: Programme) -> list[str]:
    """Jobseekers, basic skills and language never silently use the money for productivity."""
    return ring_fence_reasons(programme)


def can_be_approved(programme: Programme) -> list[str]:
    """Approval is a lawful promise: the plan adds up, the start lies ahead, nothing must be notified."""
    reasons = can_be_submitted(programme)
    notify = [p.organisation.name for p in programme.participations.all() if p.assessment.get("notify")]
    if notify:
        reasons.append(
            _("Deze steun moet eerst bij de Europese Commissie worden aangemeld: %(names)s.")
            % {"names": ", ".join(notify)}
        )
    return [*reasons, *_outdated(programme)]


def _outdated(programme: Programme) -> list[str]:
    """Rates, figures and earlier aid may have moved since the plan was made: the decision's day counts."""
    names = [name for name, _granted, _possible in outdated_grants(programme=programme)]
    if not names:
        return []
    return [
        _(
            "De steun van %(names)s is volgens de regels van vandaag lager dan in het plan. Stuur het "
            "programma terug, zodat het plan opnieuw berekend wordt."
        )
        % {"names": ", ".join(names)}
    ]


def nobody_signed(programme: Programme) -> list[str]:
    """A submission that a coordinator signed is being decided: it is no longer taken back, only sent back."""
    if not signatures_of(programme):
        return []
    return [
        _(
            "Een coördinator tekende al voor dit programma: u kunt het niet meer terugnemen. Vraag om het terug "
            "te sturen."
        )
    ]


def can_be_started(programme: Programme) -> list[str]:
    """No lesson before each company applied for its aid (incentive effect, article 6 GBER), nor with fewer
    companies or learners than a programme and its editions ask."""
    live = _live(programme)
    reasons = []
    open_ones = [p.organisation.name for p in live if p.state != Participation.State.COMMITTED]
    if open_ones:
        reasons.append(
            _(
                "%(names)s bevestigde de deelname nog niet. Zonder aanvraag vóór de eerste les is er geen steun "
                "mogelijk: vraag de bevestiging of haal het bedrijf uit het plan."
            )
            % {"names": ", ".join(open_ones)}
        )
    if len({p.organisation.undertaking_key for p in live}) < LEAST_UNDERTAKINGS:
        reasons.append(
            _(
                "Er blijven geen twee onafhankelijke bedrijven over. Wacht op wie nog bevestigt, of annuleer "
                "het programma."
            )
        )
    return [*reasons, *_too_small(programme)]


def _too_small(programme: Programme) -> list[str]:
    """Editions whose provider asks for a bigger group, or that were cancelled."""
    rows = _bought(programme)
    live = [row for row in rows if row.edition.state != Edition.State.CANCELLED]
    if rows and not live:
        return [_("Elke editie van dit programma is geannuleerd: annuleer het programma.")]
    found = []
    for row in live:
        least = row.edition.min_seats if row.edition.min_seats is not None else row.edition.offer.min_seats
        group = max(row.all_seats, row.edition.enrolled)  # others may sit in the same group
        if least and group < least:
            found.append(
                _(
                    "“%(offer)s” telt %(count)s deelnemers; de verstrekker vraagt er minstens %(least)s. Zoek "
                    "er nog, of annuleer het programma."
                )
                % {"offer": row.edition.offer.title, "count": group, "least": least}
            )
    return found


def can_be_delivered(programme: Programme) -> list[str]:
    """Delivered is a fact about people: the lessons began, somebody was there, and of everybody with a seat it
    is known whether they came."""
    reasons = _not_begun(programme)
    if not programme.enrolments.live().exists():
        reasons.append(
            _(
                "Er is nog niemand ingeschreven. Schrijf de deelnemers in, of annuleer het programma als het "
                "niet doorging."
            )
        )
    return [*reasons, *_unknown_attendance(programme)]


def _not_begun(programme: Programme) -> list[str]:
    today = timezone.localdate()
    return [
        _("“%(offer)s” begint pas op %(day)s: wat nog moet beginnen, is niet gegeven.")
        % {"offer": row.edition.offer.title, "day": date_long(row.edition.starts_on)}
        for row in _bought(programme)
        if row.edition.state != Edition.State.CANCELLED
        and row.edition.starts_on
        and row.edition.starts_on > today
    ]


def _bought(programme: Programme) -> list[ProgrammeEdition]:
    """What it buys, with the editions; what a page has read already is not read again."""
    rows = programme.programme_editions.all()
    if not has_read(programme, "programme_editions"):
        rows = rows.select_related("edition__offer")
    return list(rows)


def _unknown_attendance(programme: Programme) -> list[str]:
    unknown = programme.enrolments.unknown_attendance().count()
    if not unknown:
        return []
    return [
        ngettext(
            "Van %(n)s deelnemer is de aanwezigheid nog niet bekend. Vul ze in bij de deelnemers.",
            "Van %(n)s deelnemers is de aanwezigheid nog niet bekend. Vul ze in bij de deelnemers.",
            unknown,
        )
        % {"n": unknown}
    ]


def claim_is_submitted(programme: Programme) -> list[str]:
    """A programme is claimed by its claim, not by a button."""
    claim = Claim.objects.filter(programme=programme).first()
    if claim is not None and claim.state != Claim.State.DRAFT:
        return []
    return [_("Maak eerst de afrekening op en dien ze in: dat kan op de pagina van de afrekening.")]


def claim_is_declined(programme: Programme) -> list[str]:
    if Claim.objects.filter(programme=programme, state=Claim.State.DECLINED).exists():
        return []
    return [_("De afrekening is niet afgewezen.")]


def claim_is_paid(programme: Programme) -> list[str]:
    if Claim.objects.filter(programme=programme, state=Claim.State.PAID).exists():
        return []
    return [_("De afrekening is nog niet betaald: stel de betaling vast op de pagina van de afrekening.")]


def can_be_evaluated(programme: Programme) -> list[str]:
    """A programme closes once the network wrote down what it learned, and its companies said what it brought."""
    return evaluation_reasons(programme)


COMMITTABLE = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.APPROVED)


def can_be_committed(participation: Participation) -> list[str]:
    """A company promises before the first lesson, and only something that has a plan."""
    programme = participation.programme
    if programme.state not in COMMITTABLE:
        return [
            _("Dit programma staat op “%(state)s”: bevestigen kan niet meer.")
            % {"state": programme.get_state_display()}
        ]
    if programme.starts_on and programme.starts_on <= timezone.localdate():
        return [_("De eerste les is al begonnen: een aanvraag geeft geen recht op steun meer.")]
    refusal = why_no_member(participation.organisation)
    return [refusal] if refusal else []


def can_be_withdrawn(participation: Participation) -> list[str]:
    programme = participation.programme
    if programme.state in COMMITTABLE:
        return []
    return [
        _(
            "Dit programma staat op “%(state)s”: terugtrekken kan niet meer. Bespreek het met uw "
            "netwerkmanager."
        )
        % {"state": programme.get_state_display()}
    ]


def can_be_removed(participation: Participation) -> list[str]:
    """A company that stays silent does not hold up the others; one that confirmed leaves by its own word."""
    programme = participation.programme
    if programme.state in COMMITTABLE:
        return []
    return [
        _("Dit programma staat op “%(state)s”: een bedrijf eruit halen kan niet meer.")
        % {"state": programme.get_state_display()}
    ]
