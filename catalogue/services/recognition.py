"""Verifying, warning and recognising providers, and the labels that they keep themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Provider, QualityLabel, Recognition, RecognitionScore
from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from catalogue.rules import may_review_provider
from catalogue.services.revaluing import close_by_decision
from networks.services.telling import teachers_of, tell
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.terms import SUSPENSION_ANSWER, term
from skillnet.kernel.transitions import TransitionRefused, check_person, check_transition, run_transition

KEEPS_REASON = ("answer", "submit")  # what the provider says itself does not replace the reason given to it
Scores = Mapping[str, tuple[int, str]]


def take_provider_step(*, provider: Provider, action: str, actor: Actor, reason: str = "") -> Provider:
    """Submit, verify, return, announce, answer, drop, suspend or restore. Raises TransitionRefused."""
    with transaction.atomic():
        locked = Provider.objects.select_for_update(of=("self",)).select_related("organisation")
        known = locked.get(pk=provider.pk)
        row = PROVIDER_TRANSITIONS.transitions[action]
        if known.state != row.target or known.state in row.sources:
            check_transition(
                table=PROVIDER_TRANSITIONS, instance=known, action=action, actor=actor, reason=reason
            )
            if action not in KEEPS_REASON:
                known.state_reason = reason.strip()
                if action == "announce":
                    known.respond_until = timezone.localdate() + term(SUSPENSION_ANSWER)
                known.save(update_fields=["state_reason", "respond_until", "updated_at"])
        changed: Provider = run_transition(
            table=PROVIDER_TRANSITIONS, pk=known.pk, action=action, actor=actor, reason=reason
        )
        if changed.state != Provider.State.ANNOUNCED and changed.respond_until is not None:
            changed.respond_until = None
            changed.save(update_fields=["respond_until", "updated_at"])
    return changed


def decide_recognition(
    *, actor: Actor, provider: Provider, values: Mapping[str, Any], scores: Scores
) -> Recognition:
    """Recognise a provider for something, refuse it or withdraw it, with reasons and scores (0 to 4 each).

    Earlier decisions stay as they are. A person decides, not a key. Raises TransitionRefused or ValidationError.
    """
    check_person(actor)
    if not may_review_provider(actor, provider):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    with transaction.atomic():
        provider = Provider.objects.select_for_update(of=("self",)).get(pk=provider.pk)
        recognition = Recognition(
            provider=provider, granted_by_id=actor.organisation_id, decided_by=actor.user, **values
        )
        _check_period(recognition)
        recognition.full_clean(exclude=["public_id", "provider", "granted_by", "decided_by"])
        recognition.save()
        RecognitionScore.objects.bulk_create(
            RecognitionScore(recognition=recognition, criterion=criterion, score=score, remark=remark)
            for criterion, (score, remark) in scores.items()
        )
        refresh_recognised(provider=provider, today=timezone.localdate())
        close_by_decision(recognition=recognition, actor=actor)
        tell(
            teachers_of(provider.organisation_id),
            key=f"recognition:{recognition.pk}",
            template="recognition_decided",
            address=reverse("catalogue:my_provider"),
            scheme=recognition.scheme,
            outcome=recognition.outcome,
            reason=recognition.reason,
        )
    return recognition


def refresh_recognised(*, provider: Provider, today: date) -> bool:
    """Bring `recognised_since` and `_until`, which lists and the matcher read, in line with the decisions.

    A provider without any decision keeps what was registered before decisions were. Whether it changed.
    """
    latest: dict[str, Recognition] = {}
    for row in Recognition.objects.filter(provider=provider, valid_from__lte=today).order_by(
        "valid_from", "id"
    ):
        if row.outcome != Recognition.Outcome.REFUSED:
            latest[row.scheme.casefold()] = row
    if not latest:
        return False
    held = [r for r in latest.values() if r.outcome == Recognition.Outcome.GRANTED]
    held = [r for r in held if r.valid_until is None or r.valid_until >= today]
    ends = [r.valid_until for r in held]
    values = {
        "recognised_since": min((r.valid_from for r in held), default=None),
        "recognised_until": None if None in ends else max((end for end in ends if end), default=None),
    }
    if changed := changes_of(provider, values):
        provider.save(update_fields=[*changed, "updated_at"])
    return bool(changed)


def save_label(*, actor: Actor, provider: Provider, values: Mapping[str, Any]) -> QualityLabel:
    """The provider says that it holds a label. Raises ValidationError."""
    with transaction.atomic():
        label = QualityLabel(provider=provider, **values)
        _check_period(label)
        label.full_clean(exclude=["public_id", "provider"])
        label.save()
        refresh_label(provider=provider, today=timezone.localdate())
    return label


def end_label(*, actor: Actor, label: QualityLabel) -> None:
    """The label is shown no more; its row and history stay. Doing it twice changes nothing."""
    with transaction.atomic():
        label = QualityLabel.objects.select_for_update(of=("self",)).get(pk=label.pk)
        if label.ended_at is None:
            label.ended_at = timezone.now()
            label.save(update_fields=["ended_at", "updated_at"])
        refresh_label(provider=label.provider, today=timezone.localdate())


def restore_label(*, actor: Actor, label: QualityLabel) -> None:
    """Undo `end_label`."""
    with transaction.atomic():
        QualityLabel.objects.filter(pk=label.pk).update(ended_at=None, updated_at=timezone.now())
        refresh_label(provider=label.provider, today=timezone.localdate())


def refresh_label(*, provider: Provider, today: date) -> bool:
    """`Provider.quality_label`, which lists and the matcher read, names the labels that are valid."""
    known = QualityLabel.objects.filter(provider=provider)
    if not known.exists():
        return False
    names = list(dict.fromkeys(known.valid_on(today).values_list("name", flat=True)))
    if changed := changes_of(provider, {"quality_label": ", ".join(names)[:100]}):
        provider.save(update_fields=[*changed, "updated_at"])
    return bool(changed)


def tell_of_step(*, provider: Provider, action: str, actor: Actor) -> None:
    """The provider's people hear of each step that somebody else took."""
    if action in KEEPS_REASON:
        return
    until = provider.respond_until
    tell(
        teachers_of(provider.organisation_id),
        key=f"provider:{provider.pk}:{action}:{timezone.now():%Y%m%d%H%M%S}",
        template="provider_step",
        address=reverse("catalogue:my_provider"),
        provider=str(provider.organisation),
        action=action.removesuffix("_unverified"),
        reason=provider.state_reason,
        until=f"{until:%d/%m/%Y}" if until else "",
    )


def _check_period(row: Any) -> None:
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        raise ValidationError({"valid_until": _("Het einde ligt voor het begin.")})
