"""Plans that a person declined: an edition for a pool, as both were then."""

from django.db import models

from catalogue.models import Edition
from matching.models import Pool
from programmes.models.programmes import Programme
from skillnet.kernel.models import Stamped


class DeclinedPlan(Stamped):
    """A manager said no to this edition for this pool; it is proposed again only once its inputs changed."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="declined_plans")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="declined_plans")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    inputs = models.CharField(max_length=64)

    class Meta:
        ordering = ["programme", "pool", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "pool", "edition"], name="plan_declined_once_in_a_programme"
            ),
            models.CheckConstraint(name="declined_plan_knows_its_inputs", condition=~models.Q(inputs="")),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} ∌ {self.edition_id}"


__all__ = ["DeclinedPlan"]
