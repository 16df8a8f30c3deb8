"""The occupation that a gap is about: named by its text, else the one that needs most of its skills."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.embedder.text import fold, word_spans, words
from matching.models import Occupation
from matching.services.census import census

LONGEST_NAME = 5
"""Words of an occupation's name that are looked for in a text."""
LEAST_SKILLS = 2
PLURALS = ("en", "s", "n", "e", "'s", "es")


@dataclass(frozen=True, slots=True)
class OccupationFound:
    """An occupation by name, and the place in the text that names it; None when its skills say so."""

    uri: str
    label: str
    span: tuple[int, int] | None


def occupation_in(
    *, text: str, language: str, skills: Sequence[str], shown_in: str
) -> OccupationFound | None:
    """The occupation that a text names, or to which at least two of the skills are essential; else None."""
    named = _named(text, language)
    uri, span = named if named else (_by_skills(skills), None)
    occupation = Occupation.objects.filter(uri=uri).first() if uri else None
    if occupation is None:
        return None
    labels = occupation.labels
    label = labels.get(shown_in) or labels.get(language) or labels.get("en") or str(occupation)
    return OccupationFound(occupation.uri, label, span)


def _named(text: str, language: str) -> tuple[str, tuple[int, int]] | None:
    """The occupation whose name stands in the text, the longest name first; plurals count."""
    there_are = census(Occupation)
    names = _names(language, there_are) if there_are[0] else {}
    places = list(word_spans(text))
    there = [fold(text[start:end]) for start, end in places]
    for size in range(LONGEST_NAME, 0, -1):
        for start in range(len(there) - size + 1):
            last = there[start + size - 1]
            for ending in _singulars(last):
                uri = names.get((*there[start : start + size - 1], ending))
                if uri:
                    return uri, (places[start][0], places[start + size - 1][1])
    return None


def _singulars(word: str) -> list[str]:
    return [word, *(word.removesuffix(ending) for ending in PLURALS if word.endswith(ending))]


@lru_cache(maxsize=4)
def _names(language: str, _census: tuple[int, int]) -> dict[tuple[str, ...], str]:
    """All names of occupations in one language, as folded words; `/` parts the forms for men and women."""
    found: dict[tuple[str, ...], str] = {}
    rows = Occupation.objects.order_by("-uri").values_list("uri", f"labels__{language}")
    for uri, label in rows:
        for form in str(label or "").split("/"):
            name = tuple(words(form))
            if name and (len(name) > 1 or len(name[0]) > LONGEST_NAME):
                found[name] = uri
    return found


def _by_skills(skills: Sequence[str]) -> str | None:
    """The occupation to which most of these skills are essential; of equals the most specific one."""
    wanted = set(skills)
    if len(wanted) < LEAST_SKILLS:
        return None
    rows = Occupation.objects.filter(essential__overlap=sorted(wanted)).values_list("uri", "essential")
    ranked = sorted((-len(wanted & set(needed)), len(needed), uri) for uri, needed in rows)
    return ranked[0][2] if ranked and -ranked[0][0] >= LEAST_SKILLS else None
