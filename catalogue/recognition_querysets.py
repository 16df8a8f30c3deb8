"""The reads of recognitions and labels: who is recognised is public, and so is why."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

if TYPE_CHECKING:
    from catalogue.models import QualityLabel, Recognition, Revaluation  # noqa: F401


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who is recognised is public; a refusal is for its provider and for those who decide."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR, Role.COORDINATOR):
            return self
        wanted = ~Q(outcome="refused")
        if actor.has(Role.PROVIDER):
            wanted |= Q(provider__organisation=actor.organisation_id)
        return self.filter(wanted)

    def in_force(self, day: date) -> Self:
        granted = self.filter(outcome="granted", valid_from__lte=day)
        return granted.filter(Q(valid_until=None) | Q(valid_until__gte=day))


class QualityLabelQuerySet(models.QuerySet["QualityLabel"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(ended_at=None)

    def editable_by(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if not actor.has(Role.PROVIDER):
            return self.none()
        return self.filter(provider__organisation=actor.organisation_id)

    def valid_on(self, day: date) -> Self:
        begun = self.filter(Q(valid_from=None) | Q(valid_from__lte=day), ended_at=None)
        return begun.filter(Q(valid_until=None) | Q(valid_until__gte=day))


class RevaluationQuerySet(models.QuerySet["Revaluation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the own microcredentials and recognitions; those of recognitions for who recognises."""
        if actor.is_system or actor.has(Role.ADMINISTRATOR):
            return self
        own, wanted = actor.organisation_id, Q(pk__in=[])
        if actor.has(Role.PROVIDER):
            wanted |= Q(microcredential__offer__provider__organisation=own)
            wanted |= Q(recognition__provider__organisation=own)
        if actor.has(Role.COORDINATOR):
            wanted |= Q(recognition__isnull=False)
        return self.filter(wanted)

    def open(self) -> Self:
        return self.filter(state="open")

    def to_close_by(self, actor: Actor) -> Self:
        """The open ones that wait for this actor: who awards revalues a credential, who recognises a recognition."""
        wanted = Q(pk__in=[])
        if actor.has(Role.PROVIDER):
            wanted |= Q(microcredential__offer__provider__organisation=actor.organisation_id)
        if actor.has(Role.ADMINISTRATOR, Role.COORDINATOR):
            others = ~Q(recognition__provider__organisation__in=actor.own_organisations)
            wanted |= Q(recognition__isnull=False) & others
        return self.open().filter(wanted)

    def with_subjects(self) -> Self:
        return self.select_related(
            "microcredential__offer__provider__organisation", "recognition__provider__organisation"
        )
