"""Bilingual dictionaries in the dictd format (Debian's `dict-freedict-*`) and WordNet, as groups of words.

ESCO knows the words of work; a gap is also written in the words around them. A dictionary says which of those
mean the same.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ASIDE = re.compile(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|/[^/]*/")
_NUMBER = re.compile(r"^\s*\d+\.\s*")
_LONGEST = 4  # words: longer entries are sayings and explanations


def read_dictd(stem: Path) -> Iterator[tuple[str, list[str]]]:
    """Headword and translations of each entry of `stem.index` and `stem.dict.dz`."""
    data = gzip.decompress(stem.with_name(stem.name + ".dict.dz").read_bytes())
    seen: set[tuple[int, int]] = set()
    for line in stem.with_name(stem.name + ".index").read_text("utf-8").splitlines():
        headword, offset, length = line.split("\t")[:3]
        place = _number(offset), _number(length)
        if headword.startswith("00") or place in seen:
            continue
        seen.add(place)
        entry = data[place[0] : place[0] + place[1]].decode("utf-8", "replace")
        yield from _parse(entry)


def _parse(entry: str) -> Iterator[tuple[str, list[str]]]:
    first, *rest = entry.splitlines()
    headword = _clean(first)
    translations = [
        meaning
        for line in rest
        if not line.startswith("  ") and '"' not in line
        for part in re.split(r"[,;]", _NUMBER.sub("", _ASIDE.sub(" ", line)))
        if (meaning := _clean(part))
    ]
    if headword and translations:
        yield headword, translations[:4]


def _clean(text: str) -> str:
    words = _ASIDE.sub(" ", text).replace("ĳ", "ij").split()
    if not words or len(words) > _LONGEST or any(mark in text for mark in ":|~…"):
        return ""
    return " ".join(words)


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 64 + _DIGITS.index(digit)
    return value


def read_wordnet(folder: Path) -> Iterator[tuple[list[str], str]]:
    """The words and the gloss of each synset of WordNet's `data.*` files."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text("utf-8", "replace").splitlines():
            if line.startswith("  "):
                continue
            head, _, gloss = line.partition("|")
            fields = head.split()
            count = int(fields[3], 16)
            names = [fields[4 + 2 * number].replace("_", " ").split("(")[0] for number in range(count)]
            yield names, gloss.split(";")[0].split('"')[0].strip()
