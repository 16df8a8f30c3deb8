"""Forms of networks, members, needs analyses and calls."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.forms import region_choices
from networks.models import Call, Network, Organisation
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role

LEAST_REVIEWERS = 2  # what weighs an application: never one person alone


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class ServiceForm(forms.ModelForm):
    """A model form that only reads and cleans: the service validates and saves."""

    def _post_clean(self) -> None:
        """The form must not write into its instance."""


class NetworkForm(ServiceForm):
    """The application of a network. What is fixed once it is submitted is not asked again."""

    contracting_number = forms.CharField(
        label=_("Contracterende organisatie"),
        required=False,
        help_text=_(
            "Ondernemingsnummer van wie de overeenkomst tekent en het geld beheert. Leeg: de promotor zelf."
        ),
    )
    contracting_name = forms.CharField(
        label=_("Naam van die organisatie"),
        required=False,
        help_text=_("Alleen nodig als we ze nog niet kennen."),
    )
    region = forms.ChoiceField(label=_("Regio"), required=False)

    class Meta:
        model = Network
        fields = ["name", "purpose", "call", "sector", "region"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 5})}
        labels = {"purpose": _("Waartoe dient het netwerk?"), "call": _("Oproep")}
        help_texts = {
            "name": _("Zoals bedrijven het zullen kennen."),
            "purpose": _("Welke mensen moeten wat leren, en waarom lukt dat samen beter dan elk apart?"),
            "call": _("De oproep waarvoor u indient. U kunt ze later kiezen."),
            "sector": _("Bijvoorbeeld: voedingsindustrie."),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        network = self.instance
        self.fields["region"].choices = [("", _("geen")), *region_choices()]  # type: ignore[attr-defined]
        if network.pk and network.state != Network.State.DRAFT:
            for name in ("name", "call", "contracting_number", "contracting_name"):
                del self.fields[name]
            return
        calls = Call.objects.visible_to(actor).filter(state=Call.State.OPEN)
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]
        if network.contracting_organisation and network.contracting_organisation_id != network.promoter_id:
            self.initial["contracting_number"] = network.contracting_organisation.enterprise_number


class NetworkBudgetForm(ServiceForm):
    """What the coordinator says of a network."""

    class Meta:
        model = Network
        fields = ["budget"]
        help_texts = {"budget": _("Wat de overheid dit jaar hoogstens bijdraagt, in euro.")}


class CompanyForm(forms.Form):
    """A company to ask into a network."""

    number = forms.CharField(label=_("Ondernemingsnummer"), help_text=_("Tien cijfers, bv. 0123.456.749."))
    name = forms.CharField(
        label=_("Naam"),
        required=False,
        max_length=200,
        help_text=_("Alleen nodig als we het bedrijf nog niet kennen."),
    )


class InviteListForm(forms.Form):
    """A pasted list of people."""

    addresses = forms.CharField(
        label=_("E-mailadressen"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Zoals ze uit uw mailprogramma of rekenblad komen. Met een ondernemingsnummer en een naam op dezelfde "
            "regel nodigt u ook dat bedrijf uit."
        ),
    )
    organisation = forms.ModelChoiceField(
        label=_("Voor welk bedrijf"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("staat bij elk adres"),
    )
    role = forms.ChoiceField(
        label=_("Als"),
        choices=[(role.value, role.label) for role in (Role.COMPANY_CONTACT, Role.STEERING_MEMBER)],
    )

    def __init__(self, *args: Any, network: Network, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies = Organisation.objects.visible_to(actor).filter(
            network_members__network=network, network_members__state__in=["invited", "active"]
        )
        self.fields["organisation"].queryset = companies  # type: ignore[attr-defined]


class CallForm(ServiceForm):
    class Meta:
        model = Call
        fields = [
            "title",
            "description",
            "budget",
            "opens_on",
            "closes_on",
            "review_by",
            "conditions",
            "min_reviewers",
            "min_score",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "conditions": forms.Textarea(attrs={"rows": 4}),
            "opens_on": DateInput,
            "closes_on": DateInput,
            "review_by": DateInput,
        }
        help_texts = {
            "description": _("Wie kan indienen, waarvoor, en hoe wordt beoordeeld."),
            "closes_on": _("De laatste dag waarop een netwerk kan indienen."),
            "review_by": _("De dag waarop de beoordelaars klaar zijn."),
            "conditions": _("Waaraan elk netwerk dat subsidie krijgt zich houdt."),
            "min_reviewers": _("Minstens twee; ze zien elkaars oordeel pas na het hunne."),
            "min_score": _("Op honderd. Wie lager eindigt, komt niet in aanmerking. Leeg: geen grens."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["min_reviewers"].required = False

    def clean_min_reviewers(self) -> int:
        return self.cleaned_data["min_reviewers"] or LEAST_REVIEWERS
