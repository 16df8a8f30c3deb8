"""A manager's own work: make a draft of a pool, change a plan, ask what if."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Edition
from matching.models import Pool
from matching.services.choosing import chosen_bids
from networks.views.helpers import explain
from programmes.forms import DraftForm, PlanForm, WhatIfForm
from programmes.models import Programme
from programmes.services.drafts import (
    candidate_companies,
    change_programme,
    draft_programme,
    edition_choices,
    learners_of_pool,
)
from programmes.services.plan_versions import plan_version
from programmes.services.plans import facts_of, seats_of_programme
from programmes.services.versions import ChangedMeanwhile
from programmes.states import CHANGEABLE
from skillnet.kernel.actor import actor_of
from skillnet.ui import Link

MOST_OTHERS = 6  # editions that could be chosen beside those of the plan


def programme_new(request: HttpRequest, pool: str) -> HttpResponse:
    """A draft from a pool: choose an edition that fits, fill in what is missing, say who comes."""
    actor = actor_of(request)
    pools = Pool.objects.visible_to(actor).filter(
        network__in=actor.managed_networks, state__in=["open", "frozen"]
    )
    row = get_object_or_404(pools.select_related("network"), public_id=pool)
    choices = edition_choices(pools=[row])
    first = str(choices[0].edition.pk) if choices and chosen_bids([row]) else None
    form = DraftForm(
        request.POST or None, choices=choices, companies=learners_of_pool(row), initial={"edition": first}
    )
    if request.method == "POST" and form.is_valid():
        try:
            programme = draft_programme(
                actor=actor, pool=row, edition=form.chosen, learners=form.learners, fill_in=form.fill_in
            )
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Het ontwerp is klaar. Kijk het plan na en dien het in."))
            return redirect("programmes:programme_detail", public_id=programme.public_id)
    context = {"page_title": _("Programma maken"), "pool": row, "form": form, "has_choices": bool(choices)}
    return render(request, "programmes/programme_new.html", context)


def programme_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who sits in which edition; the plan of costs and funding follows from it."""
    actor = actor_of(request)
    mine = Programme.objects.visible_to(actor).managed_by(actor).with_parties()
    programme = get_object_or_404(mine.filter(state__in=CHANGEABLE), public_id=public_id)
    seats = {(s.edition.pk, s.organisation.pk): s.learners for s in seats_of_programme(programme)}
    form = PlanForm(
        request.POST or None,
        editions=_editions_of(programme),
        companies=list(candidate_companies(programme).values()),
        seats=seats,
        jobseekers=facts_of(programme).jobseekers,
        initial={"title": programme.title},
    )
    refused: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(
                actor=actor,
                programme_id=programme.pk,
                learners=form.learners,
                title=form.cleaned_data["title"],
                jobseekers=form.jobseekers,
                version=request.POST.get("version"),
            )
        except ChangedMeanwhile as refusal:
            refused = refusal.reasons
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard. Het kosten- en financieringsplan is opnieuw gemaakt."))
            return redirect("programmes:programme_detail", public_id=public_id)
    context = {
        "page_title": _("Plan aanpassen"),
        "breadcrumbs": _crumbs(programme, _("Plan aanpassen")),
        "programme": programme,
        "form": form,
        "rows": list(form.rows()),
        "version": plan_version(programme),
        "refused": refused,
        "now": [
            (s.organisation.name, s.edition.offer.title, s.learners) for s in seats_of_programme(programme)
        ]
        if refused
        else [],
    }
    return render(request, "programmes/programme_edit.html", context, status=409 if refused else 200)


def programme_what_if(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another budget or other choices, without saving: what would change for the whole network."""
    # OR-Tools is heavy; only this page of the web process asks for it.
    from programmes.presenting_assembly import what_if_context
    from programmes.services.what_if import explore, question_of

    actor = actor_of(request)
    mine = Programme.objects.visible_to(actor).managed_by(actor).with_parties()
    programme = get_object_or_404(mine.filter(state__in=["proposal", *CHANGEABLE]), public_id=public_id)
    question = question_of(programme)
    pools = set(programme.programme_pools.values_list("pool_id", flat=True))
    fitting = {e for (pool, e) in question.problem.fit if pool in pools}
    editions = [edition for pk, edition in question.editions.items() if pk in fitting]
    bought = list(programme.programme_editions.values_list("edition_id", flat=True))
    form = WhatIfForm(
        request.GET or None, editions=editions, bought=bought, initial={"budget": question.budget_left}
    )
    context: dict[str, Any] = {
        "page_title": _("Wat als?"),
        "breadcrumbs": _crumbs(programme, _("Wat als?")),
        "programme": programme,
        "form": form,
        "result": None,
    }
    if form.is_bound and form.is_valid():
        result = explore(
            programme=programme,
            question=question,
            budget=form.cleaned_data["budget"],
            wanted=form.chosen(form.YES),
            forbidden=form.chosen(form.NO),
        )
        context |= what_if_context(result)
    return render(request, "programmes/programme_what_if.html", context)


def _editions_of(programme: Programme) -> list[Edition]:
    """What is bought now first, then what else fits and can be bought."""
    bought = {s.edition.pk: s.edition for s in seats_of_programme(programme)}
    pools = [row.pool for row in programme.programme_pools.select_related("pool")]
    others = {
        choice.edition.pk: choice.edition
        for choice in edition_choices(pools=pools)
        if not {"price", "seats"} & set(choice.lacks)
    }
    more = [edition for pk, edition in others.items() if pk not in bought]
    return [*bought.values(), *more[:MOST_OTHERS]]


def _crumbs(programme: Programme, here: str) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(programme.title, reverse("programmes:programme_detail", args=[programme.public_id])),
        Link(here),
    ]
