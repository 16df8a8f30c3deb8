"""Weights of the components: versions, what another one would change, and which one is active."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.engine.scoring import COMPONENTS, DEFAULT_PROFILE, WeightsProfile, weigh
from matching.models import Match, MatchRun
from matching.models import WeightsProfile as StoredProfile
from matching.rules import may_set_weights
from matching.services.runs import queue_run
from matching.services.score import active_profile, hold_profiles
from networks.models import Gap
from skillnet.kernel.actor import Actor

SAMPLE = 8
"""Gaps that a preview recomputes: enough to see a tendency, few enough to read."""
TOP = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """One match of a preview: its rank with the weights of now and with the tried ones."""

    match: Match
    before: int
    after: int
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Preview:
    """One gap of the sample: its first five with the tried weights, and whether they are others."""

    gap: Gap
    top: Sequence[Moved]
    changed: bool


def current_weights() -> Mapping[str, float]:
    return active_profile().weights


def checked_weights(weights: Mapping[str, float]) -> WeightsProfile:
    """The weights as the engine takes them, so that they add up to one. Raises ValidationError."""
    total = sum(weights.values())
    if total <= 0 or any(weight < 0 for weight in weights.values()):
        raise ValidationError(
            _("Geef minstens één onderdeel gewicht, en geen enkel onderdeel minder dan nul.")
        )
    try:
        return WeightsProfile("preview", {name: weight / total for name, weight in weights.items()})
    except ValueError as error:
        raise ValidationError(str(error)) from error


def preview_weights(*, weights: Mapping[str, float], actor: Actor) -> list[Preview]:
    """What these weights would do to the first five matches of a sample of gaps that the actor may see.

    Nothing is stored. Only matches that a run kept are weighed: others could come up as well.
    """
    tried, now = checked_weights(weights), active_profile()
    gaps = list(
        Gap.objects.visible_to(actor).live().filter(matches__isnull=False).distinct().order_by("pk")[:SAMPLE]
    )
    matches = (
        Match.objects.visible_to(actor).filter(gap__in=gaps).select_related("offer").order_by("gap", "rank")
    )
    of_gap: dict[int, list[Match]] = {gap.pk: [] for gap in gaps}
    for match in matches:
        of_gap[match.gap_id].append(match)
    return [_preview(gap, of_gap[gap.pk], now, tried) for gap in gaps]


def save_profile(
    *, weights: Mapping[str, float], note: str, actor: Actor, activate: bool = True
) -> StoredProfile:
    """Store the weights as a new version and make it the active one; versions are never changed.

    A run over everything that scores with it is queued. Raises ValidationError.
    """
    if not may_set_weights(actor):
        raise ValidationError(_("Alleen een coördinator of beheerder kan de gewichten wijzigen."))
    profile = checked_weights(weights)
    with transaction.atomic():
        hold_profiles()
        last = StoredProfile.objects.order_by("-version").first()
        if activate:
            StoredProfile.objects.filter(is_active=True).update(is_active=False)
        # Version 1 is the one that the product ships.
        saved = StoredProfile.objects.create(
            version=(last.version if last else int(DEFAULT_PROFILE.version)) + 1,
            weights={name: round(weight, 4) for name, weight in profile.weights.items()},
            note=note.strip()[:300],
            is_active=activate,
            created_by=actor.user,
        )
        if activate:
            _score_again(actor)
    return saved


def activate_profile(*, version: int, actor: Actor) -> StoredProfile:
    """Go back to an older version. Raises ValidationError when there is none, or the actor may not."""
    if not may_set_weights(actor):
        raise ValidationError(_("Alleen een coördinator of beheerder kan de gewichten wijzigen."))
    with transaction.atomic():
        hold_profiles()
        profile = StoredProfile.objects.filter(version=version).first()
        if profile is None:
            raise ValidationError(_("Deze versie bestaat niet."))
        StoredProfile.objects.filter(is_active=True).update(is_active=False)
        profile.is_active = True
        profile.save(update_fields=["is_active", "updated_at"])
        _score_again(actor)
    return profile


def _score_again(actor: Actor) -> None:
    """A run that has not begun takes the new weights by itself; one at work keeps those that it began with."""
    waiting = MatchRun.objects.unfinished().filter(scope=MatchRun.Scope.ALL, profile=None)
    if not waiting.exists():
        queue_run(scope=MatchRun.Scope.ALL, actor=actor, reason="weights")


def _preview(gap: Gap, matches: list[Match], now: WeightsProfile, tried: WeightsProfile) -> Preview:
    values = np.array(
        [[np.nan if (v := m.components.get(name)) is None else v for name in COMPONENTS] for m in matches],
        dtype=np.float64,
    ).reshape(len(matches), len(COMPONENTS))
    before, after = weigh(values, now).score, weigh(values, tried).score
    places = {row: place for place, row in enumerate(_order(before, matches), start=1)}
    order = _order(after, matches)
    moved = [
        Moved(matches[row], places[row], place, float(before[row]), float(after[row]))
        for place, row in enumerate(order[:TOP], start=1)
    ]
    return Preview(gap, moved, any(one.before != one.after for one in moved))


def _order(scores: np.ndarray, matches: list[Match]) -> list[int]:
    """As a run orders: equal scores go to the offer with the lower identifier."""
    return sorted(range(len(matches)), key=lambda row: (-round(float(scores[row]), 6), matches[row].offer_id))
