"""Tables to fill in: many gaps at once, and earlier gaps to take over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.grid import MOST_ROWS
from networks.models import Depth, Direction, Gap, Transition

EMPTY_ROWS = 10


def _choice(label: Any, choices: Any, empty: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", empty), *choices], required=False)


class GridRowForm(forms.Form):
    """One gap in one row. An empty row is none."""

    title = forms.CharField(
        label=_("Wat moeten uw mensen kunnen?"),
        max_length=300,
        error_messages={"required": _("Zeg wat uw mensen moeten kunnen, of maak de rij leeg.")},
    )
    learners = forms.IntegerField(label=_("Deelnemers"), required=False, min_value=1, max_value=1_000_000)
    urgency = _choice(_("Dringendheid"), Gap.Urgency.choices)
    impact = _choice(_("Gevolg"), [(str(value), label) for value, label in Gap.Impact.choices])
    horizon = _choice(_("Termijn"), Gap.Horizon.choices)
    depth = _choice(_("Diepgang"), Depth.choices)
    direction = _choice(_("Richting"), Direction.choices)
    transition = _choice(_("Omslag"), Transition.choices)
    description = forms.CharField(label=_("Toelichting"), required=False, max_length=5_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self:
            bound.field.widget.attrs |= {"aria-label": bound.label}

    def clean_impact(self) -> int | None:
        return int(self.cleaned_data["impact"]) if self.cleaned_data["impact"] else None


class BaseGrid(forms.BaseFormSet):
    """The whole grid; deleting a row is emptying it."""


GapGrid = forms.formset_factory(
    GridRowForm, formset=BaseGrid, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)
GRID_COLUMNS: tuple[str, ...] = tuple(GridRowForm.base_fields)


class CopyRowForm(forms.Form):
    """One earlier gap: whether it comes along, and what changed since."""

    take = forms.BooleanField(label=_("Overnemen"), required=False)
    learners = forms.IntegerField(label=_("Deelnemers"), required=False, min_value=1, max_value=1_000_000)
    urgency = _choice(_("Dringendheid"), Gap.Urgency.choices, _("onbekend"))
    horizon = _choice(_("Termijn"), Gap.Horizon.choices, _("onbekend"))

    def __init__(self, data: Any = None, *, gap: Gap) -> None:
        initial = {"learners": gap.learners, "urgency": gap.urgency, "horizon": gap.horizon}
        super().__init__(data, initial=initial, prefix=f"gap-{gap.pk}")
        self.gap = gap
        for bound in self:
            bound.field.widget.attrs |= {"aria-label": f"{bound.label}: {gap.title}"}
