"""A provider moves, cancels or reopens an edition: the programmes that bought it follow, and people hear of it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition
from networks.services.telling import managers_of
from programmes.models import CompanySeats, Enrolment, Participation, Programme, ProgrammeEdition
from programmes.services.course_lines import name_lines_anew
from programmes.services.invoices import sync_invoice_lines
from programmes.services.learners import identity_of, mail_key
from programmes.services.places import lock_places, settle_places
from programmes.services.plans import PlanError, seats_of_programme, write_plan
from programmes.services.recalculate import recalculate
from programmes.services.step_notices import contacts_of_companies, send
from programmes.services.votes import drop_votes
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.outbox import queue_sealed_mail
from skillnet.kernel.transitions import record_decision

E = Enrolment.State
P = Programme.State
# Before the first it is an idea, after the last the lessons were given.
FOLLOWING = (P.DRAFT, P.SUBMITTED, P.RETURNED, P.APPROVED, P.RUNNING)
# Nobody decided on these, so their plan may simply be made again.
MOVED, CANCELLED, REOPENED = "moved", "cancel", "reopen"
# The network chose another edition in the place of a cancelled one (`services.other_edition`).
REPLACED = "replaced"


def announced(edition_ids: Sequence[int], actor: Actor | None, reason: str) -> None:
    """What `catalogue` announces: an edition was moved, cancelled or reopened. Other changes need nothing.

    Programmes follow once that is committed, for they are locked before editions everywhere else; what a
    crash in between leaves behind, `follow_missed` finds.
    """
    if reason in (MOVED, CANCELLED, REOPENED):
        transaction.on_commit(lambda: follow_editions(edition_ids, actor or SYSTEM, reason))


def follow_editions(edition_ids: Sequence[int], actor: Actor, reason: str) -> None:
    """Bring every programme that bought these editions up to date with them; doing it twice changes nothing."""
    bought = ProgrammeEdition.objects.filter(edition__in=edition_ids, programme__state__in=FOLLOWING)
    wanted = set(bought.values_list("edition_id", flat=True))
    for edition_id in (pk for pk in edition_ids if pk in wanted):
        programmes = Programme.objects.filter(
            programme_editions__edition=edition_id, state__in=FOLLOWING
        ).order_by("pk")
        for programme_id in programmes.values_list("pk", flat=True):
            _follow(programme_id, edition_id, actor, reason)


def follow_missed() -> int:
    """Editions that changed in a way that nobody announced (an import, a crash); returns how many."""
    bought = ProgrammeEdition.objects.filter(programme__state__in=FOLLOWING)
    cancelled = bought.filter(
        edition__state=Edition.State.CANCELLED,
        edition__enrolments__programme=F("programme"),
        edition__enrolments__state__in=[E.REQUESTED, E.CONFIRMED],
    )
    live = bought.exclude(edition__state=Edition.State.CANCELLED).exclude(edition__starts_on=None)
    first = live.order_by().values("programme").annotate(first=Min("edition__starts_on"))
    moved = live.filter(
        programme__in=[r["programme"] for r in first.exclude(first=F("programme__starts_on"))],
    ).exclude(edition__starts_on=F("programme__starts_on"))
    found = {(pk, CANCELLED) for pk in cancelled.values_list("edition_id", flat=True)}
    found |= {(pk, MOVED) for pk in moved.values_list("edition_id", flat=True)}
    for edition_id, reason in sorted(found):
        follow_editions([edition_id], SYSTEM, reason)
    return len(found)


def _follow(programme_id: int, edition_id: int, actor: Actor, reason: str) -> None:
    with transaction.atomic():
        programme = lock_places(programme_id)
        if programme.state not in FOLLOWING:
            return
        edition = Edition.objects.select_related("offer__provider").get(pk=edition_id)
        before = programme.starts_on
        move_start(programme)
        settle_places(programme, tell=False)
        record_decision(
            subject=programme,
            action=f"edition_{reason}",
            from_state=programme.state,
            to_state=programme.state,
            actor=actor,
            reason=" · ".join(part for part in (edition.offer.title, _iso(edition.starts_on)) if part),
            evidence={
                "edition": str(edition.public_id),
                "offer": edition.offer.title,
                "starts_on": _iso(edition.starts_on),
                "programme_started_on": _iso(before),
            },
        )
        drop_votes(programme)  # other days are another plan, whatever it costs
        _plan_anew(programme)
        name_lines_anew(programme)
        recalculate(programme=programme, actor=actor, cause=f"edition_{reason}")
        sync_invoice_lines(programme=programme)
        tell_of_edition(programme, edition, reason)


def _plan_anew(programme: Programme) -> None:
    """A plan that nobody decided on follows the edition at once: days, price and aid. A submitted one is
    checked against today when it is decided; a decided one is recalculated with the law of its decision."""
    seats = seats_of_programme(programme)
    if programme.state not in CHANGEABLE or not seats:
        return
    try:
        write_plan(programme=programme, seats=seats)
    except PlanError:
        return  # the price went as well: the page of the plan asks for it


def move_start(programme: Programme) -> None:
    """The programme begins with the first of its editions that goes on."""
    live = programme.programme_editions.exclude(edition__state=Edition.State.CANCELLED)
    days = [day for day in live.values_list("edition__starts_on", flat=True) if day]
    first = min(days, default=programme.starts_on)
    if first != programme.starts_on:
        programme.starts_on = first
        programme.save(update_fields=["starts_on", "updated_at"])


def tell_of_edition(programme: Programme, edition: Edition, reason: str) -> None:
    """The network's managers, the companies with seats in it, and the learners who gave an address."""
    stamp = timezone.now().isoformat(timespec="seconds")
    context = {
        "what": reason,
        "offer": edition.offer.title,
        "starts_on": _iso(edition.starts_on) or "",
        "location": edition.location,
        "programme": programme.title,
        "path": reverse("programmes:programme_detail", args=[programme.public_id]),
    }
    send(
        [*managers_of(programme.network), *contacts_of_companies(_companies(programme, edition))],
        key=f"edition:{edition.pk}:{programme.pk}:{reason}",
        template="edition_changed",
        context=context,
    )
    for enrolment in _expected(programme, edition):
        who = identity_of(enrolment.learner)
        if who.email:
            queue_sealed_mail(
                key=mail_key(enrolment.pk, f"{reason}:{stamp}"),
                template="learner_edition_changed",
                sealed={"address": who.email, "name": who.name},
                context=context | {"organisation": enrolment.learner.organisation.name},
                language=enrolment.learner.organisation.language or "nl",
            )


def _companies(programme: Programme, edition: Edition) -> QuerySet[Participation]:
    """Those that have seats in this edition; for the others nothing changed."""
    seated = CompanySeats.objects.filter(
        programme_edition__programme=programme, programme_edition__edition=edition
    )
    return programme.participations.live().filter(organisation__in=seated.values("organisation"))


def _expected(programme: Programme, edition: Edition) -> list[Enrolment]:
    rows = Enrolment.objects.filter(
        programme=programme, edition=edition, state__in=[E.REQUESTED, E.CONFIRMED, E.WAITLISTED]
    )
    return list(rows.select_related("learner__organisation").order_by("pk"))


def _iso(day: object) -> str | None:
    return day.isoformat() if hasattr(day, "isoformat") else None
