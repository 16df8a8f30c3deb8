"""What the text of an offer says: skills, level, groups and transition that its provider takes or leaves."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language

from catalogue.forms import OfferForm
from networks.gap_posts import suggestion_context
from networks.suggesting import GapText, Suggested, suggest
from skillnet.kernel.actor import Actor, actor_of

LONGEST = 50_000  # characters of one field
# What an offer has too of what texts say; whom it fits best says nothing of an own title or language.
FIELDS = frozenset({"skills", "depth", "direction", "eqf_level", "target_groups", "transition"})


def offer_suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for the offer form: a fragment of it; nothing is stored."""
    found = read_offer(request.POST, actor_of(request))
    return render(request, "networks/_suggestions.html", suggestion_context(found))


def read_offer(data: QueryDict, actor: Actor) -> Suggested:
    """Read title, description and outcomes as one text; the same reader as of gaps, in four languages."""
    parts = [data.get("description", ""), data.get("outcomes", "")]
    found = suggest(
        GapText(
            title=data.get("title", "")[:LONGEST],
            description="\n".join(part for part in parts if part.strip())[:LONGEST],
            language=data.get("language", ""),
            shown_in=get_language() or "nl",
            actor=actor,
            values=values_of(data),
        )
    )
    kept = [one for one in found.suggestions if one.field in FIELDS]
    return replace(found, suggestions=kept, alike=())


def values_of(data: QueryDict) -> dict[str, list[str]]:
    """Field of the form → the texts that it holds; skills apart."""
    values = {name: [text[:LONGEST] for text in data.getlist(name)] for name in OfferForm.base_fields}
    values["skills"] = data.get("skills", "").split()
    return values


def initial_of(values: dict[str, list[str]]) -> dict[str, object]:
    """These values as the initial data of the form."""
    several = {"teaching_languages", "regions", "dayparts", "target_groups"}
    initial: dict[str, object] = {
        name: held if name in several else (held[0] if held else "") for name, held in values.items()
    }
    return initial | {"skills": " ".join(values["skills"])}
