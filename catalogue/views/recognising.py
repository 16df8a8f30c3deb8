"""Recognition, labels and verification as pages show them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Provider, QualityLabel, Recognition, Revaluation
from catalogue.onboarding import missing
from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from catalogue.rules import may_review_provider
from networks.views.helpers import events_of, panel_actions
from skillnet.kernel.actor import Actor
from skillnet.ui import Action

HIGHEST = 4


def review_context(actor: Actor, provider: Provider) -> dict[str, Any]:
    """Where the verification stands, what is missing, every decision and its reason, and the next step."""
    return {
        "missing": missing(provider),
        "panel": panel_actions(PROVIDER_TRANSITIONS.available(provider, actor)),
        "events": events_of(provider, PROVIDER_TRANSITIONS),
        **public_recognition(actor, provider),
    }


def public_recognition(actor: Actor, provider: Provider) -> dict[str, Any]:
    """Recognitions with their scores, and labels with their period: what everybody may read."""
    today = timezone.localdate()
    rows = Recognition.objects.visible_to(actor).filter(provider=provider)
    labels = QualityLabel.objects.visible_to(actor).filter(provider=provider)
    waiting = Revaluation.objects.visible_to(actor).open().filter(recognition__provider=provider)
    return {
        "recognitions": _recognitions(list(rows.select_related("granted_by").prefetch_related("scores"))),
        "revaluations": list(waiting.with_subjects().order_by("due_on", "pk")),
        "labels": [
            {"label": label, "expired": bool(label.valid_until and label.valid_until < today)}
            for label in labels
        ],
    }


def review_actions(actor: Actor, provider: Provider) -> list[Action]:
    """The way to the review for who verifies."""
    if not may_review_provider(actor, provider):
        return []
    return [
        Action(_("Nazicht en erkenning"), reverse("catalogue:provider_review", args=[provider.public_id]))
    ]


def _recognitions(rows: Sequence[Recognition]) -> list[dict[str, Any]]:
    """Newest first; one that a later decision on the same subject replaced is marked as past."""
    seen: set[str] = set()
    shown = []
    for row in rows:
        scheme = row.scheme.casefold()
        scores = list(row.scores.all())
        total = sum(score.score for score in scores)
        shown.append(
            {
                "row": row,
                "past": scheme in seen,
                "scores": scores,
                "mean": total / len(scores) if scores else None,
                "most": HIGHEST,
            }
        )
        seen.add(scheme)
    return shown
