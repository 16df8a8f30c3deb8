"""What supplements ask people to do on their home page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.models import Supplement, SupplementLine
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section
from skillnet.templatetags.ui import date_long, days_left, euro
from skillnet.ui import Todo

MOST = 12
S = Supplement.State


def supplement_sections(actor: Actor) -> list[Section]:
    """To decide for the coordinator, to sign for the company; what runs for the manager."""
    found = []
    if actor.has(Role.COORDINATOR):
        found.append(_to_decide(actor))
    if actor.has(Role.COMPANY_CONTACT):
        found.append(_to_sign(actor))
    if actor.has(Role.NETWORK_MANAGER):
        found.append(_running(actor))
    return found


def _to_decide(actor: Actor) -> Section:
    """Who signed first leaves the second signature to a colleague."""
    rows = (
        Supplement.objects.visible_to(actor)
        .to_decide()
        .filter(programme__network__call__coordinator=actor.organisation_id)
        .with_parties()
        .order_by("decide_by", "pk")
    )
    if actor.user is not None:
        rows = rows.exclude(signed_by=actor.user)
    return Section(
        _("Uitbreidingen te beslissen"),
        [
            Todo(
                row.programme.title,
                _url(row),
                text=_("%(network)s · %(extra)s meer")
                % {"network": row.programme.network.name, "extra": euro(row.extra, 2)},
                when=days_left(row.decide_by),
            )
            for row in rows[:MOST]
        ],
    )


def _to_sign(actor: Actor) -> Section:
    rows = (
        SupplementLine.objects.of(actor)
        .to_sign()
        .select_related("supplement__programme__network")
        .order_by("supplement__sign_by", "pk")[:MOST]
    )
    return Section(
        _("Uitbreidingen te tekenen"),
        [
            Todo(
                line.supplement.programme.title,
                _url(line.supplement),
                text=_("%(before)s → %(after)s deelnemers, u betaalt %(own)s")
                % {
                    "before": line.learners_before,
                    "after": line.learners_after,
                    "own": euro(line.own_after, 2),
                },
                when=_("uiterlijk %(day)s") % {"day": date_long(line.supplement.sign_by)},
            )
            for line in rows
        ],
    )


def _running(actor: Actor) -> Section:
    """Nothing to do, but days to know."""
    mine = Supplement.objects.visible_to(actor).open().filter(programme__network__in=actor.managed_networks)
    return Section(
        _("Uitbreidingen die lopen"),
        coming=[
            Todo(
                row.programme.title,
                _url(row),
                text=str(row.get_state_display()),
                when=days_left(row.sign_by if row.state == S.SIGNING else row.decide_by),
            )
            for row in mine.with_parties().order_by("sign_by", "pk")[:MOST]
        ],
    )


def _url(supplement: Supplement) -> str:
    return reverse("programmes:supplement", args=[supplement.public_id])


__all__ = ["supplement_sections"]
