"""A page of rows that somebody adds to and takes back from: one form adds, one by each row retracts."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from networks.views.helpers import explain
from skillnet.kernel.transitions import TransitionRefused

RETRACTS = "retract"


def posted_to_add(request: HttpRequest) -> QueryDict | None:
    """What was filled in to add a row; None where nothing was sent, or a row is taken back."""
    return request.POST if request.method == "POST" and RETRACTS not in request.POST else None


def added_or_retracted(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    add: Callable[[], object],
    retract: Callable[[str, str], object],
    added: str,
    retracted: str,
) -> bool:
    """Whether the one form that was sent was good and its service took it; the person is told either way.

    `retract` takes the public id of the row and why; `add` is called once `form` is valid.
    """
    retracts = RETRACTS in request.POST
    try:
        if retracts:
            retract(request.POST[RETRACTS], request.POST.get("why", ""))
        elif form.is_valid():
            add()
        else:
            return False
    except TransitionRefused as refusal:
        messages.error(request, " ".join(refusal.reasons))
        return False
    except ValidationError as error:
        if retracts:
            messages.error(request, " ".join(error.messages))
        else:
            explain(form, error)
        return False
    messages.success(request, retracted if retracts else added)
    return True


__all__ = ["added_or_retracted", "posted_to_add"]
