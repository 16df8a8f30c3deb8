"""What `cockpit` asks people to do on their home page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cockpit.double_funding_reads import double_funding, severity_name
from cockpit.overlap_reads import overlap_groups
from cockpit.terms import Filters
from cockpit.unmet import unmet_pools
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section
from skillnet.templatetags.ui import euro, number
from skillnet.ui import Todo

SHOWN = 5


def sections(actor: Actor) -> list[Section]:
    """For an analyst: what to fill first, what is taught twice, what is paid twice."""
    if not actor.has(Role.ANALYST):
        return []
    return [_unmet(actor), _overlap(), _double_funding()]


def _unmet(actor: Actor) -> Section:
    here = reverse("cockpit:unmet")
    rows = unmet_pools(actor, Filters(), limit=SHOWN)
    return Section(
        _("Hiaten die eerst een antwoord vragen"),
        [Todo(row.title, here, text=f"{_asked(row.learners)} · {row.sector} · {row.reason}") for row in rows],
        empty=_("Voor elke bundel is er een passend aanbod."),
        action_label=_("Vraag en aanbod bekijken"),
        action_url=reverse("cockpit:supply_demand"),
    )


def _overlap() -> Section:
    here = reverse("cockpit:overlap")
    todos = [
        Todo(
            group.offers[0].title,
            here,
            text=_("%(n)s verstrekkers") % {"n": len({line.provider for line in group.offers})},
            when=_("%(euro)s te besparen") % {"euro": euro(group.saved_euro, 0)} if group.saved_euro else "",
        )
        for group in overlap_groups(Filters())[:SHOWN]
    ]
    return Section(
        _("Aanbod dat samen kan"),
        todos,
        empty=_("Geen overlap gevonden in het gesubsidieerde aanbod."),
        action_label=_("Cockpit openen"),
        action_url=reverse("cockpit:overview"),
    )


def _double_funding() -> Section:
    here = reverse("cockpit:double_funding")
    todos = [
        Todo(
            row.sentence,
            here,
            text=severity_name(row.severity),
            when=ngettext("%(n)s geval", "%(n)s gevallen", row.cases) % {"n": number(row.cases, 0)},
        )
        for row in double_funding(Filters()).rows
        if row.cases
    ]
    return Section(
        _("Mogelijk dubbel betaald"),
        todos[:SHOWN],
        empty=_("Geen enkele kost van een programma wordt twee keer betaald."),
        action_label=_("Budgetten bekijken"),
        action_url=reverse("cockpit:budget"),
    )


def _asked(learners: int | None) -> str:
    if learners is None:
        return _("aantal deelnemers onbekend")
    return ngettext("%(n)s deelnemer", "%(n)s deelnemers", learners) % {"n": number(learners, 0)}
