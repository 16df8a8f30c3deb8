"""What the companies wrote and what the chosen offer teaches, with the words marked that made the match."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer
from matching.embedder import Span
from matching.evidence import Quote, quote, telling_spans
from matching.models import Match
from matching.services.facts import gap_facts, offer_facts
from matching.services.presenting import price_text, score_parts
from matching.services.skills import skill_table
from matching.services.vectors import embedder
from networks.models import Gap
from skillnet.templatetags.ui import score
from skillnet.ui import ScorePart

MOST_QUOTES = 5


@dataclass(frozen=True, slots=True)
class Words:
    """One text with its marks and who wrote it."""

    source: str
    text: str
    marks: Sequence[tuple[int, int]]
    language: str


@dataclass(slots=True)
class ChosenOffer:
    """An offer that the programme buys: its words, its score over the gaps, and the score's parts."""

    offer: Offer
    score: float | None = None
    certainty: float | None = None
    parts: list[ScorePart] = field(default_factory=list)
    companies: list[Words] = field(default_factory=list)
    words: Words | None = None
    price: str = ""


def chosen_offers(
    *, offers: Sequence[Offer], gaps: Sequence[Gap], matches: Sequence[Match]
) -> list[ChosenOffer]:
    """Each bought offer beside the gaps that it matches, the best first; a company quoted once at most."""
    by_offer: dict[int, list[Match]] = defaultdict(list)
    skills = skill_table() if matches else None
    for match in matches:
        by_offer[match.offer_id].append(match)
    known = {gap.pk: gap for gap in gaps}
    facts = {f.id: f for f in gap_facts(gaps)} if gaps else {}
    told: set[int] = set()
    found = []
    for offer, offer_fact in zip(offers, offer_facts(offers), strict=True):
        rows = [m for m in by_offer[offer.pk] if m.gap_id in known]
        chosen = ChosenOffer(offer, price=price_text(offer))
        if rows:
            chosen.score = _weighted(rows, gaps)
            chosen.certainty = sum(row.certainty for row in rows) / len(rows)
            chosen.parts = _parts(rows, facts, offer_fact, skills)
        found.append((chosen, rows))
    found.sort(key=lambda pair: -(pair[0].score or 0))
    for chosen, rows in found:
        _mark(chosen, rows, known, told)
    return [chosen for chosen, _rows in found]


def _weighted(rows: Sequence[Match], gaps: Sequence[Gap]) -> float:
    """The mean score by learners; a gap that the offer does not match counts zero, as when it was chosen."""
    scores = {row.gap_id: row.score for row in rows}
    weight = sum(gap.learners or 1 for gap in gaps)
    return sum(scores.get(gap.pk, 0.0) * (gap.learners or 1) for gap in gaps) / weight


def _parts(rows: Sequence[Match], facts: Mapping[int, Any], offer: Any, skills: Any) -> list[ScorePart]:
    """Each component averaged over the gaps that say enough for it, with the sentence of the weakest; those that
    no gap says enough for come last."""
    told: dict[str, list[tuple[float | None, str]]] = defaultdict(list)
    today = timezone.localdate()
    for row in rows:
        for part in score_parts(facts[row.gap_id], offer, row.components, today, skills):
            told[str(part.label)].append((part.value, str(part.sentence)))
    parts = [_average(label, pairs) for label, pairs in told.items()]
    return sorted(parts, key=lambda part: part.value is None)


def _average(label: str, told: Sequence[tuple[float | None, str]]) -> ScorePart:
    """The mean over the gaps; where they differ, from what to what and why the weakest is weak."""
    pairs = [(value, sentence) for value, sentence in told if value is not None]
    if not pairs:
        return ScorePart(label, None, told[0][1])
    least, most = min(pairs), max(pairs)
    sentence = least[1]
    if score(least[0]) != score(most[0]):
        values = {"least": score(least[0]), "most": score(most[0]), "why": _within(sentence)}
        sentence = _("Van %(least)s tot %(most)s, naargelang de kloof. Bij de zwakste: %(why)s") % values
    elif least[1] != most[1]:
        sentence = _("Voor elke kloof even goed. Bij één daarvan: %(why)s") % {"why": _within(sentence)}
    if unknown := len(told) - len(pairs):
        said = {"count": unknown, "total": len(told)}
        sentence = f"{sentence} {_('Bij %(count)s van de %(total)s kloven onbekend.') % said}"
    return ScorePart(label, sum(value for value, _sentence in pairs) / len(pairs), sentence)


def _within(sentence: str) -> str:
    """A sentence behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def _mark(chosen: ChosenOffer, rows: Sequence[Match], gaps: Mapping[int, Gap], told: set[int]) -> None:
    offer = chosen.offer
    weights: dict[tuple[int, int], float] = defaultdict(float)
    best = sorted(rows, key=lambda row: -row.score)[:MOST_QUOTES]
    cosine = 0.0
    for row in best:
        gap = gaps[row.gap_id]
        evidence = embedder().spans(gap.text, offer.text)
        if evidence is not None:
            cosine += evidence.cosine
            for span in evidence.document:
                weights[span.start, span.end] += span.weight
        if gap.organisation_id not in told:
            told.add(gap.organisation_id)
            spans = telling_spans(evidence.query, evidence.cosine) if evidence is not None else []
            chosen.companies.append(_words(quote(gap.text, spans), str(gap.organisation), gap.language))
    spans = telling_spans([Span(*place, weight) for place, weight in weights.items()], cosine)
    chosen.words = _words(quote(offer.text, spans), str(offer.provider), offer.language)


def _words(passage: Quote, source: str, language: str) -> Words:
    return Words(source, passage.text, passage.marks, language)
