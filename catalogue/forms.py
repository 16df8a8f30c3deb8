"""Forms of who teaches: they read and clean, services decide."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue import isced
from catalogue.models import Edition, Microcredential, Offer, Provider
from networks.forms import region_choices
from networks.models import Mode
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.target_groups import target_group_choices

DATE = {"type": "date"}
REMIND_MONTHS = 3  # before a credential expires, where its issuer says nothing


class LinesField(forms.CharField):
    """A list of short texts, one a line; empty lines and doubles fall out."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = (line.strip() for line in str(text).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)


class ServiceForm(forms.ModelForm):
    """A model form that leaves validating and saving to a service."""

    def _post_clean(self) -> None:
        """The service validates and saves; the form must not write into its instance."""


class OfferForm(ServiceForm):
    """What is taught. Only the title is required; the rest earns its place in the matcher."""

    outcomes = LinesField(
        label=_("Wat kan iemand nadien?"),
        required=False,
        help_text=_("Eén leerresultaat per regel. Begin met een werkwoord: storingen zoeken, inox lassen."),
    )
    teaching_languages = forms.MultipleChoiceField(
        label=_("Lestalen"), choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple
    )
    regions = forms.MultipleChoiceField(
        label=_("Waar geeft u les?"), required=False, help_text=_("Meerdere kan. Online is overal.")
    )

    url = forms.URLField(label=_("Webpagina"), required=False, max_length=500, assume_scheme="https")
    dayparts = forms.MultipleChoiceField(
        label=_("Wanneer geeft u les?"),
        choices=Offer.Daypart.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Wie in ploegen werkt of kinderen heeft, zoekt hierop."),
    )
    isced_f = forms.ChoiceField(label=_("Studiegebied (ISCED-F)"), required=False)
    target_groups = forms.MultipleChoiceField(
        label=_("Voor wie"),
        choices=target_group_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Alleen als de opleiding daar speciaal voor bedoeld is."),
    )
    skills = forms.CharField(
        label=_("Vaardigheden"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("Wat de matcher in uw tekst herkende; haal weg wat niet past."),
    )

    class Meta:
        model = Offer
        fields = [
            "title",
            "description",
            "outcomes",
            "language",
            "mode",
            "teaching_languages",
            "regions",
            "dayparts",
            "hours",
            "workplace_hours",
            "ects",
            "eqf_level",
            "vks_level",
            "entry_requirements",
            "depth",
            "direction",
            "price",
            "price_basis",
            "seats",
            "min_seats",
            "supply_subsidy_pct",
            "funder",
            "kmo_registered",
            "kmo_theme",
            "vov_id",
            "voucher_registered",
            "policy_domain",
            "stream",
            "credential",
            "assessment",
            "mandatory",
            "isced_f",
            "url",
            "target_groups",
            "transition",
            "is_stem",
            "cefr_level",
            "skills",
        ]
        widgets = {
            "is_stem": forms.NullBooleanSelect,
            "description": forms.Textarea(attrs={"rows": 6}),
            "mandatory": forms.NullBooleanSelect,
            "kmo_registered": forms.NullBooleanSelect,
            "voucher_registered": forms.NullBooleanSelect,
            "entry_requirements": forms.Textarea(attrs={"rows": 3}),
            "mode": forms.Select(choices=[("", _("onbekend")), *Mode.choices]),
        }
        labels = {"title": _("Hoe heet de opleiding?"), "description": _("Wat leert men, en voor wie?")}
        help_texts = {
            "description": _("De matcher leest deze tekst. Twee of drie zinnen zonder jargon volstaan."),
            "depth": _("Beknopt: enkele dagen. Diepgaand: een traject."),
            "supply_subsidy_pct": _("Welk deel van de kost al door de overheid betaald is."),
            "funder": _("Bijvoorbeeld: Onderwijs en Vorming, VDAB, het sectorfonds."),
            "hours": _("Uren met een lesgever, ook online."),
            "workplace_hours": _("Boven op de contacturen."),
            "vks_level": _("Vlaamse kwalificatiestructuur, 1 tot 8."),
            "assessment": _("Bijvoorbeeld: praktijkproef, werkstuk, mondeling examen; of: geen toets."),
            "kmo_theme": _("De kmo-portefeuille betaalt alleen mee binnen een van haar acht thema’s."),
            "cefr_level": _("Voor een taalopleiding: het niveau waartoe ze leidt."),
            "policy_domain": _("Wie voor deze opleiding verantwoordelijk is."),
            "stream": _("Taal en basisvaardigheden hebben een eigen budget."),
            "mandatory": _("Een opleiding die de wet oplegt, krijgt geen opleidingssteun."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].choices = region_choices()  # type: ignore[attr-defined]
        self.fields["isced_f"].choices = _field_choices(self.instance.isced_f)  # type: ignore[attr-defined]
        if isinstance(self.initial.get("skills"), list):  # the column's own value, not what was typed
            self.initial["skills"] = " ".join(self.initial["skills"])

    def clean_skills(self) -> list[str]:
        return list(dict.fromkeys(str(self.cleaned_data["skills"]).split()))


def _field_choices(current: str) -> list[Any]:
    """Detailed fields by name; a broader code that came from a file stays what it is."""
    language = get_language() or "nl"
    broader = [] if not current or current in isced.DETAILED else [
        (current, f"{isced.field_name(current, language)} ({current})")
    ]  # fmt: skip
    return [("", _("onbekend")), *broader, *isced.grouped_choices(language)]


class EditionForm(ServiceForm):
    """A dated run. What stays empty, the offer says."""

    region = forms.ChoiceField(label=_("Regio"), required=False)

    class Meta:
        model = Edition
        fields = [
            "starts_on",
            "ends_on",
            "schedule",
            "enrol_until",
            "location",
            "region",
            "seats",
            "min_seats",
            "enrolled",
            "price",
            "price_basis",
        ]
        widgets = {
            "starts_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "enrol_until": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "price_basis": forms.Select(choices=[("", _("zoals het aanbod")), *Offer.PriceBasis.choices]),
        }
        labels = {"price_basis": _("De prijs is")}
        help_texts = {
            "price": _("Leeg: de prijs van het aanbod."),
            "seats": _("Leeg: de plaatsen van het aanbod."),
            "min_seats": _("Vanaf hoeveel deelnemers gaat ze door?"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]
        self.fields["enrolled"].required = False

    def clean_enrolled(self) -> int:
        return self.cleaned_data["enrolled"] or 0


class MicrocredentialForm(ServiceForm):
    """The nine elements that a description has; 1 and 5 come when it is issued."""

    outcomes = LinesField(label=_("Leerresultaten (element 6)"), help_text=_("Eén per regel."))
    issuer_region = forms.ChoiceField(label=_("Regio van de uitreiker (element 3)"), required=False)

    remind_months = forms.IntegerField(
        label=_("Herinneren (maanden vooraf)"),
        min_value=1,
        max_value=24,
        required=False,
        initial=REMIND_MONTHS,
    )

    class Meta:
        model = Microcredential
        fields = [
            "title",
            "issuer_country",
            "issuer_region",
            "awarding_body",
            "outcomes",
            "workload_hours",
            "ects",
            "eqf_level",
            "assessment",
            "participation",
            "quality_assurance",
            "supervision",
            "prerequisites",
            "stacking",
            "stacks_into",
            "validity_months",
            "refresher",
            "remind_months",
        ]
        widgets = {"prerequisites": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "assessment": _("Bijvoorbeeld: praktijkproef onder toezicht, met controle van de identiteit."),
            "participation": _("Bijvoorbeeld: in de klas, online, deels online, op de werkplek."),
            "quality_assurance": _("Bijvoorbeeld: Qfor, ISO 21001, NVAO, erkenning door het sectorfonds."),
            "stacks_into": _("Bijvoorbeeld: graduaat in de winkelmanagement, 12 van de 120 punten."),
            "validity_months": _(
                "Leeg: het bewijs vervalt niet. Anders hoort er een onderhoudscontract bij."
            ),
            "refresher": _("Met welk aanbod wordt het bewijs verlengd?"),
        }

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = offer.provider.offers.exclude(state=Offer.State.ARCHIVED).order_by("title")
        self.fields["refresher"].queryset = own  # type: ignore[attr-defined]
        self.fields["issuer_region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]

    def clean_remind_months(self) -> int:
        return self.cleaned_data["remind_months"] or REMIND_MONTHS


class ProviderForm(ServiceForm):
    """The profile that others see."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Provider
        fields = [
            "kind",
            "description",
            "website",
            "kmo_number",
        ]
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "kind": _("Nodig om u te laten nakijken: de steunregels verschillen per soort."),
            "description": _("Wie u bent en waarin u sterk bent. Staat op uw openbare pagina."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("kies een soort")), *Provider.Kind.choices]  # type: ignore[attr-defined]
