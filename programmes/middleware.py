"""A page that needs a rate which nobody confirmed says so, and says who can mend it."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from programmes.aid.rates import RateNotInForceError
from skillnet.kernel.actor import actor_of
from skillnet.kernel.roles import Role

logger = logging.getLogger(__name__)


class MissingRateMiddleware:
    """Answers 409 with an explanation where no confirmed row of the law holds on the day asked for.

    The services never guess a rate, so every page that computes can meet this on a site where the law was not
    loaded. Nothing was saved: the exception left their transaction. The API answers in its own form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, RateNotInForceError) or request.path.startswith("/api/"):
            return None
        logger.error("No confirmed row of %s holds on %s: %s", error.key, error.day, request.path)
        context = {
            "page_title": _("De tarieven ontbreken nog"),
            "rate_key": error.key,
            "rate_day": error.day,
            "may_mend": actor_of(request).has(Role.ADMINISTRATOR),
        }
        return render(request, "programmes/rates_missing.html", context, status=409)
