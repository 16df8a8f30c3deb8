"""In which of the four languages a text is written, by its small words. Pure."""

from matching.embedder.text import fold, words

SMALL_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(fold(word) for word in text.split())
    for language, text in {
        "nl": "de het een en van voor met zijn niet ons onze wij moeten kunnen ook maar die dat door bij "
        "naar om wordt worden hun nog als aan op is te in er geen wel tot uit over mensen nu zelf hoe "
        "wat leren ze hen wie terwijl deze dit dan",
        "fr": "le la les un une des et du de en pour avec nos notre nous sont pas doivent peuvent qui que "
        "dans sur au aux par leur leurs est ne plus mais ou ce cette ces être il ils elle comment "
        "savoir apprendre",
        "en": "the a an and of for with our we are not must can cannot to in on by from their they is be "
        "have has this that or but how who which it as at need needs should learn do people",
        "de": "der die das ein eine einen und von für mit unsere wir sind nicht müssen können auch aber "
        "dass durch bei nach zu im in auf ist wird werden ihre noch als am den dem des oder wie kein "
        "keine lernen",
    }.items()
}
ENOUGH = 1
"""Fewer small words than this say nothing; a tie says nothing either."""


def is_small_word(word: str) -> bool:
    """Whether a word is a small word of any of the languages: grammar rather than subject."""
    return any(fold(word) in small for small in SMALL_WORDS.values())


def language_of(text: str) -> str:
    """`nl`, `fr`, `en` or `de`; empty when the text is too short or the languages run even."""
    there = words(text)
    hits = {language: sum(word in small for word in there) for language, small in SMALL_WORDS.items()}
    (best, most), (_second, next_most), *_ = sorted(hits.items(), key=lambda item: -item[1])
    return best if most >= ENOUGH and most > next_most else ""
