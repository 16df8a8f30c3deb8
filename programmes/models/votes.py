"""How the steering group of a network judges a programme before it is submitted."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation
from programmes.models.programmes import Programme
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class ProgrammeVote(Stamped):
    """One vote of one organisation of the steering group on the plan of a programme as it stands.

    A plan that changes is voted on again: its votes are deleted, and the decisions keep what they were.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField(_("akkoord"))
    remark = models.TextField(_("opmerking"), blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation"], name="one_programme_vote_for_each_organisation"
            ),
            models.CheckConstraint(
                name="programme_vote_against_says_why", condition=Q(agrees=True) | ~Q(remark="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.agrees}"
