"""Pooled demand for providers: what enough companies ask, without a word or a figure of one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from catalogue.models import Offer
from matching.anonymity import AnonymousDemand
from matching.filters import DemandFilter
from matching.links import address
from matching.models import Bid, DemandCard, Pool, Skill
from matching.obstacles import obstacle_sentence
from matching.services.demand import (
    alike_of,
    demand_for,
    interest_of,
    nearest_own,
    own_offers_for,
    register_interest,
    withdraw_interest,
)
from matching.services.figures import shown_figures
from matching.services.presenting import price_text
from matching.services.told_obstacles import told_obstacle
from networks.models import Depth, Gap
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.roles import Role
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import euro
from skillnet.ui import Action, Fact, Link, MatchRow, Tab


def demand_title(pool: Pool) -> str:
    """What the pool is called outside its network."""
    return pool.public_title or pool.network.sector or _("Vraag uit %(network)s") % {"network": pool.network}


def card_of(pool: Pool) -> DemandCard | None:
    """The pool's open demand card; a pool that something closes has none."""
    card: DemandCard | None = getattr(pool, "demand_card", None)
    return card if card is not None and card.state == DemandCard.State.OPEN else None


def _say(pool: Any, name: str) -> Any:
    return getattr(pool.anonymous, name) if pool.anonymous else None


def region_names(demand: AnonymousDemand | None) -> str:
    language = get_language() or "nl"
    return ", ".join(regions.display_name(code, language) for code in demand.regions) if demand else ""


def attach_demand(pools: Sequence[Any]) -> None:
    found = shown_figures(pools)
    alike = alike_of(pools)
    for pool in pools:
        pool.anonymous = found.get(pool.pk)
        pool.alike = alike[pool.pk]


def like_sentence(alike: Sequence[Offer]) -> str:
    """What a demand is about, in the title of an offer that everybody reads."""
    return _("zoals “%(offer)s”") % {"offer": alike[0].title} if alike else ""


def demand_tabs(current: str) -> list[Tab]:
    """What providers read, and what they answered."""
    pages = [("matching:demand", _("Vraag")), ("matching:bids", _("Mijn biedingen"))]
    return [Tab(label, reverse(name), current=name == current) for name, label in pages]


DEMAND_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Wat bedrijven vragen"),
            demand_title,
            sort="public_title",
            url=page_of("matching:demand_detail"),
            note=lambda pool: like_sentence(pool.alike),
        ),
        ListColumn(
            gettext_lazy("Past bij uw aanbod"), lambda pool: pool.own_fit, kind="score", sort="own_fit"
        ),
        ListColumn(
            gettext_lazy("Bedrijven"),
            lambda pool: _say(pool, "undertakings"),
            kind="number",
            sort="shown_undertakings",
        ),
        ListColumn(
            gettext_lazy("Deelnemers"),
            lambda pool: _say(pool, "learners"),
            kind="number",
            sort="shown_learners",
        ),
        ListColumn(gettext_lazy("Waar"), lambda pool: region_names(pool.anonymous)),
        ListColumn(
            gettext_lazy("Stand"),
            lambda pool: _("zonder passend aanbod") if pool.told_unmet else _("er is aanbod"),
            kind="state",
            sort="told_unmet",
            state=lambda pool: "unmet" if pool.told_unmet else "",
        ),
        ListColumn(
            gettext_lazy("Antwoord tegen"),
            lambda pool: card.expires_on if (card := card_of(pool)) else None,
            kind="date",
            sort="demand_card__expires_on",
        ),
    ],
    noun=npgettext_lazy("count", "gebundelde vraag", "gebundelde vragen"),
    filename="gebundelde-vraag",
    filterset=DemandFilter,
    # What no own offer comes near has no fit, and comes last.
    order=(F("own_fit").desc(nulls_last=True), F("shown_undertakings").desc(nulls_last=True), "pk"),
    prepare=attach_demand,
)


def demand_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "page_title": _("Gebundelde vraag"),
        "k": settings.K_ANONYMITY,
        "is_provider": actor.has(Role.PROVIDER),
        "tabs": demand_tabs("matching:demand") if actor.has(Role.PROVIDER) else [],
    }
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/demand_list.html",
        queryset=demand_for(actor),
        spec=DEMAND_LIST,
        context=context,
    )


def demand_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One pool as counts; what a provider can do with it; interest is posted here too."""
    actor = actor_of(request)
    pool: Any = get_object_or_404(demand_for(actor), public_id=public_id)
    if request.method == "POST":
        return _interest(request, pool, actor)
    attach_demand([pool])
    if pool.anonymous is None:  # companies were linked since the run: fewer undertakings than it counted
        raise Http404
    card = card_of(pool)
    bid = Bid.objects.visible_to(actor).of(actor).live().filter(pool=pool).first()
    own = own_offers_for(pool, actor) if actor.has(Role.PROVIDER) else []
    lacks = [told for record in card.lacks if (told := told_obstacle(pool, record))] if card else []
    context = {
        "page_title": demand_title(pool),
        "breadcrumbs": [Link(_("Gebundelde vraag"), reverse("matching:demand")), Link(demand_title(pool))],
        "pool": pool,
        "facts": _facts(pool),
        "properties": _properties(pool.anonymous),
        "skills": _skills(pool.anonymous),
        "card": card,
        "lacks": [obstacle_sentence(record, public=True) for record in lacks],
        "nearest": _nearest_told(card, lacks),
        "own": [_own_row(offer, fit, cover) for offer, fit, cover in own],
        "own_nearest": _nearest_row(pool, actor) if actor.has(Role.PROVIDER) and not own else [],
        "alike": [(offer, address("catalogue:offer_detail", offer.public_id)) for offer in pool.alike],
        "steps": _actions(pool, bid),
        "bid": bid,
        "tone": "care" if card else "good",
        "is_provider": actor.has(Role.PROVIDER),
        "interest": interest_of(pool, actor),
        "k": settings.K_ANONYMITY,
    }
    return render(request, "matching/demand_detail.html", context)


def _nearest_told(card: DemandCard | None, lacks: Sequence[Mapping[str, Any]]) -> Offer | None:
    """The offer that what is told speaks of."""
    if card is None:
        return None
    offers = [record.get("offer") for record in lacks if "offer" in record]
    return Offer.objects.active().filter(pk__in=offers).first() if offers else card.nearest_offer


def _interest(request: HttpRequest, pool: Pool, actor: Actor) -> HttpResponse:
    try:
        if request.POST.get("action") == "withdraw":
            withdraw_interest(pool=pool, actor=actor)
            messages.success(request, _("Uw belangstelling is ingetrokken."))
        else:
            register_interest(pool=pool, actor=actor, note=request.POST.get("note", ""))
            messages.success(request, _("De netwerkmanager krijgt uw belangstelling te zien."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("matching:demand_detail", public_id=pool.public_id)


def _facts(pool: Any) -> list[Fact]:
    budget = _say(pool, "budget")
    facts = [
        Fact(_("Bedrijven"), _say(pool, "undertakings"), hint=_("verbonden bedrijven tellen één keer")),
        Fact(_("Deelnemers"), _say(pool, "learners"), hint=_("van wie het al bekend is")),
        Fact(_("Netwerk"), pool.network.name),
    ]
    if budget is not None:
        facts.append(Fact(_("Budget per deelnemer"), f"± {euro(budget)}"))
    return facts


def _properties(demand: AnonymousDemand | None) -> list[Fact]:
    horizons, depths, languages = dict(Gap.Horizon.choices), dict(Depth.choices), dict(LANGUAGES)
    return [
        Fact(_("Waar"), region_names(demand)),
        Fact(_("Wanneer"), ", ".join(str(horizons[h]) for h in demand.horizons) if demand else ""),
        Fact(_("Diepgang"), ", ".join(str(depths[d]) for d in demand.depths) if demand else ""),
        Fact(
            _("Talen van de deelnemers"),
            ", ".join(languages.get(code, code) for code in demand.languages) if demand else "",
        ),
    ]


def _skills(demand: AnonymousDemand | None) -> list[str]:
    if demand is None:
        return []
    language = get_language() or "nl"
    named = {skill.uri: skill.label(language) for skill in Skill.objects.filter(uri__in=demand.skills)}
    return [named[uri] for uri in demand.skills if uri in named]


def _nearest_row(pool: Pool, actor: Actor) -> list[MatchRow]:
    """What gave a demand its place in the list, where nothing fits well enough."""
    found = nearest_own(pool, actor)
    if found is None:
        return []
    offer, fit = found
    url = address("catalogue:offer_detail", offer.public_id)
    return [MatchRow(score=fit, title=offer.title, url=url, meta=_("komt er het dichtst bij"))]


def _own_row(offer: Any, fit: float, cover: str) -> MatchRow:
    url = address("catalogue:edition_new", offer.public_id)
    covered, _slash, gaps = cover.partition("/")
    return MatchRow(
        score=fit,
        title=offer.title,
        url=address("catalogue:offer_detail", offer.public_id),
        meta=_("past bij %(covered)s van de %(gaps)s kloven") % {"covered": covered, "gaps": gaps}
        if cover
        else _("past bij minstens de helft van de kloven"),
        price=price_text(offer),
        actions=[Action(_("Editie toevoegen"), url, tone="small")] if url else [],
    )


def _actions(pool: Pool, bid: Bid | None) -> list[Action]:
    """The own bid when there is one, else the way to make it."""
    if bid is not None:
        return [Action(_("Naar uw bod"), reverse("matching:bid_detail", args=[bid.public_id]), tone="main")]
    if pool.state != Pool.State.OPEN:  # already in a programme
        return []
    return [Action(_("Bod doen"), reverse("matching:bid_new", args=[pool.public_id]), tone="main")]
