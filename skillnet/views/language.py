"""The switch of language at the top and foot of every page."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as switch

from skillnet.accounts.services import choose_language


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Go on in another language; who signed in also gets mails in it, and reads it on every machine."""
    choose_language(request=request, language=request.POST.get("language", ""))
    return switch(request)
