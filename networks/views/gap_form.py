"""The form on which a gap is registered: free text, suggestions to take, a draft that no session loses."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.forms import GapForm
from networks.gap_posts import form_initial, posted_values, suggestion_context, text_of
from networks.models import Gap, Organisation, UnsentGap
from networks.own import own_organisation
from networks.rules import may_confirm_gap
from networks.services.gaps import save_gap
from networks.services.unsent import forget_unsent_gap, keep_unsent_gap
from networks.suggesting import suggest, take
from networks.views.gap_company import address_for, chosen_company, pick_company
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.ui import Link


def gap_new(request: HttpRequest) -> HttpResponse:
    """A company registers its own gap, or a manager one for a member; what was left unsent is there again."""
    actor = actor_of(request)
    company = chosen_company(request, actor)
    if company is None:
        return pick_company(request, actor, _("Competentiekloof registreren"))
    if request.method == "POST":
        return _posted(request, actor=actor, company=company, gap=None)
    # What is being typed is kept for the own company: for another, the gap itself waits soon enough.
    unsent = UnsentGap.objects.of(actor).first() if may_confirm_gap(actor, company.pk) else None
    form = _form(actor, company, None, initial=form_initial(unsent.values) if unsent else {})
    return _page(request, form, company=company, gap=None, extra={"unsent": unsent})


def gap_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    gap = editable_gap(actor, public_id)
    if request.method == "POST":
        return _posted(request, actor=actor, company=gap.organisation, gap=gap)
    return _page(request, _form(actor, gap.organisation, gap), company=gap.organisation, gap=gap)


def gap_keep(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed; a fragment says since when."""
    actor = actor_of(request)
    kept = keep_unsent_gap(
        actor=actor, organisation=own_organisation(actor), values=posted_values(request.POST)
    )
    return render(request, "networks/_kept.html", {"kept": kept})


def editable_gap(actor: Actor, public_id: Any) -> Gap:
    gaps = Gap.objects.visible_to(actor).editable_by(actor).with_parties()
    return get_object_or_404(gaps, public_id=public_id)


def _posted(request: HttpRequest, *, actor: Actor, company: Organisation, gap: Gap | None) -> HttpResponse:
    """The button that was pressed says what happens; without one (Enter in a field) the gap is saved."""
    if gap is None and "discard" in request.POST:
        forget_unsent_gap(actor=actor)
        return redirect("networks:gap_new")
    if gap is None and "later" in request.POST:
        keep_unsent_gap(actor=actor, organisation=company, values=posted_values(request.POST))
        messages.success(request, _("Uw tekst is bewaard. U vindt hem terug als u een kloof registreert."))
        return redirect("networks:gaps")
    if gap is None and "same" in request.POST:
        return _same(request, actor, request.POST["same"])
    if "suggest" in request.POST or "take" in request.POST:
        return _suggested(request, actor=actor, company=company, gap=gap)
    return _save(request, actor=actor, company=company, gap=gap)


def _save(request: HttpRequest, *, actor: Actor, company: Organisation, gap: Gap | None) -> HttpResponse:
    form = GapForm(request.POST, instance=gap, actor=actor, company=company)
    if form.is_valid():
        try:
            saved = save_gap(actor=actor, organisation=company, values=form.cleaned_data, gap=gap)
        except ValidationError as error:
            explain(form, error)
        else:
            if gap is None:
                forget_unsent_gap(actor=actor)
            messages.success(request, _saved(saved))
            return redirect("networks:gap_detail", public_id=saved.public_id)
    return _page(request, form, company=company, gap=gap)


def _saved(gap: Gap) -> str:
    if gap.state == Gap.State.TO_CONFIRM:
        return _("Bewaard. %s krijgt de vraag om te bevestigen.") % gap.organisation.name
    return _("Bewaard. De matcher zoekt nu wat deze kloof kan sluiten.")


def _suggested(request: HttpRequest, *, actor: Actor, company: Organisation, gap: Gap | None) -> HttpResponse:
    """The same page with suggestions, and with the one that was taken filled in: works without script."""
    text = text_of(request, editing=gap.public_id if gap else None)
    values = posted_values(request.POST)
    found = suggest(text)
    if "take" in request.POST:
        values = take(values, request.POST["take"], found)
        found = suggest(text_of_values(text, values))
    form = _form(actor, company, gap, initial=form_initial(values))
    return _page(request, form, company=company, gap=gap, extra=suggestion_context(found))


def text_of_values(text: Any, values: dict[str, list[str]]) -> Any:
    """The same text on a form that now holds these values."""
    title = " ".join(values.get("title", []))
    return type(text)(
        title=text.title or title,
        description=text.description,
        language=text.language,
        shown_in=text.shown_in,
        actor=text.actor,
        values=values,
        editing=text.editing,
    )


def _same(request: HttpRequest, actor: Actor, public_id: str) -> HttpResponse:
    """It is the gap that the company has already: go on with that one, the new words added to its text."""
    try:
        gap = editable_gap(actor, public_id)
    except ValidationError:  # no UUID
        return redirect("networks:gap_new")
    typed = [request.POST.get(name, "").strip() for name in ("title", "description")]
    parts = [gap.description, *(text for text in typed if text and text not in gap.text)]
    words = "\n\n".join(part for part in parts if part)
    forget_unsent_gap(actor=actor)
    form = _form(actor, gap.organisation, gap, initial={"description": words})
    return _page(request, form, company=gap.organisation, gap=gap, extra={"continued": True})


def _form(
    actor: Actor, company: Organisation, gap: Gap | None, initial: dict[str, Any] | None = None
) -> GapForm:
    return GapForm(instance=gap, initial=initial or {}, actor=actor, company=company)


def _page(
    request: HttpRequest,
    form: GapForm,
    *,
    company: Organisation,
    gap: Gap | None,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    title = _("Competentiekloof aanpassen") if gap else _("Competentiekloof registreren")
    address = (
        reverse("networks:gap_edit", args=[gap.public_id])
        if gap
        else address_for(request, "networks:gap_new")
    )
    crumbs = [Link(_("Competentiekloven"), reverse("networks:gaps"))]
    if gap:
        crumbs.append(Link(gap.title, reverse("networks:gap_detail", args=[gap.public_id])))
    context = {
        "page_title": title,
        "breadcrumbs": [*crumbs, Link(title)],
        "form": form,
        "gap": gap,
        "company": company,
        "address": address,
        "for_other": not may_confirm_gap(form.actor, company.pk),
    }
    return render(request, "networks/gap_form.html", context | (extra or {}))
