"""A new version of the talent strategy in the demo, and so something to revalue."""

from collections.abc import Callable

from django.utils import timezone

from catalogue.models import Revaluation
from matching.models import TalentStrategy
from matching.services.strategy import save_strategy
from skillnet.kernel.actor import SYSTEM

WEIGHTS = {
    "shortage": 0.4,
    "transition": 0.3,
    "forecast": 0.1,
    "undertakings": 0.1,
    "stem": 0.05,
    "supply": 0.05,
}


def renew_strategy(say: Callable[[str], None]) -> None:
    """Shortage occupations and the two transitions first; nothing when there is a version already."""
    if TalentStrategy.objects.exists():
        return
    year = timezone.localdate().year + 1
    save_strategy(
        title=f"Talentstrategie {year}: knelpunten en omslag eerst",
        weights=WEIGHTS,
        valid_from=timezone.localdate(),
        actor=SYSTEM,
    )
    say(f"talent strategy: {Revaluation.objects.open().count()} to revalue")
