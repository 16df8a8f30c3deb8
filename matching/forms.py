"""Forms of `matching`: they read and clean, services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.rules import may_start_run_of_all
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
