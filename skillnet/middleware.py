"""Who is asking, may they open this address, and under whose name does the history record it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve

from skillnet.access import rule_for
from skillnet.current import actor_from_session
from skillnet.kernel.actor import ANONYMOUS, ActorRequest

GetResponse = Callable[[HttpRequest], HttpResponse]
MEBIBYTE = 1024 * 1024
SECRETS = frozenset({"token", "key"})  # parts of an address that are a permission


class UploadLimitMiddleware:
    """Refuses a body that is far too big by its announced length, before anything reads or keeps it.

    It stands before CsrfViewMiddleware, which parses forms. The body is let pass unread into nothing (up to
    `DRAIN`), because a browser that is still sending shows no answer.
    """

    DRAIN = 512 * 1024 * 1024
    CHUNK = 256 * 1024

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        announced = int(length) if length.isdigit() else 0
        most = max(settings.MAX_UPLOAD_BYTES, settings.MAX_EVIDENCE_BYTES)
        if announced <= most + MEBIBYTE or request.path.startswith("/api/"):
            return self.get_response(request)
        self._drain(request, announced)
        context = {
            "sent": announced // MEBIBYTE,
            "most": most // MEBIBYTE,
            "evidence": settings.MAX_EVIDENCE_BYTES // MEBIBYTE,
            "back": request.path,
        }
        return render(request, "413.html", context, status=413)

    def _drain(self, request: HttpRequest, announced: int) -> None:
        left = min(announced, self.DRAIN)
        while left > 0:
            chunk = request.read(min(left, self.CHUNK))
            if not chunk:
                return
            left -= len(chunk)


class ActorMiddleware:
    """Puts `request.actor`: the person with the roles held at the current organisation."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        request.actor = actor_from_session(request) if request.user.is_authenticated else ANONYMOUS
        return self.get_response(request)


class AccessMiddleware:
    """Deny by default: an address without a row in an access table is closed to everybody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: ActorRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        rule = rule_for(match.view_name if match else "")
        if rule is None:
            raise PermissionDenied
        if rule.methods and request.method not in rule.methods:
            return HttpResponseNotAllowed(sorted(rule.methods))
        if rule.public:
            return None
        if not request.actor.is_signed_in:
            return _to_sign_in(request)
        if rule.signed_in or request.actor.has(*rule.roles):
            return None
        raise PermissionDenied


class HistoryContextMiddleware:
    """Every change that a request makes carries the person and the address in its history."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        user = request.actor.user
        with pghistory.context(user=user.pk if user else None, url=_told_path(request)):
            return self.get_response(request)


def _told_path(request: HttpRequest) -> str:
    """The path without the secret of a link that works without signing in: the history is kept and read longer."""
    try:
        named = resolve(request.path_info).kwargs
    except Resolver404:
        return request.path
    path = request.path
    for name in SECRETS & named.keys():
        path = path.replace(str(named[name]), "…")
    return path


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """A full page goes to the sign-in page; an htmx fragment tells the browser to do so."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or request.get_full_path()
    response = redirect_to_login(page)  # back to the page, not to the fragment it asked for
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response
