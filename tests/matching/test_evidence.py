"""Marks stay inside the excerpt, point at the same words, and losses add up to what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from matching.embedder import Evidence, Span
from matching.evidence import quote, quotes_of, telling_spans
from matching.losses import losses_of

WORDS = st.lists(st.sampled_from(["lassen", "van", "roestvrij", "staal", "🙂", "x" * 90]), max_size=300)


def spans_of(words: list[str], weights: list[float]) -> tuple[str, list[Span]]:
    text, spans = "", []
    for word, weight in zip(words, weights, strict=True):
        spans.append(Span(len(text), len(text) + len(word), weight))
        text += word + " "
    return text.rstrip(), spans


@given(WORDS, st.data())
def test_a_mark_points_at_the_word_that_it_marked(words: list[str], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(-0.2, 0.4), min_size=len(words), max_size=len(words)))
    text, spans = spans_of(words, weights)
    chosen = telling_spans(spans, 0.8)
    shown = quote(text, chosen, 200)
    marked = [shown.text[start:end] for start, end in shown.marks]
    known = {text[span.start : span.end] for span in chosen}
    assert set(marked) <= known
    assert len(shown.text) <= 200 + 4
    if len(text) <= 200:
        assert len(marked) == len(chosen)


def test_a_long_text_is_cut_to_where_the_evidence_is() -> None:
    text = "Algemeen. " * 100 + "TIG-lassen" + " slot" * 100
    start = text.index("TIG")
    shown = quote(text, [Span(start, start + 10, 0.9)])
    assert [shown.text[a:b] for a, b in shown.marks] == ["TIG-lassen"]
    assert shown.text.startswith("… ")


def test_without_evidence_both_texts_stand_unmarked() -> None:
    left, right = quotes_of(None, "lassen", "soudage")
    assert (left.text, left.marks, right.marks) == ("lassen", (), ())


def test_a_light_word_is_not_marked() -> None:
    evidence = Evidence(0.8, (Span(0, 3, 0.01), Span(4, 10, 0.79)), ())
    assert quotes_of(evidence, "van lassen", "")[0].marks == ((4, 10),)


VALUES = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.floats(0, 1), max_size=6)
WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1), max_size=6)


@given(VALUES, WEIGHTS)
def test_score_and_losses_add_up_to_one(values: dict[str, float | None], weights: dict[str, float]) -> None:
    losses = losses_of(values, weights)
    known = {n: v for n, v in values.items() if v is not None}
    whole = sum(weights.get(n, 0) for n in known)
    if not whole:
        assert losses == []
        return
    score = sum(weights.get(n, 0) * v for n, v in known.items()) / whole
    assert abs(score + sum(loss.points for loss in losses) - 1) < 1e-9
    assert [x.points for x in losses] == sorted((x.points for x in losses), reverse=True)
