"""Several gaps at once: a filled-in grid, last year's gaps taken over, drafts registered together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import Gap, Organisation
from networks.network_state import why_nothing_new
from networks.rules import may_confirm_gap
from networks.services.gaps import ALSO_COPIED, MATCHED, ask_to_confirm, tell_answer, write_gap
from networks.transitions import GAP_TRANSITIONS
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.names import fold
from skillnet.kernel.transitions import TransitionRefused, record_decision, run_transition

COPIED = (MATCHED | ALSO_COPIED) - {"network"}


class RowsRefused(Exception):
    """Nothing went in. `errors`: number of the row (from 0) to field and sentence."""

    def __init__(self, errors: Mapping[int, Mapping[str, str]]) -> None:
        super().__init__("rows refused")
        self.errors = errors


def register_gaps(
    *, actor: Actor, organisation: Organisation, rows: Mapping[int, Mapping[str, Any]]
) -> list[Gap]:
    """Register all rows (number in the grid → values) or none. One run matches them. Raises RowsRefused.

    A title that the company has already, or that stands twice in the rows, is refused with the way out.
    """
    errors = _known_titles(organisation, rows)
    saved: list[Gap] = []
    with transaction.atomic():
        for number, values in rows.items():
            if number in errors:
                continue
            try:
                saved.append(write_gap(actor=actor, organisation=organisation, values=values)[0])
            except ValidationError as error:
                errors[number] = {name: " ".join(found) for name, found in error.message_dict.items()}
        if errors:
            raise RowsRefused(errors)
        announce_change("gap", [gap.pk for gap in saved], actor=actor, reason="grid")
        ask_to_confirm(saved, actor=actor)
    return saved


@dataclass(frozen=True, slots=True)
class Copies:
    """What was taken over, and per earlier gap (its key) what a person has to know of it.

    `apart`: copied without its network, and why; `refused`: not copied, and why.
    """

    made: list[Gap] = field(default_factory=list)
    apart: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def copy_gaps(*, actor: Actor, changes: Mapping[Gap, Mapping[str, Any]]) -> Copies:
    """Take over earlier gaps as drafts, each with what was adjusted; the copy says what it came from.

    Doing it again copies nothing that is copied already and still lives. The network comes along where the
    company still is a member and the network takes what is new; one gap that cannot come keeps no other back.
    """
    copies = Copies()
    with transaction.atomic():
        locked = Gap.objects.select_for_update(of=("self",)).filter(pk__in=[gap.pk for gap in changes])
        for origin in locked.select_related("organisation", "network").order_by("pk"):
            if not may_confirm_gap(actor, origin.organisation_id) or living_copy_of(origin) is not None:
                continue
            try:
                copies.made.append(_copy(actor, origin, changes[origin], copies.apart))
            except ValidationError as error:
                copies.refused[origin.pk] = " ".join(error.messages)
    return copies


def _copy(actor: Actor, origin: Gap, changed: Mapping[str, Any], apart: dict[int, str]) -> Gap:
    values = {name: getattr(origin, name) for name in COPIED} | {"copied_from": origin}
    refusal = _why_apart(origin)
    if not refusal:
        values["network"] = origin.network
    with transaction.atomic():  # what this one wrote goes with it when it is refused
        copy, _matters = write_gap(
            actor=actor, organisation=origin.organisation, values=values | dict(changed), as_draft=True
        )
        record_decision(
            subject=copy,
            action="copy",
            from_state="",
            to_state=copy.state,
            actor=actor,
            evidence={"origin": str(origin.public_id)},
        )
    if refusal:
        apart[origin.pk] = refusal
    return copy


def living_copy_of(gap: Gap) -> Gap | None:
    """The copy that stands in for this gap now, if there is one."""
    return gap.copies.filter(state__in=["draft", "open", "to_confirm"]).first()


def register_drafts(*, actor: Actor, drafts: Sequence[Gap]) -> tuple[int, dict[int, str]]:
    """Register these drafts together, matched by one run: how many, and by key why one cannot be."""
    return _take_all(actor, drafts, "register", Gap.State.DRAFT)


def confirm_gaps(*, actor: Actor, gaps: Sequence[Gap]) -> tuple[int, dict[int, str]]:
    """Give the company's word on all that others wrote for it: how many, and by key why one cannot be."""
    return _take_all(actor, gaps, "confirm", Gap.State.TO_CONFIRM)


def _take_all(actor: Actor, gaps: Sequence[Gap], action: str, state: str) -> tuple[int, dict[int, str]]:
    """One step for all that are in `state`; one that may not take it keeps no other back."""
    taken: list[int] = []
    refused: dict[int, str] = {}
    with transaction.atomic():
        for gap in sorted((one for one in gaps if one.state == state), key=lambda one: one.pk):
            try:
                run_transition(table=GAP_TRANSITIONS, pk=gap.pk, action=action, actor=actor)
                taken.append(gap.pk)
            except TransitionRefused as refusal:
                refused[gap.pk] = str(refusal)
        announce_change("gap", taken, actor=actor, reason=action)
        if action == "confirm":
            tell_answer([gap for gap in gaps if gap.pk in taken], action=action)
    return len(taken), refused


def _known_titles(
    organisation: Organisation, rows: Mapping[int, Mapping[str, Any]]
) -> dict[int, dict[str, str]]:
    live = Gap.objects.filter(organisation=organisation, state__in=["open", "to_confirm", "draft"])
    known = {fold(title): title for title in live.values_list("title", flat=True)}
    seen: dict[str, int] = {}
    errors: dict[int, dict[str, str]] = {}
    for number, values in rows.items():
        title = fold(str(values.get("title", "")))
        if title in known:
            errors[number] = {
                "title": _("U hebt al een kloof “%s”. Maak deze rij leeg, of zeg wat er anders is.")
                % known[title]
            }
        elif title in seen:
            errors[number] = {
                "title": _("Dit staat ook in rij %d. Maak een van beide leeg, of zeg wat er anders is.")
                % (seen[title] + 1)
            }
        seen.setdefault(title, number)
    return errors


def _why_apart(gap: Gap) -> str:
    """Why the network does not come along with a copy, as a sentence; empty where it does or there is none."""
    if gap.network is None:
        return ""
    if not gap.network.members.filter(organisation=gap.organisation_id, state="active").exists():
        return _("Uw bedrijf is geen lid meer van %(network)s.") % {"network": gap.network.name}
    return why_nothing_new(gap.network)
