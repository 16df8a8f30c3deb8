"""What last changed on a gap, from the history that the database keeps, and putting it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from networks.models import Gap, NetworkMember
from networks.services.gaps import save_gap
from skillnet.kernel.actor import Actor
from skillnet.kernel.target_groups import target_group_names
from skillnet.kernel.transitions import TransitionRefused, record_decision

FIELDS = (
    "title", "description", "language", "kind", "learners", "urgency", "impact", "horizon", "depth", "direction",
    "occupation", "planned_start", "hire_scheme", "target_groups", "transition", "eqf_level", "mandatory",
    "regions", "skills", "learner_languages", "modes", "budget", "network_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field by its name on the page, as it was and as it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LastChange:
    """The version before the last change of what a person fills in; `version` identifies it."""

    version: int
    latest: int
    changed_at: datetime
    fields: Sequence[FieldChange]


def last_change_of(gap: Gap) -> LastChange | None:
    """What last changed, or None when nothing ever did. Changes of state alone are no such change."""
    versions = gap.events.order_by("-pgh_id")  # type: ignore[attr-defined]
    latest = versions.first()
    if latest is None:
        return None
    after = latest
    for version in versions[1:]:
        changed = [name for name in FIELDS if getattr(version, name) != getattr(latest, name)]
        if changed:
            shown = [_shown(gap, name, version, latest) for name in changed]
            return LastChange(version.pgh_id, latest.pgh_id, after.pgh_created_at, shown)
        after = version
    return None


def undo_last_change(*, gap: Gap, actor: Actor, seen: LastChange) -> Gap:
    """Put the gap back as it was before the change that the person saw; undoing twice brings the change back.

    Raises TransitionRefused when it changed meanwhile, ValidationError when the old values no longer hold.
    """
    with transaction.atomic():
        locked = Gap.objects.select_for_update(of=("self",)).get(pk=gap.pk)
        now = last_change_of(locked)
        if now is None or (now.version, now.latest) != (seen.version, seen.latest):
            raise TransitionRefused(_("De kloof is intussen weer veranderd. Kijk opnieuw wat er verandert."))
        old = locked.events.get(pgh_id=seen.version)  # type: ignore[attr-defined]
        values = {name: getattr(old, name) for name in FIELDS}
        if not _is_in(locked.organisation_id, values["network_id"]):
            del values["network_id"]  # the company left that network since
        if all(getattr(locked, name) == value for name, value in values.items()):
            raise TransitionRefused(
                _("Het bedrijf is geen lid meer van dat netwerk; verder veranderde er niets.")
            )
        saved = save_gap(actor=actor, organisation=locked.organisation, values=values, gap=locked)
        record_decision(
            subject=saved,
            action="undo",
            from_state=saved.state,
            to_state=saved.state,
            actor=actor,
            evidence={"fields": [change.label for change in seen.fields]},
        )
    return saved


def _is_in(organisation_id: int, network_id: int | None) -> bool:
    members = NetworkMember.objects.active().filter(organisation=organisation_id, network=network_id)
    return network_id is None or members.exists()


def _shown(gap: Gap, name: str, before: Any, after: Any) -> FieldChange:
    field = Gap._meta.get_field(name)
    return FieldChange(str(field.verbose_name), _words(name, field, before), _words(name, field, after))  # type: ignore[union-attr]


def _words(name: str, field: Any, version: Any) -> str:
    value = getattr(version, name)
    if value in (None, "", []):
        return _("niet ingevuld")
    if name == "target_groups":
        return ", ".join(target_group_names(value))
    if name == "network_id":
        return str(version.network)
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(dict(field.flatchoices).get(value, value))
