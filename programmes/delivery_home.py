"""What delivery asks people to do: fill paid seats with names, say who came."""

from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.models import (
    CompanySeats,
    Enrolment,
    JobseekerAttendance,
    Participation,
    Programme,
    ProgrammeEdition,
)
from programmes.services.terms import COMMITMENT_REMINDER_DAYS, days
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section
from skillnet.templatetags.ui import date_long
from skillnet.ui import Todo

S = Programme.State
MOST = 12


def delivery_sections(actor: Actor) -> list[Section]:
    """Seats without a name for a company, open attendance for who delivers or manages."""
    found = []
    if actor.has(Role.COMPANY_CONTACT):
        found += [_seats_to_fill(actor), _silent_learners(actor)]
    if actor.managed_networks:
        found.append(_editions_to_replace(actor))
    if actor.has(Role.PROVIDER, Role.NETWORK_MANAGER):
        found += [_attendance_to_record(actor), _jobseekers_to_count(actor)]
    return found


def _seats_to_fill(actor: Actor) -> Section:
    seated = Q(enrolments__state__in=["requested", "confirmed", "attended", "no_show", "certified"])
    not_given = (
        CompanySeats.objects.filter(
            programme_edition__programme=OuterRef("programme"),
            organisation=OuterRef("organisation"),
            programme_edition__edition__state="cancelled",
        )
        .order_by()
        .values("organisation")
        .annotate(n=Sum("learners"))
        .values("n")
    )
    rows: Any = (
        Participation.objects.of(actor)
        .filter(state=Participation.State.COMMITTED, programme__state__in=[S.APPROVED, S.RUNNING])
        .annotate(
            named=Count("enrolments", filter=seated),
            seats=F("learners") - Coalesce(Subquery(not_given), 0),
        )
        .select_related("programme")
        .order_by("programme__starts_on", "pk")[:MOST]
    )
    return Section(
        _("Deelnemers in te schrijven"),
        [
            Todo(
                row.programme.title,
                reverse("programmes:enrolments", args=[row.programme.public_id]),
                text=ngettext("%(n)s plaats zonder naam", "%(n)s plaatsen zonder naam", row.seats - row.named)
                % {"n": row.seats - row.named},
                when=_("eerste les op %(day)s") % {"day": date_long(row.programme.starts_on)}
                if row.programme.starts_on
                else "",
            )
            for row in rows
            if row.seats > row.named
        ],
    )


def _silent_learners(actor: Actor) -> Section:
    """Asked, no answer, and the link ran out or the first lesson is near: the company speaks to them itself."""
    today = timezone.localdate()
    soon = today + days(COMMITMENT_REMINDER_DAYS, today)
    rows = (
        Enrolment.objects.silent(timezone.now(), soon)
        .filter(participation__in=Participation.objects.of(actor))
        .order_by()
        .values("programme__public_id", "programme__title")
        .annotate(n=Count("pk"), first=Min("edition__starts_on"))
        .order_by("first")[:MOST]
    )
    return Section(
        _("Uitgenodigd, nog geen antwoord"),
        [
            Todo(
                row["programme__title"],
                reverse("programmes:enrolments", args=[row["programme__public_id"]]),
                text=ngettext(
                    "%(n)s deelnemer antwoordde niet: spreek deze aan, of geef de plaats aan iemand anders.",
                    "%(n)s deelnemers antwoordden niet: spreek hen aan, of geef de plaats aan iemand anders.",
                    row["n"],
                )
                % {"n": row["n"]},
                when=_("eerste les op %(day)s") % {"day": date_long(row["first"])} if row["first"] else "",
            )
            for row in rows
        ],
    )


def _editions_to_replace(actor: Actor) -> Section:
    """Editions that are not given, whose learners wait until the network chooses another one."""
    rows = (
        ProgrammeEdition.objects.filter(
            programme__network__in=actor.managed_networks,
            programme__state__in=[S.APPROVED, S.RUNNING],
            edition__state="cancelled",
        )
        .select_related("programme", "edition__offer")
        .order_by("edition__starts_on", "pk")[:MOST]
    )
    return Section(
        _("Edities die niet doorgaan"),
        [
            Todo(
                row.programme.title,
                reverse("programmes:other_edition", args=[row.programme.public_id, row.edition.public_id]),
                text=_("“%(offer)s” gaat niet door: kies een andere editie.")
                % {"offer": row.edition.offer.title},
            )
            for row in rows
        ],
    )


def _jobseekers_to_count(actor: Actor) -> Section:
    """Given, and nobody said how many jobseekers came: without that nothing is billed or paid for them."""
    here = {"programme": OuterRef("programme"), "edition": OuterRef("edition")}
    named = Enrolment.objects.live().filter(**here, stream=Enrolment.Stream.JOBSEEKER)
    known = named.filter(state__in=["attended", "no_show", "certified"])
    counted = JobseekerAttendance.objects.filter(**here)
    rows = (
        ProgrammeEdition.objects.filter(_mine(actor), programme__state=S.DELIVERED, jobseeker_seats__gt=0)
        .exclude(edition__state="cancelled")
        .filter(Exists(named.unknown_attendance()) | (~Exists(counted) & ~Exists(known)))
        .select_related("programme", "edition__offer")
        .order_by("edition__ends_on", "pk")[:MOST]
    )
    return Section(
        _("Werkzoekenden te tellen"),
        [
            Todo(
                row.programme.title,
                reverse("programmes:jobseekers", args=[row.programme.public_id]),
                text=ngettext(
                    "%(offer)s: kwam de werkzoekende?",
                    "%(offer)s: hoeveel van de %(n)s werkzoekenden kwamen?",
                    row.jobseeker_seats,
                )
                % {"offer": row.edition.offer.title, "n": row.jobseeker_seats},
            )
            for row in rows
        ],
    )


def _mine(actor: Actor) -> Q:
    """What happens in editions that the actor teaches, or in programmes of networks that it manages."""
    mine = Q(programme__network__in=actor.managed_networks)
    if actor.has(Role.PROVIDER):
        mine |= Q(edition__offer__provider__organisation=actor.organisation_id)
    return mine


def _attendance_to_record(actor: Actor) -> Section:
    """Editions of which the lessons are over and somebody's attendance is open."""
    today = timezone.localdate()
    over = Q(edition__ends_on__lt=today) | Q(edition__ends_on=None, edition__starts_on__lt=today)
    rows = (
        Enrolment.objects.visible_to(actor)
        .filter(_mine(actor), over, programme__state=S.RUNNING)
        .unknown_attendance()
        .order_by()
        .values("programme__public_id", "programme__title")
        .annotate(open=Count("pk"), since=Min("edition__starts_on"))
        .order_by("since")[:MOST]
    )
    return Section(
        _("Aanwezigheid in te vullen"),
        [
            Todo(
                row["programme__title"],
                reverse("programmes:attendance", args=[row["programme__public_id"]]),
                text=ngettext(
                    "%(n)s deelnemer nog niet bekend", "%(n)s deelnemers nog niet bekend", row["open"]
                )
                % {"n": row["open"]},
            )
            for row in rows
        ],
    )
