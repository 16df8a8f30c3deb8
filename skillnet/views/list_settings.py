"""Keeping the columns and filters of a list."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from skillnet.access import address_names
from skillnet.kernel.actor import actor_of
from skillnet.list_settings import (
    MOST_FILTERS,
    TooManyFiltersError,
    clean_keys,
    drop_filter,
    keep_columns,
    keep_filter,
)


@require_POST
def list_settings(request: HttpRequest) -> HttpResponse:
    """Show or remember columns, forget them, keep a filter or drop one; then back to the list."""
    user, page = actor_of(request).user, request.POST.get("list_page", "")
    if user is None or page not in address_names():
        raise Http404
    action = request.POST.get("list_action", "")
    name = request.POST.get("list_filter", "")
    if action == "show":
        return HttpResponseRedirect(_with_columns(_back(request), request.POST.getlist("columns")))
    if action == "columns":
        keep_columns(user=user, page=page, keys=request.POST.getlist("columns"))
        messages.success(request, _("Deze kolommen blijven zo voor u."))
    elif action == "reset":
        keep_columns(user=user, page=page, keys=[])
        messages.success(request, _("De lijst toont weer haar gewone kolommen."))
    elif action == "keep":
        _keep(request, page)
    elif action == "drop":
        drop_filter(user=user, page=page, name=name)
        messages.success(request, _("De filter is niet meer bewaard."))
    else:
        raise Http404
    return HttpResponseRedirect(_back(request))


def _keep(request: HttpRequest, page: str) -> None:
    name, query = request.POST.get("list_filter", ""), request.POST.get("list_query", "")
    try:
        keep_filter(user=actor_of(request).user, page=page, name=name, query=query)
        messages.success(request, _("De filter is bewaard. U vindt hem terug boven de lijst."))
    except TooManyFiltersError:
        said = _("U bewaarde hier al %(most)d filters. Haal er eerst een weg.") % {"most": MOST_FILTERS}
        messages.error(request, said)


def _with_columns(target: str, keys: list[str]) -> str:
    """The list with these columns in its address, to send to somebody or to keep as a bookmark."""
    wanted = clean_keys(keys)
    sign = "&" if "?" in target else "?"
    return f"{target}{sign}columns={','.join(wanted)}" if wanted else target


def _back(request: HttpRequest) -> str:
    target = request.POST.get("list_back", "/")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"
