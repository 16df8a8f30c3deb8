"""Forms of a passage from work to work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation, WorkTransfer
from networks.models.transfers import PAYERS
from skillnet.kernel import enterprise_number


class TransferForm(forms.ModelForm):
    """The other employer, the split of the cost, the bridge. The service saves."""

    receiving_number = forms.CharField(
        label=_("Ondernemingsnummer van de nieuwe werkgever"),
        required=False,
        help_text=_("Leeg zolang u zoekt. Wie u invult, leest deze overgang en bevestigt of wijst af."),
    )

    class Meta:
        model = WorkTransfer
        fields = [*PAYERS, "bridge", "bridge_career_years", "bridge_months", "bridge_used_before"]
        widgets = {"bridge_used_before": forms.NullBooleanSelect()}
        help_texts = {"bridge_career_years": _("Van de persoon met de kortste loopbaan.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PAYERS:
            self.fields[name].widget.attrs |= {"max": "100", "min": "0"}
            self.fields[name].label = _("%(who)s (%%)") % {"who": self.fields[name].label}
        if self.instance.receiving:
            self.initial["receiving_number"] = self.instance.receiving.enterprise_number

    def clean_receiving_number(self) -> Organisation | None:
        text = self.cleaned_data["receiving_number"].strip()
        if not text:
            return None
        try:
            number = enterprise_number.parse(text)
        except enterprise_number.InvalidEnterpriseNumberError as error:
            raise forms.ValidationError(
                _("Dit is geen geldig ondernemingsnummer. Kijk de tien cijfers na.")
            ) from error
        found = Organisation.objects.filter(enterprise_number=number, merged_into=None).first()
        if found is None:
            raise forms.ValidationError(
                _("Dit bedrijf is hier nog niet bekend. Vraag het zich aan te melden, en vul het dan in.")
            )
        return found

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        return data | {"receiving": data.pop("receiving_number")}

    def _post_clean(self) -> None:
        """The service validates and saves; the form must not write into its instance."""


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Hoe liep het af?"), choices=WorkTransfer.Outcome, widget=forms.RadioSelect
    )
