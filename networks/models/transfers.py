"""From work to work: a person leaves one employer for another. And what somebody has not sent yet."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.models.gaps import Gap
from networks.models.organisations import Organisation
from networks.querysets import UnsentGapQuerySet, WorkTransferQuerySet
from skillnet.kernel.fields import public_id
from skillnet.kernel.models import Stamped

ALL = 100  # percent
PAYERS = ("share_government", "share_sending", "share_receiving", "share_worker", "share_sector_fund")


def _share(label: Any) -> Any:
    """A part of the cost in whole percent."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


@pghistory.track(exclude=["updated_at"])
class WorkTransfer(Stamped):
    """The two employers of a work-to-work gap, who pays which part, and what came of it.

    The gap is the sending employer's. The receiving one may be unknown yet; once named it reads the
    transfer and says yes or no. Shares are whole percent: all unknown, or together a hundred.
    """

    class State(models.TextChoices):
        SEARCHING = "searching", _("zoekt een werkgever")
        PROPOSED = "proposed", _("wacht op de nieuwe werkgever")
        CONFIRMED = "confirmed", _("bevestigd door de nieuwe werkgever")
        DECLINED = "declined", _("afgewezen door de nieuwe werkgever")
        FINISHED = "finished", _("afgerond")

    class Outcome(models.TextChoices):
        HIRED = "hired", _("aan de slag bij de nieuwe werkgever")
        ELSEWHERE = "elsewhere", _("aan de slag bij een andere werkgever")
        STAYED = "stayed", _("gebleven bij de oude werkgever")
        STOPPED = "stopped", _("gestopt zonder nieuw werk")

    class Bridge(models.TextChoices):
        NONE = "none", _("geen")
        TRAMPOLINE = "trampoline", _("trampoline-uitkering")
        REBOUNCE = "rebounce", _("rebounce-uitkering")

    public_id = public_id()
    gap = models.OneToOneField(Gap, on_delete=models.PROTECT, related_name="transfer")
    receiving = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_in",
        verbose_name=_("nieuwe werkgever"),
    )
    state = models.CharField(_("toestand"), max_length=9, choices=State, default=State.SEARCHING)
    share_government = _share(_("overheid"))
    share_sending = _share(_("oude werkgever"))
    share_receiving = _share(_("nieuwe werkgever"))
    share_worker = _share(_("werknemer"))
    share_sector_fund = _share(_("sectorfonds"))
    bridge = models.CharField(_("inkomensbrug"), max_length=10, choices=Bridge, blank=True)
    bridge_career_years = models.PositiveSmallIntegerField(_("jaren loopbaan"), null=True, blank=True)
    bridge_months = models.PositiveSmallIntegerField(_("maanden uitkering"), null=True, blank=True)
    bridge_used_before = models.BooleanField(_("al eens gebruikt"), null=True, blank=True)
    outcome = models.CharField(_("resultaat"), max_length=9, choices=Outcome, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = WorkTransferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("overgang van werk naar werk")
        constraints = [
            models.CheckConstraint(
                name="transfer_shares_unknown_or_a_hundred",
                condition=Q(**dict.fromkeys(PAYERS))
                | Q(
                    **{f"{name}__isnull": False for name in PAYERS},
                    share_government=ALL
                    - F("share_sending")
                    - F("share_receiving")
                    - F("share_worker")
                    - F("share_sector_fund"),
                ),
            ),
            models.CheckConstraint(
                name="transfer_names_who_receives",
                condition=Q(state__in=["searching", "finished"]) | Q(receiving__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_finished_has_an_outcome",
                condition=(~Q(state="finished") & Q(outcome="") & Q(finished_at=None))
                | (Q(state="finished") & ~Q(outcome="") & Q(finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gap} → {self.receiving or '?'}"


class UnsentGap(Stamped):
    """What one person typed on the gap form and did not send: it waits for the next sign-in."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    values = models.JSONField(
        default=dict, help_text=_("Veld naar wat er stond: telkens een lijst van teksten.")
    )

    objects = UnsentGapQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], name="one_unsent_gap_a_person_and_company"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.organisation}"
