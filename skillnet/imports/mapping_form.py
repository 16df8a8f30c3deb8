"""The form in which a person says which column of a file is which column of the format."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from skillnet.imports.kinds import ImportKind

UNUSED = "-"


class MappingForm(forms.Form):
    """One choice for each column of the file: which column of the format it is, or none."""

    def __init__(
        self, *args: Any, header: list[str], kind: ImportKind, mapping: dict[str, str], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.header = header
        choices = [(UNUSED, _("niet gebruiken")), *((column, column) for column in kind.columns)]
        for place, name in enumerate(header):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name, choices=choices, initial=mapping.get(name, UNUSED)
            )

    def clean(self) -> dict[str, Any]:
        chosen = [value for value in self.cleaned_data.values() if value != UNUSED]
        doubled = sorted({column for column in chosen if chosen.count(column) > 1})
        if doubled:
            raise forms.ValidationError(
                _("Twee kolommen van uw bestand wijzen naar %(columns)s. Kies er één.")
                % {"columns": ", ".join(doubled)}
            )
        return self.cleaned_data

    @property
    def mapping(self) -> dict[str, str]:
        chosen = {name: self.cleaned_data[f"column_{place}"] for place, name in enumerate(self.header)}
        return {name: column for name, column in chosen.items() if column != UNUSED}
