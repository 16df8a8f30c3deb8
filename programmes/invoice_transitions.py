"""The steps of an invoice line: the provider bills, the company or its network's manager says it is paid.

What jobseekers cost is paid with the claim, from the ring-fenced line: nobody notes that by hand. The manager,
who receives the provider's bill for them, may note it too, or that none will come.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.rules import manages
from programmes.models import Claim, InvoiceLine, Programme
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionTable

S, C = InvoiceLine.State, Claim.State


# From approval of the content on, an amount that was billed is what is paid.
FIXED = (C.APPROVED_STAFF, C.APPROVED_FINANCE, C.PAYMENT_FAILED, C.PAID)


def bills(actor: Actor, line: Any) -> bool:
    """The provider of the edition; for jobseekers also who manages the programme's network."""
    own = actor.has(Role.PROVIDER) and actor.organisation_id == line.edition.offer.provider.organisation_id
    return own or waives(actor, line)


def waives(actor: Actor, line: Any) -> bool:
    """Who manages the network, of a line for jobseekers."""
    return bool(line.is_for_jobseekers and manages(actor, line.programme.network_id))


def pays(actor: Actor, line: Any) -> bool:
    """The company itself, or who manages the programme's network; for jobseekers only the claim."""
    if line.is_for_jobseekers:
        return actor.is_system
    own = actor.has(Role.COMPANY_CONTACT) and actor.organisation_id == line.organisation_id
    return own or manages(actor, line.programme.network_id)


def is_not_fixed(line: InvoiceLine) -> list[str]:
    """A bill for jobseekers that a claim stands on is not taken back."""
    if line.is_for_jobseekers and Claim.objects.filter(programme=line.programme_id, state__in=FIXED).exists():
        return [gettext("De afrekening is goedgekeurd op deze factuur: ze kan niet meer veranderen.")]
    return []


def is_given(line: InvoiceLine) -> list[str]:
    """That nothing is billed is known once the lessons were given, and until the claim was approved."""
    if line.programme.state not in (Programme.State.DELIVERED, Programme.State.CLAIMED):
        return [gettext("Dat er niets gefactureerd wordt, meldt u als de opleiding gegeven is.")]
    return is_not_fixed(line)


INVOICE_TRANSITIONS = TransitionTable(
    model=InvoiceLine,
    transitions={
        "invoice": Transition(
            _("Als gefactureerd melden"),
            frozenset({S.DUE}),
            S.INVOICED,
            bills,
            guard=is_not_fixed,
            style="main",
        ),
        "pay": Transition(_("Als betaald melden"), frozenset({S.INVOICED}), S.PAID, pays, style="main"),
        "unpay": Transition(_("Toch niet betaald"), frozenset({S.PAID}), S.INVOICED, pays),
        "uninvoice": Transition(
            _("Factuur terugnemen"),
            frozenset({S.INVOICED}),
            S.DUE,
            bills,
            guard=is_not_fixed,
            style="stop",
        ),
        "waive": Transition(
            _("Er wordt niets gefactureerd"),
            frozenset({S.DUE}),
            S.CANCELLED,
            waives,
            guard=is_given,
            needs_reason=True,
            style="stop",
        ),
        "unwaive": Transition(_("Toch factureren"), frozenset({S.CANCELLED}), S.DUE, waives, guard=is_given),
    },
)
