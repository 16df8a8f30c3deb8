"""Forms of who asks: they read and clean, services decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from networks.models import Gap, Mode, Network, Organisation
from networks.network_state import CLOSED_TO_NEW
from networks.rules import may_confirm_gap
from networks.suggesting import language_of, title_of
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.target_groups import target_group_choices


def region_choices() -> list[tuple[str, str]]:
    """Provinces and districts of Belgium, as a person finds them: by name."""
    language = get_language() or "nl"
    codes = [code for code in regions.REGIONS if code.startswith("BE")]
    return sorted(
        ((code, f"{regions.display_name(code, language)} ({code})") for code in codes), key=lambda c: c[1]
    )


NOTHING_WRITTEN = _("Schrijf in één zin wat uw mensen moeten kunnen. Meer is niet nodig om te bewaren.")


class GapForm(forms.ModelForm):
    """Three minutes: what people must be able to do, how many, how urgent. The rest may stay empty."""

    title = forms.CharField(
        label=_("Korte titel"),
        max_length=300,
        required=False,
        help_text=_("Laat leeg: dan wordt het de eerste zin van uw tekst."),
    )
    language = forms.ChoiceField(
        label=_("Taal van de tekst"),
        choices=[("", _("vanzelf herkennen")), *LANGUAGES],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Wat voor kloof is het?"),
        choices=Gap.Kind,
        required=False,
        initial=Gap.Kind.ORDINARY,
        widget=forms.RadioSelect,
    )
    regions = forms.MultipleChoiceField(
        label=_("Waar"), required=False, help_text=_("Waar de deelnemers werken. Meerdere kan.")
    )
    learner_languages = forms.MultipleChoiceField(
        label=_("Talen van de deelnemers"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    target_groups = forms.MultipleChoiceField(
        label=_("Voor wie"),
        choices=target_group_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Standaard de tien doelgroepen van de nota; de lijst is een instelling van dit register."
        ),
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
            "description",
            "title",
            "learners",
            "urgency",
            "impact",
            "horizon",
            "network",
            "kind",
            "occupation",
            "planned_start",
            "hire_scheme",
            "target_groups",
            "transition",
            "language",
            "depth",
            "direction",
            "regions",
            "learner_languages",
            "modes",
            "budget",
            "eqf_level",
            "mandatory",
            "skills",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5, "data-focus": ""}),
            "mandatory": forms.NullBooleanSelect(),
            "planned_start": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "description": _("Wat moeten uw mensen kunnen, en kunnen ze nu nog niet?"),
            "learners": _("Hoeveel mensen?"),
            "urgency": _("Hoe dringend?"),
            "impact": _("Wat als het niet gebeurt?"),
            "horizon": _("Tegen wanneer?"),
            "network": _("Netwerk"),
            "transition": _("Digitale of groene omslag"),
        }
        help_texts = {
            "description": _(
                "In uw eigen woorden, in het Nederlands, Frans, Engels of Duits. Bijvoorbeeld: onze operatoren "
                "moeten storingen in een PLC-sturing zelf oplossen; nu wachten we op de technieker."
            ),
            "budget": _("Wat u er zelf voor over hebt, in euro excl. btw. Leeg is onbekend."),
            "depth": _("Beknopt: enkele dagen. Diepgaand: een traject."),
            "occupation": _("Het beroep waarvoor u opleidt of aanwerft."),
            "hire_scheme": _("Een aanwijzing: wat u krijgt, hangt af van het dossier."),
        }

    def __init__(self, *args: Any, actor: Actor, company: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.company = company
        text = self.fields["description"]
        text.required = not (self.data.get("title") or self.instance.pk)
        text.error_messages["required"] = NOTHING_WRITTEN
        self.fields["regions"].choices = region_choices()  # type: ignore[attr-defined]
        networks = Network.objects.visible_to(actor).filter(
            members__organisation=company, members__state="active"
        )
        if not (self.instance.pk or may_confirm_gap(actor, company.pk)):
            networks = networks.managed_by(actor)  # a manager writes for the own network only
            self.fields["network"].required = True
        networks = networks.exclude(~Q(pk=self.instance.network_id), state__in=CLOSED_TO_NEW)
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]
        self.fields["network"].empty_label = _("nog geen netwerk")  # type: ignore[attr-defined]
        for name in ("urgency", "impact", "horizon", "depth", "direction", "transition", "hire_scheme"):
            known = [choice for choice in self.fields[name].choices if choice[0]]  # type: ignore[attr-defined]
            self.fields[name].choices = [("", _("onbekend")), *known]  # type: ignore[attr-defined]
        if self.instance.pk:
            if isinstance(self.initial.get("skills"), list):  # the column's own value, not what was typed
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

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"] or Gap.Kind.ORDINARY)

    def clean(self) -> dict[str, Any]:
        """A title and a language that nobody chose come from the text itself."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        text = data.get("description") or ""
        title = (data.get("title") or "").strip() or title_of(text)
        if not title and not self.errors.keys() & {"title", "description"}:
            self.add_error("description", NOTHING_WRITTEN)
        said = language_of(f"{title}. {text}")
        data |= {"title": title, "language": data.get("language") or said or self.company.language or "nl"}
        if data.get("kind") != Gap.Kind.HIRE_AND_TRAIN:
            data["hire_scheme"] = ""
        return data

    def _post_clean(self) -> None:
        """The service validates and saves; the form must not write into its instance."""
