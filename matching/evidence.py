"""Which words of two texts a person should look at, and the part of a long text in which they stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.embedder import Evidence, Span
from matching.spoken import is_small_word

SHARE = 0.05
"""A word that carries less than this share of the cosine is not worth a mark."""
MOST_MARKS = 9
LEAD = 60
"""Characters that may stand before the first mark."""
EXCERPT = 600
"""Characters of a text that are shown beside a match."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a text with the places of its marks in characters."""

    text: str
    marks: tuple[tuple[int, int], ...]


def telling_spans(spans: Sequence[Span], cosine: float) -> list[Span]:
    """The spans that carry most of the cosine, heaviest first."""
    heavy = [span for span in spans if cosine > 0 and span.weight >= SHARE * cosine]
    return sorted(heavy, key=lambda span: (-span.weight, span.start))[:MOST_MARKS]


def quotes_of(evidence: Evidence | None, gap_text: str, offer_text: str) -> tuple[Quote, Quote]:
    """Both texts, cut to where the evidence is; without marks when the model cannot say what counted."""
    if evidence is None:
        return quote(gap_text, []), quote(offer_text, [])
    return (
        quote(gap_text, _saying(gap_text, telling_spans(evidence.query, evidence.cosine))),
        quote(offer_text, _saying(offer_text, telling_spans(evidence.document, evidence.cosine))),
    )


def _saying(text: str, spans: Sequence[Span]) -> list[Span]:
    """Without the small words: they have their share of the cosine, but nobody would mark them on paper."""
    return [span for span in spans if not is_small_word(text[span.start : span.end])]


def quote(text: str, spans: Sequence[Span], length: int = EXCERPT) -> Quote:
    """At most about `length` characters of a text, chosen so that the heaviest marks are inside."""
    if len(text) <= length:
        return Quote(text, tuple(sorted((span.start, span.end) for span in spans)))
    start = _best_start(spans, length)
    start = _at_word(text, start)
    end = _at_word(text, min(len(text), start + length))
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(lead) - start
    inside = sorted((s.start + shift, s.end + shift) for s in spans if start <= s.start and s.end <= end)
    return Quote(f"{lead}{text[start:end].rstrip()}{tail}", tuple(inside))


def _best_start(spans: Sequence[Span], length: int) -> int:
    """The beginning is kept unless another window holds more weight."""

    def weight(start: int) -> float:
        """What stands within the window, whichever word it will begin at."""
        return sum(s.weight for s in spans if start <= s.start and s.end <= start + length)

    starts = [0, *sorted(max(0, s.start - LEAD) for s in spans)]
    return max(starts, key=lambda start: (round(weight(start), 6), -start))


def _at_word(text: str, place: int) -> int:
    """The end of the word before `place`, so that no word is cut; a text without spaces is cut anyhow."""
    if place in (0, len(text)):
        return place
    space = text.rfind(" ", max(0, place - 60), place)
    return space + 1 if space >= 0 else place
