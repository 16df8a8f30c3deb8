"""Competency gaps: list, read with their matches, confirm, close, put back what last changed."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext_lazy

from networks.filters import MORE_FILTERS, GapFilter
from networks.models import Gap, WorkTransfer
from networks.rules import may_change_gap, may_confirm_gap
from networks.services.gap_history import GAP_HISTORY, last_change_for
from networks.services.gaps import take_gap_action
from networks.transitions import GAP_TRANSITIONS
from networks.views.gap_form import editable_gap
from networks.views.helpers import events_of
from networks.views.undoing import undo_page
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.history import LastChange
from skillnet.kernel.roles import Role
from skillnet.kernel.target_groups import target_group_names
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long
from skillnet.ui import Action, Fact, Link

OTHER_EVENTS = {
    "copy": gettext_lazy("Overgenomen van een eerdere kloof"),
    "undo": gettext_lazy("Laatste wijziging ongedaan gemaakt"),
}
INSTRUMENT_OF: dict[str, str] = {
    Gap.HireScheme.IBO: "ibo",
    Gap.HireScheme.IBO_AFTER_HIRING: "ibo",
    Gap.HireScheme.IKA: "ika",
}
NEXT_STEP = {
    Gap.State.DRAFT: gettext_lazy(
        "Registreer dit ontwerp: pas dan zoekt de matcher wat de kloof kan sluiten."
    ),
    Gap.State.TO_CONFIRM: gettext_lazy(
        "Het bedrijf bevestigt deze kloof. Tot dan zit ze in geen bundel en ziet geen verstrekker ze."
    ),
    Gap.State.OPEN: gettext_lazy(
        "De matcher zoekt aanbod en bundelt deze kloof met die van anderen. Is er een voorstel, dan krijgt u bericht."
    ),
    Gap.State.CLOSED: gettext_lazy("Deze kloof is gesloten. Speelt ze weer, heropen ze dan."),
    Gap.State.ARCHIVED: gettext_lazy("Deze kloof is opgeborgen en telt niet meer mee. U kunt ze terughalen."),
}
GAP_LIST = ListSpec(
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
        ListColumn(gettext_lazy("Deelnemers"), lambda gap: gap.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Dringendheid"), lambda gap: gap.get_urgency_display()),
        ListColumn(gettext_lazy("Gevolg"), lambda gap: gap.get_impact_display() or "", export_only=True),
        ListColumn(gettext_lazy("Soort"), lambda gap: gap.get_kind_display(), export_only=True),
        ListColumn(gettext_lazy("Beroep"), lambda gap: gap.occupation, export_only=True),
        ListColumn(
            gettext_lazy("Voor wie"),
            lambda gap: ", ".join(target_group_names(gap.target_groups)),
            export_only=True,
        ),
        ListColumn(gettext_lazy("Omslag"), lambda gap: gap.get_transition_display(), export_only=True),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda gap: gap.get_state_display(),
            kind="state",
            sort="state",
            state=lambda gap: gap.state,
        ),
        ListColumn(gettext_lazy("Kenmerk"), lambda gap: gap.external_id, export_only=True),
        ListColumn(gettext_lazy("Omschrijving"), lambda gap: gap.description, export_only=True),
    ],
    noun=npgettext_lazy("count", "competentiekloof", "competentiekloven"),
    filename="competentiekloven",
    filterset=GapFilter,
)


def gap_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    gaps = Gap.objects.visible_to(actor).with_parties()
    may_add = actor.has(Role.COMPANY_CONTACT)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/gap_list.html",
        queryset=gaps,
        spec=GAP_LIST,
        context={
            "page_title": _("Competentiekloven"),
            "actions": _list_actions(actor, may_add),
            "may_add": may_add,
            "more_filters": MORE_FILTERS,
            "more_filters_on": any(request.GET.get(name) for name in MORE_FILTERS),
        },
    )


def gap_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The gap, what it is and what was decided; its matches come from matching (loaded beside it)."""
    actor = actor_of(request)
    gap = get_object_or_404(
        Gap.objects.visible_to(actor).with_parties().with_living_copies(), public_id=public_id
    )
    may_change = may_change_gap(actor, gap)
    change = last_change_for(actor, gap) if may_change else None
    return render(
        request,
        "networks/gap_detail.html",
        {
            "page_title": gap.title,
            "breadcrumbs": [Link(_("Competentiekloven"), reverse("networks:gaps")), Link(gap.title)],
            "gap": gap,
            "facts": _facts(gap),
            "properties": _properties(gap),
            "actions": _detail_actions(gap, change) if may_change else [],
            "steps": GAP_TRANSITIONS.available(gap, actor),
            "next_step": _next_step(actor, gap),
            "audience": _audience(gap),
            "origin": _origin(actor, gap),
            "transfer": WorkTransfer.objects.visible_to(actor).with_parties().filter(gap=gap).first(),
            "events": events_of(gap, GAP_TRANSITIONS, OTHER_EVENTS),
        },
    )


def gap_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what the last change was; put it back once the person says so."""
    actor = actor_of(request)
    gap = editable_gap(actor, public_id)
    back = reverse("networks:gap_detail", args=[gap.public_id])
    if last_change_for(actor, gap) is None:
        messages.info(request, _("Hieraan is nog niets veranderd."))
        return redirect(back)
    crumbs = [Link(_("Competentiekloven"), reverse("networks:gaps")), Link(gap.title, back)]
    return undo_page(request, row=gap, kind=GAP_HISTORY, crumbs=crumbs, back=back)


def gap_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm, close, reopen or archive; the way back is named in the message."""
    actor = actor_of(request)
    gap = get_object_or_404(Gap.objects.visible_to(actor), public_id=public_id)
    action = request.POST.get("action", "")
    if action not in GAP_TRANSITIONS.transitions:
        raise Http404
    try:
        gap = take_gap_action(gap=gap, action=action, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("De kloof staat nu op “%(state)s”.") % {"state": gap.get_state_display()})
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("networks:gap_detail", public_id=public_id)


def _list_actions(actor: Actor, may_add: bool) -> list[Action]:
    actions = [Action(_("Prioriteiten"), reverse("networks:priorities"))]
    if actor.has(Role.NETWORK_MANAGER):
        actions.insert(0, Action(_("Kloof voor een lid"), reverse("networks:gap_new") + "?bedrijf="))
        actions.insert(1, Action(_("Veel tegelijk voor een lid"), reverse("networks:gap_grid") + "?bedrijf="))
    if not may_add:
        return actions
    actions = [
        Action(_("Kloof registreren"), reverse("networks:gap_new"), tone="main"),
        Action(_("Veel tegelijk"), reverse("networks:gap_grid")),
        Action(_("Bestand invoeren"), reverse("import_new", args=["gaps"])),
        Action(_("Van vroeger overnemen"), reverse("networks:gap_copy")),
        *actions,
    ]
    counts = (
        Gap.objects.visible_to(actor)
        .filter(organisation=actor.organisation_id)
        .aggregate(
            drafts=Count("pk", filter=Q(state=Gap.State.DRAFT)),
            waiting=Count("pk", filter=Q(state=Gap.State.TO_CONFIRM)),
        )
    )
    if count := counts["drafts"]:
        label = ngettext("%d ontwerp registreren", "%d ontwerpen registreren", count) % count
        confirm = _("Alle ontwerpen worden open kloven, en de matcher zoekt wat past.")
        actions.append(Action(label, reverse("networks:drafts_register"), post=True, confirm=confirm))
    if (count := counts["waiting"]) > 1:
        label = _("Alle %d bevestigen") % count
        confirm = _(
            "U bevestigt alles wat anderen voor uw bedrijf opschreven. Ze tellen dan mee in de bundels van uw netwerk."
        )
        actions.append(Action(label, reverse("networks:gaps_confirm"), post=True, confirm=confirm))
    return actions


def _next_step(actor: Actor, gap: Gap) -> str:
    if gap.state == Gap.State.TO_CONFIRM and may_confirm_gap(actor, gap.organisation_id):
        return _(
            "Klopt het? Bevestig, pas aan of archiveer. Tot dan zit deze kloof in geen bundel en ziet geen "
            "verstrekker ze."
        )
    return str(NEXT_STEP[Gap.State(gap.state)])


def _detail_actions(gap: Gap, change: LastChange | None) -> list[Action]:
    actions = [
        Action(_("Aanpassen"), reverse("networks:gap_edit", args=[gap.public_id])),
        Action(_("Gelijkende kloven"), reverse("matching:similar_gaps", args=[gap.public_id])),
    ]
    if change is not None:
        undo = reverse("networks:gap_undo", args=[gap.public_id])
        actions.append(Action(_("Laatste wijziging ongedaan maken"), undo))
    return actions


def _audience(gap: Gap) -> str:
    """Who reads this gap by name."""
    if gap.state == Gap.State.DRAFT:
        return _("Alleen uw bedrijf ziet dit ontwerp.")
    if gap.network is None:
        return _(
            "Alleen %(company)s ziet deze kloof bij naam. In een netwerk zien ook de manager en de stuurgroep "
            "ervan ze, en de coördinator van de oproep."
        ) % {"company": gap.organisation.name}
    return _(
        "%(company)s, de manager en de stuurgroep van %(network)s en de coördinator van de oproep zien deze "
        "kloof bij naam. Ieder ander ziet alleen bundels van minstens %(k)d ondernemingen."
    ) % {"company": gap.organisation.name, "network": gap.network.name, "k": settings.K_ANONYMITY}


def _origin(actor: Actor, gap: Gap) -> list[Link]:
    """The earlier gap that this one was copied from, and the later copy, as far as the actor sees them."""
    links = []
    if gap.copied_from_id:
        origin = Gap.objects.visible_to(actor).filter(pk=gap.copied_from_id).first()
        if origin is not None:
            label = _("Overgenomen van %(title)s (%(year)d)") % {
                "title": origin.title,
                "year": origin.created_at.year,
            }
            links.append(Link(label, reverse("networks:gap_detail", args=[origin.public_id])))
    living = getattr(gap, "living_copy", None)
    if living and Gap.objects.visible_to(actor).filter(public_id=living).exists():
        links.append(Link(_("Overgenomen als nieuwe kloof"), reverse("networks:gap_detail", args=[living])))
    return links


def _facts(gap: Gap) -> list[Fact]:
    return [
        Fact(_("Deelnemers"), gap.learners),
        Fact(_("Dringendheid"), gap.get_urgency_display()),
        Fact(_("Gevolg"), gap.get_impact_display() or ""),
        Fact(_("Termijn"), gap.get_horizon_display()),
        Fact(_("Diepgang"), gap.get_depth_display()),
        Fact(_("Richting"), gap.get_direction_display()),
    ]


def _scheme(gap: Gap) -> Fact:
    """The scheme that was hinted at, with what the register of instruments says of it."""
    code = INSTRUMENT_OF.get(gap.hire_scheme)
    url = reverse("programmes:instrument", args=[code]) if code else reverse("programmes:instruments")
    name = gap.get_hire_scheme_display() or _("nog te kiezen: bekijk de instrumenten")
    return Fact(_("Regeling"), name, url=url)


def _properties(gap: Gap) -> list[Fact]:
    hiring = [_scheme(gap)] if gap.kind == Gap.Kind.HIRE_AND_TRAIN else []
    return [
        Fact(_("Soort"), gap.get_kind_display()),
        Fact(_("Bedrijf"), gap.organisation.name),
        Fact(_("Netwerk"), gap.network.name if gap.network else ""),
        Fact(_("Beroep"), gap.occupation),
        Fact(_("Geplande start"), date_long(gap.planned_start) if gap.planned_start else ""),
        *hiring,
        Fact(_("Voor wie"), ", ".join(target_group_names(gap.target_groups))),
        Fact(_("Omslag"), gap.get_transition_display()),
        Fact(_("Waar"), ", ".join(regions.display_name(code) for code in gap.regions)),
        Fact(_("Talen van de deelnemers"), ", ".join(gap.learner_languages)),
        Fact(_("Budget"), gap.budget),
        Fact(_("EQF-niveau"), gap.eqf_level),
        Fact(_("Wettelijk verplicht"), {True: _("ja"), False: _("nee"), None: ""}[gap.mandatory]),
        Fact(_("Kenmerk"), gap.external_id),
    ]
