"""A vote of the steering group: what every vote has, whatever is voted on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models.organisations import Organisation
from skillnet.kernel.models import Stamped


class SteeringVote(Stamped):
    """One vote of one organisation of a steering group; a subclass says on what, once for each organisation."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField(_("akkoord"))
    remark = models.TextField(_("opmerking"), blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.agrees}"
