"""What people fill in about learners: who comes, who replaces whom, and where the proof lies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition
from programmes.models import EvidenceFile, Participation
from programmes.services.learners import LONGEST_NAME, LineProblem, NewLearner, checked, read_lines


class PeopleForm(forms.Form):
    """Many at once: one line a person."""

    edition = forms.ChoiceField(label=_("Editie"))
    people = forms.CharField(
        label=_("Deelnemers"),
        help_text=_("Eén per regel: naam; e-mailadres. Het adres is nodig om iemand uit te nodigen."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        max_length=20_000,
    )
    disadvantaged = forms.BooleanField(
        label=_("Tellen mee als kansengroep of met een handicap"),
        help_text=_("Verhoogt het steunpercentage. Noteer nooit waarom iemand ertoe behoort."),
        required=False,
    )
    evidence_reference = forms.CharField(
        label=_("Kenmerk van het bewijs"),
        help_text=_("Waar het bewijs ligt, bijvoorbeeld een dossiernummer bij uw personeelsdienst."),
        max_length=60,
        required=False,
    )
    invite = forms.BooleanField(
        label=_("Eerst zelf vragen of ze willen volgen"),
        help_text=_("Wie een adres heeft, krijgt een e-mail en houdt de plaats tot het antwoord er is."),
        required=False,
    )

    def __init__(self, *args: Any, editions: Sequence[tuple[Edition, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["edition"]
        field.choices = [(str(edition.public_id), label) for edition, label in editions]
        if len(editions) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(editions[0][0].public_id)
        self._editions = {str(edition.public_id): edition for edition, _label in editions}
        self.problems: list[LineProblem] = []
        self.lines: list[tuple[int, NewLearner]] = []

    @property
    def chosen(self) -> Edition:
        return self._editions[self.cleaned_data["edition"]]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("disadvantaged") and not data.get("evidence_reference"):
            self.add_error("evidence_reference", _("Zonder bewijs telt de verhoging niet."))
        lines, self.problems = read_lines(data.get("people", ""))
        flagged = bool(data.get("disadvantaged"))
        self.lines = [
            (number, NewLearner(p.name, p.email, flagged, data.get("evidence_reference", "")))
            for number, p in lines
        ]
        if "people" in data and not lines and not self.problems:
            self.add_error("people", _("Schrijf minstens één naam."))
        return data


class OnePersonForm(forms.Form):
    """Who comes instead."""

    name = forms.CharField(label=_("Naam"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=_("E-mailadres"), required=False)
    disadvantaged = forms.BooleanField(
        label=_("Telt mee als kansengroep of met een handicap"), required=False
    )
    evidence_reference = forms.CharField(label=_("Kenmerk van het bewijs"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "name" in data and "email" in data:
            try:
                checked(self._person(data))
            except ValidationError as error:
                self.add_error(None, error)
        return data

    @property
    def person(self) -> NewLearner:
        return self._person(self.cleaned_data)

    @staticmethod
    def _person(data: dict[str, Any]) -> NewLearner:
        return NewLearner(
            data["name"], data["email"], bool(data.get("disadvantaged")), data.get("evidence_reference", "")
        )


class FlagForm(forms.Form):
    """Disadvantaged: yes or no, and where the proof is. Never which category."""

    disadvantaged = forms.BooleanField(
        label=_("Telt mee als kansengroep of met een handicap"),
        help_text=_("Artikel 2(4) van de groepsvrijstelling. Noteer nooit welke categorie."),
        required=False,
    )
    evidence_reference = forms.CharField(
        label=_("Kenmerk van het bewijs"),
        help_text=_("Waar het bewijs ligt, bijvoorbeeld een dossiernummer bij uw personeelsdienst."),
        max_length=60,
        required=False,
    )


class EvidenceForm(forms.Form):
    """A piece of evidence, and of whom."""

    kind = forms.ChoiceField(label=_("Soort stuk"), choices=EvidenceFile.Kind)
    participation = forms.ModelChoiceField(
        label=_("Van welk bedrijf"),
        queryset=Participation.objects.none(),
        required=False,
        empty_label=_("Het hele programma"),
        to_field_name="public_id",
    )
    file = forms.FileField(label=_("Bestand"))

    def __init__(self, *args: Any, companies: Any, whole: bool, help_text: str, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["participation"]
        field.queryset = companies
        field.label_from_instance = lambda row: row.organisation.name
        if not whole:
            field.empty_label, field.required = None, True
        if whole and not companies.exists():
            del self.fields["participation"]
        self.fields["file"].help_text = help_text
