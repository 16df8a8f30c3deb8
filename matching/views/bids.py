"""Bids as their provider keeps them: list, form, one bid with its steps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from matching.bid_forms import BidForm
from matching.filters import BidFilter
from matching.models import Bid, Pool
from matching.services.bid_scores import price_per_learner
from matching.services.bids import (
    deadline_of,
    decline_bid,
    is_frozen,
    save_bid,
    submit_bid,
    withdraw_bid,
)
from matching.services.choosing import choose_bid, lost_on
from matching.services.demand import demand_for
from matching.transitions import BID_TRANSITIONS
from matching.views.demand import demand_tabs, demand_title
from networks.views.helpers import events_of, explain, panel_actions
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, euro, number
from skillnet.ui import Action, Fact, Link

STEPS: dict[str, Any] = {
    "submit": lambda bid, actor, reason: submit_bid(bid=bid, actor=actor),
    "withdraw": lambda bid, actor, reason: withdraw_bid(bid=bid, actor=actor, reason=reason),
    "choose": lambda bid, actor, reason: choose_bid(bid=bid, actor=actor, reason=reason),
    "decline": lambda bid, actor, reason: decline_bid(bid=bid, actor=actor, reason=reason),
}

BID_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Bod"),
            lambda bid: bid.title,
            sort="title",
            url=page_of("matching:bid_detail"),
        ),
        ListColumn(gettext_lazy("Voor"), lambda bid: demand_title(bid.pool)),
        ListColumn(gettext_lazy("Per deelnemer"), price_per_learner, kind="euro"),
        ListColumn(gettext_lazy("Begint op"), lambda bid: bid.starts_on, kind="date", sort="starts_on"),
        ListColumn(gettext_lazy("Plaatsen"), lambda bid: bid.seats, kind="number", sort="seats"),
        ListColumn(gettext_lazy("Geldig tot"), lambda bid: bid.valid_until, kind="date", sort="valid_until"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda bid: bid.get_state_display(),
            kind="state",
            sort="state",
            state=lambda bid: bid.state,
        ),
        ListColumn(gettext_lazy("Motivering"), lambda bid: bid.decision_reason, export_only=True),
    ],
    noun=npgettext_lazy("count", "bod", "biedingen"),
    filename="biedingen",
    filterset=BidFilter,
)


def bid_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/bid_list.html",
        queryset=Bid.objects.visible_to(actor).of(actor).with_parties(),
        spec=BID_LIST,
        context={"page_title": _("Mijn biedingen"), "tabs": demand_tabs("matching:bids")},
    )


def bid_new(request: HttpRequest, pool: str) -> HttpResponse:
    """A bid on this demand; who has one already goes to it."""
    actor = actor_of(request)
    known = Bid.objects.visible_to(actor).of(actor).live().filter(pool__public_id=pool).first()
    if known is not None:
        return redirect("matching:bid_detail", public_id=known.public_id)
    row = get_object_or_404(demand_for(actor), public_id=pool)
    return _form(request, actor, row, None)


def bid_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    own = Bid.objects.visible_to(actor).of(actor).with_parties()
    bid = get_object_or_404(own.filter(state__in=["draft", "submitted"]), public_id=public_id)
    return _form(request, actor, bid.pool, bid)


def _form(request: HttpRequest, actor: Actor, pool: Pool, bid: Bid | None) -> HttpResponse:
    kinds = {"kind": Bid.Kind.EDITION, "language": get_language() or "nl"}
    form = BidForm(
        request.POST or None,
        instance=bid,
        initial=None if bid else kinds,
        actor=actor,
        today=timezone.localdate(),
    )
    if request.method == "POST" and form.is_valid() and (saved := _saved(request, actor, pool, bid, form)):
        return redirect("matching:bid_detail", public_id=saved.public_id)
    title = _("Bod aanpassen") if bid else _("Bod doen")
    crumbs = [
        Link(_("Gebundelde vraag"), reverse("matching:demand")),
        Link(demand_title(pool), reverse("matching:demand_detail", args=[pool.public_id])),
        Link(title),
    ]
    context = {
        "page_title": title,
        "breadcrumbs": crumbs,
        "form": form,
        "pool_title": demand_title(pool),
        "deadline": deadline_of(pool),
        "bid": bid,
        "is_draft": bid is None or bid.state == Bid.State.DRAFT,
        "cancel_url": reverse("matching:demand_detail", args=[pool.public_id]),
    }
    return render(request, "matching/bid_form.html", context)


def _saved(request: HttpRequest, actor: Actor, pool: Pool, bid: Bid | None, form: BidForm) -> Bid | None:
    """The bid, saved and (when that was asked) submitted; None when a refusal stands in the form."""
    try:
        saved = save_bid(actor=actor, pool=pool, values=form.cleaned_data, bid=bid)
    except ValidationError as error:
        explain(form, error)
        return None
    if request.POST.get("action") == "submit" and saved.state == Bid.State.DRAFT:
        try:
            submit_bid(bid=saved, actor=actor)
            messages.success(
                request, _("Uw bod is ingediend. U kunt het aanpassen tot de termijn voorbij is.")
            )
        except TransitionRefused as refusal:
            messages.error(request, _("Bewaard als ontwerp, nog niet ingediend.") + " " + str(refusal))
    else:
        messages.success(request, _("Uw bod is bewaard."))
    return saved


def bid_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    bid = _readable(actor, public_id)
    is_own = bid.provider.organisation_id == actor.organisation_id and actor.has(Role.PROVIDER)
    context = {
        "page_title": bid.title,
        "breadcrumbs": _crumbs(bid, is_own),
        "bid": bid,
        "is_own": is_own,
        "facts": _facts(bid),
        "properties": bid_properties(bid),
        "actions": _links(actor, bid, is_own),
        "panel": panel_actions(BID_TRANSITIONS.available(bid, actor)),
        "events": events_of(bid, BID_TRANSITIONS, {"change": _("Aangepast na indienen")}),
        "frozen": is_frozen(bid.pool),
        "deadline": deadline_of(bid.pool),
        "lost_on": lost_on(bid),
    }
    return render(request, "matching/bid_detail.html", context)


def bid_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Submit, withdraw, choose or decline; the network goes back to its comparison."""
    actor = actor_of(request)
    bid = _readable(actor, public_id)
    action = request.POST.get("action", "")
    if action not in STEPS:
        raise Http404
    try:
        moved = STEPS[action](bid, actor, request.POST.get("reason", ""))
        messages.success(
            request, _("Het bod staat nu op “%(state)s”.") % {"state": moved.get_state_display()}
        )
    except (TransitionRefused, ValidationError) as refusal:
        reasons = refusal.messages if isinstance(refusal, ValidationError) else refusal.reasons
        messages.error(request, " ".join(reasons))
    if action in ("choose", "decline"):
        return redirect("matching:bids_compare", public_id=bid.pool.public_id)
    return redirect("matching:bid_detail", public_id=public_id)


def bid_properties(bid: Bid) -> list[Fact]:
    """What a bid says, as lines."""
    language = get_language() or "nl"
    where = ", ".join(
        part
        for part in (bid.location, regions.display_name(bid.region, language) if bid.region else "")
        if part
    )
    return [
        Fact(_("Wat"), bid.get_kind_display()),
        Fact(_("Lestaal"), bid.get_language_display()),
        Fact(_("Lesvorm"), bid.get_mode_display() if bid.mode else ""),
        Fact(_("Contacturen"), number(bid.hours) if bid.hours is not None else ""),
        Fact(_("Lesdagen"), bid.schedule),
        Fact(_("Plaats"), where),
        Fact(_("Minimum deelnemers"), bid.min_seats if bid.min_seats is not None else ""),
        Fact(_("Voorwaarden"), bid.conditions),
    ]


def _facts(bid: Bid) -> list[Fact]:
    price = f"{euro(bid.price)} {bid.get_price_basis_display()}" if bid.price is not None else ""
    return [
        Fact(_("Prijs (excl. btw)"), price),
        Fact(_("Begint op"), date_long(bid.starts_on) if bid.starts_on else ""),
        Fact(_("Plaatsen"), bid.seats),
        Fact(_("Geldig tot"), date_long(bid.valid_until) if bid.valid_until else ""),
    ]


def _links(actor: Actor, bid: Bid, is_own: bool) -> list[Action]:
    found = []
    if is_own and bid.state in (Bid.State.DRAFT, Bid.State.SUBMITTED) and not is_frozen(bid.pool):
        found.append(Action(_("Aanpassen"), reverse("matching:bid_edit", args=[bid.public_id])))
    if is_own and bid.edition_id and bid.state == Bid.State.CHOSEN and bid.edition is not None:
        url = reverse("catalogue:edition_edit", args=[bid.edition.public_id])
        found.append(Action(_("Naar de editie in uw aanbod"), url, tone="main"))
    if not is_own:
        url = reverse("matching:bids_compare", args=[bid.pool.public_id])
        found.append(Action(_("Biedingen vergelijken"), url, tone="main"))
    return found


def _readable(actor: Actor, public_id: str) -> Bid:
    return get_object_or_404(Bid.objects.visible_to(actor).with_parties(), public_id=public_id)


def _crumbs(bid: Bid, is_own: bool) -> list[Link]:
    if is_own:
        return [Link(_("Mijn biedingen"), reverse("matching:bids")), Link(bid.title)]
    url = reverse("matching:bids_compare", args=[bid.pool.public_id])
    return [Link(_("Bundels"), reverse("matching:pools")), Link(_("Biedingen"), url), Link(bid.title)]
