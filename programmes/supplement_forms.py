"""The form of a supplement: seats per edition and company, another edition, a newcomer, or more for the same seats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from networks.models import Organisation
from programmes.forms import MOST_LEARNERS, edition_label
from programmes.models import Supplement
from programmes.services.supplement_seats import Change
from skillnet.templatetags.ui import date_long

NOBODY = ""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One company in one bought edition: its seats now, and for how many it waits."""

    edition: Edition
    organisation: Organisation
    now: int
    waiting: int = 0


class SupplementForm(forms.Form):
    """What the network asks beside the decision, and why. Reads what was written; services decide."""

    reason = forms.CharField(
        label=_("Waarom is dit nodig?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("De bedrijven die tekenen en de coördinator lezen dit."),
    )

    def __init__(
        self,
        *args: Any,
        rows: Sequence[SeatRow],
        newcomers: Sequence[Organisation],
        instead: Mapping[Edition, Sequence[Edition]],
        aid: Sequence[Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.newcomers, self.instead, self.aid = rows, newcomers, instead, aid
        for row in rows:
            self.fields[_seat(row.edition.pk, row.organisation.pk)] = forms.IntegerField(
                label=_now("%(company)s, “%(offer)s”")
                % {"company": row.organisation.name, "offer": row.edition.offer.title},
                min_value=0,
                max_value=MOST_LEARNERS,
                initial=row.now,
            )
        self._add_newcomer()
        for edition, choices in instead.items():
            self.fields[f"instead_{edition.pk}"] = forms.ChoiceField(
                label=_now("In de plaats van “%(offer)s” komt") % {"offer": edition.offer.title},
                required=False,
                choices=[(NOBODY, _now("nog niets")), *((str(e.pk), edition_label(e)) for e in choices)],
            )
        for company in aid:
            self.fields[f"aid_{company.pk}"] = forms.BooleanField(label=company.name, required=False)

    def _add_newcomer(self) -> None:
        if not self.newcomers:
            return
        self.fields["company"] = forms.ChoiceField(
            label=_now("Welk bedrijf komt erbij?"),
            required=False,
            choices=[(NOBODY, _now("geen")), *((str(o.pk), o.name) for o in self.newcomers)],
            help_text=_now(
                "Alleen leden van het netwerk; hun kloof staat in een gevalideerde behoefteanalyse."
            ),
        )
        for edition in self.editions:
            self.fields[f"new_{edition.pk}"] = forms.IntegerField(
                label=_now("Plaatsen in “%(offer)s”, %(day)s")
                % {"offer": edition.offer.title, "day": date_long(edition.starts_on)},
                required=False,
                min_value=0,
                max_value=MOST_LEARNERS,
            )

    @property
    def editions(self) -> list[Edition]:
        """The bought editions, each once."""
        return list({row.edition.pk: row.edition for row in self.rows}.values())

    def seat_groups(self) -> list[tuple[Edition, list[tuple[SeatRow, forms.BoundField]]]]:
        return [
            (
                edition,
                [
                    (row, self[_seat(edition.pk, row.organisation.pk)])
                    for row in self.rows
                    if row.edition.pk == edition.pk
                ],
            )
            for edition in self.editions
        ]

    def newcomer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name == "company" or name.startswith("new_")]

    def instead_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("instead_")]

    def aid_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("aid_")]

    def only_counts(self) -> None:
        """Counting it through asks no reason yet."""
        self.errors.pop("reason", None)
        self.cleaned_data.setdefault("reason", "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        asked = any(data.get(f"new_{edition.pk}") for edition in self.editions)
        if self.newcomers and bool(data.get("company")) != asked:
            words = _now("Zeg welk bedrijf erbij komt en met hoeveel mensen, of laat beide leeg.")
            self.add_error("company", words)
        return data

    @property
    def change(self) -> Change:
        """What is asked, in keys; what stays as it is, is not named."""
        data = self.cleaned_data
        seats = {
            (row.edition.pk, row.organisation.pk): data[_seat(row.edition.pk, row.organisation.pk)]
            for row in self.rows
            if data[_seat(row.edition.pk, row.organisation.pk)] != row.now
        }
        if data.get("company"):
            counts = {edition.pk: data.get(f"new_{edition.pk}") or 0 for edition in self.editions}
            seats |= {(pk, int(data["company"])): count for pk, count in counts.items() if count}
        instead = {
            edition.pk: int(data[f"instead_{edition.pk}"])
            for edition in self.instead
            if data.get(f"instead_{edition.pk}")
        }
        return Change(seats, instead, frozenset(o.pk for o in self.aid if data.get(f"aid_{o.pk}")))


def _seat(edition: int, organisation: int) -> str:
    return f"seats_{edition}_{organisation}"


class SignForm(forms.Form):
    """A company's word on its new plan."""

    declares_de_minimis = forms.BooleanField(
        label=_("Alle de-minimissteun van onze onderneming die nog meetelt, staat in de lijst."),
        required=False,
    )
    agreed = forms.BooleanField(
        label=_("Wij aanvaarden het nieuwe plan en vragen hiermee de bijkomende steun aan."),
        error_messages={"required": _("Zonder uw akkoord is er geen steunaanvraag.")},
    )

    def __init__(self, *args: Any, de_minimis: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not de_minimis:
            del self.fields["declares_de_minimis"]


class SupplementFilter(django_filters.FilterSet):
    """Filters of the list."""

    q = django_filters.CharFilter(
        field_name="programme__title",
        lookup_expr="icontains",
        label=_("Zoeken"),
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )
    programme = django_filters.UUIDFilter(field_name="programme__public_id", widget=forms.HiddenInput)
    state = django_filters.ChoiceFilter(
        choices=Supplement.State.choices, label=_("Toestand"), empty_label=_("alle")
    )

    class Meta:
        model = Supplement
        fields: list[str] = []


__all__ = ["SeatRow", "SignForm", "SupplementFilter", "SupplementForm"]
