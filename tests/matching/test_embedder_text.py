"""How texts become words: the runtime, the module and the training must all agree on it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.embedder.text import fold, ngram_rows, ngram_rows_of_each, word_spans, words, words_to_learn


def test_words_are_folded_and_gender_marks_say_nothing():
    assert words("Électricien (m/v/x) – Œnologue") == ["electricien", "oenologue"]
    assert words("Schweißer (m/w/d)") == ["schweisser"]
    assert words("h/f Accrocheur") == ["accrocheur"]


def test_names_of_languages_and_machines_stay_whole():
    assert words("C++ en C#, S7-1500") == ["c++", "en", "c#", "s7", "1500"]


def test_a_letter_that_is_no_gender_mark_stays():
    assert words("rijbewijs C/E") == ["rijbewijs", "c", "e"]


def test_decomposed_letters_are_the_same_word_as_composed_ones():
    assert words("e\u0301lectricien") == words("électricien") == ["electricien"]


def test_ngrams_mark_both_ends_and_are_the_same_on_every_machine():
    rows = ngram_rows("las", shortest=4, longest=6, buckets=1000)
    assert len(rows) == 3  # "<las", "las>" and "<las>"
    assert rows == [945, 382, 568]
    assert ngram_rows("a", shortest=4, longest=6, buckets=1000) == []


@given(st.text(max_size=80))
def test_spans_are_of_the_text_as_given_in_order_and_apart(text):
    spans = list(word_spans(text))
    assert words(text) == [fold(text[start:end]) for start, end in spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(st.lists(st.text(alphabet="abcdefgz0189+#ıжß", max_size=14), max_size=20))
def test_ngrams_of_many_words_are_those_of_each(names):
    sizes = {"shortest": 4, "longest": 6, "buckets": 65_536}
    rows, counts = ngram_rows_of_each(names, **sizes)
    ends = counts.cumsum()
    found = [rows[end - count : end].tolist() for end, count in zip(ends, counts, strict=True)]
    assert found == [ngram_rows(name, **sizes) for name in names]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Leiter/Leiterin - Materialwirtschaft", "leiter materialwirtschaft"),
        ("Monteur / Monteuse de meubles", "monteur de meubles"),
        ("Maître / Maîtresse d'école", "maitre d ecole"),
        ("Kaufmann/Kauffrau im Einzelhandel", "kaufmann im einzelhandel"),
        ("Angestellter/Angestellte", "angestellter"),
        ("directeur/directrice", "directeur"),
        ("medewerker/medewerkster onthaal", "medewerker onthaal"),
        ("productie/productietechniek", "productie productietechniek"),
        ("onderhoud/onder", "onderhoud onder"),
        ("hard/software", "hard software"),
        ("lassen/snijden", "lassen snijden"),
        ("import/export", "import export"),
    ],
)
def test_two_forms_of_one_job_count_once(text: str, counted: str) -> None:
    assert words(text) == counted.split()
    assert [fold(text[start:end]) for start, end in word_spans(text)] == counted.split()


def test_training_reads_both_forms():
    assert words_to_learn("Leiter/Leiterin (m/w/d) Lager") == ["leiter", "leiterin", "lager"]
