"""Programmes: the list, the page on which a person decides, its steps and its remarks."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.views.helpers import panel_actions
from programmes import (
    presenting,
    presenting_money,
    presenting_prices,
    presenting_steps,
    presenting_votes,
)
from programmes.filters import ProgrammeFilter
from programmes.guards import (
    can_be_committed,
    can_be_delivered,
    can_be_evaluated,
    can_be_started,
    can_be_submitted,
)
from programmes.models import Participation, Programme
from programmes.presenting_supplements import supplement_actions
from programmes.presenting_terms import term_rows
from programmes.reasons import assembly_of, changed_sentence, reason_sentences
from programmes.rules import Sight, manages, may_change, may_comment, may_read_dossier, sight_of
from programmes.services.advice import advise
from programmes.services.comments import add_comment
from programmes.services.evaluations import evaluation_of, may_evaluate
from programmes.services.instruments import double_funding
from programmes.services.law import database_rates
from programmes.services.other_edition import may_replace_editions
from programmes.services.outcomes import tallies
from programmes.services.prices import market_prices
from programmes.services.signatures import second_signature_rate
from programmes.services.steps import take_step
from programmes.transitions import PROGRAMME_TRANSITIONS
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.law_names import law_name
from skillnet.kernel.models import Decision
from skillnet.kernel.rates import NoRate
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import Transition, TransitionRefused, decisions_on
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import euro
from skillnet.ui import Action, Link, Tab

S = Programme.State
# Claimed and paid follow from the claim, on its own page.
BY_CLAIM = ("claim", "pay", "close_unpaid")
SETTLED = (S.DELIVERED, S.CLAIMED, S.PAID, S.EVALUATED, S.UNPAID)
CLAIM_ROLES = (Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER, Role.COORDINATOR)

PROGRAMME_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Programma"),
            lambda p: p.title,
            sort="title",
            url=page_of("programmes:programme_detail"),
        ),
        ListColumn(gettext_lazy("Netwerk"), lambda p: p.network.name, sort="network__name"),
        ListColumn(gettext_lazy("Bedrijven"), lambda p: p.companies, kind="number", sort="companies"),
        ListColumn(gettext_lazy("Deelnemers"), lambda p: p.learners, kind="number", sort="learners"),
        ListColumn(gettext_lazy("Kost"), lambda p: p.cost, kind="euro", sort="cost"),
        ListColumn(gettext_lazy("Subsidie"), lambda p: p.grant, kind="euro", sort="grant"),
        ListColumn(gettext_lazy("Start"), lambda p: p.starts_on, kind="date", sort="starts_on"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda p: p.get_state_display(),
            kind="state",
            sort="state",
            state=lambda p: p.state,
            note=lambda p: _("te laat") if presenting_steps.is_late(p) else "",
        ),
        ListColumn(gettext_lazy("Ingediend op"), lambda p: p.submitted_at, export_only=True),
        ListColumn(gettext_lazy("Beslissen tegen"), lambda p: p.decide_by, export_only=True),
        ListColumn(gettext_lazy("Kenmerk"), lambda p: p.public_id, export_only=True),
    ],
    noun=npgettext_lazy("count", "programma", "programma’s"),
    filename="programmas",
    filterset=ProgrammeFilter,
)
# A company reads its own share on the page of a programme, not everybody's in a list.
WITHOUT_MONEY = ListSpec(
    columns=[c for c in PROGRAMME_LIST.columns if c.sort not in ("cost", "grant")],
    noun=PROGRAMME_LIST.noun,
    filename=PROGRAMME_LIST.filename,
    filterset=ProgrammeFilter,
)
# From approval on there are seats to fill, people who come and what proves it.
WITH_LEARNERS = (S.APPROVED, S.RUNNING, *SETTLED)
# What the steering group says of a plan, and why one provider's price was preferred to another's, is for who
# runs, steers or decides.
INSIDE = ("vote", "reset_votes", "add_price", "retract_price")
MONEY_ROLES = (
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
    Role.ANALYST,
    Role.ADMINISTRATOR,
)


def programme_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Programme.objects.visible_to(actor)
    spec = PROGRAMME_LIST if actor.has(*MONEY_ROLES) else WITHOUT_MONEY
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/programme_list.html",
        queryset=visible.with_parties().with_counts(),
        spec=spec,
        context={
            "page_title": _("Programma’s"),
            "tabs": _tabs(request, Counter(visible.values_list("state", flat=True))),
            "is_manager": actor.has(Role.NETWORK_MANAGER),
            "actions": _list_actions(actor),
        },
    )


def _list_actions(actor: Actor) -> list[Action]:
    actions = []
    if actor.has(*MONEY_ROLES, Role.COMPANY_CONTACT):
        actions.append(Action(_("Uitbreidingen"), reverse("programmes:supplements")))
    if actor.has(*MONEY_ROLES):
        actions.append(Action(_("Uitvoeren"), reverse("programmes:export_proposals")))
    return actions


def _tabs(request: HttpRequest, counts: Counter[str]) -> list[Tab]:
    here = request.GET.get("state", "")
    tabs = [Tab(_("Alle"), request.path, current=not here, count=sum(counts.values()))]
    tabs += [
        Tab(
            str(label).capitalize(),
            f"{request.path}?state={state}",
            current=here == state,
            count=counts[state],
        )
        for state, label in S.choices
        if counts[state]
    ]
    return tabs


def programme_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Why this programme, what it buys, who pays what under which article, and what is decided."""
    return render(request, "programmes/programme_detail.html", _page(request, public_id))


def programme_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One step of the transition table; what was refused is shown with the words that were written."""
    actor = actor_of(request)
    programme = get_object_or_404(Programme.objects.visible_to(actor), public_id=public_id)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if action not in PROGRAMME_TRANSITIONS.transitions:
        raise Http404
    try:
        taken = take_step(programme_id=programme.pk, action=action, actor=actor, reason=reason)
    except TransitionRefused as refusal:
        context = _page(request, public_id) | {"refused": refusal.reasons, "reason": reason}
        return render(request, "programmes/programme_detail.html", context, status=409)
    if action == "approve" and taken.state == S.SUBMITTED:
        messages.success(
            request,
            _("Uw handtekening staat erbij. Zodra een tweede coördinator tekent, is het goedgekeurd."),
        )
    else:
        messages.success(
            request, _("Het programma staat nu op “%(state)s”.") % {"state": taken.get_state_display()}
        )
    if not Programme.objects.visible_to(actor).filter(pk=taken.pk).exists():
        return redirect("programmes:programmes")
    return redirect("programmes:programme_detail", public_id=public_id)


def programme_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """A remark that everybody who may see the programme can read."""
    actor = actor_of(request)
    programme = get_object_or_404(Programme.objects.visible_to(actor), public_id=public_id)
    try:
        add_comment(programme=programme, actor=actor, text=request.POST.get("text", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(reverse("programmes:programme_detail", args=[public_id]) + "#opmerkingen")


def _page(request: HttpRequest, public_id: str) -> dict[str, Any]:
    actor = actor_of(request)
    visible = presenting.programme_for_page(Programme.objects.visible_to(actor))
    programme = get_object_or_404(visible, public_id=public_id)
    sight = sight_of(actor, programme)
    if sight.money:
        programme.read_prices = market_prices(programme)
    lines = presenting_money.company_lines(programme, sight)
    decisions = [d for d in decisions_on(programme) if sight.money or d.action not in INSIDE]
    return {
        "page_title": programme.title,
        "breadcrumbs": [
            Link(_("Programma’s"), reverse("programmes:programmes")),
            Link(
                programme.network.name, f"{reverse('programmes:programmes')}?network={programme.network_id}"
            ),
            Link(programme.title),
        ],
        "programme": programme,
        "subline": presenting.subline_of(programme),
        "actions": _page_actions(actor, programme),
        "facts": presenting.facts_of(programme, sight),
        "reasons": [
            *reason_sentences(programme.reasons),
            *changed_sentence(programme.reasons, (decision.action for decision in decisions)),
        ],
        "assembly": term_rows(assembly_of(programme.reasons)) if sight.money else [],
        "editions": presenting.editions_of(programme, sight),
        "may_replace_editions": may_replace_editions(actor, programme),
        "prices": presenting_prices.prices_of_page(programme) if sight.money else [],
        "lines": lines,
        "total": presenting_money.total_of(lines),
        "others": presenting_money.other_companies(programme, sight),
        "funding": presenting_money.funding_rows(programme, sight),
        "procedure": presenting_steps.steps_of(programme),
        "events": presenting_steps.events_of_programme(decisions),
        "comments": programme.comments.select_related("user", "organisation"),
        "may_comment": may_comment(actor, programme),
        **presenting_votes.vote_panel(programme, actor, sight),  # reads the votes that the panel counts
        **_panel(actor, programme, lines if sight.money else [], decisions),
        **_aside(programme, sight),
    }


def programme_evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    """Words and scores behind the choice, and what was not chosen: a part of the page that comes after it.

    Without htmx it is a page of its own.
    """
    actor = actor_of(request)
    visible = presenting.programme_for_page(Programme.objects.visible_to(actor))
    programme = get_object_or_404(visible, public_id=public_id)
    chosen = presenting.offers_of(programme, actor)
    quoted = any(item.companies for item in chosen)
    context = {
        "page_title": _("Waarom deze keuze"),
        "breadcrumbs": [
            Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
            Link(_("Waarom deze keuze")),
        ],
        "programme": programme,
        "chosen": chosen,
        "rest": len(chosen) - 1,
        "quoted": quoted,
        "counts": {} if quoted else presenting.gap_counts(programme),
        "matches": presenting.match_rows(programme, chosen),
        "runners_up": presenting.runners_up(programme),
    }
    part = "#evidence" if getattr(request, "htmx", False) else ""
    return render(request, f"programmes/programme_evidence.html{part}", context)


def _page_actions(actor: Actor, programme: Programme) -> list[Action]:
    actions = []
    if may_change(actor, programme):
        actions.append(
            Action(_("Plan aanpassen"), reverse("programmes:programme_edit", args=[programme.public_id]))
        )
        actions.append(Action(_("Kosten"), reverse("programmes:cost_lines", args=[programme.public_id])))
        actions.append(Action(_("Prijzen"), reverse("programmes:prices", args=[programme.public_id])))
    if manages(actor, programme) and programme.state in (S.PROPOSAL, S.DRAFT, S.RETURNED):
        actions.append(
            Action(_("Wat als?"), reverse("programmes:programme_what_if", args=[programme.public_id]))
        )
    if programme.state in SETTLED and actor.has(*CLAIM_ROLES):
        actions.append(Action(_("Afrekening"), reverse("programmes:claim", args=[programme.public_id])))
    if may_evaluate(actor, programme):
        actions.append(Action(_("Evaluatie"), reverse("programmes:evaluation", args=[programme.public_id])))
    actions += supplement_actions(actor, programme)
    if programme.state in WITH_LEARNERS and not actor.has(Role.ANALYST, Role.ADMINISTRATOR):
        actions.append(Action(_("Deelnemers"), reverse("programmes:enrolments", args=[programme.public_id])))
    if may_read_dossier(actor, programme):
        actions.append(
            Action(_("Dossier"), reverse("programmes:programme_print", args=[programme.public_id]))
        )
    return actions


def _panel(
    actor: Actor, programme: Programme, lines: Sequence[Any], decisions: Sequence[Decision]
) -> dict[str, Any]:
    """Buttons of the decision panel, and why the main one cannot be taken yet."""
    signed = presenting_steps.signatures(programme, decisions)
    hidden = {*BY_CLAIM, *(["recall"] if signed else [])}
    if presenting_steps.has_signed(signed, actor):
        hidden.add("approve")  # signing twice is one signature: a colleague goes on
    steps = {
        action: step
        for action, step in PROGRAMME_TRANSITIONS.available(programme, actor).items()
        if action not in hidden
    }
    return {
        "steps": panel_actions(steps, without_reason=True),
        "needs_reason": any(step.needs_reason for step in steps.values()),
        "reason_required": bool(steps) and all(step.needs_reason for step in steps.values()),
        "blockers": _blockers(programme, steps),
        "silent": _silent(actor, programme),
        "signed": presenting_steps.signature_note(signed, actor),
        "summary": _summary(programme, steps, lines),
        "footnote": _footnote(programme, steps),
    }


def _summary(programme: Programme, steps: dict[str, Transition], lines: Sequence[Any]) -> list[str]:
    """What is decided, or what taking the submission back brings about."""
    if "approve" in steps:
        return presenting_money.summary_of(lines)
    return presenting_steps.recall_consequences(programme) if "recall" in steps else []


def _blockers(programme: Programme, steps: dict[str, Transition]) -> list[str]:
    """What stands in the way of the step that comes next, said before somebody tries."""
    if "submit" in steps:
        return can_be_submitted(programme)
    if "start" in steps:
        return can_be_started(programme)
    if "deliver" in steps:
        return can_be_delivered(programme)
    return can_be_evaluated(programme) if "evaluate" in steps else []


def _silent(actor: Actor, programme: Programme) -> list[Participation]:
    """Companies that hold up a programme that was decided, for who may take them out of the plan."""
    if programme.state != S.APPROVED or not manages(actor, programme):
        return []
    return [p for p in programme.participations.all() if p.state == Participation.State.PROPOSED]


def _footnote(programme: Programme, steps: dict[str, Transition]) -> str:
    if "approve" not in steps:
        return ""
    try:
        rate = second_signature_rate()
    except NoRate as missing:
        return str(missing)
    return _("Vanaf %(euro)s subsidie tekent een tweede coördinator mee (%(basis)s).") % {
        "euro": euro(rate.value),
        "basis": law_name(rate.legal_basis),
    }


def _aside(programme: Programme, sight: Sight) -> dict[str, Any]:
    """What else could pay for the own company, what is paid twice, what counts as de minimis."""
    own = next((p for p in presenting.live(programme) if p.organisation_id == sight.own_id), None)
    offers = list({r.edition.offer_id: r.edition.offer for r in programme.programme_editions.all()}.values())
    given = programme.state in SETTLED
    return {
        "own": own,
        "outcomes": tallies(programme, least=1 if sight.money else settings.K_ANONYMITY) if given else [],
        "evaluation": evaluation_of(programme) if given and (sight.money or own) else None,
        "may_say_outcome": given and own is not None and own.state == "committed",
        "may_commit_now": own is not None and own.state == "proposed" and not can_be_committed(own),
        "advice": advise(participation=own, offers=offers, rates=database_rates()) if own else [],
        "twice": double_funding(programme=programme, offers=offers) if sight.money or own else [],
        "minimis": [
            p
            for p in presenting.live(programme)
            if p.route == "de_minimis" and p.grant and sight.sees_ledger_of(p.organisation_id)
        ],
    }
