"""A form offers rows of somebody: it starts with none, and says for whom it narrows them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import get_resolver

OURS = {"networks", "catalogue", "matching", "programmes", "cockpit", "skillnet"}
# Fields that a model makes, which hold every row until `__init__` gives those of the one who asks.
NARROWED = {
    "MicrocredentialForm.refresher": "offers of the provider",
    "GapForm.network": "networks that the company is in",
    "NetworkForm.call": "calls that one may see",
    "CostLineForm.organisation": "companies of the programme",
    "RateForm.key": "a public register of rates",
}


def _forms(base: Any) -> Iterator[Any]:
    for form in base.__subclasses__():
        yield form
        yield from _forms(form)


def test_no_form_chooses_among_the_rows_of_all() -> None:
    assert get_resolver().url_patterns  # every view, and so every form, is loaded
    open_fields = {
        f"{form.__name__}.{name}"
        for form in _forms(forms.BaseForm)
        if form.__module__.split(".")[0] in OURS
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField) and not field.queryset.query.is_empty()
    }
    assert open_fields == set(NARROWED)
