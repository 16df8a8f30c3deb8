"""The template lint finds each thing that it forbids, says where, and finds nothing in our templates."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("template_lint", ROOT / "tools" / "template_lint.py")
assert spec is not None
assert spec.loader is not None
template_lint = importlib.util.module_from_spec(spec)
sys.modules["template_lint"] = template_lint  # dataclasses look their module up by name
spec.loader.exec_module(template_lint)


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('<p style="color:red"></p>', "style="),
        ("<style>p{}</style>", "<style>"),
        ("<script>1</script>", "<script>"),
        ('<button onclick="x()"></button>', "onclick"),
        ('<b hx-on:click="x"></b>', "hx-on"),
        ('<b hx-vals="js:{a:1}"></b>', "hx-vals"),
        ('<a href="javascript:x()"></a>', "href"),
        ('<b hx-trigger="keyup[key==1]"></b>', "trigger filter"),
        ("{{ a|safe }}", "safe"),
        ('<input value="{{ row.item.pk }}">', "thousands"),
        ('<a href="?year={{ one }}"></a>', "thousands"),
        (
            "{% blocktranslate trimmed with year=item.accounts.year %}tot {{ year }}{% endblocktranslate %}",
            "thousands",
        ),
        ("{{ a| safe }}", "safe"),
        ("{% autoescape off %}{% endautoescape %}", "safe"),
        ('<img src="a.svg">', "alt"),
        ("<p>Zomaar tekst</p>", "Zomaar tekst"),
        ('<b aria-label="Sluiten"></b>', "aria-label"),
        ("<p>{{ n }} kloven</p>", "kloven"),
    ],
)
def test_what_is_forbidden_is_found(source, word):
    problems = template_lint.lint("\n\n" + source, "x.html")
    assert [problem.line for problem in problems] == [3]
    assert word in problems[0].text


@pytest.mark.parametrize(
    "source",
    [
        '<p class="n">{% translate "Tekst" %}: {{ n }} · 12 %</p>',
        "{% blocktranslate count n=n %}{{ n }} kloof{% plural %}{{ n }} kloven{% endblocktranslate %}",
        '<img src="a.svg" alt="">',
        '<script src="a.js" defer></script>',
        "<a href=\"{% url 'x' %}\" aria-label=\"{% translate 'Sluiten' %}\">×</a>",
        "{# Een opmerking #}{% comment %}nog een{% endcomment %}<!-- en een -->",
        "<b>Skillnet</b> Vlaanderen",
        "<code>valid_from</code>",
        '<p{% if a %} class="b"{% endif %}></p>',
    ],
)
def test_what_is_allowed_passes(source):
    assert template_lint.lint(source, "x.html") == []


def test_our_templates_are_clean():
    problems = [
        problem
        for path in template_lint.templates([ROOT / "templates"])
        for problem in template_lint.lint(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ]
    assert problems == []


def test_the_command_counts_and_fails(tmp_path, capsys):
    bad = tmp_path / "a.html"
    bad.write_text("<p>Los</p>", encoding="utf-8")
    assert template_lint.main([str(bad)]) == 1
    assert ":1: translate" in capsys.readouterr().out
    bad.write_text("<p></p>", encoding="utf-8")
    assert template_lint.main([str(tmp_path)]) == 0
