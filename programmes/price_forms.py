"""Forms of market prices and of the evaluation."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from networks.network_forms import ServiceForm
from programmes.models import Evaluation, PriceEvidence, ProgrammeEdition
from programmes.presenting import when_of

FIELDS = ("kind", "supplier", "amount", "is_chosen", "source", "why")
ALL_OF = "offer:"


class PriceEvidenceForm(ServiceForm):
    """A quote or a public price, with its file or where it can be found."""

    edition = forms.ChoiceField(label=_("Voor welke opleiding?"))
    upload = forms.FileField(
        label=_("Het stuk zelf"), required=False, help_text=_("De offerte of de prijslijst, als PDF of scan.")
    )

    class Meta:
        model = PriceEvidence
        fields = list(FIELDS)
        help_texts = {
            "is_chosen": _("Aan te vinken bij de offerte van de verstrekker die het programma koopt."),
            "why": _("Verplicht bij de gekozen prijs: waarom deze, zeker als ze niet de laagste is."),
        }

    def __init__(self, *args: Any, rows: Iterable[ProgrammeEdition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bought = list(rows)
        self.editions: dict[str, list[int]] = {}
        choices = []
        for offer in {row.edition.offer_id: row.edition.offer for row in bought}.values():
            of_it = [row for row in bought if row.edition.offer_id == offer.pk]
            if len(of_it) > 1:
                self.editions[f"{ALL_OF}{offer.public_id}"] = [row.edition_id for row in of_it]
                said = _now("%(offer)s: alle %(count)s edities") % {"offer": offer.title, "count": len(of_it)}
                choices.append((f"{ALL_OF}{offer.public_id}", said))
            for row in of_it:
                self.editions[str(row.edition.public_id)] = [row.edition_id]
                choices.append((str(row.edition.public_id), f"{offer.title} ({when_of(row.edition)})"))
        self.fields["edition"].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            choice for choice in PriceEvidence.Kind.choices if choice[0] != PriceEvidence.Kind.BID
        ]
        self.fields["why"].widget.attrs["rows"] = 3
        self.order_fields(["edition", "kind", "supplier", "amount", "is_chosen", "why", "upload", "source"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PriceEvidence.Kind.LIST_PRICE and not (cleaned.get("why") or "").strip():
            self.add_error("why", _now("Zeg waarom voor deze prijs gekozen is."))
        return cleaned

    @property
    def edition_ids(self) -> list[int]:
        """The edition that was chosen, or all of its offer that the programme buys."""
        return self.editions[self.cleaned_data["edition"]]

    @property
    def values(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class EvaluationForm(ServiceForm):
    """What worked, what has to change, whether to do it again."""

    again = forms.ChoiceField(
        label=_("Opnieuw inrichten?"), choices=Evaluation.Again.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Evaluation
        fields = ["worked", "to_change", "again", "satisfaction"]


__all__ = ["EvaluationForm", "PriceEvidenceForm"]
