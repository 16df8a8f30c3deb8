"""What a text says of a gap, for the form that registers it.

`networks` knows the form, `matching` (which lies above it) reads texts: it registers its reader here when the
site starts. Nothing that is suggested is stored; a person takes it or leaves it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from skillnet.kernel.actor import Actor
from skillnet.kernel.sentences import joined

MANY = frozenset({"skills", "target_groups"})
"""Fields that hold several values; the others hold one, which a suggestion never overwrites."""
LONGEST_TITLE = 90
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")


@dataclass(frozen=True, slots=True)
class GapText:
    """What somebody wrote so far, and who asks. `values`: field of the form to what it holds now."""

    title: str
    description: str
    language: str
    shown_in: str
    actor: Actor
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    editing: UUID | None = None

    @property
    def text(self) -> str:
        """Title and description; a title that only repeats the first sentence is not read twice."""
        title, description = self.title.strip(), self.description.strip()
        if title and title == title_of(description):
            title = ""
        return joined([title, description])

    def holds(self, name: str) -> list[str]:
        """The values that a field has now, unknown left out."""
        return [value for value in self.values.get(name, ()) if value]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value for one field of the form, as the person reads it, and why in one sentence."""

    field: str
    value: str
    label: str
    why: str
    taken: bool = False

    @property
    def key(self) -> str:
        """What the button of this suggestion posts."""
        return f"{self.field}={self.value}"


@dataclass(frozen=True, slots=True)
class Suggested:
    """All that was found. `spans`: (start, end) in `text` of the words that say so; `alike`: own gaps."""

    text: str = ""
    language: str = ""
    suggestions: Sequence[Suggestion] = ()
    spans: Sequence[tuple[int, int]] = ()
    alike: Sequence[Any] = ()

    @property
    def waiting(self) -> list[Suggestion]:
        """What nobody took yet."""
        return [one for one in self.suggestions if not one.taken]


Reader = Callable[[GapText], Suggested]
LanguageReader = Callable[[str], str]
SkillNames = Callable[[Sequence[str], str], list[str]]
_readers: dict[str, Any] = {}


def register_reader(*, suggest: Reader, language_of: LanguageReader) -> None:
    """Called once, when the site starts, by the app that can read texts."""
    _readers.update(suggest=suggest, language_of=language_of)


def register_skill_names(names: SkillNames) -> None:
    """Called once, when the site starts, by the app that keeps the taxonomy of skills."""
    _readers["skill_names"] = names


def skill_names(uris: Sequence[str], language: str) -> list[str]:
    """What the skills are called in this language, in the order given; unknown ones are left out."""
    names: SkillNames | None = _readers.get("skill_names")
    return names(uris, language) if names and uris else []


def suggest(text: GapText) -> Suggested:
    """What the text says, or nothing where no reader is there."""
    reader: Reader | None = _readers.get("suggest")
    return reader(text) if reader and text.text else Suggested()


def language_of(text: str) -> str:
    """`nl`, `fr`, `en` or `de`; empty when the words do not say."""
    reader: LanguageReader | None = _readers.get("language_of")
    return reader(text) if reader else ""


def title_of(text: str, *, longest: int = LONGEST_TITLE) -> str:
    """A title for a text that has none: its first sentence, cut between two words when it is long."""
    first = next((part.strip() for part in _SENTENCE.split(text.strip()) if part.strip()), "")
    first = first.rstrip(".;:").strip()
    if len(first) > longest:
        cut = first[:longest]
        first = (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:-") + "…"
    return first[:1].upper() + first[1:]


def take(values: Mapping[str, Sequence[str]], key: str, found: Suggested) -> dict[str, list[str]]:
    """The values of the form after the button `key` (`field=value`, or `*` for all that waits).

    Pressing a suggestion that was taken takes it back. A field that holds another value keeps it.
    """
    taken = {name: list(held) for name, held in values.items()}
    for one in found.waiting if key == "*" else [s for s in found.suggestions if s.key == key]:
        held = [value for value in taken.get(one.field, []) if value]
        if one.value in held:
            held.remove(one.value)
        elif one.field in MANY or not held:
            held.append(one.value)
        taken[one.field] = held
    return taken
