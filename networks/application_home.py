"""What calls, applications, reviews and annual plans ask people to do on their home page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import (
    AccessRequest,
    ApplicationReview,
    Call,
    NetworkApplication,
    NetworkPlan,
    OwnershipLink,
)
from networks.transitions import vote_stands
from skillnet.kernel.actor import Actor
from skillnet.kernel.todo import Todo
from skillnet.templatetags.ui import days_left

SHOWN = 5
State = NetworkApplication.State


def company_todos(actor: Actor) -> list[Todo]:
    """Who asks to work for the own company, and what others say that it owns or is owned by."""
    asked = AccessRequest.objects.visible_to(actor).open().filter(organisation=actor.organisation_id)
    todos = [
        Todo(_("%s vraagt toegang tot uw bedrijf") % row.user, reverse("networks:people"))
        for row in asked.select_related("user")[:SHOWN]
    ]
    links = OwnershipLink.objects.of(actor).to_confirm_by(actor) | OwnershipLink.objects.end_to_confirm_by(
        actor
    )
    todos += [
        Todo(_("Klopt deze band: %s?") % link, reverse("networks:organisation"))
        if link.claimed_by_id
        else Todo(
            _("Is deze band ten einde: %s?") % link, reverse("networks:link_end", args=[link.public_id])
        )
        for link in links.select_related("owner", "owned")[:SHOWN]
    ]
    return todos


def manager_todos(actor: Actor) -> list[Todo]:
    """Applications to finish or to complete, and conditions to meet."""
    rows = NetworkApplication.objects.visible_to(actor).managed_by(actor).select_related("network", "call")
    words = {
        State.DRAFT: _("Werk de aanvraag af en dien ze in"),
        State.MORE_INFO: _("Vul de aanvraag aan"),
        State.APPROVED_WITH_CONDITIONS: _("Voldoe aan de voorwaarden van de goedkeuring"),
    }
    waiting = rows.filter(state__in=[State.DRAFT, State.MORE_INFO]) | rows.filter(
        state=State.APPROVED_WITH_CONDITIONS, network__state="contracted"
    )
    todos = [
        Todo(
            words[State(row.state)],
            reverse("networks:application_detail", args=[row.public_id]),
            text=row.network.name,
            when=_when(row),
        )
        for row in waiting.order_by("pk")[:SHOWN]
    ]
    return todos + _plan_todos(actor)


def _plan_todos(actor: Actor) -> list[Todo]:
    """Annual plans that lie before the steering group: to follow, to settle once its vote stands."""
    plans = NetworkPlan.objects.visible_to(actor).filter(
        state=NetworkPlan.State.SUBMITTED, network__in=actor.managed_networks
    )
    return [
        Todo(
            (
                _("Volg de stemming over het jaarplan %d")
                if vote_stands(plan)
                else _("Stel het jaarplan %d vast")
            )
            % plan.year,
            reverse("networks:plan_detail", args=[plan.public_id]),
            text=plan.network.name,
        )
        for plan in plans.select_related("network").prefetch_related("votes").order_by("pk")[:SHOWN]
    ]


def _when(application: NetworkApplication) -> str:
    due = {State.DRAFT: application.call.closes_on, State.MORE_INFO: application.info_due_on}
    day = due.get(State(application.state))
    return str(days_left(day)) if day else ""


def steering_todos(actor: Actor) -> list[Todo]:
    """Annual plans that the own organisation has not voted on."""
    plans = NetworkPlan.objects.visible_to(actor).filter(
        state=NetworkPlan.State.SUBMITTED, network__in=actor.steered_networks
    )
    return [
        Todo(
            _("Stem over het jaarplan %d") % plan.year,
            reverse("networks:plan_detail", args=[plan.public_id]),
            text=plan.network.name,
        )
        for plan in plans.exclude(votes__organisation=actor.organisation_id).select_related("network")
    ]


def review_todos(actor: Actor) -> list[Todo]:
    """Applications that one was asked to review."""
    rows = ApplicationReview.objects.of(actor).filter(submitted_at=None, application__state=State.REVIEW)
    return [
        Todo(
            _("Beoordeel de aanvraag van %s") % row.application.network.name,
            reverse("networks:review", args=[row.public_id]),
            text=row.application.call.title,
            when=str(days_left(row.application.call.review_by)) if row.application.call.review_by else "",
        )
        for row in rows.select_related("application__network", "application__call")[:SHOWN]
    ]


def coordinator_todos(actor: Actor) -> list[Todo]:
    """Applications to screen, and calls whose applications can be decided."""
    handed_in = NetworkApplication.objects.visible_to(actor).filter(
        call__coordinator=actor.organisation_id, state__in=[State.SUBMITTED, State.SCREENING]
    )
    todos = [
        Todo(
            _("Kijk de ontvankelijkheid na: %s") % row.network.name,
            reverse("networks:application_detail", args=[row.public_id]),
            text=row.call.title,
        )
        for row in handed_in.select_related("network", "call").order_by("submitted_at")[:SHOWN]
    ]
    for call in Call.objects.visible_to(actor).owned_by(actor).filter(state=Call.State.UNDER_REVIEW):
        ready = call.applications.filter(state=State.READY).count()
        if ready:
            words = ngettext(
                "%d aanvraag wacht op uw beslissing", "%d aanvragen wachten op uw beslissing", ready
            )
            todos.append(
                Todo(words % ready, reverse("networks:call_ranking", args=[call.public_id]), text=call.title)
            )
    ends = OwnershipLink.objects.end_to_decide_by(actor).select_related("owner", "owned")
    todos += [
        Todo(
            _("Is deze band ten einde: %s?") % link,
            reverse("networks:link_end", args=[link.public_id]),
            text=_("De andere organisatie kan het hier niet bevestigen."),
        )
        for link in ends[:SHOWN]
    ]
    return todos + review_todos(actor)
