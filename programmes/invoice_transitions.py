"""The steps of an invoice line: the provider bills, the company or its network's manager says it is paid."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from networks.rules import manages
from programmes.models import InvoiceLine
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionTable

S = InvoiceLine.State


def bills(actor: Actor, line: Any) -> bool:
    """The provider of the edition."""
    return actor.has(Role.PROVIDER) and actor.organisation_id == line.edition.offer.provider.organisation_id


def pays(actor: Actor, line: Any) -> bool:
    """The company itself, or who manages the programme's network."""
    own = actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == line.organisation_id
    return own or manages(actor, line.programme.network_id)


INVOICE_TRANSITIONS = TransitionTable(
    model=InvoiceLine,
    transitions={
        "invoice": Transition(
            _("Als gefactureerd melden"), frozenset({S.DUE}), S.INVOICED, bills, style="main"
        ),
        "pay": Transition(_("Als betaald melden"), frozenset({S.INVOICED}), S.PAID, pays, style="main"),
        "unpay": Transition(_("Toch niet betaald"), frozenset({S.PAID}), S.INVOICED, pays),
        "uninvoice": Transition(_("Factuur terugnemen"), frozenset({S.INVOICED}), S.DUE, bills, style="stop"),
    },
)
