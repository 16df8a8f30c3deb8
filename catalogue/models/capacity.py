"""The capacity exchange: seats, rooms, trainers, equipment and workplaces that stand free, and who asks for them."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from catalogue.capacity_querysets import CapacityOfferQuerySet, CapacityRequestQuerySet
from networks.models import Organisation
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


def _only(key: str) -> Func:
    """One number as a range: without btree_gist an exclusion compares ranges only."""
    return Func(F(key), F(key), Value("[]"), function="int8range")


@pghistory.track(exclude=["updated_at"])
class CapacityOffer(Stamped):
    """What one organisation has free in a period, in whole units: seats, rooms, people, machines or places."""

    class Kind(models.TextChoices):
        SEATS = "seats", _("plaatsen in een opleiding")
        ROOM = "room", _("leslokaal")
        TRAINER = "trainer", _("lesgever of mentor")
        EQUIPMENT = "equipment", _("toestel of oefenopstelling")
        WORKPLACE = "workplace", _("werkplekleren")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("gesloten")
        EXPIRED = "expired", _("verlopen")

    class PriceUnit(models.TextChoices):
        UNIT = "unit", _("per eenheid")
        HOUR = "hour", _("per uur")
        DAY = "day", _("per dag")
        WHOLE = "whole", _("voor de hele periode")

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="capacity_offers")
    kind = models.CharField(_("soort"), max_length=10, choices=Kind)
    title = models.CharField(_("titel"), max_length=200)
    description = models.TextField(_("omschrijving"), blank=True, max_length=3_000)
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    location = models.CharField(_("plaats"), max_length=200, blank=True)
    starts_on = models.DateField(_("vrij vanaf"))
    ends_on = models.DateField(_("vrij tot en met"))
    quantity = models.PositiveIntegerField(_("hoeveel"))
    # What is promised on the fullest day.
    taken = models.PositiveIntegerField(_("toegezegd"), default=0, editable=False)
    price = money(verbose_name=_("prijs (excl. btw)"), null=True, blank=True)
    price_unit = models.CharField(_("prijs is"), max_length=5, choices=PriceUnit, default=PriceUnit.UNIT)
    conditions = models.TextField(_("voorwaarden"), blank=True, max_length=2_000)
    state = models.CharField(_("toestand"), max_length=7, choices=State, default=State.OPEN)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = CapacityOfferQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        verbose_name = _("vrije capaciteit")
        indexes = [models.Index(fields=["state", "starts_on"], name="capacity_by_start")]
        constraints = [
            models.CheckConstraint(name="capacity_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="capacity_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="capacity_is_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(name="capacity_never_oversold", condition=Q(taken__lte=F("quantity"))),
            models.CheckConstraint(
                name="capacity_price_not_negative", condition=Q(price=None) | Q(price__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def left(self) -> int:
        """How many units nobody was promised on any day; on single days more can be free (`free_units`)."""
        return self.quantity - self.taken


@pghistory.track(exclude=["updated_at"])
class CapacityRequest(Stamped):
    """One organisation asks for some of it from a day to a day; the owner confirms or refuses with a reason.

    No day is promised twice: the trigger counts the promises of each day, under the lock of the offer's row.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("gevraagd")
        CONFIRMED = "confirmed", _("toegezegd")
        REFUSED = "refused", _("geweigerd")
        CANCELLED = "cancelled", _("geannuleerd")
        EXPIRED = "expired", _("verlopen")

    public_id = public_id()
    capacity = models.ForeignKey(CapacityOffer, on_delete=models.PROTECT, related_name="requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="capacity_requests")
    quantity = models.PositiveIntegerField(_("hoeveel"))
    starts_on = models.DateField(_("van"))
    ends_on = models.DateField(_("tot en met"))
    message = models.TextField(_("boodschap"), blank=True, max_length=1_000)
    state = models.CharField(_("toestand"), max_length=9, choices=State, default=State.REQUESTED)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("motivering"), blank=True)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = CapacityRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("aanvraag van capaciteit")
        constraints = [
            ExclusionConstraint(
                name="one_live_request_a_day_for_capacity",
                expressions=[
                    (_only("capacity_id"), RangeOperators.OVERLAPS),
                    (_only("organisation_id"), RangeOperators.OVERLAPS),
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=["requested", "confirmed"]),
            ),
            models.CheckConstraint(
                name="capacity_request_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="capacity_request_is_for_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="capacity_refusal_says_why", condition=~Q(state="refused") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="no_day_is_promised_twice",
                when=pgtrigger.After,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("state", "quantity", "starts_on", "ends_on", "capacity_id"),
                condition=pgtrigger.Q(new__state="confirmed"),
                declare=[("room", "integer"), ("first", "date"), ("last", "date")],
                func=(
                    "SELECT quantity, starts_on, ends_on INTO room, first, last FROM catalogue_capacityoffer"
                    " WHERE id = NEW.capacity_id FOR UPDATE;"
                    " IF NEW.starts_on < first OR NEW.ends_on > last THEN"
                    " RAISE EXCEPTION 'capacity % is not free on all of these days', NEW.capacity_id"
                    " USING ERRCODE = 'check_violation'; END IF;"
                    " IF catalogue_capacity_peak(NEW.capacity_id, NEW.starts_on, NEW.ends_on) > room THEN"
                    " RAISE EXCEPTION 'capacity % is promised already on these days', NEW.capacity_id"
                    " USING ERRCODE = 'exclusion_violation'; END IF; RETURN NULL;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.capacity} × {self.quantity}"
