"""For a learner without an account: the question, the answer, and the record to take along."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.models import Enrolment, EnrolmentInvitation
from programmes.services.learner_answers import (
    answer_invitation,
    find_invitation,
    has_record,
    is_over,
    may_try,
    note_miss,
)
from programmes.services.learners import identity_of, names_for
from programmes.services.training_records import training_record
from skillnet.kernel.actor import actor_of
from skillnet.kernel.transitions import TransitionRefused

Answer = EnrolmentInvitation.Answer


def learner_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or refuse; the page says that refusing has no consequence."""
    address = _address(request)
    if not may_try(address=address):
        return _private(render(request, "programmes/delivery/learner_wait.html", _frame(), status=429))
    row = find_invitation(token=token)
    if row is None:
        note_miss(address=address)
        return _private(render(request, "programmes/delivery/learner_gone.html", _frame(), status=404))
    problem = ""
    if request.method == "POST":
        try:
            answer_invitation(token=token, accepted=request.POST.get("answer") == "yes")
            row = find_invitation(token=token) or row
        except ValidationError as error:
            problem = " ".join(error.messages)
        except TransitionRefused as refusal:
            problem = " ".join(refusal.reasons)
    status = 409 if problem else 200
    return _private(
        render(request, "programmes/delivery/learner_answer.html", _page(row, token, problem), status=status)
    )


def learner_record(request: HttpRequest, token: str) -> HttpResponse:
    """The training record: a page that prints, or JSON with `?format=json`."""
    address = _address(request)
    if not may_try(address=address):
        return _private(render(request, "programmes/delivery/learner_wait.html", _frame(), status=429))
    row = find_invitation(token=token)
    if row is None:
        note_miss(address=address)
    if row is None or not has_record(row.enrolment):
        raise Http404
    record = training_record(row.enrolment)
    if request.GET.get("format") == "json":
        response: HttpResponse = JsonResponse(record.as_json(), json_dumps_params={"ensure_ascii": False})
        response["Content-Disposition"] = 'attachment; filename="opleidingsbewijs.json"'
        return _private(response)
    context = {"page_title": _("Bewijs van opleiding"), "record": record, "printed_at": timezone.now()}
    return _private(render(request, "programmes/delivery/learner_record.html", context))


def enrolment_record(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same record for who knows the name: the own company and the deliverer print it for somebody who was
    enrolled without being asked by mail."""
    actor = actor_of(request)
    rows = Enrolment.objects.visible_to(actor).select_related(
        "edition__offer__provider__organisation", "learner__organisation"
    )
    enrolment = get_object_or_404(rows, public_id=public_id)
    if not has_record(enrolment) or not names_for(actor, [enrolment]):
        raise Http404
    context = {
        "page_title": _("Bewijs van opleiding"),
        "record": training_record(enrolment),
        "printed_at": timezone.now(),
    }
    return _private(render(request, "programmes/delivery/learner_record.html", context))


def _page(row: EnrolmentInvitation, token: str, problem: str) -> dict[str, Any]:
    enrolment = row.enrolment
    waiting = enrolment.state in (
        Enrolment.State.REQUESTED,
        Enrolment.State.WAITLISTED,
        Enrolment.State.CONFIRMED,
    )
    over = is_over(enrolment)
    is_off = waiting and enrolment.edition.state == Edition.State.CANCELLED
    return _frame() | {
        "invitation": row,
        "enrolment": enrolment,
        "edition": enrolment.edition,
        "offer": enrolment.edition.offer,
        "provider": enrolment.edition.offer.provider.organisation,
        "keeper": enrolment.learner.organisation,
        "name": identity_of(enrolment.learner).name,
        "token": token,
        "problem": problem,
        "is_off": is_off,
        "is_over": over,
        "may_answer": waiting
        and not (is_off or over or problem)
        and row.answer in (Answer.OPEN, Answer.ACCEPTED),
        "has_record": has_record(enrolment),
    }


def _address(request: HttpRequest) -> str:
    """Who asks: the socket, or behind our own proxy the address that it puts last."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.REST_FRAMEWORK["NUM_PROXIES"] and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _frame() -> dict[str, Any]:
    return {"page_title": _("Uw opleiding")}


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a secret: it stays out of caches, search engines and the addresses of other sites.

    `same-origin` and not `no-referrer`: with the latter a browser sends the answer with `Origin: null`, which
    the check on forged requests refuses.
    """
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
