"""Forms of criteria, applications, reviews, decisions and annual plans."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from networks.application_transitions import APPLICATION_TRANSITIONS, CHECKLIST
from networks.models import (
    ApplicationReview,
    CallCriterion,
    Membership,
    Network,
    NetworkApplication,
    NetworkPlan,
    PlanLine,
)
from networks.network_forms import DateInput, ServiceForm
from networks.services.determination import Outcome
from skillnet.kernel.actor import Actor


class CriterionForm(ServiceForm):
    class Meta:
        model = CallCriterion
        fields = ["title", "description", "weight", "max_score"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "description": _("Aanvrager en beoordelaar lezen dit allebei."),
            "weight": _("Van 1 tot 100. Alleen de verhouding telt: 40 weegt dubbel zo zwaar als 20."),
            "max_score": _("Een beoordelaar geeft 0 tot dit getal."),
        }


def _asked_later(form: forms.BaseForm, *names: str) -> None:
    """These may stay empty until the last step, which asks for them: so nobody calls them optional."""
    for name in names:
        if name in form.fields:
            setattr(form.fields[name], "asked_later", True)  # noqa: B010  a mark of ours, for the template


class StartApplicationForm(forms.Form):
    """With which of one's own draft networks to enter a call."""

    network = forms.ModelChoiceField(label=_("Netwerk"), queryset=Network.objects.none())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Network.objects.visible_to(actor).managed_by(actor).filter(state=Network.State.DRAFT)
        self.fields["network"].queryset = own  # type: ignore[attr-defined]


class ApplicationForm(ServiceForm):
    """The plan, the budget and an answer for each criterion."""

    class Meta:
        model = NetworkApplication
        fields = ["plan", "requested_budget", "info_answer"]
        widgets = {
            "plan": forms.Textarea(attrs={"rows": 8}),
            "info_answer": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "plan": _("Wat het netwerk doet, voor wie, met wie, en wanneer."),
            "requested_budget": _("In euro, exclusief btw."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.instance
        if application.state != NetworkApplication.State.MORE_INFO:
            del self.fields["info_answer"]
        given = {answer.criterion_id: answer.text for answer in application.answers.all()}
        self._criteria = list(application.call.criteria.all())
        for criterion in self._criteria:
            self.fields[f"answer_{criterion.pk}"] = forms.CharField(
                label=criterion.title,
                required=False,
                initial=given.get(criterion.pk, ""),
                help_text=criterion.description,
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        _asked_later(self, *self.fields)

    def answers(self) -> dict[int, str]:
        return {c.pk: self.cleaned_data[f"answer_{c.pk}"] for c in self._criteria}


class ChecklistForm(forms.Form):
    """What is looked at before an application is weighed."""

    def __init__(self, *args: Any, application: NetworkApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in CHECKLIST.items():
            self.fields[key] = forms.BooleanField(
                label=label, required=False, initial=bool(application.checklist.get(key))
            )


class StepForm(forms.Form):
    """A step of the procedure: why, and for a question by when."""

    reason = forms.CharField(label=_("Motivering"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, asks_info: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_info:
            self.fields["reason"].label = _("Motivering, of wat moet aangevuld worden")
            self.fields["info_due_on"] = forms.DateField(
                label=_("Aan te vullen tegen"), required=False, widget=DateInput()
            )
            _asked_later(self, "reason", "info_due_on")


class ReviewerForm(forms.Form):
    reviewer = forms.ChoiceField(label=_("Beoordelaar"))

    def __init__(self, *args: Any, people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [  # type: ignore[attr-defined]
            (membership.user_id, f"{membership.user} · {membership.organisation.name}")
            for membership in people
        ]


class ReviewForm(forms.Form):
    """A score and a remark for each criterion, and a general remark."""

    def __init__(self, *args: Any, review: ApplicationReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {row.criterion_id: row for row in review.scores.all()}
        self._criteria = list(review.application.call.criteria.all())
        for criterion in self._criteria:
            row = given.get(criterion.pk)
            self.fields[f"score_{criterion.pk}"] = forms.IntegerField(
                label=_("%(title)s: score van 0 tot %(max)d")
                % {"title": criterion.title, "max": criterion.max_score},
                required=False,
                min_value=0,
                max_value=criterion.max_score,
                initial=row.score if row else None,
                help_text=criterion.description,
            )
            self.fields[f"remark_{criterion.pk}"] = forms.CharField(
                label=_("Waarom deze score voor “%s”?") % criterion.title,
                required=False,
                initial=row.remark if row else "",
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        _asked_later(self, *self.fields)
        self.fields["remark"] = forms.CharField(
            label=_("Algemene opmerking"),
            required=False,
            initial=review.remark,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def scores(self) -> dict[int, tuple[int | None, str]]:
        data = self.cleaned_data
        return {c.pk: (data.get(f"score_{c.pk}"), data.get(f"remark_{c.pk}", "")) for c in self._criteria}


class OutcomeForm(forms.Form):
    """The decision on one application of the ranking; empty leaves it for later."""

    action = forms.ChoiceField(label=_("Beslissing"), required=False)
    awarded = forms.DecimalField(
        label=_("Toegekend budget (euro)"),
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0.01"),
    )
    reason = forms.CharField(
        label=_("Motivering"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("De aanvrager leest dit, samen met de scores."),
    )
    conditions = forms.CharField(
        label=_("Voorwaarden"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Een per regel; te voldoen vóór het netwerk start."),
    )
    conditions_due_on = forms.DateField(label=_("Voorwaarden tegen"), required=False, widget=DateInput())

    def __init__(self, data: Any = None, *, application: NetworkApplication) -> None:
        super().__init__(data, prefix=f"a{application.pk}")
        self.application = application
        allowed = (
            ("promote",)
            if application.state == NetworkApplication.State.RESERVE
            else (
                "approve",
                "approve_with_conditions",
                "reserve",
                "reject",
            )
        )
        steps = APPLICATION_TRANSITIONS.transitions
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("later beslissen")),
            *((name, steps[name].label) for name in allowed),
        ]
        self.fields["awarded"].initial = application.requested_budget
        _asked_later(self, "action", "awarded", "reason")
        if application.state == NetworkApplication.State.RESERVE:
            del self.fields["conditions"], self.fields["conditions_due_on"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("action") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Geef een motivering: wie dit leest moet begrijpen waarom."))
        return cleaned

    def outcome(self) -> Outcome | None:
        """What was chosen; None for later."""
        data = self.cleaned_data
        if not data["action"]:
            return None
        due: date | None = data.get("conditions_due_on")
        texts = data.get("conditions", "").splitlines()
        return Outcome(
            self.application,
            data["action"],
            data["reason"],
            data.get("awarded"),
            [(text, due, True) for text in texts if text.strip()],
        )


class PlanForm(ServiceForm):
    class Meta:
        model = NetworkPlan
        fields = ["year", "goals"]
        widgets = {"goals": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"goals": _("Wat moet er op het einde van het jaar anders zijn?")}


class PlanLineForm(ServiceForm):
    class Meta:
        model = PlanLine
        fields = ["title", "kind", "learners", "quarter_1", "quarter_2", "quarter_3", "quarter_4"]
