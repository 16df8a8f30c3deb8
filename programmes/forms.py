"""Forms of `programmes`: they read what a person wrote; services decide whether it may be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition, Offer
from networks.models import Organisation
from programmes.models import DeMinimisAid
from programmes.services.drafts import EditionChoice, FillIn
from skillnet.templatetags.ui import date_long, euro

MOST_LEARNERS = 100_000


def edition_label(edition: Edition) -> str:
    """An edition in one line: what, by whom, when, for how much, how many seats are left."""
    price, basis = edition.effective_price
    cost = euro(price) if price is not None else _now("prijs onbekend")
    if price is not None:
        cost += " " + (_now("per editie") if basis == Offer.PriceBasis.EDITION else _now("per deelnemer"))
    left = edition.seats_left
    return " · ".join(
        [
            edition.offer.title,
            str(edition.offer.provider),
            date_long(edition.starts_on) if edition.starts_on else _now("datum onbekend"),
            cost,
            _now("plaatsen onbekend") if left is None else _now("%(n)s plaatsen vrij") % {"n": left},
        ]
    )


class DraftForm(forms.Form):
    """Choose an edition, fill in what it does not say, and say how many learners each company sends."""

    edition = forms.ChoiceField(label=_("Editie"), widget=forms.RadioSelect)
    price = forms.DecimalField(
        label=_("Prijs (excl. btw)"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        help_text=_("Enkel nodig als de gekozen editie geen prijs heeft."),
    )
    price_basis = forms.ChoiceField(label=_("Prijs is"), choices=Offer.PriceBasis.choices, required=False)
    seats = forms.IntegerField(
        label=_("Plaatsen"),
        required=False,
        min_value=1,
        max_value=MOST_LEARNERS,
        help_text=_("Enkel nodig als de gekozen editie niets zegt."),
    )
    starts_on = forms.DateField(
        label=_("Eerste lesdag"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Enkel nodig als de gekozen editie geen datum heeft."),
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[EditionChoice],
        companies: Mapping[Organisation, int | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices = {str(choice.edition.pk): choice for choice in choices}
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            (pk, f"{edition_label(choice.edition)} · {_now('score')} {round(choice.fit * 100)}")
            for pk, choice in self.choices.items()
        ]
        for company, learners in companies.items():
            self.fields[f"learners_{company.pk}"] = forms.IntegerField(
                label=company.name, required=False, min_value=0, max_value=MOST_LEARNERS, initial=learners
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        choice = self.choices.get(data.get("edition", ""))
        for name in choice.lacks if choice else []:
            if data.get(name) in (None, ""):
                self.add_error(name, _now("De gekozen editie zegt dit niet. Vul het in."))
        return data

    @property
    def chosen(self) -> Edition:
        return self.choices[self.cleaned_data["edition"]].edition

    @property
    def learners(self) -> dict[int, int]:
        return {
            int(name.removeprefix("learners_")): value or 0
            for name, value in self.cleaned_data.items()
            if name.startswith("learners_")
        }

    @property
    def fill_in(self) -> FillIn:
        data = self.cleaned_data
        return FillIn(data["price"], data["price_basis"], data["seats"], data["starts_on"])

    @property
    def something_lacks(self) -> bool:
        """Whether any edition needs a person to fill something in."""
        return any(choice.lacks for choice in self.choices.values())

    def company_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("learners_")]


class PlanForm(forms.Form):
    """Learners per edition and company; an empty field is nobody."""

    title = forms.CharField(label=_("Titel"), max_length=300)

    def __init__(
        self,
        *args: Any,
        editions: Sequence[Edition],
        companies: Sequence[Organisation],
        seats: Mapping[tuple[int, int], int],
        jobseekers: Mapping[int, int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.editions, self.companies = editions, companies
        for edition in editions:
            self.fields[f"jobseekers_{edition.pk}"] = forms.IntegerField(
                label=_now("Werkzoekenden: %(offer)s") % {"offer": edition.offer.title},
                required=False,
                min_value=0,
                max_value=MOST_LEARNERS,
                initial=(jobseekers or {}).get(edition.pk),
            )
            for company in companies:
                self.fields[f"seats_{edition.pk}_{company.pk}"] = forms.IntegerField(
                    label=f"{company.name}: {edition.offer.title}",
                    required=False,
                    min_value=0,
                    max_value=MOST_LEARNERS,
                    initial=seats.get((edition.pk, company.pk)),
                )

    def rows(self) -> Iterator[tuple[Edition, str, list[tuple[str, forms.BoundField]]]]:
        for edition in self.editions:
            cells = [(company.name, self[f"seats_{edition.pk}_{company.pk}"]) for company in self.companies]
            cells.append((_now("Werkzoekenden"), self[f"jobseekers_{edition.pk}"]))
            yield edition, edition_label(edition).removeprefix(f"{edition.offer.title} · "), cells

    @property
    def learners(self) -> dict[tuple[int, int], int]:
        return {
            (edition.pk, company.pk): self.cleaned_data.get(f"seats_{edition.pk}_{company.pk}") or 0
            for edition in self.editions
            for company in self.companies
        }

    @property
    def jobseekers(self) -> dict[int, int]:
        return {e.pk: self.cleaned_data.get(f"jobseekers_{e.pk}") or 0 for e in self.editions}


class WhatIfForm(forms.Form):
    """Another budget, editions that must or may not be bought."""

    YES, NO = "ja", "nee"

    budget = forms.DecimalField(
        label=_("Budget van het netwerk"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        help_text=_("Wat er aan subsidie te besteden is, in euro. Leeg: zoals nu."),
    )

    def __init__(
        self, *args: Any, editions: Sequence[Edition], bought: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.editions = sorted(editions, key=lambda e: (e.pk not in bought, e.offer.title, e.pk))
        self.bought = set(bought)
        choices = [
            ("", _now("laat de matcher kiezen")),
            (self.YES, _now("zeker kopen")),
            (self.NO, _now("niet kopen")),
        ]
        for edition in self.editions:
            self.fields[f"editie_{edition.pk}"] = forms.ChoiceField(
                label=edition_label(edition), choices=choices, required=False
            )

    def fields_now_bought(self) -> list[forms.BoundField]:
        return [self[f"editie_{e.pk}"] for e in self.editions if e.pk in self.bought]

    def other_fields(self) -> list[forms.BoundField]:
        return [self[f"editie_{e.pk}"] for e in self.editions if e.pk not in self.bought]

    @property
    def has_other_choice(self) -> bool:
        return any(field.value() for field in self.other_fields())

    def chosen(self, answer: str) -> list[int]:
        """Editions with this answer."""
        return [e.pk for e in self.editions if self.cleaned_data.get(f"editie_{e.pk}") == answer]


class CommitForm(forms.Form):
    """How many learners the company sends to each edition, and its word that it read what it signs."""

    agreed = forms.BooleanField(
        label=_("Wij nemen deel, betalen ons eigen deel en vragen hiermee de steun aan."),
        error_messages={"required": _("Zonder uw akkoord is er geen steunaanvraag.")},
    )

    disadvantaged = forms.IntegerField(
        label=_("Hoeveel van hen zijn in een kwetsbare positie?"),
        required=False,
        min_value=0,
        max_value=MOST_LEARNERS,
        help_text=_(
            "Alleen het aantal: bijvoorbeeld wie ouder is dan vijftig, geen diploma secundair onderwijs heeft of "
            "een handicap heeft. De steun kan dan hoger zijn; het bewijs vragen we later."
        ),
    )
    hourly_cost = forms.DecimalField(
        label=_("Loon- en algemene kost per uur les, gemiddeld"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text=_("Leeg: telt niet mee. Niemand rekent u dit aan; het verhoogt alleen het steunmaximum."),
    )

    declares_de_minimis = forms.BooleanField(
        label=_("Alle de-minimissteun van onze onderneming die nog meetelt, staat in de lijst."),
        required=False,
    )

    def __init__(
        self, *args: Any, seats: Sequence[tuple[Edition, int]], de_minimis: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        self.refused_seats: list[tuple[Edition, int]] = []
        if not de_minimis:
            del self.fields["declares_de_minimis"]
        agreed = self.fields.pop("agreed")
        for edition, learners in seats:
            self.fields[f"learners_{edition.pk}"] = forms.IntegerField(
                label=_now("“%(offer)s”, %(day)s")
                % {"offer": edition.offer.title, "day": date_long(edition.starts_on)},
                min_value=0,
                max_value=MOST_LEARNERS,
                initial=learners,
            )
        self.fields["agreed"] = agreed

    @property
    def declares(self) -> bool:
        return bool(self.cleaned_data.get("declares_de_minimis"))

    def seat_fields(self) -> list[forms.BoundField]:
        return [self[f"learners_{edition.pk}"] for edition, _n in self.seats]

    @property
    def says(self) -> dict[str, Any]:
        """What the company tells of its learners; an answer that was not asked for stays as it is."""
        given = {"hourly_cost": self.cleaned_data["hourly_cost"]} if "hourly_cost" in self.data else {}
        if "disadvantaged" in self.data:
            given["disadvantaged"] = self.cleaned_data["disadvantaged"] or 0
        return given

    @property
    def learners(self) -> dict[int, int]:
        return {edition.pk: self.cleaned_data[f"learners_{edition.pk}"] for edition, _n in self.seats}


class CorrectForm(forms.Form):
    """Declared aid that was less than declared, or none at all."""

    right_amount = forms.DecimalField(
        label=_("Het juiste bedrag in euro"),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        help_text=_("Schrijf 0 als u deze steun niet kreeg. Was het meer, geef dan het verschil apart aan."),
    )
    reason = forms.CharField(label=_("Wat was er fout?"), max_length=300)
    file = forms.FileField(
        label=_("Bewijsstuk"),
        required=False,
        help_text=_("De toekenningsbrief of een verklaring van de steunverlener; nodig voor een correctie."),
    )


class ProofForm(forms.Form):
    """The letter that proves declared aid."""

    file = forms.FileField(label=_("Bewijsstuk"), help_text=_("De toekenningsbrief of de betaling."))


class DeclareForm(forms.Form):
    """De minimis aid that the company had elsewhere."""

    granted_on = forms.DateField(
        label=_("Toegekend op"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("De dag waarop u recht kreeg op de steun, niet de dag van betaling."),
    )
    amount = forms.DecimalField(
        label=_("Bedrag in euro"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    basis = forms.ChoiceField(label=_("Soort"), choices=DeMinimisAid.Basis.choices)
    granter = forms.CharField(
        label=_("Steunverlener"), max_length=200, help_text=_("Bijvoorbeeld: VLAIO, de stad, een fonds.")
    )

    file = forms.FileField(
        label=_("Bewijsstuk"), required=False, help_text=_("De toekenningsbrief, als u ze bij de hand hebt.")
    )

    def clean_granted_on(self) -> date:
        from django.utils import timezone

        day: date = self.cleaned_data["granted_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_now("Deze dag ligt in de toekomst."))
        return day
