"""Versions of the talent strategy: the weights of need-to-have and the lists behind them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalogue.models import Revaluation
from matching.engine.priority import DEFAULT_STRATEGY, Strategy
from matching.models import Pool, TalentStrategy
from matching.rules import may_set_weights
from matching.services.describing import refresh_standing
from matching.services.revaluing import put_up_what_moved, shown_standings
from skillnet.kernel.actor import Actor


def save_strategy(
    *,
    title: str,
    weights: Mapping[str, float],
    valid_from: date,
    actor: Actor,
    priorities: Mapping[str, Any] | None = None,
) -> TalentStrategy:
    """Store a new active version and give every live pool its priority by it; older versions stay.

    What answers demand that became much more or less urgent is put up for revaluing.
    Lists that are not given are those of the version before. Raises ValidationError.
    """
    if not may_set_weights(actor):
        raise ValidationError(_("Alleen een coördinator of beheerder kan de talentstrategie wijzigen."))
    total = sum(weights.values())
    try:
        Strategy("new", weights)
    except ValueError as error:
        raise ValidationError(
            _("Geef minstens één onderdeel gewicht, en geen enkel onderdeel minder dan nul.")
        ) from error
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE matching_talentstrategy IN SHARE ROW EXCLUSIVE MODE")
        before = shown_standings()
        last = TalentStrategy.objects.order_by("-version").first()
        TalentStrategy.objects.filter(is_active=True).update(is_active=False)
        strategy = TalentStrategy.objects.create(
            version=(last.version if last else int(DEFAULT_STRATEGY.version)) + 1,
            title=title.strip(),
            weights={name: round(value / total, 4) for name, value in weights.items()},
            priorities=dict(priorities if priorities is not None else (last.priorities if last else {})),
            valid_from=valid_from,
            is_active=True,
            created_by=actor.user,
        )
        refresh_standing(pool_ids=list(Pool.objects.live().values_list("pk", flat=True)))
        cause = Revaluation.Cause.STRATEGY
        put_up_what_moved(before=before, cause=cause, reference=str(strategy.version))
    return strategy
