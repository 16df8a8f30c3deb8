"""Who waits for seats that are gone."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from programmes.models.programmes import Participation
from skillnet.kernel.fields import public_id


class WaitingPlace(models.Model):
    """A company in a programme that wants more seats of an edition than there are; first come, first served."""

    class State(models.TextChoices):
        WAITING = "waiting", _("wacht")
        MOVED_UP = "moved_up", _("doorgeschoven")
        LEFT = "left", _("van de lijst gehaald")

    public_id = public_id()
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="waiting_places")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    learners = models.PositiveIntegerField(_("deelnemers"))
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "edition"],
                condition=Q(state="waiting"),
                name="waiting_once_for_an_edition",
            ),
            models.CheckConstraint(name="waiting_for_at_least_one", condition=Q(learners__gte=1)),
            models.CheckConstraint(
                name="waiting_ended_has_its_instant", condition=Q(state="waiting") | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.edition_id} × {self.learners}"


__all__ = ["WaitingPlace"]
