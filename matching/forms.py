"""Forms of `matching`: they read and clean, services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.rules import may_start_run_of_all
from matching.services.presenting import COMPONENT_LABELS
from matching.services.priorities import PART_LABELS
from matching.services.starting import networks_to_run
from networks.models import Network
from skillnet.kernel.actor import Actor

EVERYTHING = "all"


class RunForm(forms.Form):
    """What to match again."""

    what = forms.ChoiceField(
        label=_("Wat wilt u opnieuw matchen?"),
        help_text=_("Eén netwerk is een kwestie van seconden. Alles gebeurt ook elke nacht vanzelf."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.networks = {str(network.public_id): network for network in networks_to_run(actor)}
        choices = [(key, network.name) for key, network in self.networks.items()]
        if may_start_run_of_all(actor):
            choices.insert(0, (EVERYTHING, str(_("Alles: elk netwerk en elk aanbod"))))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def chosen_network(self) -> Network | None:
        return self.networks.get(self.cleaned_data["what"])


class PointsForm(forms.Form):
    """Weights as points: only their proportion counts, so nobody has to make them add up to a hundred."""

    names: dict[str, Any] = {}

    def __init__(self, *args: Any, weights: Mapping[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = {
            name: forms.FloatField(
                label=label,
                min_value=0,
                max_value=1000,
                initial=f"{weights.get(name, 0.0) * 100:g}",
                widget=forms.NumberInput(attrs={"step": "1", "inputmode": "decimal"}),
            )
            for name, label in self.names.items()
        }
        self.fields = {**points, **self.fields}

    @property
    def points(self) -> list[Any]:
        """The fields of the weights, for a page that sets them beside each other."""
        return [self[name] for name in self.names]

    def weights(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] for name in self.names}


class WeightsForm(PointsForm):
    names = COMPONENT_LABELS
    note = forms.CharField(
        label=_("Waarom"),
        max_length=300,
        help_text=_("Eén zin: wat was er mis, en wat moet beter. Wie later terugkijkt, leest dit."),
    )


class StrategyForm(PointsForm):
    names = PART_LABELS
    title = forms.CharField(label=_("Titel"), max_length=200)
    valid_from = forms.DateField(
        label=_("Geldig vanaf"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
