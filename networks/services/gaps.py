"""Registering, changing and closing competency gaps."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Gap, NetworkMember, Organisation
from networks.network_state import why_nothing_new
from networks.rules import manages, may_confirm_gap
from networks.services.telling import contacts_of, managers_of, tell
from networks.services.transfers import keep_transfer_in_step
from networks.transitions import GAP_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import record_decision, run_transition

MATCHED = {"title", "description", "language", "learners", "learner_languages", "depth", "direction", "eqf_level",
           "modes", "regions", "horizon", "budget", "skills", "mandatory", "network"}  # fmt: skip
ALSO_COPIED = {"urgency", "impact", "target_groups", "transition", "occupation", "kind", "hire_scheme"}


def save_gap(
    *,
    actor: Actor,
    organisation: Organisation,
    values: Mapping[str, Any],
    gap: Gap | None = None,
    as_draft: bool = False,
) -> Gap:
    """Create a gap of `organisation`, or change `gap`; only columns in `values` are touched.

    A draft is the company's own until it registers it. A gap that somebody enters or rewrites for another
    company waits for that company's word. Saving without a change does nothing; a change that matters to
    matching queues a small run. Raises ValidationError.
    """
    with transaction.atomic():
        saved, matters = write_gap(
            actor=actor, organisation=organisation, values=values, gap=gap, as_draft=as_draft
        )
        if matters:
            announce_change("gap", [saved.pk], actor=actor, reason="gap")
        if gap is None:
            ask_to_confirm([saved], actor=actor)
    return saved


def write_gap(
    *,
    actor: Actor,
    organisation: Organisation,
    values: Mapping[str, Any],
    gap: Gap | None = None,
    as_draft: bool = False,
) -> tuple[Gap, bool]:
    """As `save_gap`, inside the caller's transaction and without a run: also whether matching must know."""
    if gap is None:
        gap = Gap(
            organisation=organisation,
            external_id=new_external_id("G"),
            entered_by=actor.user,
            state=_first_state(actor, organisation, as_draft=as_draft),
        )
    else:
        gap = Gap.objects.select_for_update(of=("self",)).get(pk=gap.pk)
    changed = changes_of(gap, dict(values))
    if gap.pk and not changed:
        return gap, False
    is_new = gap.pk is None
    _check_network(gap, is_moved=is_new or "network" in changed or "network_id" in changed)
    _check_writer(actor, gap)
    asked_again = not is_new and _ask_again(actor, gap, changed)
    gap.full_clean(exclude=["search", "public_id", "organisation", "network", "entered_by", "copied_from"])
    gap.save()
    keep_transfer_in_step(gap=gap)
    matters = is_new or asked_again or bool(MATCHED & set(changed))
    return gap, gap.state != Gap.State.DRAFT and matters


def take_gap_action(*, gap: Gap, action: str, actor: Actor, reason: str = "") -> Gap:
    """Confirm, close, reopen or archive; an action that brings a gap back into play matches it again."""
    with transaction.atomic():
        asked = Gap.objects.filter(pk=gap.pk, state=Gap.State.TO_CONFIRM).exists()
        changed: Gap = run_transition(
            table=GAP_TRANSITIONS, pk=gap.pk, action=action, actor=actor, reason=reason
        )
        announce_change("gap", [changed.pk], actor=actor, reason=action)
        if asked and may_confirm_gap(actor, changed.organisation_id):
            tell_answer([changed], action=action, reason=reason)
    return changed


def ask_to_confirm(gaps: Sequence[Gap], *, actor: Actor) -> None:
    """Tell the people of a company, once, what somebody wrote down for it and what waits for their word."""
    waiting = [gap for gap in gaps if gap.state == Gap.State.TO_CONFIRM]
    if not waiting:
        return
    first = waiting[0]
    one = reverse("networks:gap_detail", args=[first.public_id])
    tell(
        contacts_of(first.organisation_id),
        key=f"gap-to-confirm:{first.pk}",
        template="gap_to_confirm",
        address=one if len(waiting) == 1 else reverse("networks:gaps") + "?state=to_confirm",
        n=len(waiting),
        organisation=first.organisation.name,
        person=str(actor.user or actor.organisation_name),
        title=", ".join(gap.title for gap in waiting[:5]),
    )


def tell_answer(gaps: Sequence[Gap], *, action: str, reason: str = "") -> None:
    """Tell whoever leads the network, in one message, that the company gave its word, or put it away."""
    by_network: dict[int, list[Gap]] = {}
    for gap in gaps:
        if gap.network_id is not None:
            by_network.setdefault(gap.network_id, []).append(gap)
    for mine in by_network.values():
        first = mine[0]
        one = reverse("networks:gap_detail", args=[first.public_id])
        tell(
            managers_of(first.network),  # type: ignore[arg-type]  # it has one
            key=f"gap-answered:{action}:{first.pk}:{first.updated_at.isoformat()}",
            template="gap_answered",
            address=one if len(mine) == 1 else reverse("networks:gaps") + "?state=open",
            n=len(mine),
            organisation=first.organisation.name,
            confirmed=action == "confirm",
            title=", ".join(gap.title for gap in mine[:5]),
            reason=reason,
        )


def new_external_id(prefix: str) -> str:
    """A reference that a person can read over the telephone."""
    return f"{prefix}-{secrets.token_hex(4).upper()}"


def _first_state(actor: Actor, organisation: Organisation, *, as_draft: bool) -> Gap.State:
    if not may_confirm_gap(actor, organisation.pk):
        return Gap.State.TO_CONFIRM
    return Gap.State.DRAFT if as_draft else Gap.State.OPEN


def _check_writer(actor: Actor, gap: Gap) -> None:
    """Who writes a new gap for another company does so as manager of the network that it is for."""
    if (
        gap._state.adding
        and not may_confirm_gap(actor, gap.organisation_id)
        and not manages(actor, gap.network_id)
    ):
        raise ValidationError(
            {"network": _("U schrijft alleen kloven op voor leden van een netwerk dat u leidt.")}
        )


def _ask_again(actor: Actor, gap: Gap, changed: Sequence[str]) -> bool:
    """A company gave its word on what it read: an open gap that somebody else rewrites waits for it once more.

    What is closed or put away nobody else rewrites at all.
    """
    if may_confirm_gap(actor, gap.organisation_id) or gap.state == Gap.State.TO_CONFIRM:
        return False
    if gap.state != Gap.State.OPEN:
        raise ValidationError(_("Alleen het bedrijf zelf past een gesloten kloof nog aan."))
    gap.state = Gap.State.TO_CONFIRM
    decision = record_decision(
        subject=gap,
        action="rewrite",
        from_state=Gap.State.OPEN,
        to_state=Gap.State.TO_CONFIRM,
        actor=actor,
        evidence={"fields": sorted(changed)},
    )
    tell(
        contacts_of(gap.organisation_id),
        key=f"gap-rewritten:{decision.pk}",
        template="gap_rewritten",
        address=reverse("networks:gap_detail", args=[gap.public_id]),
        organisation=gap.organisation.name,
        person=str(actor.user or actor.organisation_name),
        title=gap.title,
    )
    return True


def _check_network(gap: Gap, *, is_moved: bool) -> None:
    if gap.network is None:
        return
    refusal = why_nothing_new(gap.network) if is_moved else ""
    if refusal:
        raise ValidationError({"network": refusal})
    is_member = NetworkMember.objects.filter(
        network=gap.network_id, organisation=gap.organisation_id, state=NetworkMember.State.ACTIVE
    ).exists()
    if not is_member:
        raise ValidationError({"network": _("Dit bedrijf is geen lid van dat netwerk. Word eerst lid.")})
