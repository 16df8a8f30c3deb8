"""Taking back what somebody said: the row stays and says why."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models.retracting import Retractable


def retract(row: Retractable, why: str) -> bool:
    """Retract a locked row; False where that was done before. Raises ValidationError without a reason."""
    if row.retracted_at is not None:
        return False
    if not why.strip():
        raise ValidationError(_("Zeg waarom dit niet klopt: een controleur moet het begrijpen."))
    row.retracted_at, row.retracted_why = timezone.now(), why.strip()[:300]
    row.save(update_fields=["retracted_at", "retracted_why", "updated_at"])
    return True


__all__ = ["retract"]
