"""Forms of the questions about an enterprise's size: they read; services decide."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from networks.models import AnnualAccounts, OwnershipLink
from networks.network_forms import DateInput

FIGURES = ("headcount", "turnover", "balance_sheet")
YEARS = 3
EARLIEST = date(1900, 1, 1)


def asked_years(today: date | None = None) -> list[int]:
    """The closed years that the two-year rule looks at, the newest first."""
    last = (today or timezone.localdate()).year - 1
    return [last - number for number in range(YEARS)]


class FiguresForm(forms.Form):
    """Headcount, turnover and balance sheet of the last closed years; an empty field is unknown."""

    def __init__(self, *args: Any, known: Sequence[AnnualAccounts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_year = {accounts.year: accounts for accounts in known}
        self.years = asked_years()
        labels = {
            "headcount": _now("Personeel (VTE)"),
            "turnover": _now("Omzet"),
            "balance_sheet": _now("Balanstotaal"),
        }
        for year in self.years:
            for name in FIGURES:
                self.fields[f"{name}_{year}"] = forms.DecimalField(
                    label=f"{labels[name]} {year}",
                    required=False,
                    min_value=0,
                    max_digits=9 if name == "headcount" else 14,
                    decimal_places=2,
                    initial=getattr(by_year.get(year), name, None),
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(value is not None for value in data.values()):
            raise forms.ValidationError(_now("Vul minstens één boekjaar in."))
        return data

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """One row a year for the table."""
        return [(year, [self[f"{name}_{year}"] for name in FIGURES]) for year in self.years]

    @property
    def figures(self) -> Mapping[int, Mapping[str, Decimal | None]]:
        """What was filled in, by year."""
        return {
            year: {name: self.cleaned_data.get(f"{name}_{year}") for name in FIGURES} for year in self.years
        }


class OwnershipForm(forms.Form):
    """Who owns a quarter or more of us, or what we own a quarter or more of."""

    direction = forms.ChoiceField(
        label=_("Wat is de band?"),
        widget=forms.RadioSelect,
        choices=[
            ("owned", _("Zij bezit 25 % of meer van ons")),
            ("owner", _("Wij bezitten 25 % of meer van haar")),
            ("sister", _("Wie ons voor meer dan de helft bezit, bezit ook haar")),
        ],
        initial="owned",
    )
    number = forms.CharField(label=_("Ondernemingsnummer"), help_text=_("Tien cijfers, bv. 0123.456.749."))
    other_name = forms.CharField(
        label=_("Naam"), required=False, help_text=_("Alleen nodig als we de organisatie nog niet kennen.")
    )
    percent = forms.DecimalField(
        label=_("Percentage"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("Het grootste van kapitaal en stemmen."),
        error_messages={
            "max_value": _("Een percentage ligt tussen 0 en 100."),
            "max_digits": _("Een percentage ligt tussen 0 en 100."),
            "max_whole_digits": _("Een percentage ligt tussen 0 en 100."),
        },
    )
    owner_kind = forms.ChoiceField(
        label=_("Wie is de eigenaar?"),
        choices=OwnershipLink.OwnerKind.choices,
        help_text=_("Een openbare investeringsmaatschappij is een investeerder."),
    )
    owner_budget = forms.DecimalField(
        label=_("Jaarbegroting van het lokaal bestuur"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("In euro, van het jongste jaar."),
    )
    owner_inhabitants = forms.IntegerField(
        label=_("Inwoners van het lokaal bestuur"), required=False, min_value=0, max_value=100_000_000
    )
    majority_votes = forms.BooleanField(label=_("Meerderheid van de stemmen"), required=False)
    board = forms.BooleanField(label=_("Benoemt de meerderheid van het bestuur"), required=False)
    contract = forms.BooleanField(
        label=_("Overheersende invloed door een overeenkomst of de statuten"), required=False
    )
    since = forms.DateField(label=_("Sinds"), required=False, widget=DateInput)

    def clean_since(self) -> date | None:
        day: date | None = self.cleaned_data["since"]
        if day and not EARLIEST <= day <= timezone.localdate():
            raise forms.ValidationError(_now("Deze dag ligt in de toekomst of te ver terug."))
        return day


class StatementForm(forms.Form):
    """Two yes-or-no questions; both must be answered, neither is guessed."""

    ANSWERS = [("no", _("nee")), ("yes", _("ja"))]

    in_difficulty = forms.ChoiceField(
        label=_("Is uw onderneming in moeilijkheden?"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        help_text=_(
            "Meer dan de helft van het kapitaal verloren, insolventie, of reddingssteun die nog niet is "
            "terugbetaald (art. 2(18) Verordening 651/2014)."
        ),
    )
    recovery_order = forms.ChoiceField(
        label=_("Moet uw onderneming na een Europees besluit nog steun terugbetalen?"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        help_text=_("Een openstaand bevel tot terugvordering (art. 1(4)(a) Verordening 651/2014)."),
    )

    @property
    def answers(self) -> dict[str, bool]:
        """The answers as booleans."""
        return {name: self.cleaned_data[name] == "yes" for name in ("in_difficulty", "recovery_order")}
