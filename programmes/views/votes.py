"""A vote of the steering group on a programme."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.models import Programme
from programmes.services.votes import vote_on_programme
from skillnet.kernel.actor import actor_of
from skillnet.kernel.transitions import TransitionRefused


def programme_vote(request: HttpRequest, public_id: str) -> HttpResponse:
    """Agree, or not agree with a remark; voting again replaces the vote."""
    actor = actor_of(request)
    programme = get_object_or_404(Programme.objects.visible_to(actor), public_id=public_id)
    answer = request.POST.get("action", "")
    if answer not in ("agree", "object"):
        raise Http404
    try:
        vote_on_programme(
            programme=programme,
            actor=actor,
            agrees=answer == "agree",
            remark=request.POST.get("reason", ""),
        )
    except TransitionRefused as refusal:
        for text in refusal.reasons:
            messages.error(request, text)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Uw stem is geteld."))
    return redirect(reverse("programmes:programme_detail", args=[public_id]) + "#stemming")
