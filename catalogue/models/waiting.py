"""Who waits for a seat in a full edition, and calendars that are followed from outside."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.offers import Edition
from catalogue.waiting_querysets import WaitingEntryQuerySet
from networks.models import Organisation
from skillnet.kernel.fields import public_id, unguessable_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class WaitingEntry(Stamped):
    """A company that waits for seats in an edition; whoever came first is asked first.

    While it is `offered`, its seats are counted in `Edition.enrolled`, so that nobody else takes them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht")
        OFFERED = "offered", _("plaats aangeboden")
        ACCEPTED = "accepted", _("plaats genomen")
        LAPSED = "lapsed", _("niet op tijd geantwoord")
        LEFT = "left", _("van de lijst")
        CLOSED = "closed", _("lijst gesloten")

    public_id = public_id()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="waiting")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="waiting_entries")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    people = models.PositiveSmallIntegerField(_("aantal mensen"), default=1)
    state = models.CharField(_("toestand"), max_length=8, choices=State, default=State.WAITING)
    offered_until = models.DateTimeField(null=True, editable=False)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("wachtlijst")
        indexes = [
            models.Index(
                fields=["edition", "id"],
                name="waiting_by_edition",
                condition=Q(state__in=["waiting", "offered"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "organisation"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waiting_entry_once_an_edition",
                violation_error_message=_("Uw organisatie staat al op deze wachtlijst."),
            ),
            models.CheckConstraint(name="waiting_entry_for_somebody", condition=Q(people__gte=1)),
            models.CheckConstraint(
                name="waiting_entry_offer_has_a_term",
                condition=~Q(state="offered") | Q(offered_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} @ {self.edition_id}"


class CalendarFeed(Stamped):
    """A calendar that a person follows elsewhere for one organisation. Its link is signed and can be renewed."""

    public_id = unguessable_id()
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="calendar_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.organisation_id}"
