"""What keeps a score below 100: points that each known component costs. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """A component and how much (0..1) of the score it costs."""

    component: str
    points: float


def losses_of(components: Mapping[str, float | None], weights: Mapping[str, float]) -> list[Loss]:
    """Losses, largest first. Score plus all losses is 1; what is unknown costs nothing but certainty."""
    known = {name: value for name, value in components.items() if value is not None}
    whole = sum(weights.get(name, 0.0) for name in known)
    if whole <= 0:
        return []
    losses = [Loss(name, weights.get(name, 0.0) * (1 - value) / whole) for name, value in known.items()]
    return sorted(
        (loss for loss in losses if loss.points > 0), key=lambda loss: (-loss.points, loss.component)
    )
