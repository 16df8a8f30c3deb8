"""Whole components: what a screen reader, a phone and the policy rely on is in the markup."""

import importlib
import itertools
import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from skillnet import ui

styleguide = importlib.import_module("skillnet.views.styleguide")  # the package exports the view by this name


class _Document(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.elements if tag in names]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.elements if attrs.get("id")]


def page(name: str, **context: object) -> str:
    with translation.override("nl"):
        return render_to_string(name, context, request=RequestFactory().get("/"))


def part(template: str, **context: object) -> str:
    with translation.override("nl"):
        return Template("{% load ui %}" + template).render(Context(context))


@pytest.fixture(scope="module")
def guide() -> str:
    with translation.override("nl"):
        context = styleguide.context("light")
    return page("styleguide/index.html", **context)


def test_one_theme_or_both():
    assert styleguide.context("dark")["themes"] == ("dark",)
    assert styleguide.context("purple")["themes"] == ("light", "dark")


def test_ids_are_unique_and_every_reference_resolves(guide):
    document = _Document(guide)
    doubles = {one for one in document.ids if document.ids.count(one) > 1}
    assert doubles == set()
    for _, attrs in document.elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
            for target in attrs.get(name, "").split():
                assert target in document.ids, (name, target)


def test_every_field_has_a_label_and_every_column_a_scope(guide):
    document = _Document(guide)
    labelled = {attrs.get("for") for attrs in document.all("label")}
    for attrs in document.all("input", "select", "textarea"):
        if attrs.get("type") not in {"hidden", "submit"}:
            assert attrs.get("id") in labelled or attrs.get("aria-label"), attrs
    unscoped = [
        attrs for attrs in document.all("th") if "scope" not in attrs and attrs.get("class") != "tight"
    ]
    assert unscoped == []


def test_nothing_inline_reaches_the_browser(guide):
    document = _Document(guide)
    for tag, attrs in document.elements:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith(("on", "hx-on"))]
        assert tag != "style"
    assert all(attrs.get("src") for attrs in document.all("script"))


def test_levels_of_headings_are_not_skipped(guide):
    levels = [int(tag[1]) for tag, _ in _Document(guide).elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


class _Form(forms.Form):
    name = forms.CharField(label="Naam", help_text="<b>Zoals</b> op de gevel")
    note = forms.CharField(label="Nota", required=False)


def test_a_form_says_what_is_wrong_and_links_to_it():
    html = part("{{ form }}", form=_Form({"name": ""}))
    document = _Document(html)
    assert '<a href="#id_name">Naam</a>' in html
    (name,) = [attrs for attrs in document.all("input") if attrs["name"] == "name"]
    assert name["aria-invalid"] == "true"
    assert set(name["aria-describedby"].split()) == {"id_name_helptext", "id_name_error"} <= set(document.ids)
    assert "&lt;b&gt;Zoals" in html
    assert html.count("facultatief") == 1


def test_a_valid_form_has_no_summary():
    assert "error-summary" not in part("{{ form }}", form=_Form({"name": "Leiedal"}))


def test_a_job_polls_until_it_is_finished():
    running = part('{% include "components/progress.html" %}', job=ui.Job("7", "Scoren", "/runs/7/", 3, 10))
    assert 'hx-get="/runs/7/"' in running
    assert 'value="3" max="10"' in running
    done = ui.Job("7", "Klaar", "/runs/7/", 10, 10, finished=True, result_url="/r/")
    html = part('{% include "components/progress.html" %}', job=done)
    assert "hx-get" not in html
    assert "<progress" not in html
    assert 'href="/r/"' in html


def test_an_unknown_component_of_a_score_has_no_meter():
    html = part(
        '{% include "components/meters.html" %}',
        components=[ui.ScorePart("Plaats", None), ui.ScorePart("Prijs", 0.5, "past")],
    )
    assert html.count("<meter ") == 1
    assert "onbekend, telt niet mee" in html


def test_a_decision_panel_without_actions_says_so():
    html = part('{% include "components/decision_panel.html" with url="/x/" %}', actions=[])
    assert "<form" not in html
    assert "niets te beslissen" in html


def test_evidence_is_escaped_and_speaks_its_language():
    html = part(
        '{% include "components/evidence.html" with language="fr" %}',
        source="A & B",
        text="<i>le PLC",
        spans=[(6, 9)],
    )
    assert '<blockquote lang="fr">&lt;i&gt;le <mark>PLC</mark></blockquote>' in html
    assert "A &amp; B" in html


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_error_pages_need_no_context(code):
    with translation.override("nl"):
        html = render_to_string(f"{code}.html")
    assert code in html
    assert '<html lang="nl">' in html
    assert 'href="/"' in html


def test_the_theme_cookie_is_one_of_two_words():
    for value, expected in (
        ("dark", ' data-theme="dark"'),
        ("light", ' data-theme="light"'),
        ('"><script>', ""),
    ):
        request = RequestFactory().get("/")
        request.COOKIES["theme"] = value
        html = render_to_string("base.html", {}, request=request)
        assert f'<html lang="nl"{expected}>' in html
