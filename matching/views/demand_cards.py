"""Demand cards for the people of the network: which stand open, which run out, which nobody answered."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from matching.filters import DemandCardFilter
from matching.models import DemandCard
from matching.obstacles import obstacle_sentence
from matching.services.demand import interests_in
from matching.services.demand_cards import close_card, renew_card
from matching.transitions import DEMAND_CARD_TRANSITIONS
from matching.views.pool_rows import pool_tabs
from networks.views.helpers import events_of, panel_actions
from skillnet.kernel.actor import actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, days_left
from skillnet.ui import Action, Fact, Link

STEPS: dict[str, Any] = {"renew": renew_card, "close": close_card}

CARD_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Vraagkaart"),
            lambda card: card.pool.title,
            sort="pool__title",
            url=page_of("matching:demand_card"),
        ),
        ListColumn(gettext_lazy("Netwerk"), lambda card: card.pool.network.name, sort="pool__network__name"),
        ListColumn(
            gettext_lazy("Bedrijven"), lambda card: card.pool.companies, kind="number", sort="pool__companies"
        ),
        ListColumn(gettext_lazy("Biedingen"), lambda card: card.bid_count, kind="number", sort="bid_count"),
        ListColumn(
            gettext_lazy("Belangstelling"),
            lambda card: card.interest_count,
            kind="number",
            sort="interest_count",
        ),
        ListColumn(
            gettext_lazy("Open tot"), lambda card: card.expires_on, kind="deadline", sort="expires_on"
        ),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda card: _("onbeantwoord") if card.escalated_on else card.get_state_display(),
            kind="state",
            sort="state",
            state=lambda card: "unmet" if card.escalated_on else card.state,
        ),
        ListColumn(gettext_lazy("Open sinds"), lambda card: card.opened_on, kind="date", export_only=True),
    ],
    noun=npgettext_lazy("count", "vraagkaart", "vraagkaarten"),
    filename="vraagkaarten",
    filterset=DemandCardFilter,
    order=("expires_on", "pk"),
)


def demand_cards(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    cards = DemandCard.objects.visible_to(actor).with_parties()
    submitted = Q(pool__bids__submitted_at__isnull=False)
    counted = cards.annotate(
        bid_count=Count("pool__bids", filter=submitted, distinct=True),
        interest_count=Count("pool__interests", filter=Q(pool__interests__state="open"), distinct=True),
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/demand_cards.html",
        queryset=counted,
        spec=CARD_LIST,
        context={"page_title": _("Vraagkaarten"), "tabs": pool_tabs(actor, "matching:demand_cards")},
    )


def demand_card(request: HttpRequest, public_id: str) -> HttpResponse:
    """One card: what it asks, who answered, and whether it should stay open."""
    actor = actor_of(request)
    cards = DemandCard.objects.visible_to(actor).with_parties()
    card = get_object_or_404(cards.select_related("nearest_offer"), public_id=public_id)
    bids = card.pool.bids.filter(submitted_at__isnull=False).count()
    steps = DEMAND_CARD_TRANSITIONS.available(card, actor)
    context = {
        "page_title": card.pool.title,
        "breadcrumbs": [Link(_("Vraagkaarten"), reverse("matching:demand_cards")), Link(card.pool.title)],
        "card": card,
        "facts": [
            Fact(_("Open tot"), date_long(card.expires_on), hint=str(days_left(card.expires_on))),
            Fact(_("Biedingen"), bids, url=reverse("matching:bids_compare", args=[card.pool.public_id])),
            Fact(_("Bedrijven"), card.pool.companies),
            Fact(_("Keren verlengd"), card.renewals),
        ],
        "is_hidden": card.pool.undertakings < settings.K_ANONYMITY,
        "k": settings.K_ANONYMITY,
        "lacks": [obstacle_sentence(record) for record in card.lacks],
        "interests": interests_in(card.pool),
        "panel": panel_actions({name: step for name, step in steps.items() if name in STEPS}),
        "events": events_of(card, DEMAND_CARD_TRANSITIONS),
        "actions": [
            Action(_("Naar de bundel"), reverse("matching:pool_detail", args=[card.pool.public_id])),
            Action(_("Biedingen vergelijken"), reverse("matching:bids_compare", args=[card.pool.public_id])),
        ],
    }
    return render(request, "matching/demand_card.html", context)


def demand_card_action(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    card = get_object_or_404(DemandCard.objects.visible_to(actor).with_parties(), public_id=public_id)
    action = request.POST.get("action", "")
    if action not in STEPS:
        raise Http404
    try:
        moved = STEPS[action](card=card, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(
            request, _("De vraagkaart staat nu op “%(state)s”.") % {"state": moved.get_state_display()}
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:demand_card", public_id=public_id)
