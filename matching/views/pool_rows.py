"""Pools in a table, as lists and other pages show them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from matching.models import Pool
from matching.rules import sees_companies
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.ui import Cell, Column, Tab, Table, row


def pool_tabs(actor: Actor, current: str) -> list[Tab]:
    """The pages of pooled demand, for the people of a network; companies have no cards to keep."""
    pages = [("matching:pools", _("Bundels")), ("matching:unpooled", _("Niet gebundeld"))]
    if actor.has(Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR):
        pages.append(("matching:demand_cards", _("Vraagkaarten")))
    return [Tab(label, reverse(name), current=name == current) for name, label in pages]


def pool_title(pool: Pool, actor: Actor) -> str:
    """The title that this person may read; a pool without a public title is called by its network."""
    title = pool.title if sees_companies(actor, pool) else pool.public_title
    return title or pool.network.sector or pool.network.name


def supply_state(pool: Any) -> tuple[str, str]:
    """What a pool's supply is called, of a pool read by `readable_pools`, and the state that gives the tag its tone."""
    if pool.state == Pool.State.FROZEN:
        return _("in een programma"), "frozen"
    if pool.read_unmet:
        return _("hiaat"), "unmet"
    return _("er is aanbod"), "met"


def pool_table(pools: Iterable[Any], actor: Actor) -> Table:
    """A short table of pools, read by `readable_pools`."""
    columns = [
        Column(_("Bundel")),
        Column(_("Netwerk")),
        Column(_("Bedrijven"), kind="number"),
        Column(_("Deelnemers"), kind="number"),
        Column(_("Aanbod"), kind="state"),
    ]
    return Table(columns, [row(columns, _cells(pool, actor), id=str(pool.public_id)) for pool in pools])


def _cells(pool: Any, actor: Actor) -> list[Any]:
    label, state = supply_state(pool)
    return [
        Cell(pool_title(pool, actor), url=reverse("matching:pool_detail", args=[pool.public_id])),
        pool.network.name,
        pool.read_companies,
        pool.read_learners,
        Cell(label, state=state, tone="good" if state == "met" else ""),
    ]
