"""Learners, hours and evidence as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Edition
from networks.views.helpers import events_of
from programmes.enrolment_transitions import (
    ENROLMENT_TRANSITIONS,
    OPEN_FOR_ATTENDANCE,
    OPEN_FOR_ENROLMENT,
    has_begun,
)
from programmes.models import (
    Enrolment,
    EnrolmentInvitation,
    EvidenceFile,
    Participation,
    Programme,
    ProgrammeEdition,
)
from programmes.rules import manages, sight_of, teaches
from programmes.services.learner_invitations import MOST_MAILS
from programmes.services.learners import Identity, identity_of, names_for
from programmes.services.recalculate import DECIDED, last_recalculations
from programmes.states import AFTER_APPROVAL
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition
from skillnet.templatetags.ui import date_long, date_short, number
from skillnet.ui import Action, Event, Fact

E = Enrolment.State
P = Programme.State
MOST_DAYS = 10
EVENT_LABELS: dict[str, Any] = {
    "request": gettext_lazy("Ingeschreven door het bedrijf"),
    "invite": gettext_lazy("Uitgenodigd"),
    "flag": gettext_lazy("Kansengroep aangepast"),
    "wait": gettext_lazy("Op de wachtlijst gezet"),
    "promote": gettext_lazy("Doorgeschoven van de wachtlijst"),
    "refuse": gettext_lazy("De deelnemer doet niet mee"),
    "confirm": gettext_lazy("Plaats bevestigd"),
    "withdraw": gettext_lazy("Geschrapt"),
    "replace": gettext_lazy("Vervangen door iemand anders"),
    "close": gettext_lazy("Afgesloten"),
}
DONE: dict[str, Any] = {
    "confirm": gettext_lazy("De plaats is bevestigd."),
    "withdraw": gettext_lazy("De deelnemer is geschrapt; wie wachtte, schuift op."),
    "no_show": gettext_lazy("Genoteerd als niet gekomen. Op deze plaats is geen steun."),
    "certify": gettext_lazy("Genoteerd dat het bewijs is uitgereikt."),
    "replace": gettext_lazy("De nieuwe deelnemer heeft de plaats."),
    "flag": gettext_lazy("Bewaard."),
    "invite": gettext_lazy("De uitnodiging is verstuurd."),
    "erase": gettext_lazy("Naam en adres zijn gewist. Kenmerk en uren blijven zolang de wet ze vraagt."),
}


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """What the learners of a company mean for its aid, euro."""

    company: str
    decided: Decimal
    now: Decimal
    possible: Decimal

    @property
    def is_lower(self) -> bool:
        return self.now < self.decided

    @property
    def needs_decision(self) -> bool:
        return self.possible > self.decided


def done_sentence(action: str) -> str:
    return str(DONE.get(action, ""))


def edition_label(edition: Edition) -> str:
    """The offer and the first day."""
    when = date_short(edition.starts_on) if edition.starts_on else _("datum onbekend")
    return f"{edition.offer.title}, {when}"


def with_seats(programmes: QuerySet[Programme]) -> QuerySet[Programme]:
    """Programmes with the seats that were bought and for whom, in two queries."""
    bought = ProgrammeEdition.objects.select_related("edition__offer__provider")
    return programmes.prefetch_related(
        Prefetch("programme_editions", bought.prefetch_related("company_seats"))
    )


def enrolments_of(actor: Actor, programme: Programme) -> QuerySet[Enrolment]:
    """Those of the programme that the actor may see, with their hours and whether with their name."""
    rows = Enrolment.objects.visible_to(actor).filter(programme=programme).with_hours().with_sight(actor)
    return rows.select_related("edition__offer", "participation__organisation", "learner", "invitation")


def name_records(records: Sequence[Any]) -> None:
    """Put the name beside each record (of `with_sight`); nothing where it may not be read or was erased."""
    for record in records:
        identity = identity_of(record.learner) if record.is_named else Identity()
        record.shown_name, record.shown_email = identity.name, identity.email


def answer_note(enrolment: Any) -> str:
    """What the learner answered, where somebody asked."""
    invitation = getattr(enrolment, "invitation", None)
    if invitation is None or enrolment.state == E.CANCELLED:
        return ""
    return str(invitation.get_answer_display())


def editions_for(programme: Programme, own: Participation | None) -> list[tuple[Edition, str]]:
    """Editions in which the company (or, without one, the network for jobseekers) has seats."""
    found = []
    for bought in programme.programme_editions.all():
        if bought.edition.state == Edition.State.CANCELLED:
            continue
        if own is None:
            seats = bought.jobseeker_seats
        else:
            seats = sum(
                s.learners for s in bought.company_seats.all() if s.organisation_id == own.organisation_id
            )
        if seats:
            label = _("%(edition)s (%(n)s plaatsen)") % {"edition": edition_label(bought.edition), "n": seats}
            found.append((bought.edition, label))
    return found


def facts_of(
    actor: Actor, programme: Programme, own: Participation | None, rows: QuerySet[Enrolment]
) -> list[Fact]:
    """Seats against people."""
    counts: dict[str, int] = {}
    for state in rows.order_by().values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    seated = sum(counts.get(s, 0) for s in (E.REQUESTED, E.CONFIRMED, E.ATTENDED, E.NO_SHOW, E.CERTIFIED))
    came = counts.get(E.ATTENDED, 0) + counts.get(E.CERTIFIED, 0)
    facts = [
        Fact(_("Plaatsen"), number(seats_for(actor, programme, own)), hint=_("in edities die doorgaan")),
        Fact(_("Met naam"), number(seated), hint=_("wie een plaats heeft")),
    ]
    if counts.get(E.WAITLISTED):
        facts.append(Fact(_("Wachtlijst"), number(counts[E.WAITLISTED])))
    if programme.state in OPEN_FOR_ATTENDANCE or came:
        facts += [
            Fact(_("Aanwezig"), number(came)),
            Fact(_("Niet gekomen"), number(counts.get(E.NO_SHOW, 0))),
        ]
    return facts


def seats_for(actor: Actor, programme: Programme, own: Participation | None) -> int:
    """Seats in editions that go on: of the own company, else of the own editions of who delivers, else all."""
    live = [row for row in programme.programme_editions.all() if row.edition.state != Edition.State.CANCELLED]
    if own is not None:
        mine = own.organisation_id
        return sum(s.learners for row in live for s in row.company_seats.all() if s.organisation_id == mine)
    if is_deliverer(actor, programme):
        live = [r for r in live if r.edition.offer.provider.organisation_id == actor.organisation_id]
    return sum(row.all_seats for row in live)


def waits_for(programme: Programme, own: Participation | None) -> str:
    """Why nobody can be added now; empty when one can, or when that is not for this reader."""
    if programme.state in OPEN_FOR_ENROLMENT:
        return ""
    if programme.state in (P.PROPOSAL, P.DRAFT, P.SUBMITTED, P.RETURNED):
        return _("Deelnemers inschrijven kan zodra het programma is goedgekeurd.")
    return _("De opleiding is gegeven: inschrijvingen liggen vast.") if own else ""


def outlook_rows(actor: Actor, programme: Programme, own: Participation | None) -> list[OutlookRow]:
    """Aid that moved with the learners; of others only for who may read their money."""
    sees_all = manages(actor, programme) or actor.has(Role.COORDINATOR)
    if programme.state not in DECIDED or (own is None and not sees_all):
        return []
    everybody = programme.participations.select_related("organisation")
    rows = [own] if own is not None and not sees_all else list(everybody)
    last = last_recalculations(rows)
    found = [
        OutlookRow(
            row.organisation.name,
            decided=Decimal(last[row.pk]["decided"]),
            now=row.grant,
            possible=Decimal(last[row.pk]["possible"]),
        )
        for row in rows
        if row.pk in last
    ]
    return [row for row in found if row.is_lower or row.needs_decision]


def page_actions(actor: Actor, programme: Programme) -> list[Action]:
    """Where one goes from the learners: attendance and evidence."""
    actions = []
    if programme.state in AFTER_APPROVAL:
        actions.append(
            Action(_("Aanwezigheid"), reverse("programmes:attendance", args=[programme.public_id]))
        )
    if programme.jobseeker_learners and _reads_jobseekers(actor, programme):
        actions.append(
            Action(_("Werkzoekenden"), reverse("programmes:jobseekers", args=[programme.public_id]))
        )
    actions.append(Action(_("Bewijsstukken"), reverse("programmes:evidence", args=[programme.public_id])))
    return actions


def _reads_jobseekers(actor: Actor, programme: Programme) -> bool:
    """Who runs, steers or watches; a provider where jobseekers have seats in its own editions."""
    if sight_of(actor, programme).money:
        return True
    bought = programme.programme_editions.all()
    taught = any(
        row.jobseeker_seats and row.edition.offer.provider.organisation_id == actor.organisation_id
        for row in bought
    )
    return actor.has(Role.PROVIDER) and taught


def keeps(actor: Actor, enrolment: Enrolment) -> bool:
    """Whether the actor speaks for the organisation that knows this person."""
    own = enrolment.learner.organisation_id == actor.organisation_id
    if enrolment.participation is None:
        return own and manages(actor, enrolment.programme)
    return own and actor.has(Role.COMPANY_CONTACT)


def may_invite(enrolment: Enrolment) -> bool:
    invitation: EnrolmentInvitation | None = getattr(enrolment, "invitation", None)
    asked = invitation.sent_count if invitation else 0
    answered = invitation is not None and invitation.answer != EnrolmentInvitation.Answer.OPEN
    waiting = enrolment.state in (E.REQUESTED, E.WAITLISTED, E.CONFIRMED)
    late = has_begun(enrolment)  # who is asked then was not asked
    return waiting and not (answered or late) and asked < MOST_MAILS and enrolment.learner.erased_at is None


def identity_facts(actor: Actor, enrolment: Enrolment) -> list[Fact]:
    """Name and address, for who may read them; for the others nothing at all."""
    if enrolment.learner.erased_at is not None:
        return [Fact(_("Naam"), _("gewist op vraag van de deelnemer"))]
    identity = names_for(actor, [enrolment]).get(enrolment.learner_id)
    if identity is None:
        return []
    return [Fact(_("Naam"), identity.name), Fact(_("E-mailadres"), identity.email)]


def enrolment_facts(enrolment: Any) -> list[Fact]:
    company = enrolment.participation.organisation.name if enrolment.participation else ""
    hours, flag = _("nog niet bekend"), _("neen")
    if enrolment.hours_attended is not None:
        hours = number(enrolment.hours_attended)
    if enrolment.disadvantaged:
        flag = _("ja, bewijs %(reference)s") % {"reference": enrolment.evidence_reference}
    facts = [
        Fact(_("Opleiding"), enrolment.edition.offer.title),
        Fact(_("Begint op"), date_long(enrolment.edition.starts_on) if enrolment.edition.starts_on else ""),
        Fact(_("Waar"), enrolment.edition.location),
        Fact(_("Bedrijf"), company or _("werkzoekende")),
        Fact(_("Uren"), hours),
        Fact(_("Kansengroep of handicap"), flag),
    ]
    if enrolment.replaces_id:
        facts.append(
            Fact(
                _("In de plaats van"),
                enrolment.replaces.reference,
                url=reverse("programmes:enrolment_detail", args=[enrolment.replaces.public_id]),
            )
        )
    return facts


def step_actions(enrolment: Enrolment, steps: Mapping[str, Transition]) -> list[Action]:
    """Buttons that need nothing but a word; who comes instead has a form of its own."""
    shown = [name for name in ("confirm", "certify", "no_show", "withdraw") if name in steps]
    found = []
    for name in shown:
        row = steps[name]
        if row.guard and row.guard(enrolment):
            continue
        found.append(Action(str(row.label), value=name, tone=row.style, novalidate=True))  # type: ignore[arg-type]
    return found


def events_of_enrolment(enrolment: Enrolment) -> list[Event]:
    return events_of(enrolment, ENROLMENT_TRANSITIONS, EVENT_LABELS)


def evidence_ids(actor: Actor, programme: Programme) -> QuerySet[Any]:
    return EvidenceFile.objects.visible_to(actor).filter(programme=programme).values("pk")


def days_of(edition: Edition) -> list[Any]:
    """The days of a short edition, to fill in one by one; empty for one day or for a long one."""
    first, last = edition.starts_on, edition.ends_on
    if first is None or last is None:
        return []
    length = (last - first).days + 1
    return [first + timedelta(days=n) for n in range(length)] if 1 < length <= MOST_DAYS else []


def is_deliverer(actor: Actor, programme: Programme) -> bool:
    return actor.has(Role.PROVIDER) and teaches(actor, programme)
