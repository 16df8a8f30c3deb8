"""Forms of settling: they read what a person wrote; services decide whether it may be."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import Call
from programmes.models import AuditItem, Contingent, CostLine, EvidenceFile, Outcome, Participation
from programmes.services.claims import Line
from programmes.services.recovery import too_much
from skillnet.kernel import iban
from skillnet.templatetags.ui import euro

MONEY: dict[str, Any] = {"min_value": Decimal(0), "max_digits": 12, "decimal_places": 2}
# Browsers fill a field of this type in by ISO dates only, in whatever language.
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


JOBSEEKERS = 0  # in the list of companies: no key of a participation


class LineForm(forms.Form):
    """One actual cost of one company, or of the network for jobseekers where its plan has such costs."""

    line = forms.CharField(required=False, widget=forms.HiddenInput)
    company = forms.TypedChoiceField(label=_("Bedrijf"), coerce=int, empty_value=None)
    # An empty first choice, so that a row that nobody filled in has not changed.
    category = forms.ChoiceField(
        label=_("Soort kost"), choices=[("", _("Kies een soort")), *CostLine.Category.choices]
    )
    description = forms.CharField(label=_("Omschrijving"), max_length=300)
    amount = forms.DecimalField(label=_("Bedrag excl. btw"), **MONEY)
    vat = forms.DecimalField(label=_("Terugvorderbare btw"), required=False, **MONEY)
    invoice = forms.CharField(label=_("Factuurnummer of kenmerk"), max_length=80, required=False)
    evidence = forms.MultipleChoiceField(
        label=_("Bewijsstukken"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        companies: Sequence[Participation],
        files: Sequence[EvidenceFile],
        jobseekers: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        company: Any = self.fields["company"]
        apart = [(JOBSEEKERS, _("Werkzoekenden (afgeschermde lijn)"))] if jobseekers else []
        company.choices = [
            ("", _("Kies een bedrijf")),
            *((c.pk, c.organisation.name) for c in companies),
            *apart,
        ]
        if jobseekers:
            company.label = _("Voor wie")
        evidence: Any = self.fields["evidence"]
        evidence.choices = [(str(f.public_id), f.filename) for f in files]
        if not files:
            del self.fields["evidence"]

    def value(self) -> Line:
        data = self.cleaned_data
        return Line(
            company=None if data["company"] == JOBSEEKERS else data["company"],
            category=data["category"],
            description=data["description"],
            amount=data["amount"],
            vat=data.get("vat") or Decimal("0.00"),
            invoice=data.get("invoice", ""),
            evidence=tuple(data.get("evidence", ())),
            id=data.get("line", ""),
        )


class BaseLineFormSet(forms.BaseFormSet):
    """All lines of a claim; a row that somebody left empty or marked is no line."""

    def lines(self) -> list[Line]:
        wanted = [f for f in self.forms if f.has_changed() or f.initial]
        return [f.value() for f in wanted if not f.cleaned_data.get("DELETE")]


LineFormSet = forms.formset_factory(LineForm, formset=BaseLineFormSet, extra=2, can_delete=True, max_num=400)


class NoteForm(forms.Form):
    overrun_note = forms.CharField(
        label=_("Uitleg bij meerkosten"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Alleen als het meer kostte dan gepland. Meer subsidie vraagt een nieuwe beslissing."),
    )


class PaymentForm(forms.Form):
    """What the bank did; `reason` is asked only where a payment failed."""

    paid_on = forms.DateField(label=_("Betaald op"), required=False, widget=DAY)
    payment_reference = forms.CharField(label=_("Kenmerk van de bank"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("Motivering"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Verplicht als de betaling mislukte."),
    )


class DrawForm(forms.Form):
    """The period and call of a sample; an empty seed is drawn by the machine."""

    call = forms.ModelChoiceField(
        label=_("Oproep"), queryset=Call.objects.none(), empty_label=_("Kies een oproep")
    )
    starts_on = forms.DateField(label=_("Betaald vanaf"), widget=DAY)
    ends_on = forms.DateField(label=_("Betaald tot en met"), widget=DAY)
    seed = forms.CharField(
        label=_("Zaad van het lot"),
        max_length=64,
        required=False,
        help_text=_("Leeg laten kiest de computer het. Met hetzelfde zaad trekt iedereen dezelfde dossiers."),
    )

    def __init__(self, *args: Any, calls: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call: Any = self.fields["call"]
        call.queryset = calls
        today = timezone.localdate()
        self.fields["starts_on"].initial = today.replace(month=1, day=1)
        self.fields["ends_on"].initial = today


class FindingsForm(forms.Form):
    """A verdict and a note for each proof of the case."""

    def __init__(self, *args: Any, items: Sequence[AuditItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"verdict-{item.pk}"] = forms.ChoiceField(
                label=_("Bevinding"),
                choices=AuditItem.Verdict.choices,
                required=False,
                initial=item.verdict,
            )
            self.fields[f"note-{item.pk}"] = forms.CharField(
                label=_("Toelichting"), max_length=300, required=False, initial=item.note
            )

    def verdicts(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {i.pk: (data[f"verdict-{i.pk}"], data[f"note-{i.pk}"]) for i in self.items}

    def rows(self) -> list[tuple[AuditItem, Any, Any]]:
        return [(i, self[f"verdict-{i.pk}"], self[f"note-{i.pk}"]) for i in self.items]


class RecoverForm(forms.Form):
    """How much each company, and who was paid for jobseekers, pays back, and why."""

    account = forms.CharField(
        label=_("Terug te betalen op rekening (IBAN)"),
        max_length=50,
        required=False,
        help_text=_(
            "De rekening van wie de subsidie betaalde. Vul ze in bij uw organisatie, dan staat ze hier."
        ),
    )
    reason = forms.CharField(label=_("Reden"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        *args: Any,
        shares: Sequence[Any],
        jobseekers: Sequence[Any] = (),
        account: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].initial = iban.grouped(account)
        for share in shares:
            label = _("%(company)s betaalt terug") % {"company": share.participation.organisation.name}
            self.fields[f"amount-{share.participation_id}"] = self._amount(label, share.payable)
        for share in jobseekers:
            label = _("%(company)s betaalt terug voor werkzoekenden: %(what)s") % {
                "company": share.paid_to.name,
                "what": share.about,
            }
            self.fields[f"jobseekers-{share.pk}"] = self._amount(label, share.payable)
        self.order_fields([*[n for n in self.fields if n not in ("account", "reason")], "account", "reason"])

    def _amount(self, label: str, paid: Decimal) -> forms.DecimalField:
        return forms.DecimalField(
            label=label,
            required=False,
            max_value=paid,
            help_text=_("Hoogstens %(paid)s, wat betaald is.") % {"paid": euro(paid, 2)},
            error_messages={"max_value": too_much(paid)},
            **MONEY,
        )

    def amounts(self) -> dict[int, Decimal]:
        """Euro by participation."""
        return self._filled("amount-")

    def jobseekers(self) -> dict[int, Decimal]:
        """Euro by share of the jobseekers."""
        return self._filled("jobseekers-")

    def _filled(self, prefix: str) -> dict[int, Decimal]:
        return {
            int(name.removeprefix(prefix)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }


class RepayForm(forms.Form):
    """A payment that came back; an empty amount is all that is left."""

    repaid_on = forms.DateField(
        label=_("Terugbetaald op"),
        widget=DAY,
        error_messages={"required": _("Geef de dag van de terugbetaling; ze ligt niet in de toekomst.")},
    )
    amount = forms.DecimalField(
        label=_("Bedrag"), required=False, help_text=_("Leeg: alles wat nog terug moet komen."), **MONEY
    )


class OutcomeForm(forms.Form):
    """What a company says of one gap."""

    answer = forms.ChoiceField(
        label=_("Is de kloof gesloten?"), choices=Outcome.Answer, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("Waarom (niet)?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Verplicht als de kloof niet of niet helemaal gesloten is."),
    )


class ContingentForm(forms.ModelForm):
    """So many people with a profile by a day."""

    profile = forms.CharField(
        label=_("Wat moet iemand kunnen?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Noem het beroep of wat iemand doet; hieronder kiest u welke vaardigheden dat zijn."),
    )
    skills = forms.CharField(
        label=_("Vaardigheden"),
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Kies minstens één vaardigheid: programma’s die er een van aanleren, tellen mee.")
        },
    )

    class Meta:
        model = Contingent
        fields = ["title", "skills", "needed", "due_on", "source"]
        widgets = {"due_on": DAY}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.initial.get("skills"), list):  # the column's own value, not what was taken
            self.initial["skills"] = " ".join(self.initial["skills"])

    def clean_skills(self) -> list[str]:
        return list(dict.fromkeys(str(self.cleaned_data["skills"]).split()))

    def values(self) -> dict[str, Any]:
        """What is stored: without the words from which the skills were picked."""
        return {name: value for name, value in self.cleaned_data.items() if name != "profile"}
