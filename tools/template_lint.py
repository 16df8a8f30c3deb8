"""Templates keep to what the Content-Security-Policy, translators and screen readers rely on.

``python tools/template_lint.py [PATH …]`` (default: templates) prints a line per problem and exits 1 when
there is one. Rules: no inline style, script or handler (``style=``, ``<style>``, ``<script>`` without src,
``on…=``, ``hx-on``); no ``js:`` or ``javascript:`` values and no htmx trigger filters (they need eval); no
``|safe`` and no ``autoescape off``; no bare ``{{ row.pk }}`` or year, which reads 1.234 from a thousand on; every
``<img>`` has ``alt``; visible text stands in ``{% translate %}``
or ``{% blocktranslate %}``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "data-confirm")
#: Names that are the same in every language.
NAMES = re.compile(
    r"\b(Skillnet|Vlaanderen|CSV|XLSX|Excel|JSON|API|ESCO|ECTS|EQF|VKS|NACE|ISCED(?:-F)?|URL|UUID|KBO|BTW)\b"
)
#: The style guide shows invented content, as data would be.
SAMPLES = ("styleguide/",)

BLOCK_TRANSLATE = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?{%-?\s*endblocktrans(?:late)?\s*-?%}", re.S)
COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)
SAFE = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off")
BARE_KEY = re.compile(r"{{\s*[\w.]+\.pk\s*}}|\?year={{\s*[\w.]+\s*}}|\b\w*year=[\w.]*\byear(?=\s)")
TAG_OR_VARIABLE = re.compile(r"{%.*?%}|{{.*?}}", re.S)
WORD = re.compile(r"[^\W\d_]{2,}")


DATA = {"application/json", "application/ld+json"}  # blocks that no browser executes


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule in one line of a template."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def _blank(match: re.Match[str]) -> str:
    """Nothing but the line breaks, so that line numbers stay true."""
    return "\n" * match.group(0).count("\n")


def _placeholder(match: re.Match[str]) -> str:
    return "\ufffc" + _blank(match)


class _Page(HTMLParser):
    """Walks a template whose Django tags were replaced by a placeholder."""

    def __init__(self, path: str, *, prose: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.prose = prose
        self.problems: list[Problem] = []
        self._silent: list[str] = []

    def report(self, text: str) -> None:
        self.problems.append(Problem(self.path, self.getpos()[0], text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        if tag == "style":
            self.report("no <style>: write it in skillnet.css")
        if tag == "script" and "src" not in names and names.get("type") not in DATA:
            self.report("no inline <script>: write it in a static file")
        if tag == "img" and "alt" not in names:
            self.report("<img> needs alt (empty when it only decorates)")
        for name, value in names.items():
            self._attribute(name, value)
        if tag in {"script", "style", "code", "pre", "kbd"}:
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def _attribute(self, name: str, value: str) -> None:
        if name == "style":
            self.report("no style=: use a class")
        if name.startswith(("hx-on", "data-hx-on")) or re.fullmatch(r"on[a-z]+", name):
            self.report(f"no {name}=: listen in a static file")
        if value.strip().lower().startswith(("js:", "javascript:")):
            self.report(f"no script in {name}=")
        if name.removeprefix("data-") == "hx-trigger" and "[" in value:
            self.report("no trigger filter: it needs eval")
        if self.prose and name in TRANSLATED_ATTRIBUTES and _has_words(value):
            self.report(f"{name}= is read by people: translate “{value.strip()[:40]}”")

    def handle_data(self, data: str) -> None:
        if self.prose and not self._silent and _has_words(data):
            lead = len(data) - len(data.lstrip())
            line = self.getpos()[0] + data[:lead].count("\n")
            self.problems.append(
                Problem(self.path, line, f"translate “{data.replace(chr(0xFFFC), '').strip()[:50]}”")
            )


def _has_words(text: str) -> bool:
    return bool(WORD.search(NAMES.sub("", text.replace("\ufffc", " "))))


def lint(source: str, path: str) -> list[Problem]:
    """The problems of one template, in order of line."""
    text = COMMENT.sub(_blank, source)
    problems = [
        Problem(
            path, text.count("\n", 0, found.start()) + 1, "no |safe: escape, or build it with format_html"
        )
        for found in SAFE.finditer(text)
    ]
    problems += [
        Problem(
            path,
            text.count("\n", 0, found.start()) + 1,
            'a key or a year has no thousands: write it with |stringformat:"d"',
        )
        for found in BARE_KEY.finditer(text)
    ]
    text = BLOCK_TRANSLATE.sub(_placeholder, text)
    page = _Page(
        path, prose=not any(sample in path for sample in SAMPLES) and not path.endswith((".txt", ".svg"))
    )
    page.feed(TAG_OR_VARIABLE.sub(_placeholder, text))
    page.close()
    return sorted(problems + page.problems, key=lambda problem: problem.line)


def templates(paths: list[Path]) -> Iterator[Path]:
    """All HTML templates at or below ``paths``."""
    for path in paths:
        yield from sorted(path.rglob("*.html")) if path.is_dir() else [path]


def _shown(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def main(arguments: list[str]) -> int:
    """Exit status: 0 when clean, 1 when a rule is broken."""
    paths = [Path(argument) for argument in arguments] or [ROOT / "templates"]
    here = Path.cwd()
    count = 0
    for path in templates(paths):
        for problem in lint(path.read_text(encoding="utf-8"), _shown(path, here)):
            print(problem)
            count += 1
    if count:
        print(f"{count} problems in templates. docs/design-system.md says what to use instead.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
