"""Pools: list, detail with reasons, and gaps that are in none."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.core.signing import dumps
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy, ngettext, npgettext_lazy
from django.utils.translation import gettext as _

from catalogue.models import Offer
from matching.filters import PoolFilter, UnpooledFilter
from matching.links import address
from matching.models import DemandCard, Pool, Skill
from matching.obstacles import obstacle_sentence
from matching.rules import may_pool_by_hand, sees_companies
from matching.services.demand import interests_in
from matching.services.fits import GOOD_ENOUGH
from matching.services.pool_reads import (
    Lonely,
    OfferForPool,
    offers_for_pool,
    offers_told,
    readable_pools,
    unpooled_gaps,
    why_unpooled,
)
from matching.services.presenting import COMPONENT_LABELS, price_text
from matching.services.priorities import priority_basis, priority_parts
from matching.services.told_obstacles import why_unmet
from matching.views.pool_rows import pool_tabs, supply_state
from networks.models import Gap
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import score
from skillnet.ui import Action, Event, Fact, Link, MatchRow, ScorePart

POOL_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Bundel"),
            lambda pool: pool.shown_title or pool.network.name,
            sort="shown_title",
            url=page_of("matching:pool_detail"),
        ),
        ListColumn(gettext_lazy("Netwerk"), lambda pool: pool.network.name, sort="network__name"),
        ListColumn(
            gettext_lazy("Bedrijven"), lambda pool: pool.read_companies, kind="number", sort="read_companies"
        ),
        ListColumn(gettext_lazy("Kloven"), lambda pool: pool.read_gaps, kind="number", sort="read_gaps"),
        ListColumn(
            gettext_lazy("Deelnemers"), lambda pool: pool.read_learners, kind="number", sort="read_learners"
        ),
        ListColumn(
            gettext_lazy("Prioriteit"), lambda pool: pool.read_priority, kind="score", sort="read_priority"
        ),
        ListColumn(
            gettext_lazy("Aanbod"),
            lambda pool: supply_state(pool)[0],
            kind="state",
            sort="read_unmet",
            state=lambda pool: supply_state(pool)[1],
        ),
        ListColumn(
            gettext_lazy("Waarom een hiaat"),
            lambda pool: why_unmet(pool, named=pool.is_named),
            export_only=True,
        ),
    ],
    noun=npgettext_lazy("count", "bundel", "bundels"),
    filename="bundels",
    filterset=PoolFilter,
    order=(F("read_priority").desc(nulls_last=True), F("read_companies").desc(nulls_last=True), "pk"),
)

WITH_COMPONENTS = 3
EVENTS: dict[str, Any] = {
    "split": gettext_lazy("Gesplitst in %(parts)s bundels"),
    "merged": gettext_lazy("Opgegaan in een andere bundel"),
    "ended": gettext_lazy("Opgelost"),
    "emptied": gettext_lazy("Leeg en opgelost"),
    "moved_in": gettext_lazy("Kloof hierheen verplaatst"),
    "moved_out": gettext_lazy("Kloof naar een andere bundel verplaatst"),
    "locked": gettext_lazy("Kloof vastgezet"),
    "unlocked": gettext_lazy("Kloof losgemaakt"),
    "kept_out": gettext_lazy("Kloof uit de bundel gehouden"),
    "released": gettext_lazy("Kloof vrijgegeven aan de matcher"),
    "undone": gettext_lazy("Laatste ingreep ongedaan gemaakt"),
}
LONELY: dict[str, Any] = {
    "no_network": gettext_lazy(
        "Ze hoort bij geen netwerk. Word lid van een netwerk en kies het bij de kloof."
    ),
    "unconfirmed": gettext_lazy("Het bedrijf moet de kloof nog bevestigen."),
    "kept_out": gettext_lazy("Iemand hield ze met de hand buiten elke bundel."),
    "waiting": gettext_lazy("De matcher las ze nog niet; dat gebeurt in de volgende run."),
    "unreadable": gettext_lazy(
        "De matcher verstaat deze tekst niet. Schrijf in gewone woorden wat mensen moeten kunnen."
    ),
    "alone": gettext_lazy("Geen ander bedrijf van dit netwerk heeft een open kloof."),
    "far": gettext_lazy("Geen kloof van een ander bedrijf zegt ongeveer hetzelfde."),
    "facts:depth": gettext_lazy("De meest gelijkende kloof vraagt een andere diepgang."),
    "facts:direction": gettext_lazy(
        "De meest gelijkende kloof is voor een andere richting (bij- of omscholing)."
    ),
    "facts:period": gettext_lazy("De meest gelijkende kloof is voor een andere termijn."),
    "facts:language": gettext_lazy("De deelnemers van de meest gelijkende kloof spreken een andere taal."),
    "facts:place": gettext_lazy("De meest gelijkende kloof ligt te ver."),
    "small": gettext_lazy("Ze lijkt op een andere kloof, maar past minder goed bij de rest van die bundel."),
}


def explain_lonely(actor: Actor, gaps: Sequence[Any]) -> None:
    """Say of each gap why it is in no pool; whose gap comes nearest only to who may know that."""
    reasons = why_unpooled(gaps)
    for gap in gaps:
        lonely = reasons[gap.pk]
        is_private = lonely.nearest is not None and not sees_companies(actor, gap)
        gap.lonely = Lonely("far") if is_private else lonely


def _nearest_text(lonely: Lonely) -> str:
    if lonely.nearest is None:
        return "–"
    likeness = _("%(score)s op 100") % {"score": score(lonely.likeness)}
    return f"{lonely.nearest.title} ({lonely.nearest.organisation.name}, {likeness})"


UNPOOLED_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Competentiekloof"),
            lambda gap: gap.title,
            sort="title",
            url=page_of("networks:gap_detail"),
        ),
        ListColumn(gettext_lazy("Bedrijf"), lambda gap: gap.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Netwerk"), lambda gap: gap.network.name if gap.network else "", sort="network__name"
        ),
        ListColumn(gettext_lazy("Waarom niet"), lambda gap: str(LONELY[gap.lonely.reason])),
        ListColumn(gettext_lazy("Lijkt het meest op"), lambda gap: _nearest_text(gap.lonely)),
    ],
    noun=npgettext_lazy("count", "niet gebundelde kloof", "niet gebundelde kloven"),
    filename="niet-gebundeld",
    filterset=UnpooledFilter,
    page_size=25,
)


def pool_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {"page_title": _("Bundels"), "tabs": pool_tabs(actor, "matching:pools"), "undo": _undo(request)}
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/pool_list.html",
        queryset=readable_pools(actor),
        spec=POOL_LIST,
        context=context,
    )


def unpooled_list(request: HttpRequest) -> HttpResponse:
    """Gaps in no pool, each with the reason and, for who may, the way into a pool."""
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/unpooled_list.html",
        queryset=unpooled_gaps(actor),
        spec=replace(UNPOOLED_LIST, prepare=partial(explain_lonely, actor)),
        context={
            "page_title": _("Niet gebundeld"),
            "tabs": pool_tabs(actor, "matching:unpooled"),
            "undo": _undo(request),
        },
    )


def pool_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    pool: Any = get_object_or_404(readable_pools(actor), public_id=public_id)
    gaps = list(
        Gap.objects.visible_to(actor).filter(pool_gap__pool=pool).with_parties().select_related("pool_gap")
    )
    by_hand = may_pool_by_hand(actor, pool.network) and pool.state == Pool.State.OPEN
    title = pool.shown_title or pool.network.name
    context = {
        "page_title": title,
        "breadcrumbs": [Link(_("Bundels"), reverse("matching:pools")), Link(title)],
        "pool": pool,
        "facts": _facts(pool),
        "supply": supply_state(pool),
        "unmet": why_unmet(pool, named=pool.is_named) if pool.read_unmet else "",
        # No want of supply, and so no unmet demand: what else keeps it from a programme.
        "waits_for": obstacle_sentence(pool.unmet_reason) if pool.is_named and not pool.is_unmet else "",
        "card": DemandCard.objects.filter(pool=pool)
        .select_related("nearest_offer__provider__organisation")
        .first(),
        "gaps": gaps,
        "offers": _offers(pool),
        "priority_parts": priority_parts(pool) if pool.is_named else [],
        "priority_basis": priority_basis(pool),
        "skills": _skills(pool) if pool.is_named else [],
        "events": _events(pool, gaps) if pool.is_named else [],
        "interests": interests_in(pool) if pool.is_named else [],
        "by_hand": by_hand,
        "targets": _targets(actor, pool) if by_hand else [],
        "actions": _actions(pool, by_hand),
        "bid_count": pool.bids.compared().count() if pool.is_named else 0,
        "undo": _undo(request),
        "k": settings.K_ANONYMITY,
        "told_otherwise": _told_otherwise(pool),
    }
    return render(request, "matching/pool_detail.html", context)


def _told_otherwise(pool: Any) -> str:
    """Why providers read something else of the supply than the people of the network do; empty where they do not."""
    if not pool.is_named or pool.state != Pool.State.OPEN or pool.undertakings < settings.K_ANONYMITY:
        return ""
    if pool.is_unmet and not pool.told_unmet:
        return _(
            "Verstrekkers lezen nog niet dat hier aanbod ontbreekt: dat zou tonen wat één bedrijf intussen "
            "wijzigde. Ze zien de vraag wel, en kunnen erop bieden."
        )
    if pool.told_unmet and not pool.is_unmet:
        return _(
            "Verstrekkers lezen nog dat hier aanbod ontbreekt: iets anders zou tonen wat één bedrijf intussen "
            "wijzigde. Wilt u geen antwoorden meer, sluit dan de vraagkaart."
        )
    return ""


def _facts(pool: Any) -> list[Fact]:
    if not pool.is_named:
        return [
            Fact(_("Ondernemingen"), pool.read_companies, hint=_("verbonden bedrijven tellen één keer")),
            Fact(_("Deelnemers"), pool.read_learners),
            Fact(_("Prioriteit"), score(pool.read_priority), hint=_("op 100")),
        ]
    names = ", ".join(regions.display_name(code) for code in pool.regions)
    facts = [
        Fact(_("Bedrijven"), pool.companies),
        Fact(_("Ondernemingen"), pool.undertakings, hint=_("verbonden bedrijven tellen één keer")),
        Fact(_("Kloven"), pool.read_gaps),
        Fact(_("Deelnemers"), pool.learners),
        Fact(_("Samenhang"), score(pool.cohesion), hint=_("hoe sterk de kloven op elkaar lijken, op 100")),
        Fact(_("Prioriteit"), score(pool.priority), hint=_("op 100")),
    ]
    return [*facts, Fact(_("Waar"), names)] if names else facts


def _offers(pool: Any) -> list[MatchRow]:
    """With what each gap makes of them, for who may know whose gaps those are; else as outsiders read it."""
    if pool.is_named:
        return [_offer_row(offer, place) for place, offer in enumerate(offers_for_pool(pool))]
    return [_told_row(offer, fit, cover) for offer, fit, cover in offers_told(pool)]


def _told_row(offer: Offer, fit: float, cover: str) -> MatchRow:
    covered, _slash, gaps = cover.partition("/")
    counted = _("past bij %(covered)s van de %(gaps)s kloven") % {"covered": covered, "gaps": gaps}
    return MatchRow(
        score=fit,
        title=offer.title,
        url=address("catalogue:offer_detail", offer.public_id),
        meta=f"{offer.provider} · {counted}" if cover else str(offer.provider),
        price=price_text(offer),
        components=[],
        state="" if fit >= GOOD_ENOUGH else "partial",
        state_label="" if fit >= GOOD_ENOUGH else _("past niet goed genoeg om te kopen"),
    )


def _offer_row(found: OfferForPool, place: int) -> MatchRow:
    """An offer of the page; only the first few with all their components."""
    parts = [
        ScorePart(str(COMPONENT_LABELS[name]), spread[1], _spread_text(spread, found.unknown[name]))
        for name, spread in found.components.items()
        if spread is not None
    ] + [
        ScorePart(str(COMPONENT_LABELS[name]), None)
        for name, spread in found.components.items()
        if spread is None
    ]
    covered = {"covered": found.fit.covered, "gaps": found.fit.gaps}
    return MatchRow(
        score=found.fit.fit,
        title=found.offer.title,
        url=address("catalogue:offer_detail", found.offer.public_id),
        meta=f"{found.offer.provider} · " + _("past bij %(covered)s van de %(gaps)s kloven") % covered,
        price=price_text(found.offer),
        components=parts if place < WITH_COMPONENTS else [],
        certainty=found.certainty if place < WITH_COMPONENTS else None,
        state="" if found.fit.fit >= GOOD_ENOUGH else "partial",
        state_label="" if found.fit.fit >= GOOD_ENOUGH else _("past niet goed genoeg om te kopen"),
    )


def _spread_text(spread: tuple[float, float, float], unknown: int) -> str:
    least, _mean, most = spread
    if unknown:
        figures = {"least": score(least), "most": score(most), "count": unknown}
        return (
            ngettext(
                "van %(least)s tot %(most)s; bij %(count)s kloof onbekend",
                "van %(least)s tot %(most)s; bij %(count)s kloven onbekend",
                unknown,
            )
            % figures
        )
    if score(least) == score(most):
        return _("voor elke kloof gelijk")
    return _("van %(least)s tot %(most)s, naargelang de kloof") % {"least": score(least), "most": score(most)}


def _skills(pool: Pool) -> list[str]:
    language = get_language() or "nl"
    named = {skill.uri: skill.label(language) for skill in Skill.objects.filter(uri__in=pool.skills)}
    return [named[uri] for uri in pool.skills if uri in named]


def _events(pool: Pool, gaps: list[Gap]) -> list[Event]:
    """What happened to the pool, newest first; gaps are named only where the reader may see them."""
    titles = {str(gap.public_id): gap.title for gap in gaps}
    return [
        Event(
            label=str(EVENTS.get(entry.get("what", ""), entry.get("what", "")))
            % {"parts": entry.get("parts", "")},
            who=str(entry.get("by", "")) or _("de matcher"),
            when=parse_datetime(entry["at"]) if entry.get("at") else None,
            reason=titles.get(str(entry.get("gap", "")), ""),
        )
        for entry in reversed(pool.history)
    ]


def _targets(actor: Actor, pool: Any) -> list[Any]:
    return list(
        readable_pools(actor).filter(network=pool.network_id, state=Pool.State.OPEN).exclude(pk=pool.pk)[:200]
    )


def _actions(pool: Pool, by_hand: bool) -> list[Action]:
    url = address("programmes:programme_new", pool.public_id)
    return [Action(_("Programma maken"), url, tone="main")] if by_hand and url else []


def _undo(request: HttpRequest) -> dict[str, str] | None:
    """The last change by hand of this session, once: as a signed record that a button posts back."""
    undo = request.session.pop("pool_undo", None)
    if not undo:
        return None
    return {"token": dumps(undo["change"], salt="pool-undo"), "gap": undo["gap"], "text": undo["text"]}
