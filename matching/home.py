"""What `matching` asks people to do on their home page."""

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from matching.models import Bid, DemandCard, MatchRun, Pool
from matching.obstacles import obstacle_sentence
from matching.services.demand import alike_of, demand_for
from matching.services.pool_reads import readable_pools, unpooled_gaps
from matching.services.shortages import regions_without_list
from matching.services.terms import term
from matching.views.demand import card_of, demand_title, like_sentence
from matching.views.pool_rows import pool_title
from networks.network_state import CLOSED_TO_NEW
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo
from skillnet.templatetags.ui import days_left

MOST = 5
FITS = 0.5
"""From this fit on, a pool belongs on a provider's home page."""


def sections(actor: Actor) -> list[Section]:
    found: list[Section] = []
    if actor.has(Role.PROVIDER):
        found += [_demand(actor), *_own_bids(actor)]
    if actor.has(Role.NETWORK_MANAGER):
        found += [_pools(actor), *_answers(actor), *_unanswered(actor)]
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        found += _shortage_lists()
    if actor.has(Role.COORDINATOR):
        found.append(_unmet(actor))
        if not actor.has(Role.NETWORK_MANAGER):
            found += _unanswered(actor)
    return found


def _own_bids(actor: Actor) -> list[Section]:
    """Drafts that nobody sees yet; nothing when there is none."""
    drafts = (
        Bid.objects.visible_to(actor)
        .of(actor)
        .filter(state=Bid.State.DRAFT)
        .select_related("pool__demand_card")
    )
    todos = [
        Todo(
            bid.title,
            reverse("matching:bid_edit", args=[bid.public_id]),
            text=_("Nog niet ingediend."),
            when=days_left(card.expires_on) if (card := card_of(bid.pool)) else "",
        )
        for bid in drafts[:MOST]
    ]
    return [Section(_("Biedingen in ontwerp"), todos)] if todos else []


def _answers(actor: Actor) -> list[Section]:
    """Bids that wait for a choice, and cards that run out; nothing when there is neither."""
    todos = []
    bids = Bid.objects.visible_to(actor).filter(
        pool__network__in=actor.managed_networks, state=Bid.State.SUBMITTED
    )
    for row in bids.order_by().values("pool__public_id", "pool__title").annotate(n=Count("pk"))[:MOST]:
        text = ngettext("%(n)s bod om te vergelijken", "%(n)s biedingen om te vergelijken", row["n"])
        url = reverse("matching:bids_compare", args=[row["pool__public_id"]])
        todos.append(Todo(row["pool__title"], url, text=text % {"n": row["n"]}))
    soon = localdate() + term("demand_card_reminder_days", localdate())
    cards = DemandCard.objects.visible_to(actor).with_parties().order_by("expires_on")
    for card in cards.filter(state=DemandCard.State.OPEN, expires_on__lte=soon)[:MOST]:
        url = reverse("matching:demand_card", args=[card.public_id])
        todos.append(
            Todo(
                card.pool.title,
                url,
                text=_("Vraagkaart verlengen of sluiten."),
                when=days_left(card.expires_on),
            )
        )
    return [Section(_("Antwoorden van verstrekkers"), todos)] if todos else []


def _unanswered(actor: Actor) -> list[Section]:
    """Demand that still stands open and that no provider answered within the term; nothing when there is none."""
    late = DemandCard.objects.visible_to(actor).filter(
        escalated_on__isnull=False, state=DemandCard.State.OPEN
    )
    cards = late.with_parties()
    todos = [
        Todo(
            card.pool.title,
            reverse("matching:demand_card", args=[card.public_id]),
            text=card.pool.network.name,
        )
        for card in cards.order_by("escalated_on", "pk")[:MOST]
    ]
    if not todos:
        return []
    return [
        Section(
            _("Onbeantwoorde vraag"),
            todos,
            action_label=_("Alle onbeantwoorde vragen"),
            action_url=reverse("matching:demand_cards") + "?answered=no",
        )
    ]


def _demand(actor: Actor) -> Section:
    """Pooled demand that a provider's own offers fit, or that nobody closes."""
    fitting = demand_for(actor).filter(Q(own_fit__gte=FITS)).order_by("-told_unmet", "-own_fit", "pk")
    pools = list(fitting[:MOST])
    alike = alike_of(pools)
    todos = []
    for pool in pools:
        card = card_of(pool)
        count = getattr(pool, "shown_undertakings", None) or settings.K_ANONYMITY
        companies = ngettext("%(count)s bedrijf", "%(count)s bedrijven", count)
        todos.append(
            Todo(
                demand_title(pool),
                reverse("matching:demand_detail", args=[pool.public_id]),
                text=" · ".join(filter(None, [companies % {"count": count}, like_sentence(alike[pool.pk])])),
                when=days_left(card.expires_on) if card else "",
            )
        )
    return Section(
        _("Vraag die bij uw aanbod past"),
        todos,
        empty=_("Er is nu geen gebundelde vraag die bij uw aanbod past."),
        action_label=_("Alle gebundelde vraag"),
        action_url=reverse("matching:demand"),
    )


def _pools(actor: Actor) -> Section:
    """Open pools without a programme yet, the most wanted first, and gaps that stand alone."""
    own = readable_pools(actor).filter(network__in=actor.managed_networks, state=Pool.State.OPEN)
    own = own.exclude(network__state__in=CLOSED_TO_NEW)
    todos = [
        Todo(
            pool_title(pool, actor),
            reverse("matching:pool_detail", args=[pool.public_id]),
            text=obstacle_sentence(pool.unmet_reason)
            if pool.is_unmet
            else _("Klaar om er een programma van te maken."),
        )
        for pool in own.order_by("is_unmet", "-priority", "-companies", "pk")[:MOST]
    ]
    lonely = unpooled_gaps(actor).filter(network__in=actor.managed_networks).count()
    if lonely:
        text = ngettext("%(count)s kloof staat nog alleen", "%(count)s kloven staan nog alleen", lonely)
        todos.append(Todo(text % {"count": lonely}, reverse("matching:unpooled"), text=_("Zie waarom.")))
    failed = MatchRun.objects.visible_to(actor).order_by("-pk").first()
    if failed and failed.state == MatchRun.State.FAILED:
        todos.insert(
            0, Todo(_("De laatste run is mislukt"), reverse("matching:run_detail", args=[failed.public_id]))
        )
    return Section(
        _("Bundels van uw netwerk"),
        todos,
        empty=_("Nog geen bundels: die ontstaan zodra twee bedrijven ongeveer hetzelfde vragen."),
        action_label=_("Alle bundels"),
        action_url=reverse("matching:pools"),
    )


def _unmet(actor: Actor) -> Section:
    """Pools of the coordinator's calls that nothing closes."""
    unmet = readable_pools(actor).filter(is_unmet=True).exclude(network__state__in=CLOSED_TO_NEW)
    unmet = unmet.order_by("-priority", "-companies", "pk")[:MOST]
    todos = [
        Todo(
            pool_title(pool, actor),
            reverse("matching:pool_detail", args=[pool.public_id]),
            text=obstacle_sentence(pool.unmet_reason),
        )
        for pool in unmet
    ]
    return Section(
        _("Hiaten in uw oproepen"),
        todos,
        empty=_("Elke bundel van uw oproepen heeft passend aanbod."),
        action_label=_("Alle hiaten"),
        action_url=reverse("matching:pools") + "?supply=unmet",
    )


def _shortage_lists() -> list[Section]:
    """Regions whose list of shortage occupations of this year was not read in yet; nothing when all were."""
    year = localdate().year
    missing = regions_without_list(year)
    todos = [
        Todo(
            _("Lees de knelpuntberoepen van %(year)d in: %(region)s")
            % {"year": year, "region": regions.display_name(code, (get_language() or "nl")[:2])},
            reverse("matching:shortage_import"),
            text=_("Tot dan telt de lijst van vroeger in de prioriteiten."),
        )
        for code in missing
    ]
    return [Section(title=_("Lijsten van het jaar"), todos=todos)] if todos else []
