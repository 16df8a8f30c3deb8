"""What people fill in about jobseekers whose names a service keeps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.services.jobseeker_counts import Count


class CountForm(forms.Form):
    """How many came, the hours of all of them together, who keeps the names, and the list."""

    people = forms.IntegerField(label=_("Werkzoekenden die kwamen"), min_value=0)
    hours = forms.DecimalField(
        label=_("Uren van hen samen"), min_value=0, max_digits=8, decimal_places=2, localize=True
    )
    service = forms.CharField(
        label=_("Dienst die de namen bewaart"),
        max_length=200,
        help_text=_("Bijvoorbeeld het VDAB-kantoor dat hen toeleidde. Schrijf hier geen namen van mensen."),
    )
    file = forms.FileField(
        label=_("Getekende lijst of attest van de dienst"), required=False, help_text=_("PDF of foto.")
    )

    def __init__(self, *args: Any, has_file: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_file:
            self.fields["file"].help_text = _("Leeg laten behoudt het bewijs dat er is.")

    @property
    def count(self) -> Count:
        data = self.cleaned_data
        return Count(data["people"], data["hours"], data["service"])


__all__ = ["CountForm"]
