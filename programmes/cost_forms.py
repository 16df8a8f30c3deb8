"""Forms of costs: own lines, the key of shared costs, ring-fenced lines, the waiting list."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from networks.network_forms import DateInput, ServiceForm
from programmes.models import BudgetLine, CostLine, EvidenceFile, OtherFunding, Participation, Programme


class CostLineForm(ServiceForm):
    """A cost that no edition's price holds. Refundable VAT is shown and never counts."""

    class Meta:
        model = CostLine
        fields = ["category", "description", "amount", "vat", "vat_is_refundable", "group", "organisation"]
        labels = {"category": _("Soort kost"), "organisation": _("Van welk bedrijf?")}
        help_texts = {
            "organisation": _("Leeg: gedeeld door iedereen van de groep."),
            "description": _(
                "Bijvoorbeeld: zaalhuur, lesmateriaal, vervoer, een adviseur die de opleiding voorbereidt."
            ),
        }

    def __init__(self, *args: Any, people: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vat"].required = False
        self.fields["vat"].initial = None
        for name in ("amount", "vat"):
            self.fields[name].min_value = Decimal(0)  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = _companies(people)  # type: ignore[attr-defined]

    def clean_vat(self) -> Decimal:
        return self.cleaned_data["vat"] or Decimal(0)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount < 0:
            raise forms.ValidationError(_now("Een kost is nul of meer."))
        return amount


def _companies(people: Sequence[Participation]) -> Any:
    from networks.models import Organisation

    return Organisation.objects.filter(pk__in=[p.organisation_id for p in people]).order_by("name")


class ShareForm(forms.Form):
    """By which key shared costs are split; weights count only where the key was agreed."""

    share_key = forms.ChoiceField(
        label=_("Gedeelde kosten verdelen"), choices=Programme.ShareKey.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, people: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for person in people:
            self.fields[f"weight_{person.organisation_id}"] = forms.DecimalField(
                label=person.organisation.name,
                required=False,
                min_value=0,
                max_digits=9,
                decimal_places=3,
                initial=person.share_weight,
            )

    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"weight_{p.organisation_id}"] for p in self.people]

    @property
    def weights(self) -> Mapping[int, Decimal | None]:
        return {p.organisation_id: self.cleaned_data[f"weight_{p.organisation_id}"] for p in self.people}


class BudgetLineForm(ServiceForm):
    """Money of a call for one purpose, in one period."""

    class Meta:
        model = BudgetLine
        fields = ["purpose", "amount", "valid_from", "valid_to", "legal_basis"]
        widgets = {"valid_from": DateInput, "valid_to": DateInput}
        help_texts = {
            "valid_to": _("Leeg: tot nader order."),
            "legal_basis": _("Artikel en datum van de beslissing."),
        }


class WaitForm(forms.Form):
    """So many more learners than there are seats."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    learners = forms.IntegerField(label=_("Deelnemers op de wachtlijst"), min_value=1, max_value=1000)


class OtherFundingForm(forms.Form):
    """What another instrument pays of one kind of cost."""

    instrument = forms.ChoiceField(label=_("Welk instrument betaalt mee?"))
    category = forms.ChoiceField(
        label=_("Welke kost?"),
        choices=CostLine.Category.choices,
        help_text=_("De prijs van de opleiding is “opleiders”; het loon van wie leert “loonkost”."),
    )
    amount = forms.DecimalField(
        label=_("Bedrag in euro"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    basis = forms.ChoiceField(
        label=_("Soort steun"),
        choices=OtherFunding.Basis.choices,
        help_text=_("Staat in de toekenningsbrief. Weet u het niet, laat dan de eerste keuze staan."),
    )
    reference = forms.CharField(label=_("Kenmerk"), max_length=80, required=False)
    evidence = forms.ModelChoiceField(
        label=_("Bewijsstuk"),
        queryset=EvidenceFile.objects.none(),
        required=False,
        empty_label=_("nog geen"),
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, instruments: Any, files: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["instrument"].choices = instruments
        fields["evidence"].queryset = files
