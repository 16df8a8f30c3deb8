"""The reads of the capacity exchange: what is open, for everybody who signed in; requests for both sides."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Func, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from skillnet.kernel.actor import Actor

if TYPE_CHECKING:
    from catalogue.models import CapacityOffer, CapacityRequest  # noqa: F401


def _days(first: Any, last: Any) -> Func:
    """How many days a period has, first and last day included."""
    return Func(
        last,
        first,
        template="(%(expressions)s + 1)",
        arg_joiner=" - ",
        output_field=IntegerField(),
        function="",
    )


class CapacityOfferQuerySet(models.QuerySet["CapacityOffer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Open capacity for each organisation; also what one offered or asked for oneself."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        from catalogue.models import CapacityRequest

        asked = CapacityRequest.objects.filter(organisation=actor.organisation_id).values("capacity")
        return self.filter(Q(state="open") | Q(organisation=actor.organisation_id) | Q(pk__in=asked))

    def of(self, actor: Actor) -> Self:
        """What the actor's own organisation offers."""
        return self.filter(organisation=actor.organisation_id) if actor.organisation_id else self.none()

    def on_offer(self, today: date) -> Self:
        """Open, not over, and with something left on at least one day."""
        return self.filter(state="open", ends_on__gte=today).free_between(today, date.max)

    def free_between(self, first: date, last: date) -> Self:
        """With at least one unit that is free on at least one day of the period, first and last day included."""
        from catalogue.models import CapacityRequest

        begin, end = Greatest(F("starts_on"), Value(first)), Least(F("ends_on"), Value(last))
        days = _days(begin, end)
        promised = (
            CapacityRequest.objects.filter(capacity=OuterRef("pk"), state="confirmed")
            .filter(starts_on__lte=last, ends_on__gte=first)
            .order_by()
            .values("capacity")
            .annotate(
                units=Sum(
                    F("quantity")
                    * _days(Greatest(F("starts_on"), Value(first)), Least(F("ends_on"), Value(last)))
                )
            )
            .values("units")
        )
        rows = self.filter(starts_on__lte=last, ends_on__gte=first)
        free = F("quantity") * days - Coalesce(Subquery(promised), 0, output_field=IntegerField())
        return rows.alias(free_unit_days=free).filter(free_unit_days__gt=0)

    def with_promised(self, first: date, last: date) -> Self:
        """Each with `promised`: the units that are promised on the fullest day of the period."""
        peak = Func(
            F("pk"),
            Value(first),
            Value(last),
            function="catalogue_capacity_peak",
            output_field=IntegerField(),
        )
        return self.annotate(promised=peak)


class CapacityRequestQuerySet(models.QuerySet["CapacityRequest"]):
    def visible_to(self, actor: Actor) -> Self:
        """Requests of the own organisation and those for its own capacity."""
        if actor.is_system:
            return self
        if actor.organisation_id is None:
            return self.none()
        return self.filter(
            Q(organisation=actor.organisation_id) | Q(capacity__organisation=actor.organisation_id)
        )

    def promised(self) -> Self:
        """What may be counted on."""
        return self.filter(state="confirmed")

    def live(self) -> Self:
        return self.filter(state__in=["requested", "confirmed"])
