"""What somebody said and may take back: nothing is deleted, what proved wrong is retracted and says why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from skillnet.kernel.models import Stamped


class Retractable(Stamped):
    """A row that stays readable with its reason; a subclass has a named constraint that asks for the reason."""

    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_why = models.CharField(_("waarom ingetrokken"), max_length=300, blank=True)

    class Meta:
        abstract = True
