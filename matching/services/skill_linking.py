"""Skills and own look-alikes of a text that a person is still writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from pgvector import HalfVector

from matching.embedder.linking import SkillLinker
from matching.models import ModelRevision, Skill
from matching.services.census import census
from matching.services.vectors import embedder
from networks.models import Gap
from skillnet.kernel.actor import Actor

MOST_SKILLS = 8
LONGEST = 6_000
"""Characters of a text that are read for suggestions; what stands behind them names the same skills."""
ALIKE = 0.5
"""From this likeness on, two gaps may well be the same one."""
LANGUAGES = ("nl", "fr", "en", "de")


@dataclass(frozen=True, slots=True)
class SuggestedSkill:
    """A skill with its name in the language of the page, and the words of the text that name it."""

    uri: str
    label: str
    words: str = ""
    span: tuple[int, int] | None = None
    is_digital: bool = False
    is_green: bool = False


@dataclass(frozen=True, slots=True)
class AlikeGap:
    """A gap of the same company, and how alike it is (0..1)."""

    gap: Gap
    likeness: float


def suggested_skills(
    *, text: str, language: str, shown_in: str, accepted: Sequence[str] = ()
) -> list[SuggestedSkill]:
    """Skills that the text names, best first, after those that the person accepted before."""
    linker = skill_linker()
    found = linker.link(text, language, limit=MOST_SKILLS) if linker else []
    said = {skill.uri: (skill.start, skill.end) for skill in found}
    uris = list(dict.fromkeys([*accepted, *said]))
    named = {skill.uri: skill for skill in Skill.objects.filter(uri__in=uris)}
    return [_suggested(uri, named.get(uri), said.get(uri), text, shown_in) for uri in uris]


def _suggested(
    uri: str, skill: Skill | None, span: tuple[int, int] | None, text: str, shown_in: str
) -> SuggestedSkill:
    words = text[slice(*span)] if span else ""
    if skill is None:
        short = uri.rsplit("/", 1)[-1][:8]  # an identifier says nothing to a person, but tells two apart
        return SuggestedSkill(uri, _("onbekende vaardigheid (%s)") % short, words, span)
    return SuggestedSkill(uri, skill.label(shown_in), words, span, skill.is_digital, skill.is_green)


def skill_linker() -> SkillLinker | None:
    """The linker over all skills that there are; None without skills or with a model that has no words."""
    model = embedder()
    there_are = census(Skill)
    if not there_are[0] or not hasattr(model, "word_vectors"):
        return None
    return _linker(model.revision, there_are)


@lru_cache(maxsize=1)
def _linker(revision: str, _census: tuple[int, int]) -> SkillLinker:
    """Only preferred names: with the other names four languages would not fit a web process."""
    rows = list(Skill.objects.order_by("uri").values_list("uri", "labels"))
    labels = {code: [names.get(code, "") for _uri, names in rows] for code in LANGUAGES}
    return SkillLinker([uri for uri, _names in rows], labels, embedder())  # type: ignore[arg-type]


def alike_gaps(*, text: str, actor: Actor, leave_out: UUID | None = None, limit: int = 3) -> list[AlikeGap]:
    """Live gaps of the actor's own company that say about the same, most alike first."""
    model = embedder()
    # After a change of model the stored vectors are another model's until a run has made new ones.
    revision = ModelRevision.objects.filter(revision=model.revision).first()
    if revision is None or actor.organisation_id is None or not text.strip():
        return []
    own = Gap.objects.visible_to(actor).live().filter(organisation=actor.organisation_id)
    if leave_out is not None:
        own = own.exclude(public_id=leave_out)
    gaps = {gap.pk: gap for gap in own.only("pk", "public_id", "title", "language")}
    vector = HalfVector(model.encode_queries([text])[0]).to_text()
    near = _nearest(vector, revision.pk, list(gaps), limit)
    alike = [AlikeGap(gaps[pk], likeness(cosine)) for pk, cosine in near]
    return [one for one in alike if one.likeness >= ALIKE]


def likeness(cosine: float) -> float:
    """How alike two texts are: 0 as unrelated ones, 1 when they say the very same."""
    low = embedder().cosine_scale.low
    return min(1.0, max(0.0, (cosine - low) / (1 - low)))


def _nearest(vector: str, revision_id: int, gap_ids: list[int], limit: int) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_id, 1 - (vector <=> %s::halfvec) FROM matching_embedding"
            " WHERE revision_id = %s AND owner_kind = 'gap' AND owner_id = ANY(%s)"
            " ORDER BY vector <=> %s::halfvec, owner_id LIMIT %s",
            [vector, revision_id, gap_ids, vector, limit],
        )
        return [(int(pk), float(cosine)) for pk, cosine in cursor.fetchall()]


def names_of_skills(uris: Sequence[str], language: str) -> list[str]:
    """What these skills are called, in the order given; one that the taxonomy lacks is left out."""
    known = {skill.uri: skill.label(language) for skill in Skill.objects.filter(uri__in=list(uris))}
    return [known[uri] for uri in uris if uri in known]
