"""One error shape: application/problem+json (RFC 9457), with the field and the remedy of each problem."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response

from skillnet.kernel.asking import HOUR, AskedTooOften
from skillnet.kernel.transitions import TransitionRefused

PROBLEM = "application/problem+json"


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = gettext_lazy("Dit kan niet in de huidige toestand.")
    default_code = "conflict"


class VersionConflict(Conflict):
    """Somebody else saved first: what stands now and what was sent, so that the sender can put them together."""

    def __init__(self, detail: str, *, current: Any, sent: Any) -> None:
        super().__init__(detail)
        self.versions = {"current": current, "sent": sent}


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("Dit bericht is te groot. Stuur het in delen.")
    default_code = "too_large"


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; what is not listed here is a bug and stays an exception."""
    known = _as_api_exception(error)
    if known is None:
        return None
    body: dict[str, Any] = {
        # about:blank says: the status is the whole type, and its own phrase the title (RFC 9457, 4.2.1).
        "type": "about:blank",
        "title": HTTPStatus(known.status_code).phrase,
        "status": known.status_code,
        "detail": _summary(known),
    }
    if isinstance(known, exceptions.ValidationError):
        body["errors"] = list(_field_errors(known.detail))
    if isinstance(known, VersionConflict):
        body |= known.versions  # members of our own, as RFC 9457, 3.2 lets a problem have
    response = Response(body, status=known.status_code, content_type=PROBLEM)
    for header, value in _headers(known).items():
        response[header] = value
    return response


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, TransitionRefused):
        return Conflict(str(error))
    if isinstance(error, AskedTooOften):
        return _too_often(error)
    if isinstance(error, IntegrityError):
        return Conflict(_("Iemand anders schreef dit op hetzelfde ogenblik. Probeer opnieuw."))
    if isinstance(error, ValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        return exceptions.ValidationError(detail)
    return None


def _too_often(error: AskedTooOften) -> exceptions.APIException:
    throttled = exceptions.Throttled(wait=HOUR)
    throttled.detail = exceptions.ErrorDetail(str(error), code="throttled")
    return throttled


def _summary(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("De gegevens kloppen niet; zie “errors” voor elk veld.")
    return str(error.detail)


def _field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for field, value in detail.items():
            yield from _field_errors(value, f"{path}.{field}" if path else str(field))
    elif isinstance(detail, list):
        for value in detail:
            yield from _field_errors(value, path)
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    auth_header = getattr(error, "auth_header", None)
    if auth_header:
        headers["WWW-Authenticate"] = str(auth_header)
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers
