"""What is in the way of a supplement, in sentences that say what to do; the same at the request and on the day of
the decision."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Edition
from networks.network_state import why_no_member, why_nothing_new
from programmes.models import InvoiceLine, Participation, Programme, ProgrammeEdition
from programmes.services.budgets import call_position, network_position
from programmes.services.other_edition import editions_to_come
from programmes.services.supplement_plan import LinePlan, SupplementPlan
from programmes.services.validated_need import need_reasons
from programmes.states import FUNDED
from skillnet.templatetags.ui import date_long, euro

ZERO = Decimal("0.00")
BILLED = (InvoiceLine.State.INVOICED, InvoiceLine.State.PAID)


def supplement_problems(programme: Programme, plan: SupplementPlan) -> list[str]:
    """Why this cannot be asked or granted today; empty where it can."""
    if programme.state not in FUNDED:
        return [
            _("Dit programma staat op “%(state)s”: er kan geen uitbreiding meer bij.")
            % {"state": programme.get_state_display()}
        ]
    if not any(line.is_raised for line in plan.lines):
        return [_("Er verandert niets: geef een bedrijf meer plaatsen, of kies wat er nog bijkomt.")]
    found = [sentence for line in plan.lines for sentence in _of_line(line)]
    return [
        *found,
        *_no_aid(plan, found),
        *_rooms(plan),
        *_editions(plan),
        *_billed(programme, plan),
        *_need(programme, plan),
        *_budget(programme, plan.extra),
    ]


def _of_line(line: LinePlan) -> list[str]:
    name = line.organisation.name
    row = line.participation
    if line.is_raised and row is not None and row.state == Participation.State.PROPOSED:
        return [
            _(
                "%(company)s bevestigde de deelname nog niet. Dat komt eerst: een uitbreiding vult aan wat al "
                "bevestigd is."
            )
            % {"company": name}
        ]
    if line.is_barred and line.begins_on:
        return [
            _(
                "Wat er voor %(company)s bijkomt, begon al op %(day)s: onder de groepsvrijstelling kan daarvoor geen "
                "steun meer worden toegekend (artikel 6, lid 2, Verordening (EU) nr. 651/2014). Kies een editie die "
                "nog moet beginnen."
            )
            % {"company": name, "day": date_long(line.begins_on)}
        ]
    if line.assessment is not None and line.assessment.outcome.notify:
        return [
            _("Deze steun moet eerst bij de Europese Commissie worden aangemeld: %(names)s.")
            % {"names": name}
        ]
    return _too_little(line, name)


def _too_little(line: LinePlan, name: str) -> list[str]:
    if not line.is_raised or line.extra > 0:
        return []
    if line.route == "de_minimis" or (line.assessment and line.assessment.outcome.route == "none"):
        return [
            _(
                "Voor %(company)s past de gevraagde steun niet: de-minimissteun is alles of niets onder het plafond "
                "van de hele onderneming (artikel 3, lid 7, Verordening (EU) 2023/2831). Vraag minder plaatsen, of "
                "laat het bedrijf ze zelf betalen."
            )
            % {"company": name}
        ]
    return [
        _("Voor %(company)s laten de regels van vandaag niet meer steun toe dan al beslist is.")
        % {"company": name}
    ]


def _no_aid(plan: SupplementPlan, found: Iterable[str]) -> list[str]:
    if any(line.extra > 0 for line in plan.lines) or list(found):
        return []
    return [_("Deze wijziging verhoogt geen steun: daarvoor is geen uitbreiding nodig.")]


def _rooms(plan: SupplementPlan) -> list[str]:
    """Seats that the edition still has for what is added."""
    wanted: dict[int, tuple[Edition, int]] = {}
    for seat in plan.seats:
        if seat.edition.pk == seat.bought.edition_id and seat.more > 0:
            edition, count = wanted.get(seat.edition.pk, (seat.edition, 0))
            wanted[seat.edition.pk] = (edition, count + seat.more)
    found = []
    for edition, count in wanted.values():
        left = edition.seats_left
        if edition.state == Edition.State.CANCELLED:
            found.append(
                _("“%(offer)s” gaat niet door: kies eerst een andere editie.")
                % {"offer": edition.offer.title}
            )
        elif left is not None and left < count:
            found.append(
                ngettext(
                    "“%(offer)s” heeft nog %(left)s vrije plaats; er worden er %(wanted)s bij gevraagd.",
                    "“%(offer)s” heeft nog %(left)s vrije plaatsen; er worden er %(wanted)s bij gevraagd.",
                    left,
                )
                % {"offer": edition.offer.title, "left": left, "wanted": count}
            )
    return found


def _editions(plan: SupplementPlan) -> list[str]:
    """Another edition is one that may take the place of a cancelled one, with room for what is added as well."""
    swapped: dict[int, tuple[ProgrammeEdition, Edition]] = {
        seat.bought.pk: (seat.bought, seat.edition)
        for seat in plan.seats
        if seat.edition.pk != seat.bought.edition_id
    }
    found = []
    for bought, edition in swapped.values():
        extra = sum(seat.more for seat in plan.seats if seat.bought.pk == bought.pk)
        left = edition.seats_left
        fits = edition.pk in {e.pk for e in editions_to_come(bought)}
        if not fits or (left is not None and left < bought.all_seats + extra):
            found.append(
                _(
                    "De gekozen editie kan niet in de plaats komen: ze begon al, is vol of is van een andere cursus."
                )
            )
    no_day = any(line.is_raised and line.begins_on is None for line in plan.lines)
    if no_day:
        found.append(_("Van wat erbij komt, is de eerste lesdag niet bekend. Vraag ze aan de verstrekker."))
    begins = plan.begins_on
    barred = any(line.is_barred for line in plan.lines)
    if begins is not None and begins <= plan.day and not barred:
        found.append(
            _("De lessen die erbij komen, zijn op %(day)s al begonnen.") % {"day": date_long(begins)}
        )
    return found


def _billed(programme: Programme, plan: SupplementPlan) -> list[str]:
    """A bill that stands says another number of seats: its provider takes it back first."""
    changed = {
        (seat.bought.edition_id, seat.organisation.pk): seat
        for seat in plan.seats
        if seat.cost != seat.cost_before or seat.more
    }
    lines = InvoiceLine.objects.filter(
        programme=programme, stream=InvoiceLine.Stream.COMPANY, state__in=BILLED
    ).select_related("organisation", "edition__offer")
    return [
        _(
            "De factuur voor %(company)s (“%(offer)s”) is al gemeld. Vraag de verstrekker ze terug te nemen: hij "
            "factureert na de beslissing het nieuwe aantal."
        )
        % {"company": line.organisation.name, "offer": line.edition.offer.title}
        for line in lines
        if (line.edition_id, line.organisation_id) in changed
    ]


def _need(programme: Programme, plan: SupplementPlan) -> list[str]:
    """The demand of who takes part, and of who comes in, is validated; nobody is paid twice."""
    refusals = [why_no_member(organisation) for organisation in plan.newcomers]
    people = list(programme.participations.live().select_related("organisation"))
    people += [Participation(programme=programme, organisation=o) for o in plan.newcomers]
    closed = [why_nothing_new(programme.network)] if plan.newcomers else []
    return [sentence for sentence in [*closed, *refusals, *need_reasons(programme, people)] if sentence]


def _budget(programme: Programme, extra: Decimal) -> list[str]:
    """What network and call have left for it; the decision counts again, under their locks."""
    network, found = programme.network, []
    left = network_position(network).left
    if left is not None and extra > left:
        found.append(
            _("Het netwerk heeft nog %(left)s vrij; deze uitbreiding vraagt %(extra)s.")
            % {"left": euro(max(left, ZERO), 2), "extra": euro(extra, 2)}
        )
    left = call_position(network.call).left if network.call else None
    if left is not None and extra > left:
        found.append(
            _("De oproep heeft nog %(left)s vrij; deze uitbreiding vraagt %(extra)s.")
            % {"left": euro(max(left, ZERO), 2), "extra": euro(extra, 2)}
        )
    return found


__all__ = ["supplement_problems"]
