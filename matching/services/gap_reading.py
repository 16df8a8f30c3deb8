"""Everything that a text says of a gap: title, skills, kind of training, level, groups, transition, occupation."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from matching.clues import level_hint, target_group_hints, transition_hint
from matching.phrases import phrase_spans
from matching.quadrant import Hint, depth_hint, direction_hint
from matching.services.occupations import OccupationFound, occupation_in
from matching.services.shortages import shortage_for
from matching.services.skill_linking import LONGEST, SuggestedSkill, alike_gaps, suggested_skills
from matching.spoken import language_of
from networks.models import Depth, Direction, Transition
from networks.suggesting import MANY, GapText, Suggested, Suggestion, title_of
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.target_groups import target_group_choices

Span = tuple[int, int]


class _Reading:
    """One text while it is read: the suggestions so far and the words that made them."""

    def __init__(self, source: GapText) -> None:
        self.source = source
        self.text = source.text[:LONGEST]
        self.language = language_of(self.text) or source.language or "nl"
        self.suggestions: list[Suggestion] = []
        self.spans: list[Span] = []

    def add(self, field: str, value: str, label: object, why: str) -> None:
        """Suggest a value, unless the person has chosen another one for a field that holds just one."""
        held = self.source.holds(field)
        if not value or (field not in MANY and held and value not in held):
            return
        self.suggestions.append(Suggestion(field, value, str(label), why, taken=value in held))

    def said(self, phrases: Iterable[str]) -> str:
        """The words of the text that these phrases found, in quotes; they are marked too."""
        spans = phrase_spans(self.text, phrases)
        self.spans += spans
        whole = [(a, b) for a, b in spans if not any(c <= a and b <= d for c, d in spans if (c, d) != (a, b))]
        return quoted(self.text[start:end] for start, end in whole)


def read_gap(source: GapText) -> Suggested:
    """Read what somebody writes, in any of four languages; nothing is stored."""
    reading = _Reading(source)
    _title(reading)
    skills = _skills(reading)
    _kind_of_training(reading)
    _level(reading)
    _target_groups(reading)
    _transition(reading, skills)
    _occupation(reading, [skill.uri for skill in skills])
    _language(reading)
    return Suggested(
        text=reading.text,
        language=reading.language,
        suggestions=reading.suggestions,
        spans=sorted(set(reading.spans)),
        alike=[
            one.gap for one in alike_gaps(text=reading.text, actor=source.actor, leave_out=source.editing)
        ],
    )


def quoted(words: Iterable[str]) -> str:
    """Up to three of them, each once, in Dutch quotation marks."""
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(words))[:3])


def _title(reading: _Reading) -> None:
    first = title_of(reading.source.description)
    reading.add("title", first, first, _("De eerste zin van uw tekst."))


def _skills(reading: _Reading) -> list[SuggestedSkill]:
    """Suggest what the text names, after what the person accepted before; return both."""
    found = suggested_skills(
        text=reading.text,
        language=reading.language,
        shown_in=reading.source.shown_in,
        accepted=reading.source.holds("skills"),
    )
    for skill in found:
        why = _("U schrijft “%s”.") % skill.words if skill.words else _("U koos deze vaardigheid.")
        reading.spans += [skill.span] if skill.span else []
        reading.add("skills", skill.uri, skill.label, why)
    return found


def _kind_of_training(reading: _Reading) -> None:
    depth = depth_hint(reading.text, reading.language)
    direction = direction_hint(reading.text, reading.language)
    _hinted(reading, "depth", depth, dict(Depth.choices))
    _hinted(reading, "direction", direction, dict(Direction.choices))


def _level(reading: _Reading) -> None:
    hint = level_hint(reading.text, reading.language)
    if hint.value:
        label = _("niveau %s") % hint.value
        reading.add("eqf_level", hint.value, label, _("Zo spreekt u van %s.") % reading.said(hint.phrases))


def _target_groups(reading: _Reading) -> None:
    known = dict(target_group_choices())
    for hint in target_group_hints(reading.text, reading.language):
        if hint.value in known:
            _hinted(reading, "target_groups", hint, known)


def _transition(reading: _Reading, skills: Sequence[SuggestedSkill]) -> None:
    """By its words; else by the skills that ESCO itself calls digital or green."""
    hint = transition_hint(reading.text, reading.language)
    if hint.value:
        _hinted(reading, "transition", hint, dict(Transition.choices))
        return
    digital = [skill for skill in skills if skill.is_digital]
    green = [skill for skill in skills if skill.is_green]
    if digital or green:
        value = Transition.BOTH if digital and green else Transition.DIGITAL if digital else Transition.GREEN
        names = quoted(skill.label for skill in [*digital, *green])
        reading.add("transition", value, value.label, _("ESCO rekent %s daartoe.") % names)


def _occupation(reading: _Reading, skills: Sequence[str]) -> None:
    found = occupation_in(
        text=reading.text, language=reading.language, skills=skills, shown_in=reading.source.shown_in
    )
    if found is not None:
        reading.spans += [found.span] if found.span else []
        reading.add("occupation", found.label, found.label, _why_occupation(reading, found, skills))


def _why_occupation(reading: _Reading, found: OccupationFound, skills: Sequence[str]) -> str:
    """What names it, and whether the list of shortage occupations that holds today has it."""
    why = (
        _("U noemt “%s”.") % reading.text[slice(*found.span)]
        if found.span
        else _("De meeste van deze vaardigheden horen bij dit beroep.")
    )
    hits = shortage_for(skills, text=found.label, limit=1) if skills or found.label else []
    if not hits:
        return str(why)
    shortage = _("Het staat op de lijst van knelpuntberoepen %(year)d.") % {"year": hits[0].year}
    return f"{why} {shortage}"


def _language(reading: _Reading) -> None:
    spoken = language_of(reading.text)
    if spoken:
        label = dict(LANGUAGES)[spoken]
        reading.add("language", spoken, label, _("Dat zeggen de kleine woorden in uw tekst."))


def _hinted(reading: _Reading, field: str, hint: Hint, labels: dict[str, object]) -> None:
    if hint.value:
        why = _("U schrijft %s.") % reading.said(hint.phrases)
        reading.add(field, hint.value, labels[hint.value], why)
