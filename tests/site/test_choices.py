"""Choices are written in one step: they say what Django's own template says."""

from pathlib import Path
from typing import Any

import django
from django import forms
from django.template import Context, Engine
from django.test.html import parse_html
from hypothesis import given
from hypothesis import strategies as st

THEIRS = Path(django.__file__).parent / "forms/templates"
WORDS = st.text("aé7€ <>&\"'/=", min_size=1, max_size=6)
VALUES = WORDS | st.integers(0, 5_000)
CHOICES = st.lists(
    st.tuples(VALUES, WORDS) | st.tuples(WORDS, st.lists(st.tuples(VALUES, WORDS), min_size=1, max_size=3)),
    min_size=1,
    max_size=5,
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "class", "data-x"]), VALUES | st.booleans())


THEIR_SELECT = Engine(dirs=[str(THEIRS)]).get_template("django/forms/widgets/select.html")


def theirs(widget: dict[str, Any]) -> str:
    return THEIR_SELECT.render(Context({"widget": widget}))


@given(choices=CHOICES, attributes=ATTRIBUTES, chosen=st.integers(0, 4))
def test_a_choice_is_what_django_would_write(choices: Any, attributes: dict[str, Any], chosen: int) -> None:
    widget = forms.Select(choices=choices)
    value = str(choices[chosen % len(choices)][0])
    context = widget.get_context("name<&", value, attributes)["widget"]
    assert parse_html(widget.render("name<&", value, attributes)) == parse_html(theirs(context))
