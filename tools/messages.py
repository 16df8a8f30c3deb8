"""Texts of the interface: extract them, check that French and English are complete, compile them.

Dutch is the source language, so its texts are the msgids. Babel reads Python; templates are turned into
something like Python by Django itself (`templatize`), so GNU gettext is not needed.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "skillnet" / "locale"
LANGUAGES = ("fr", "en")
APPS = ["skillnet", "networks", "catalogue", "matching", "programmes", "cockpit"]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["extract", "check", "compile", "missing"])
    action = parser.parse_args().action
    return {"extract": extract, "check": check, "compile": compile_all, "missing": missing}[action]()


def collect() -> Catalog:
    """Every text of code and templates."""
    catalog = Catalog(project="Skillnet", charset="utf-8")
    for path in sources():
        for line, message, context in texts_of(path):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    return catalog


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for suffix in ("*.html", "*.txt"):
        yield from sorted((ROOT / "templates").rglob(suffix))


def texts_of(path: Path) -> Iterator[tuple[int, Any, str | None]]:
    source = path.read_text(encoding="utf-8")
    pieces = (
        [(0, templatize(source, origin=str(path)))]
        if path.suffix != ".py"
        else [(0, source), *_inside(source)]
    )
    for above, piece in pieces:
        found: Any = extract_python(io.BytesIO(piece.encode()), KEYWORDS, [], {})
        for line, function, message, _comments in found:
            if function in KEYWORDS and message:
                yield from _text(above + line, function, message)


def _inside(source: str) -> Iterator[tuple[int, str]]:
    """The calls within f-strings, and the lines above each: Babel takes an f-string for one word."""
    strings = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
    for call in (part for string in strings for part in ast.walk(string) if isinstance(part, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
            yield call.lineno - 1, ast.unparse(call)


def _text(line: int, function: str, message: Any) -> Iterator[tuple[int, Any, str | None]]:
    parts = list(message) if isinstance(message, tuple) else [message]
    context = None
    if function.startswith(("pgettext", "npgettext")):
        context = parts.pop(0)
    parts = [part for part in parts if part]
    if function.startswith(("ngettext", "npgettext")) and len(parts) >= 2:
        yield line, (parts[0], parts[1]), context
    elif parts:
        yield line, parts[0], context


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Skillnet", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract() -> int:
    """Bring the catalogues up to date: new texts come in empty, texts that are gone leave."""
    wanted = collect()
    for language in LANGUAGES:
        known = load(language)
        known.update(wanted, no_fuzzy_matching=True)
        known.obsolete.clear()
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, known, width=110, sort_output=True, no_location=True, omit_header=False)
        print(f"{language}: {len(known)} texts, {len(_empty(known))} to translate")
    return 0


def check() -> int:
    """Exit 1 when a text is missing, empty, or has other placeholders than its translation."""
    wanted = collect()
    problems = [problem for language in LANGUAGES for problem in _problems(language, wanted)]
    for problem in problems[:40]:
        print(problem)
    if problems:
        print(f"{len(problems)} texts to mend: `make messages`, then translate.")
    return 1 if problems else 0


def missing() -> int:
    """Print the texts without translation, one a line, as JSON, for a translator."""
    import json

    wanted = collect()
    for language in LANGUAGES:
        known = load(language)
        for message in wanted:
            if message.id and not _translated(known.get(message.id, message.context)):
                print(
                    json.dumps(
                        {"language": language, "id": message.id, "context": message.context},
                        ensure_ascii=False,
                    )
                )
    return 0


def compile_all() -> int:
    for language in LANGUAGES:
        compiled = path_of(language).with_suffix(".mo")
        if path_of(language).exists() and not _is_newer(compiled, path_of(language)):
            with path_of(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, load(language))
    return 0


def _is_newer(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def _problems(language: str, wanted: Catalog) -> Iterator[str]:
    known = load(language)
    for message in wanted:
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        shown = message.id if isinstance(message.id, str) else message.id[0]
        where = ":".join(map(str, message.locations[0])) if message.locations else ""
        if not _translated(found):
            yield f"{language}: not translated: {shown!r} ({where})"
        elif _placeholders(message.id) != _placeholders(found.string if found else ""):
            yield f"{language}: other placeholders: {shown!r} ({where})"


def _translated(message: Any) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings) and bool(strings)


def _placeholders(text: Any) -> set[str]:
    texts = text if isinstance(text, list | tuple) else [text]
    return {name for t in texts for match in PLACEHOLDER.findall(t or "") for name in match if name}


def _empty(catalog: Catalog) -> list[Any]:
    return [message for message in catalog if message.id and not _translated(message)]


if __name__ == "__main__":
    sys.exit(main())
