"""What a company declares that bars it from the block exemption."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class AidStatement(Stamped):
    """The company's own word on two bars of article 1(4) GBER; no row: it was not asked yet."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="aid_statement")
    in_difficulty = models.BooleanField(_("onderneming in moeilijkheden"), default=False)
    recovery_order = models.BooleanField(_("openstaand bevel tot terugvordering"), default=False)
    declared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["organisation"]

    def __str__(self) -> str:
        return str(self.organisation)


__all__ = ["AidStatement"]
