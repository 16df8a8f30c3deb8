"""Forms of organisations, their people, keys and figures, and of administration."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from networks.forms import region_choices
from networks.models import AnnualAccounts, Establishment, JointCommittee, Organisation, OwnershipLink
from networks.network_forms import DateInput, ServiceForm
from networks.rate_words import unit_words
from networks.rules import invitable_roles
from skillnet.api.authentication import SCOPES
from skillnet.kernel import iban
from skillnet.kernel.actor import Actor
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.models import RateKey
from skillnet.kernel.rate_names import rate_name
from skillnet.kernel.roles import Role

SCOPE_LABELS = {
    "gaps:read": _("competentiekloven lezen"),
    "gaps:write": _("competentiekloven toevoegen en aanpassen"),
    "networks:read": _("oproepen, aanvragen, netwerken en jaarplannen lezen"),
    "networks:write": _("aanvragen, leden, behoefteanalyses en stappen van netwerken schrijven"),
    "offers:read": _("aanbod lezen"),
    "offers:write": _("aanbod toevoegen en aanpassen"),
    "imports:read": _("ingevoerde bestanden en hun verschillen lezen"),
    "imports:write": _("bestanden sturen, toepassen en terugdraaien"),
    "organisations:read": _("organisaties en vestigingen lezen"),
    "organisations:write": _("de eigen organisatie en haar vestigingen aanpassen"),
    "people:read": _("mensen, rollen en uitnodigingen lezen"),
    "people:write": _("mensen uitnodigen en rollen beëindigen"),
    "matches:read": _("matches lezen"),
    "matches:write": _("de matcher starten"),
    "pools:read": _("bundels lezen"),
    "pools:write": _("kloven in een bundel zetten"),
    "programmes:read": _("programma’s lezen"),
    "programmes:write": _("deelname bevestigen, programma’s indienen, steun aangeven"),
    "enrolments:read": _("deelnemers, aanwezigheid en bewijsstukken lezen"),
    "enrolments:write": _("deelnemers inschrijven, aanwezigheid en bewijsstukken doorgeven"),
    "demand:read": _("vraag en biedingen lezen"),
    "demand:write": _("bieden, en vraagkaarten verlengen of sluiten"),
    "capacity:read": _("capaciteitsbeurs lezen"),
    "capacity:write": _("capaciteit aanbieden en aanvragen"),
    "claims:read": _("afrekeningen lezen"),
    "claims:write": _("afrekeningen opmaken en indienen"),
    "invoices:read": _("factuurlijnen lezen"),
    "invoices:write": _("facturen en betalingen melden"),
}


class OrganisationForm(ServiceForm):
    region = forms.ChoiceField(label=_("Regio"), required=False)
    language = forms.ChoiceField(
        label=_("Taal"), choices=LANGUAGES, help_text=_("In deze taal schrijven we uw organisatie aan.")
    )

    joint_committee = forms.CharField(
        label=_("Paritair comité"),
        required=False,
        max_length=10,
        help_text=_("Nummer van het paritair comité voor uw bedienden of arbeiders."),
    )
    further_committees = forms.CharField(
        label=_("Andere paritaire comités"),
        required=False,
        help_text=_("Nummers met een spatie ertussen, bijvoorbeeld 111 200."),
    )

    iban = forms.CharField(
        label=_("Rekeningnummer (IBAN)"),
        required=False,
        max_length=50,
        help_text=_("Hierop komt subsidie toe, en wat u moet terugkrijgen. Bv. BE71 0961 2345 6769."),
    )

    class Meta:
        model = Organisation
        fields = [
            "name",
            "language",
            "region",
            "municipality",
            "nace_code",
            "nace_version",
            "joint_committee",
            "further_committees",
            "iban",
        ]
        help_texts = {
            "nace_code": _("Uw hoofdactiviteit, bijvoorbeeld 43.32."),
            "nace_version": _("2008 of 2025."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]
        self.initial["iban"] = iban.grouped(self.instance.iban)
        self.initial["further_committees"] = " ".join(self.instance.further_committees or [])
        known = [(row.code, str(row)) for row in JointCommittee.objects.all()]
        if known:
            own = self.instance.joint_committee
            extra = [(own, own)] if own and own not in dict(known) else []
            self.fields["joint_committee"] = forms.ChoiceField(
                label=_("Paritair comité"),
                required=False,
                choices=[("", _("onbekend")), *extra, *known],
            )

    def clean_iban(self) -> str:
        text = self.cleaned_data["iban"].strip()
        try:
            return iban.parse(text) if text else ""
        except iban.InvalidIbanError as error:
            raise forms.ValidationError(
                _("Dit is geen rekeningnummer (IBAN): kijk de cijfers na op een rekeninguittreksel.")
            ) from error

    def clean_further_committees(self) -> list[str]:
        codes = self.cleaned_data["further_committees"].replace(",", " ").split()
        return list(dict.fromkeys(code[:10] for code in codes))


class EstablishmentForm(ServiceForm):
    """A place where the organisation works."""

    region = forms.ChoiceField(label=_("Regio"), required=False)

    class Meta:
        model = Establishment
        fields = ["name", "number", "municipality", "region"]
        help_texts = {"number": _("Tien cijfers, te beginnen met 2 tot 8. Leeg als u het niet kent.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [("", _("onbekend")), *region_choices()]  # type: ignore[attr-defined]
        self.fields["number"].max_length = 20  # type: ignore[attr-defined]


class AccountsForm(ServiceForm):
    """Figures of one year. Empty is unknown."""

    year = forms.IntegerField(label=_("Boekjaar"), min_value=2000)

    class Meta:
        model = AnnualAccounts
        fields = ["year", "headcount", "turnover", "balance_sheet"]
        help_texts = {"headcount": _("Arbeidsjaareenheden: voltijdse equivalenten over het hele jaar.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year - 1


class LinkForm(ServiceForm):
    """Who owns the own organisation, or what it owns."""

    direction = forms.ChoiceField(
        label=_("Wat is de band?"),
        choices=[("owned", _("Deze organisatie bezit ons")), ("owner", _("Wij bezitten deze organisatie"))],
    )
    number = forms.CharField(label=_("Ondernemingsnummer van de andere"))
    other_name = forms.CharField(
        label=_("Naam"), required=False, help_text=_("Alleen nodig als we de organisatie nog niet kennen.")
    )

    class Meta:
        model = OwnershipLink
        fields = [
            "percent",
            "owner_kind",
            "owner_budget",
            "owner_inhabitants",
            "majority_votes",
            "board",
            "contract",
            "since",
        ]
        widgets = {"since": DateInput}

    field_order = ["direction", "number", "other_name", "percent", "owner_kind"]


class InvitePersonForm(forms.Form):
    email = forms.EmailField(label=_("E-mailadres"))
    role = forms.ChoiceField(label=_("Rol"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in invitable_roles(actor)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Naam"), max_length=100, help_text=_("Van de toepassing die de sleutel gebruikt.")
    )
    role = forms.ChoiceField(label=_("Werkt als"))
    scopes = forms.MultipleChoiceField(
        label=_("Mag"),
        choices=[(scope, SCOPE_LABELS.get(scope, scope)) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Niet meer dan nodig."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(role.value, role.label) for role in Role if actor.has(role)]
        self.fields["role"].choices = held  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    number = forms.CharField(
        label=_("Samenvoegen met"), help_text=_("Ondernemingsnummer van het dossier dat blijft bestaan.")
    )
    reason = forms.CharField(
        label=_("Waarom is dit dezelfde organisatie?"), widget=forms.Textarea(attrs={"rows": 3})
    )


class RoleForm(forms.Form):
    """Give a person a role that belongs to no network."""

    number = forms.CharField(label=_("Ondernemingsnummer van de organisatie"))
    role = forms.ChoiceField(label=_("Rol"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in invitable_roles(actor)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class RateKeyField(forms.ModelChoiceField):
    """Keys by what they are called, in alphabetical order of those names."""

    def label_from_instance(self, key: RateKey) -> str:
        return f"{rate_name(key.name)} ({unit_words(key.unit) or _now('ja of nee')})"


class RateForm(forms.Form):
    key = RateKeyField(label=_("Tarief"), queryset=RateKey.objects.order_by("name"))
    value = forms.DecimalField(label=_("Waarde"), max_digits=18, decimal_places=6)
    valid_from = forms.DateField(label=_("Geldt vanaf"), widget=DateInput)
    valid_to = forms.DateField(
        label=_("Tot en met"), required=False, widget=DateInput, help_text=_("Leeg: tot nader order.")
    )
    legal_basis = forms.CharField(
        label=_("Rechtsgrond"),
        max_length=300,
        help_text=_("Artikel en datum van de beslissing of verordening."),
    )
    source = forms.CharField(
        label=_("Bron"), max_length=300, help_text=_("Waar de tekst of het bericht te lezen is.")
    )
    is_certain = forms.BooleanField(label=_("Staat vast"), required=False, initial=True)
