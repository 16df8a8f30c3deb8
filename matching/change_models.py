"""What a run changed for gaps that had matches before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Offer
from matching.querysets import MatchChangeQuerySet
from networks.models import Gap


class MatchChange(models.Model):
    """What one run changed for a gap that had matches before: an offer came or went, and why.

    A gap's first matches are no change: `Match.created_at` tells in which run those came.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("nieuw")
        GONE = "gone", _("verdwenen")

    class Reason(models.TextChoices):
        CLOSED = "closed", _("aanbod niet meer actief")
        PAST = "past", _("aanbod voorbij")
        FULL = "full", _("geen editie met plaats")
        GAP_CHANGED = "gap", _("kloof gewijzigd")
        OFFER_CHANGED = "offer", _("aanbod gewijzigd")
        OFFER_NEW = "offer_new", _("nieuw aanbod")
        MODEL = "model", _("ander taalmodel")
        WEIGHTS = "weights", _("andere gewichten")
        OUTRANKED = "outranked", _("ingehaald door ander aanbod")
        MOVED_UP = "moved_up", _("opgeschoven")

    run = models.ForeignKey(
        "matching.MatchRun", on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="match_changes")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="match_changes")
    kind = models.CharField(_("wat"), max_length=4, choices=Kind)
    old_score = models.FloatField(null=True)
    new_score = models.FloatField(null=True)
    reason = models.CharField(_("waarom"), max_length=10, choices=Reason)

    objects = MatchChangeQuerySet.as_manager()

    class Meta:
        ordering = ["run", "gap", "offer"]
        constraints = [
            models.UniqueConstraint(fields=["run", "gap", "offer"], name="change_once_in_a_run"),
            models.CheckConstraint(
                name="change_has_the_score_it_speaks_of",
                condition=Q(kind="new", new_score__isnull=False) | Q(kind="gone", old_score__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.gap_id} × {self.offer_id} {self.kind}"
