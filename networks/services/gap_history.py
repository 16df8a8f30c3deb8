"""What last changed on a gap, and putting it back (`skillnet.kernel.history`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from networks.models import Gap, NetworkMember
from networks.rules import is_company_of, manages
from networks.services.gaps import save_gap
from skillnet.kernel import history
from skillnet.kernel.actor import Actor
from skillnet.kernel.history import LastChange, Undoable
from skillnet.kernel.target_groups import target_group_names

FIELDS = (
    "title", "description", "language", "kind", "learners", "urgency", "impact", "horizon", "depth", "direction",
    "occupation", "planned_start", "hire_scheme", "target_groups", "transition", "eqf_level", "mandatory",
    "regions", "skills", "learner_languages", "modes", "budget", "network_id",
)  # fmt: skip


def last_change_of(gap: Gap) -> LastChange | None:
    """What last changed, or None when nothing ever did."""
    return history.last_change(gap, GAP_HISTORY)


def last_change_for(actor: Actor, gap: Gap) -> LastChange | None:
    """The same as `actor` may read it: a manager reads no version that was still the company's own draft, or that
    stood in another network."""
    change = last_change_of(gap)
    if change is None or is_company_of(actor, gap):
        return change
    before: Any = gap.events.get(pgh_id=change.version)  # type: ignore[attr-defined]  # made by django-pghistory
    return change if before.state != Gap.State.DRAFT and manages(actor, before.network_id) else None


def undo_last_change(*, gap: Gap, actor: Actor, seen: LastChange) -> Gap:
    """Put the gap back as it was; raises TransitionRefused and ValidationError."""
    saved: Gap = history.undo_last_change(row=gap, kind=GAP_HISTORY, actor=actor, seen=seen)
    return saved


def _save(gap: Gap, values: dict[str, Any], actor: Actor) -> Gap:
    return save_gap(actor=actor, organisation=gap.organisation, values=values, gap=gap)


def _in_networks_of(gap: Gap, values: dict[str, Any]) -> dict[str, Any]:
    """Without the network, where the company left it since."""
    network = values["network_id"]
    members = NetworkMember.objects.active().filter(organisation=gap.organisation_id, network=network)
    if network is None or members.exists():
        return values
    return {name: value for name, value in values.items() if name != "network_id"}


GAP_HISTORY = Undoable(
    model=Gap,
    fields=FIELDS,
    save=_save,
    words={
        "target_groups": lambda version: ", ".join(target_group_names(version.target_groups)),
        "network_id": lambda version: str(version.network),
    },
    usable=_in_networks_of,
    nothing_left=_("Het bedrijf is geen lid meer van dat netwerk; verder veranderde er niets."),
)
