"""Which skills a profile names: what a coordinator picks from, instead of writing addresses of a taxonomy."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from matching.models import Occupation, Skill
from matching.services.occupations import occupation_in
from matching.services.skill_linking import LONGEST, SuggestedSkill, suggested_skills
from matching.spoken import language_of
from networks.suggesting import Suggested, Suggestion
from skillnet.kernel.sentences import joined

MOST_OF_OCCUPATION = 12
"""Essential skills of an occupation that are shown; ESCO names up to a hundred."""


def read_profile(*, title: str, profile: str, taken: Sequence[str], shown_in: str) -> Suggested:
    """Skills that the words name, and those of the occupation that they name; `taken` (URIs) come first."""
    text = joined([title.strip(), profile.strip()])[:LONGEST]
    language = language_of(text) or shown_in
    found = suggested_skills(text=text, language=language, shown_in=shown_in, accepted=taken)
    named = [skill.uri for skill in found]
    rows = [Suggestion("skills", s.uri, s.label, _why(s), taken=s.uri in taken) for s in found]
    occupation = occupation_in(text=text, language=language, skills=named, shown_in=shown_in)
    if occupation is not None:
        why = _("Hoort bij het beroep “%s”.") % occupation.label
        rows += [
            Suggestion("skills", skill.uri, skill.label(shown_in), why)
            for skill in _essential(occupation.uri, leave_out=named)
        ]
    spans = [skill.span for skill in found if skill.span]
    spans += [occupation.span] if occupation and occupation.span else []
    return Suggested(text=text, language=language, suggestions=rows, spans=sorted(set(spans)))


def names_of_each(several: Sequence[Sequence[str]], language: str) -> list[list[str]]:
    """What the skills of each row are called; one that the taxonomy lacks by its address. One query."""
    wanted = {uri for uris in several for uri in uris}
    known = {s.uri: s.label(language) for s in Skill.objects.filter(uri__in=wanted)} if wanted else {}
    return [[known.get(uri, uri) for uri in uris] for uris in several]


def _why(skill: SuggestedSkill) -> str:
    return _("U schrijft “%s”.") % skill.words if skill.words else _("U koos deze vaardigheid.")


def _essential(uri: str, *, leave_out: Sequence[str]) -> list[Skill]:
    needed = Occupation.objects.filter(uri=uri).values_list("essential", flat=True).first() or []
    wanted = [one for one in needed if one not in leave_out][:MOST_OF_OCCUPATION]
    return sorted(Skill.objects.filter(uri__in=wanted), key=lambda skill: wanted.index(skill.uri))
