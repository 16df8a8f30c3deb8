"""What `matching` asks people to do on their home page."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.models import MatchRun, Pool
from matching.obstacles import obstacle_sentence
from matching.services.demand import demand_for
from matching.services.pool_reads import readable_pools, unpooled_gaps
from matching.views.demand import card_of, demand_title
from matching.views.pool_rows import pool_title
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
        found.append(_demand(actor))
    if actor.has(Role.NETWORK_MANAGER):
        found.append(_pools(actor))
    if actor.has(Role.COORDINATOR):
        found.append(_unmet(actor))
    return found


def _demand(actor: Actor) -> Section:
    """Pooled demand that a provider's own offers fit, or that nobody closes."""
    pools = demand_for(actor).filter(Q(own_fit__gte=FITS)).order_by("-is_unmet", "-own_fit", "pk")[:MOST]
    todos = []
    for pool in pools:
        card = card_of(pool)
        companies = ngettext("%(count)s bedrijf", "%(count)s bedrijven", pool.companies)
        todos.append(
            Todo(
                demand_title(pool),
                reverse("matching:demand_detail", args=[pool.public_id]),
                text=companies % {"count": pool.companies},
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
    unmet = readable_pools(actor).filter(is_unmet=True).order_by("-priority", "-companies", "pk")[:MOST]
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
