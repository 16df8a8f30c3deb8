"""Forms of who asks: they read and clean, services decide."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from networks.models import Gap, Mode, Network, Organisation
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.fields import LANGUAGES


def region_choices() -> list[tuple[str, str]]:
    """Provinces and districts of Belgium, as a person finds them: by name."""
    language = get_language() or "nl"
    codes = [code for code in regions.REGIONS if code.startswith("BE")]
    return sorted(
        ((code, f"{regions.display_name(code, language)} ({code})") for code in codes), key=lambda c: c[1]
    )


class GapForm(forms.ModelForm):
    """Three minutes: what people must be able to do, how many, how urgent. The rest may stay empty."""

    regions = forms.MultipleChoiceField(
        label=_("Waar"), required=False, help_text=_("Waar de deelnemers werken. Meerdere kan.")
    )
    learner_languages = forms.MultipleChoiceField(
        label=_("Talen van de deelnemers"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    modes = forms.MultipleChoiceField(
        label=_("Welke lesvormen kunnen"), choices=Mode, required=False, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.CharField(
        label=_("Vaardigheden"),
        required=False,
        widget=forms.HiddenInput,
        help_text=_("Wat de matcher in uw tekst herkende; haal weg wat niet past."),
    )

    class Meta:
        model = Gap
        fields = [
            "title",
            "description",
            "language",
            "learners",
            "urgency",
            "horizon",
            "depth",
            "direction",
            "network",
            "regions",
            "learner_languages",
            "modes",
            "budget",
            "eqf_level",
            "mandatory",
            "skills",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "mandatory": forms.NullBooleanSelect(),
        }
        labels = {
            "title": _("Wat moeten uw mensen kunnen?"),
            "description": _("Vertel het in uw eigen woorden"),
            "learners": _("Hoeveel mensen?"),
            "network": _("Netwerk"),
        }
        help_texts = {
            "title": _("Eén zin. Bijvoorbeeld: storingen in een PLC-sturing zelf oplossen."),
            "description": _("Wat loopt er nu mis, en wat moet er anders? Zonder jargon is best."),
            "budget": _("Wat u er zelf voor over hebt, in euro excl. btw. Leeg is onbekend."),
            "depth": _("Beknopt: enkele dagen. Diepgaand: een traject."),
        }

    def __init__(self, *args: Any, actor: Actor, company: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["regions"].choices = region_choices()  # type: ignore[attr-defined]
        networks = Network.objects.visible_to(actor).filter(
            members__organisation=company, members__state="active"
        )
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]
        self.fields["network"].empty_label = _("nog geen netwerk")  # type: ignore[attr-defined]
        for name in ("urgency", "horizon", "depth", "direction"):
            known = [choice for choice in self.fields[name].choices if choice[0]]  # type: ignore[attr-defined]
            self.fields[name].choices = [("", _("onbekend")), *known]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["skills"] = " ".join(self.instance.skills)
        else:
            self._suggest(company, list(networks[:2]))

    def _suggest(self, company: Organisation, networks: list[Network]) -> None:
        """What is most likely, filled in already: where the company is, and its only network."""
        if company.region:
            self.initial.setdefault("regions", [company.region])
        if len(networks) == 1:
            self.initial.setdefault("network", networks[0].pk)

    def clean_skills(self) -> list[str]:
        return str(self.cleaned_data["skills"]).split()

    def _post_clean(self) -> None:
        """The service validates and saves; the form must not write into its instance."""
