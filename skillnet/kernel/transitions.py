"""One way to change a state: lock, check, set, validate, save, record the decision, queue the outbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from skillnet.kernel.actor import Actor
from skillnet.kernel.bulk import insert_rows, update_rows
from skillnet.kernel.models import Decision

Predicate = Callable[[Actor, Any], bool]
Guard = Callable[[Any], list[str]]


class TransitionRefused(Exception):
    """The transition may not happen; `reasons` are sentences for the person who asked."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a transition table. `guard` returns the reasons why not (empty: go ahead).

    `by_person`: a decision on somebody else's aid, place or standing. A Decision says who took it, and a key is
    nobody: it prepares and reads.
    """

    label: Any
    sources: frozenset[str]
    target: str
    allowed: Predicate
    guard: Guard | None = None
    needs_reason: bool = False
    by_person: bool = False
    stamp: str = ""
    style: str = ""  # "main" or "stop": how a page shows the button
    confirm: Any = ""  # what it will do, asked before a step that publishes, freezes or ends something
    returns_to: Callable[[Any], str] | None = None
    """The state of this row to go to, where it is not the same for all: `target` is where most go."""

    def target_of(self, instance: Any) -> str:
        return self.returns_to(instance) if self.returns_to else self.target


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """All transitions of one model; the model keeps its state in the column `state_field`."""

    model: type[models.Model]
    transitions: Mapping[str, Transition]
    state_field: str = "state"
    after: Callable[[Any, str, Actor], None] | None = field(default=None)

    def available(self, instance: models.Model, actor: Actor) -> dict[str, Transition]:
        """Actions that this actor may take now (guards not yet asked)."""
        state = getattr(instance, self.state_field)
        return {
            action: row
            for action, row in self.transitions.items()
            if state in row.sources and row.allowed(actor, instance)
        }


def run_transition(
    *,
    table: TransitionTable,
    pk: int,
    action: str,
    actor: Actor,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Any:
    """Take `action` on the row `pk` and return it; `values`: columns that the step itself fills in.

    Asking again for what the same person already did is no error: the row is returned as it is. Raises
    TransitionRefused with sentences when the state, the person, the guard or a missing reason forbids it.
    """
    row = table.transitions[action]
    with transaction.atomic():
        instance = table.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        before: str = getattr(instance, table.state_field)
        if before not in row.sources and _is_repeat(instance, action, before, actor):
            return instance
        _check(row, instance, before, actor, reason)
        target = row.target_of(instance)
        setattr(instance, table.state_field, target)
        for name, value in (values or {}).items():
            setattr(instance, name, value)
        if row.stamp:
            setattr(instance, row.stamp, timezone.now())
        instance.full_clean(exclude=_unchanged_fields(table, row, instance))
        instance.save()
        record_decision(
            subject=instance,
            action=action,
            from_state=before,
            to_state=target,
            actor=actor,
            reason=reason,
            evidence=evidence,
        )
        if table.after:
            table.after(instance, action, actor)
    return instance


def run_transitions(
    *, table: TransitionTable, rows: Sequence[Any], action: str, actor: Actor, reason: str = ""
) -> list[Any]:
    """Take `action` on many rows that the caller holds locked, in two statements; return those that took it.

    A row that may not take it stays as it is. What follows from the step (`table.after`) is the caller's: for
    many rows at once it is another thing.
    """
    row = table.transitions[action]
    taken, decisions = [], []
    for instance in rows:
        before: str = getattr(instance, table.state_field)
        try:
            _check(row, instance, before, actor, reason)
        except TransitionRefused:
            continue
        target = row.target_of(instance)
        setattr(instance, table.state_field, target)
        if row.stamp:
            setattr(instance, row.stamp, timezone.now())
        taken.append(instance)
        decisions.append(_decision(instance, action, before, target, actor, reason))
    update_rows(taken, [table.state_field, *([row.stamp] if row.stamp else [])])
    insert_rows(decisions)
    return taken


def check_transition(
    *, table: TransitionTable, instance: models.Model, action: str, actor: Actor, reason: str = ""
) -> None:
    """Raise TransitionRefused where `run_transition` would; nothing changes. The caller holds the row."""
    _check(table.transitions[action], instance, getattr(instance, table.state_field), actor, reason)


def record_decision(
    *,
    subject: models.Model,
    action: str,
    from_state: str,
    to_state: str,
    actor: Actor,
    reason: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> Decision:
    """Write the immutable decision; call it inside the transaction of the change itself."""
    decision = _decision(subject, action, from_state, to_state, actor, reason, evidence)
    decision.save()
    return decision


def _decision(
    subject: models.Model,
    action: str,
    from_state: str,
    to_state: str,
    actor: Actor,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
) -> Decision:
    return Decision(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        action=action,
        from_state=from_state,
        to_state=to_state,
        user=actor.user,
        organisation_id=actor.organisation_id,
        actor_label=actor.label[:200],
        reason=reason.strip(),
        evidence=dict(evidence or {}),
        decided_at=timezone.now(),
    )


def decisions_on(subject: models.Model) -> models.QuerySet[Decision]:
    return Decision.objects.filter(
        subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk
    ).select_related("user", "organisation")


def _check(row: Transition, instance: models.Model, state: str, actor: Actor, reason: str) -> None:
    if row.by_person:
        check_person(actor)
    if not row.allowed(actor, instance):
        raise TransitionRefused(_("U mag deze stap niet zetten."))
    if state not in row.sources:
        raise TransitionRefused(
            _("Dit kan niet meer: iemand was u voor, of de toestand is intussen veranderd.")
        )
    if row.needs_reason and not reason.strip():
        raise TransitionRefused(_("Geef een motivering: wie dit leest moet begrijpen waarom."))
    reasons = row.guard(instance) if row.guard else []
    if reasons:
        raise TransitionRefused(*reasons)


def check_person(actor: Actor) -> None:
    """A decision on somebody else names who took it, and a key is nobody (docs/adr/0010); TransitionRefused."""
    if actor.user is None and not actor.is_system:
        raise TransitionRefused(_("Beslissen doet een persoon die zich aanmeldt, niet een sleutel."))


def _is_repeat(instance: models.Model, action: str, state: str, actor: Actor) -> bool:
    """Whether the last thing that happened is this very step, by this person, to the state it has now."""
    last = decisions_on(instance).order_by("-id").first()
    return last is not None and (last.action, last.to_state, last.user) == (action, state, actor.user)


def _unchanged_fields(table: TransitionTable, row: Transition, instance: models.Model) -> set[str]:
    """Only what the transition sets is validated here: foreign keys need no extra queries."""
    changed = {table.state_field, row.stamp}
    return {f.name for f in instance._meta.fields if f.name not in changed}
