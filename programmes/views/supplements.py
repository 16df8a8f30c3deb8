"""Supplements: asking more for a decided programme, signing for it, deciding on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.views.helpers import events_of, explain, panel_actions
from programmes import presenting, presenting_supplements
from programmes.models import Programme, Supplement, SupplementLine
from programmes.rules import sight_of
from programmes.services.supplement_checks import supplement_problems
from programmes.services.supplement_choices import supplement_choices
from programmes.services.supplement_plan import SupplementPlan
from programmes.services.supplements import (
    ask_supplement,
    first_signature,
    needs_two,
    planned,
    sign_supplement,
    take_supplement_step,
)
from programmes.supplement_forms import SeatRow, SignForm, SupplementFilter, SupplementForm
from programmes.supplement_rules import may_ask, may_sign
from programmes.supplement_transitions import SUPPLEMENT_TRANSITIONS, can_be_granted
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.rates import NoRate
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import date_long, enterprise_number, euro, moment
from skillnet.ui import Fact, Link

S = Supplement.State
SUPPLEMENT_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Programma"),
            lambda s: s.programme.title,
            sort="programme__title",
            url=lambda s: reverse("programmes:supplement", args=[s.public_id]),
        ),
        ListColumn(
            gettext_lazy("Netwerk"), lambda s: s.programme.network.name, sort="programme__network__name"
        ),
        ListColumn(gettext_lazy("Meer subsidie"), lambda s: s.extra, kind="cents"),
        ListColumn(
            gettext_lazy("Subsidie met de uitbreiding"),
            lambda s: s.grant_after,
            kind="cents",
            sort="grant_after",
        ),
        ListColumn(gettext_lazy("Tekenen tegen"), lambda s: s.sign_by, kind="date", sort="sign_by"),
        ListColumn(gettext_lazy("Beslissen tegen"), lambda s: s.decide_by, kind="date", sort="decide_by"),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda s: s.get_state_display(),
            kind="state",
            sort="state",
            state=lambda s: s.state,
        ),
        ListColumn(gettext_lazy("Gevraagd op"), lambda s: s.created_at, export_only=True),
        ListColumn(gettext_lazy("Motivering"), lambda s: s.reason, export_only=True),
    ],
    noun=npgettext_lazy("count", "uitbreiding", "uitbreidingen"),
    filename="uitbreidingen",
    filterset=SupplementFilter,
)


def supplement_list(request: HttpRequest) -> HttpResponse:
    """Every supplement that the reader may see; the newest first."""
    rows = Supplement.objects.visible_to(actor_of(request)).with_parties()
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/supplement_list.html",
        queryset=rows,
        spec=SUPPLEMENT_LIST,
        context={"page_title": _("Uitbreidingen")},
    )


def supplement_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is asked beside the decision: count it through first, then ask it."""
    actor = actor_of(request)
    visible = Programme.objects.visible_to(actor).select_related("network__call")
    programme: Programme = get_object_or_404(visible, public_id=public_id)
    if not may_ask(actor, programme):
        raise Http404
    known = programme.supplements.open().first()
    if known is not None:
        return redirect("programmes:supplement", public_id=known.public_id)
    form = _form(request, programme)
    context: dict[str, Any] = {}
    asks = request.POST.get("step") == "ask"
    if form.is_bound and not asks:
        form.only_counts()
    if form.is_bound and form.is_valid():
        made = _asked(request, programme, form, actor, context)
        if made is not None:
            messages.success(
                request,
                _("Gevraagd. De bedrijven van wie iets stijgt, hebben bericht: zij tekenen tegen %(day)s.")
                % {"day": date_long(made.sign_by)},
            )
            return redirect("programmes:supplement", public_id=made.public_id)
    counted = "plan" in context and not context.get("refused") and not asks
    status = 200 if request.method != "POST" or counted else 409
    return render(
        request, "programmes/supplement_new.html", _new_page(programme, form) | context, status=status
    )


def _asked(
    request: HttpRequest, programme: Programme, form: SupplementForm, actor: Actor, context: dict[str, Any]
) -> Supplement | None:
    """The request, where it was sent and taken; else what it would come to and what is in its way."""
    try:
        if request.POST.get("step") == "ask":
            return ask_supplement(
                programme_id=programme.pk,
                change=form.change,
                reason=form.cleaned_data["reason"],
                actor=actor,
            )
        plan = planned(programme, form.change)
        context |= _outlook(plan) | {"refused": supplement_problems(programme, plan)}
    except TransitionRefused as refusal:
        context |= _outlook(planned(programme, form.change)) | {"refused": refusal.reasons}
    except ValidationError as error:
        explain(form, error)
    return None


def _outlook(plan: SupplementPlan) -> dict[str, Any]:
    return {"plan": plan, "rows": presenting_supplements.rows_of_plan(plan)}


def _form(request: HttpRequest, programme: Programme) -> SupplementForm:
    """Filled in with what is known: who waits, the edition that was looked at, who could get more."""
    choices = supplement_choices(programme)
    waits = "wachtlijst" in request.GET
    initial: dict[str, Any] = {}
    for edition, company, now, waiting in choices.seats:
        if waits and waiting:
            initial[f"seats_{edition.pk}_{company.pk}"] = now + waiting
    for edition, others in choices.instead.items():
        asked = [e for e in others if str(e.public_id) == request.GET.get("in_plaats")]
        if asked:
            initial[f"instead_{edition.pk}"] = str(asked[0].pk)
    if "zelfde" in request.GET:
        initial |= {f"aid_{company.pk}": True for company in choices.aid}
    return SupplementForm(
        request.POST if request.method == "POST" else None,
        rows=[SeatRow(*row) for row in choices.seats],
        newcomers=choices.newcomers,
        instead=choices.instead,
        aid=choices.aid,
        initial=initial,
    )


def _new_page(programme: Programme, form: SupplementForm) -> dict[str, Any]:
    groups = [
        (edition, presenting.when_of(edition), edition.seats_left, rows)
        for edition, rows in form.seat_groups()
    ]
    return {
        "page_title": _("Uitbreiding vragen"),
        "breadcrumbs": _crumbs(programme, _("Uitbreiding vragen")),
        "programme": programme,
        "form": form,
        "groups": groups,
    }


def supplement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before and after, what carries it, who signed, and what the reader can do."""
    return render(request, "programmes/supplement.html", _page(request, public_id))


def supplement_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """One step of the transition table; what was refused is shown with the words that were written."""
    actor = actor_of(request)
    row = get_object_or_404(Supplement.objects.visible_to(actor), public_id=public_id)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if action not in SUPPLEMENT_TRANSITIONS.transitions:
        raise Http404
    try:
        taken = take_supplement_step(supplement_id=row.pk, action=action, actor=actor, reason=reason)
    except TransitionRefused as refusal:
        context = _page(request, public_id) | {"refused": refusal.reasons, "reason": reason}
        return render(request, "programmes/supplement.html", context, status=409)
    if action == "grant" and taken.state == S.PENDING:
        words = _("Uw handtekening staat erbij. Zodra een tweede coördinator tekent, is het toegekend.")
        messages.success(request, words)
    else:
        messages.success(
            request, _("De uitbreiding staat nu op “%(state)s”.") % {"state": taken.get_state_display()}
        )
    return redirect("programmes:supplement", public_id=public_id)


def supplement_sign(request: HttpRequest, line: str) -> HttpResponse:
    """A company signs its new plan: its application for what is added."""
    actor = actor_of(request)
    own = SupplementLine.objects.of(actor).select_related("supplement")
    row = get_object_or_404(own, public_id=line)
    form = SignForm(request.POST, de_minimis=row.route == "de_minimis")
    if form.is_valid():
        try:
            sign_supplement(
                line_id=row.pk,
                actor=actor,
                declares_de_minimis=bool(form.cleaned_data.get("declares_de_minimis")),
            )
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(
                request, _("Getekend. Uw aanvraag is geregistreerd met datum en uur; u kunt ze afdrukken.")
            )
            return redirect("programmes:supplement", public_id=row.supplement.public_id)
    context = _page(request, str(row.supplement.public_id)) | {"form": form}
    return render(request, "programmes/supplement.html", context, status=409)


def supplement_print(request: HttpRequest, line: str) -> HttpResponse:
    """The addition to a company's commitment with its application, old and new, ready to sign."""
    actor = actor_of(request)
    rows = SupplementLine.objects.visible_to(actor).select_related(
        "organisation", "signed_by", "supplement__programme__network__call"
    )
    row: SupplementLine = get_object_or_404(rows, public_id=line)
    programme, organisation = row.supplement.programme, row.organisation
    if not _sees(actor, programme, organisation.pk):
        raise Http404
    number = organisation.enterprise_number
    context = {
        "page_title": _("Uitbreiding van de verbintenis en steunaanvraag"),
        "printed_at": timezone.now(),
        "line": row,
        "supplement": row.supplement,
        "programme": programme,
        "row": presenting_supplements.rows_of([row], sees_ledger=lambda _pk: False)[0],
        "signs": presenting_supplements.signs_for(row),
        "party": [
            Fact(_("Onderneming"), organisation.name),
            Fact(_("Ondernemingsnummer"), enterprise_number(number) if number else ""),
            Fact(_("Gemeente"), organisation.municipality),
            Fact(_("Aanvraag ingediend op"), moment(row.signed_at) if row.signed_at else ""),
            Fact(_("Door"), str(row.signed_by) if row.signed_by else ""),
        ],
    }
    return render(request, "programmes/print_supplement.html", context)


def _sees(actor: Actor, programme: Programme, organisation_id: int) -> bool:
    own = organisation_id == actor.organisation_id
    return own or sight_of(actor, programme).sees_money_of(organisation_id)


def _page(request: HttpRequest, public_id: str) -> dict[str, Any]:
    actor = actor_of(request)
    visible = Supplement.objects.visible_to(actor).with_parties()
    row: Supplement = get_object_or_404(
        visible.prefetch_related("lines__organisation", "programme__participations"), public_id=public_id
    )
    sight = sight_of(actor, row.programme)
    lines = [x for x in row.lines.all() if _sees(actor, row.programme, x.organisation_id)]
    for line in lines:
        line.supplement = row
    own = next((x for x in lines if may_sign(actor, x)), None)
    steps = SUPPLEMENT_TRANSITIONS.available(row, actor)
    signing = own is not None and own.needs_word and own.signed_at is None and row.state == S.SIGNING
    if own is not None and own.signed_at is not None:
        steps.pop("decline", None)  # who signed gave its word
    if actor.user is not None and row.signed_by == actor.user:
        steps.pop("grant", None)  # signing twice is one signature: a colleague goes on
    reads_programme = Programme.objects.visible_to(actor).filter(pk=row.programme_id).exists()
    return {
        "page_title": _("Uitbreiding van %(title)s") % {"title": row.programme.title},
        "breadcrumbs": _crumbs(row.programme, _("Uitbreiding"), reads_programme),
        "supplement": row,
        "programme": row.programme,
        "reads_programme": reads_programme,
        "facts": presenting_supplements.facts_of(row) if sight.money or not own else [],
        "rows": presenting_supplements.rows_of(
            lines, sees_ledger=lambda pk: sight.sees_ledger_of(pk) or pk == actor.organisation_id
        ),
        "prints": lines,
        "dates": presenting_supplements.dates_of(row),
        "budget": presenting_supplements.budget_of(row) if sight.money else [],
        "procedure": presenting_supplements.steps_of(row),
        "events": events_of(row, SUPPLEMENT_TRANSITIONS, presenting_supplements.EVENT_LABELS)
        if sight.money or own
        else [],
        "own": own,
        "signing": signing,
        "form": SignForm(de_minimis=bool(own and own.route == "de_minimis")) if signing else None,
        "signs": presenting_supplements.signs_for(own) if own and own.needs_word else [],
        "steps": panel_actions(steps),
        "blockers": can_be_granted(row) if "grant" in steps else [],
        "signed": _signed(row) if row.state == S.PENDING else "",
        "summary": _summary(row) if "grant" in steps else [],
    }


def _signed(row: Supplement) -> str:
    if row.signed_by is None:
        return ""
    return _("%(who)s tekende al op %(when)s: %(why)s") % {
        "who": row.signed_by,
        "when": moment(row.signed_at),
        "why": first_signature(row),
    }


def _summary(row: Supplement) -> list[str]:
    """What is decided, in the lines of the panel."""
    said = [
        _("%(company)s: %(extra)s meer, samen %(grant)s van %(cost)s")
        % {
            "company": line.organisation.name,
            "extra": euro(line.extra, 2),
            "grant": euro(line.grant_after, 2),
            "cost": euro(line.cost_after, 2),
        }
        for line in row.lines.all()
        if line.extra > 0
    ]
    said += [
        _("%(company)s komt boven de drempel van artikel 9: deze steun wordt gepubliceerd.")
        % {"company": line.organisation.name}
        for line in row.lines.all()
        if line.crosses_publication
    ]
    try:
        if needs_two(row):
            said.append(_("Met de uitbreiding is de subsidie zo hoog dat twee coördinatoren tekenen."))
    except NoRate as missing:
        said.append(str(missing))
    return said


def _crumbs(programme: Programme, here: str, reads: bool = True) -> list[Link]:
    own = reverse("programmes:programme_detail", args=[programme.public_id]) if reads else ""
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        *(
            [Link(programme.title, own)]
            if reads
            else [Link(_("Uitbreidingen"), reverse("programmes:supplements"))]
        ),
        Link(here),
    ]
