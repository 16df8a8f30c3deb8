"""Home, the switch of organisation, notices, invitations and the health page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from networks.models import Membership
from networks.services.people import accept_invitation as accept
from networks.services.people import find_open_invitation
from skillnet.current import SESSION_KEY
from skillnet.home import tasks_for
from skillnet.kernel.actor import actor_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this person has to do next, per role."""
    actor = actor_of(request)
    return render(request, "site/home.html", {"page_title": _("Te doen"), "sections": tasks_for(actor)})


@require_POST
def switch_role(request: HttpRequest) -> HttpResponse:
    """Choose the organisation that one acts for; only one's own memberships are offered."""
    wanted = request.POST.get("organisation", "")
    own = {str(m.organisation_id): m for m in getattr(request, "memberships", [])}
    if wanted in own:
        request.session[SESSION_KEY] = own[wanted].organisation_id
        messages.success(request, _("U werkt nu voor %(name)s.") % {"name": own[wanted].organisation.name})
    return HttpResponseRedirect(_safe_next(request))


def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in an invitation: sign in or make an account, then accept."""
    invitation = find_open_invitation(token=token)
    if invitation is None:
        return render(request, "site/invitation_gone.html", {"page_title": _("Uitnodiging")}, status=404)
    request.session["invitation"] = token
    user = actor_of(request).user
    if request.method == "POST" and user is not None:
        try:
            outcome = accept(token=token, user=user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("home")
        request.session.pop("invitation", None)
        name = {"name": outcome.organisation.name}
        if isinstance(outcome, Membership):
            request.session[SESSION_KEY] = outcome.organisation_id
            messages.success(request, _("Welkom bij %(name)s.") % name)
        else:
            messages.info(
                request,
                _("%(name)s heeft hier al mensen. Zij kregen uw vraag om toegang; u hoort van hen.") % name,
            )
        return redirect("home")
    return render(
        request,
        "site/invitation.html",
        {"page_title": _("Uitnodiging"), "invitation": invitation, "may_accept": user is not None},
    )


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """For load balancers: answers when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"
