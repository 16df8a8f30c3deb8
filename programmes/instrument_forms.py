"""Forms of the calculators and of training leave."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.network_forms import DateInput, ServiceForm
from programmes.models import LeaveProposal, LeaveWorker

MOST: dict[str, Any] = {"min_value": Decimal(0), "max_digits": 12, "decimal_places": 2}


class KmoForm(forms.Form):
    """kmo-portefeuille for one course; the test of the profession is asked as questions."""

    size = forms.ChoiceField(
        label=_("Grootte van de onderneming"),
        choices=[("small", _("klein")), ("medium", _("middelgroot")), ("large", _("groot"))],
        help_text=_("De grootte bij de eerste volledige aanvraag van het kalenderjaar."),
    )
    course_cost = forms.DecimalField(
        label=_("Prijs van de opleiding (excl. btw)"),
        help_text=_("Zonder catering, zonder examengeld."),
        **MOST,
    )
    first_lesson = forms.DateField(label=_("Eerste lesdag"), widget=DateInput)
    requested_on = forms.DateField(label=_("Dag van de aanvraag"), widget=DateInput)
    theme = forms.ChoiceField(
        label=_("Thema"),
        choices=[
            ("general", _("ander thema")),
            ("cybersecurity", _("cyberveiligheid")),
            ("energy_efficiency", _("energie-efficiëntie")),
        ],
    )
    used_this_year = forms.DecimalField(
        label=_("Dit jaar al ontvangen"), required=False, help_text=_("Subsidie, in euro."), **MOST
    )
    shortage = forms.BooleanField(label=_("Ze geeft een competentie van een knelpuntberoep"), required=False)
    stem = forms.BooleanField(label=_("Ze hoort bij STEM"), required=False)
    forecast = forms.BooleanField(label=_("Ze vult een voorspeld tekort van de sector in"), required=False)
    mandatory_training = forms.BooleanField(label=_("De wet verplicht deze opleiding"), required=False)
    registered_provider = forms.BooleanField(
        label=_("De verstrekker is geregistreerd voor de kmo-portefeuille"), required=False
    )


class LeaveCourseForm(forms.Form):
    """A course for training leave."""

    course = forms.CharField(label=_("Opleiding"), max_length=300)
    starts_on = forms.DateField(label=_("Eerste lesdag"), widget=DateInput)
    hours = forms.DecimalField(
        label=_("Uren verlof"), min_value=Decimal("0.5"), max_digits=6, decimal_places=2
    )
    contact_hours = forms.DecimalField(
        label=_("Contacturen van de opleiding"),
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text=_("Leeg: evenveel als de uren verlof."),
    )
    ects = forms.DecimalField(
        label=_("Studiepunten (ECTS)"), required=False, min_value=0, max_digits=5, decimal_places=2
    )


class LeaveForm(LeaveCourseForm):
    """The same for a worker of whom no account is kept."""

    course = None  # type: ignore[assignment]
    employment = forms.DecimalField(
        label=_("Tewerkstelling (% van voltijds)"), min_value=1, max_value=100, max_digits=5, decimal_places=2
    )
    weekly_hours = forms.DecimalField(
        label=_("Uren per week"), min_value=1, max_value=50, max_digits=4, decimal_places=2
    )
    claimed_on = forms.DateField(label=_("Dag van de aanvraag"), widget=DateInput)
    accepted = forms.BooleanField(
        label=_("De werknemer aanvaardde een voorstel van de werkgever (gemeenschappelijk initiatiefrecht)"),
        required=False,
    )


class SectorFundForm(forms.Form):
    """What employers pay their sector fund on a wage mass."""

    wages = forms.DecimalField(label=_("Loonmassa per jaar"), min_value=0, max_digits=15, decimal_places=2)


class WorkerForm(ServiceForm):
    """A worker by the company's own reference."""

    class Meta:
        model = LeaveWorker
        fields = ["reference", "employment", "weekly_hours"]


class ProposalForm(ServiceForm):
    """A course that the employer proposes."""

    class Meta:
        model = LeaveProposal
        fields = ["course", "starts_on", "hours"]
        widgets = {"starts_on": DateInput}


def today() -> dict[str, Any]:
    """What a calculator starts from."""
    day = timezone.localdate()
    return {
        "requested_on": day,
        "claimed_on": day,
        "first_lesson": day,
        "starts_on": day,
        "employment": 100,
        "weekly_hours": 38,
        "registered_provider": True,
    }
