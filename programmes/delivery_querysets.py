"""The reads of delivery: who may see an enrolment, whose name, which hours and which evidence."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum

from programmes.querysets import of_deciders, of_parties
from programmes.states import AFTER_APPROVAL, FUNDED
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from programmes.models import Attendance, Enrolment, EvidenceFile, Learner  # noqa: F401

# Those that take a seat; a learner who waits or was struck off does not.
SEATED = ["requested", "confirmed", "attended", "no_show", "certified"]


def seen_enrolments(actor: Actor, prefix: str = "") -> Q:
    """A company its own; the provider those of its editions; manager, steering group and coordinator those of
    their programmes. By pseudonym: whose name one reads is LearnerQuerySet.named_to."""
    wanted = of_parties(actor, f"{prefix}programme__", f"{prefix}participation__organisation")
    if actor.has(Role.PROVIDER):
        wanted |= delivered_by(actor, prefix)
    return wanted


def delivered_by(actor: Actor, prefix: str = "") -> Q:
    """Those in editions of the actor's own organisation, from approval on."""
    return Q(
        **{
            f"{prefix}edition__offer__provider__organisation": actor.organisation_id,
            f"{prefix}programme__state__in": AFTER_APPROVAL,
        }
    )


class LearnerQuerySet(models.QuerySet["Learner"]):
    def named_to(self, actor: Actor) -> Self:
        """Whose name the actor may read: a company its own people, a provider those whom it teaches, a manager
        the jobseekers whom it enrolled."""
        if actor.is_system:
            return self
        wanted = Q(pk__in=[])
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(organisation=actor.organisation_id)
        if actor.has(Role.NETWORK_MANAGER):
            wanted |= Q(organisation=actor.organisation_id, pk__in=_jobseekers_of(actor))
        if actor.has(Role.PROVIDER):
            wanted |= Q(pk__in=_taught_by(actor))
        return self.filter(wanted)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, actor: Actor) -> Self:
        """By pseudonym; see `seen_enrolments`."""
        return self if actor.is_system else self.filter(seen_enrolments(actor))

    def of(self, actor: Actor) -> Self:
        """Those that the own company put in."""
        if not actor.has(Role.COMPANY_CONTACT):
            return self.none()
        return self.filter(participation__organisation=actor.organisation_id)

    def recordable_by(self, actor: Actor) -> Self:
        """Whose attendance the actor may record: the deliverer, the own company, the network's manager."""
        wanted = Q(programme__network__in=actor.managed_networks)
        if actor.has(Role.COMPANY_CONTACT):
            wanted |= Q(participation__organisation=actor.organisation_id)
        if actor.has(Role.PROVIDER):
            wanted |= delivered_by(actor)
        return self if actor.is_system else self.filter(wanted)

    def seated(self) -> Self:
        return self.filter(state__in=SEATED)

    def live(self) -> Self:
        return self.exclude(state="cancelled")

    def unknown_attendance(self) -> Self:
        """Enrolled, and nobody said yet whether they came."""
        return self.filter(state__in=["requested", "confirmed"])

    def silent(self, now: datetime, soon: date) -> Self:
        """Asked by mail, no answer, and the link ran out or the first lesson is on or before `soon`. Who was
        there has answered."""
        pressing = Q(invitation__expires_at__lt=now) | Q(edition__starts_on__lte=soon)
        asked = self.filter(state="requested", invitation__answer="open", attendance=None)
        return asked.filter(pressing, programme__state__in=FUNDED)

    def with_hours(self) -> Self:
        """`hours_attended`: the sum of what is recorded, None where nothing is."""
        return self.annotate(hours_attended=Sum("attendance__hours"))

    def with_sight(self, actor: Actor) -> Self:
        """`is_named`: whether the actor may read this learner's name."""
        from programmes.models import Learner

        named = Learner.objects.named_to(actor).filter(pk=OuterRef("learner"), erased_at=None)
        return self.annotate(is_named=Exists(named))

    def with_parties(self) -> Self:
        return self.select_related(
            "programme__network__call", "edition__offer", "participation__organisation", "learner"
        )


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(seen_enrolments(actor, "enrolment__"))


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, actor: Actor) -> Self:
        """Manager, steering group and coordinator all of their programmes; a company what hangs at its own
        participation or learners, and what it sent; a provider what it sent."""
        if actor.is_system:
            return self
        wanted = of_deciders(actor)
        if actor.has(Role.COMPANY_CONTACT):
            own = Q(participation__organisation=actor.organisation_id)
            wanted |= own | Q(enrolment__participation__organisation=actor.organisation_id)
        if actor.has(Role.COMPANY_CONTACT, Role.PROVIDER):
            wanted |= Q(organisation=actor.organisation_id)
        return self.filter(wanted)


def _jobseekers_of(actor: Actor) -> Any:
    from programmes.models import Enrolment

    own = Enrolment.objects.filter(programme__network__in=actor.managed_networks, stream="jobseeker")
    return own.values("learner")


def _taught_by(actor: Actor) -> Any:
    from programmes.models import Enrolment

    return Enrolment.objects.filter(delivered_by(actor)).values("learner")
