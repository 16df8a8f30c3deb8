"""Normalised names: the stored keys by which an organisation is looked up and lists are sorted.

Stored, because the database has no unaccent and compares by code point (design.md section 4).
"""

import re
import unicodedata
from difflib import SequenceMatcher

# Letters that have no decomposition in Unicode, so that dropping accents leaves them untouched.
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})
MAX_KEY = 200  # characters; folding can lengthen a name, and the column that holds the key is as long
_NOT_WORD = re.compile(r"[\W_]+")
_INITIALS = re.compile(r"\b(?:\w\.){2,}(?:\w\b)?")
_APOSTROPHE = re.compile(r"['’‘`´]")

# Legal forms of the Companies and Associations Code, their predecessors, and those of the neighbours, folded.
_BEFORE_OR_AFTER = """
nv|sa|bv|bvba|srl|sprl|cvba|scrl|vzw|asbl|ivzw|aisbl|naamloze vennootschap|societe anonyme
besloten vennootschap|besloten vennootschap met beperkte aansprakelijkheid|societe a responsabilite limitee
societe privee a responsabilite limitee|cooperatieve vennootschap|societe cooperative
cooperatieve vennootschap met beperkte aansprakelijkheid|vennootschap onder firma|societe en nom collectif
commanditaire vennootschap|gewone commanditaire vennootschap|societe en commandite
vereniging zonder winstoogmerk|association sans but lucratif
internationale vereniging zonder winstoogmerk|association internationale sans but lucratif
"""
# Two or three letters that often open a name of their own ("AG", "SC") count at the end only.
_AFTER = """
ebvba|sprlu|cv|cvoa|sc|scri|vof|snc|commv|comm v|scomm|s comm|gcv|scs|commva|comm va|sca|vog|inpa|se|sce
stichting van openbaar nut|private stichting|fondation d utilite publique|fondation privee
ag|gmbh|ggmbh|ev|ug|kg|ohg|gmbh co kg|sas|sasu|sarl|eurl|ltd|limited|plc|llc|llp|inc|public limited company
gesellschaft mit beschrankter haftung|aktiengesellschaft|eingetragener verein
"""


def _forms(text: str) -> list[tuple[str, ...]]:
    """The forms as words, longest first: "gmbh co kg" must go before "kg"."""
    forms = (tuple(form.split()) for line in text.split("\n") for form in line.split("|") if form)
    return sorted(forms, key=len, reverse=True)


_LEADING = _forms(_BEFORE_OR_AFTER)
_TRAILING = _forms(_BEFORE_OR_AFTER + _AFTER)


def fold(text: str) -> str:
    """Lower case, without accents, punctuation as single spaces: the key to sort and to look alike by."""
    lowered = _APOSTROPHE.sub(" ", text).casefold().translate(_LETTERS)
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(char)
    )
    # NFKD can bring capitals back (for instance out of a Kelvin sign), and letters of the table.
    return _NOT_WORD.sub(" ", plain.casefold().translate(_LETTERS)).strip()


def normalise_organisation_name(name: str) -> str:
    """The lookup key of an organisation: folded, "N.V." read as "nv", legal forms at either end removed.

    A name that consists of legal forms only keeps the last of them. Two names with the same key count as one
    organisation when neither has an enterprise number (design.md section 5).
    """
    joined = _INITIALS.sub(lambda match: match.group().replace(".", "") + " ", name)
    words = fold(joined).split()
    # A name of signs only would leave nothing to look it up by.
    key = " ".join(_without_legal_forms(words)) or " ".join(name.casefold().split())
    return key[:MAX_KEY].rstrip()


def _without_legal_forms(words: list[str]) -> list[str]:
    while shorter := _one_form_less(words):
        words = shorter
    return words


def _one_form_less(words: list[str]) -> list[str]:
    """The words without one legal form at an end; empty when there is none, or nothing else."""
    for form in _TRAILING:
        if tuple(words[-len(form) :]) == form:
            return words[: -len(form)]
    for form in _LEADING:
        if tuple(words[: len(form)]) == form:
            return words[len(form) :]
    return []


SLIPS = 2
"""Letters that may be too many, lacking or in each other's place in what is still a slip of the pen."""
_LEAST = 8  # letters: shorter names differ by a letter or two and mean somebody else
_ALIKE = 0.9


def is_slip_of(name: str, other: str) -> bool:
    """Whether two normalised names are so near that one may be the other with a typing error."""
    if min(len(name), len(other)) < _LEAST or abs(len(name) - len(other)) > SLIPS:
        return False
    match = SequenceMatcher(None, name, other, autojunk=False)
    return match.quick_ratio() >= _ALIKE and match.ratio() >= _ALIKE
