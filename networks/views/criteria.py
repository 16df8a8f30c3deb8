"""The criteria of a call, while it is a draft."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.application_forms import CriterionForm
from networks.models import Call, CallCriterion
from networks.services.calls import remove_criterion, save_criterion
from networks.views.helpers import explain
from skillnet.kernel.actor import actor_of
from skillnet.ui import Link


def criterion_new(request: HttpRequest, public_id: str) -> HttpResponse:
    return _form(request, _own_draft(request, public_id), None)


def criterion_edit(request: HttpRequest, public_id: str, criterion_id: str) -> HttpResponse:
    call = _own_draft(request, public_id)
    return _form(request, call, get_object_or_404(call.criteria.all(), public_id=criterion_id))


def criterion_remove(request: HttpRequest, public_id: str, criterion_id: str) -> HttpResponse:
    call = _own_draft(request, public_id)
    criterion = get_object_or_404(call.criteria.all(), public_id=criterion_id)
    try:
        remove_criterion(actor=actor_of(request), criterion=criterion)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%s” is geen criterium meer.") % criterion.title)
    return redirect("networks:call_detail", public_id=public_id)


def _own_draft(request: HttpRequest, public_id: str) -> Call:
    actor = actor_of(request)
    call = get_object_or_404(Call.objects.visible_to(actor).owned_by(actor), public_id=public_id)
    if call.state != Call.State.DRAFT:
        raise Http404
    return call


def _form(request: HttpRequest, call: Call, criterion: CallCriterion | None) -> HttpResponse:
    form = CriterionForm(request.POST or None, instance=criterion)
    back = reverse("networks:call_detail", args=[call.public_id])
    if request.method == "POST" and form.is_valid():
        try:
            save_criterion(actor=actor_of(request), call=call, values=form.cleaned_data, criterion=criterion)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect(back)
    title = _("Criterium aanpassen") if criterion else _("Criterium toevoegen")
    crumbs = [Link(_("Oproepen"), reverse("networks:calls")), Link(call.title, back), Link(title)]
    context = {
        "page_title": title,
        "form": form,
        "cancel_url": back,
        "subline": call.title,
        "breadcrumbs": crumbs,
    }
    return render(request, "networks/form.html", context)
