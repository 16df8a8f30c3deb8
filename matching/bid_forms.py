"""The forms of bids: they read and clean, services decide."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.forms import DATE, LinesField, ServiceForm
from catalogue.models import Edition, Offer
from matching.models import Bid
from networks.forms import region_choices
from networks.models import Mode
from skillnet.kernel.actor import Actor
from skillnet.templatetags.ui import date_long


class EditionChoices(forms.ModelChoiceField):
    """Own editions that have yet to begin."""

    def label_from_instance(self, obj: Any) -> str:
        day = date_long(obj.starts_on) if obj.starts_on else _now("datum onbekend")
        return f"{obj.offer.title} · {day}" + (f" · {obj.location}" if obj.location else "")


class BidForm(ServiceForm):
    """What a provider proposes. What the catalogue says already need not be written again."""

    offer = forms.ModelChoiceField(
        label=_("Aanbod"),
        queryset=Offer.objects.none(),
        required=False,
        empty_label=_("kies uit uw aanbod"),
        help_text=_("Voor een nieuwe editie."),
    )
    edition = EditionChoices(
        label=_("Editie"),
        queryset=Edition.objects.none(),
        required=False,
        empty_label=_("kies uit uw edities"),
        help_text=_("Voor een editie die er al is: datum, plaats, plaatsen en prijs komen uit uw aanbod."),
    )
    title = forms.CharField(
        label=_("Titel"), max_length=300, required=False, help_text=_("Voor een nieuw aanbod.")
    )
    outcomes = LinesField(
        label=_("Wat kan iemand nadien?"),
        required=False,
        help_text=_("Eén leerresultaat per regel. Begin met een werkwoord: storingen zoeken, inox lassen."),
    )
    region = forms.ChoiceField(label=_("Regio"), required=False)

    class Meta:
        model = Bid
        fields = [
            "kind",
            "edition",
            "offer",
            "title",
            "description",
            "outcomes",
            "language",
            "mode",
            "hours",
            "starts_on",
            "ends_on",
            "schedule",
            "region",
            "location",
            "seats",
            "min_seats",
            "price",
            "price_basis",
            "conditions",
            "valid_until",
        ]
        widgets = {
            "kind": forms.RadioSelect,
            "description": forms.Textarea(attrs={"rows": 4}),
            "conditions": forms.Textarea(attrs={"rows": 3}),
            "starts_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "valid_until": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        }
        labels = {"min_seats": _("Minimum")}
        help_texts = {
            "schedule": _("Bijvoorbeeld: zes dinsdagen, 13 tot 17 uur."),
            "conditions": _("Wat is inbegrepen, wat niet, en tot wanneer kan men annuleren."),
            "valid_until": _("Tot wanneer u zich aan dit bod houdt."),
        }

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Bid.Kind.choices  # type: ignore[attr-defined]
        self.fields["mode"].choices = [("", _("onbekend")), *Mode.choices]  # type: ignore[attr-defined]
        offers = Offer.objects.editable_by(actor).exclude(state=Offer.State.ARCHIVED).order_by("title")
        self.fields["offer"].queryset = offers  # type: ignore[attr-defined]
        editions = Edition.objects.editable_by(actor).upcoming(today).filter(offer__state=Offer.State.ACTIVE)
        self.fields["edition"].queryset = editions.select_related("offer")  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]

    def section(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def what(self) -> list[forms.BoundField]:
        return self.section("title", "description", "outcomes")

    def how(self) -> list[forms.BoundField]:
        return self.section("language", "mode", "hours")

    def when(self) -> list[forms.BoundField]:
        return self.section("starts_on", "ends_on", "region", "location")

    def price_fields(self) -> list[forms.BoundField]:
        return self.section("price", "price_basis", "seats", "min_seats")
