"""What a gap form posts, as values that are kept, suggested on and shown again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from networks.forms import GapForm
from networks.suggesting import GapText, Suggested
from skillnet.kernel.actor import actor_of

LONGEST_KEPT = 50_000  # characters of one field
FIELDS: tuple[str, ...] = tuple(GapForm.base_fields)
SEVERAL = ("regions", "learner_languages", "modes", "target_groups")


def posted_values(data: QueryDict) -> dict[str, list[str]]:
    """Field → the texts that it holds; skills apart. Only fields of the form, none too long to keep."""
    values = {name: [text[:LONGEST_KEPT] for text in data.getlist(name)] for name in FIELDS if name in data}
    values["skills"] = data.get("skills", "").split()
    return values


def form_initial(values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """These values as the initial data of the form."""
    initial: dict[str, Any] = {
        name: list(held) if name in SEVERAL else (held[0] if held else "")
        for name, held in values.items()
        if name in FIELDS
    }
    return initial | {"skills": " ".join(values.get("skills", []))}


def text_of(request: HttpRequest, *, editing: UUID | None = None) -> GapText:
    """What stands on the form that a request posts, for whoever reads texts."""
    values = posted_values(request.POST)
    return GapText(
        title=request.POST.get("title", ""),
        description=request.POST.get("description", ""),
        language=request.POST.get("language", ""),
        shown_in=get_language() or "nl",
        actor=actor_of(request),
        values=values,
        editing=editing,
    )


def suggestion_context(found: Suggested) -> dict[str, Any]:
    """What `networks/_suggestions.html` takes: the suggestions by field, under the words of the form."""
    headings = _headings()
    groups: dict[str, list[Any]] = {}
    for one in found.suggestions:
        groups.setdefault(one.field, []).append(one)
    return {
        "suggested": found,
        "groups": [(name, headings.get(name, name), rows) for name, rows in groups.items()],
        "waiting": len(found.waiting),
    }


def _headings() -> dict[str, str]:
    return {
        "title": _("Titel"),
        "skills": _("Vaardigheden"),
        "depth": _("Diepgang"),
        "direction": _("Richting"),
        "eqf_level": _("Niveau (EQF en VKS)"),
        "target_groups": _("Voor wie"),
        "transition": _("Omslag"),
        "occupation": _("Beroep"),
        "language": _("Taal van de tekst"),
    }
