"""A passage from work to work, as both employers see it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import WorkTransfer
from networks.models.transfers import PAYERS
from networks.rules import is_sending_company
from networks.services.transfers import finish_transfer, save_transfer, take_transfer_action
from networks.transfer_forms import OutcomeForm, TransferForm
from networks.transfer_transitions import TRANSFER_TRANSITIONS
from networks.views.helpers import events_of, explain, panel_actions
from networks.work_to_work import income_bridge
from skillnet.charts import bars
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Action, Fact, Link

AGAINST = {
    "used_before": gettext_lazy("De uitkering kan één keer in een loopbaan."),
    "career_too_short": gettext_lazy("Er zijn minstens tien jaren loopbaan nodig."),
    "months_out_of_range": gettext_lazy("De uitkering loopt een half tot één jaar."),
}


def transfer_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    transfer = _visible(actor, public_id)
    steps = TRANSFER_TRANSITIONS.available(transfer, actor)
    may_finish = steps.pop("finish", None) is not None
    return render(
        request,
        "networks/transfer_detail.html",
        {
            "page_title": _("Van werk naar werk: %s") % transfer.gap.title,
            "breadcrumbs": _crumbs(actor, transfer),
            "transfer": transfer,
            "facts": _facts(transfer),
            "actions": panel_actions(steps),
            "page_actions": _page_actions(actor, transfer),
            "outcome_form": OutcomeForm() if may_finish else None,
            "split": _split(transfer),
            "bridge": _bridge(transfer),
            "events": events_of(
                transfer,
                TRANSFER_TRANSITIONS,
                {"propose": _("Voorgelegd aan de nieuwe werkgever"), "change": _("Aangepast")},
            ),
        },
    )


def transfer_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    transfers = WorkTransfer.objects.visible_to(actor).editable_by(actor).with_parties()
    transfer = get_object_or_404(transfers, public_id=public_id)
    form = TransferForm(request.POST or None, instance=transfer)
    address = reverse("networks:transfer_detail", args=[transfer.public_id])
    if request.method == "POST" and form.is_valid():
        try:
            save_transfer(actor=actor, transfer=transfer, values=form.values())
        except ValidationError as error:
            explain(form, error, receiving="receiving_number")
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Bewaard."))
            return redirect(address)
    title = _("Nieuwe werkgever en kosten")
    context = {
        "page_title": title,
        "breadcrumbs": [*_crumbs(actor, transfer)[:-1], Link(_("Van werk naar werk"), address), Link(title)],
        "form": form,
        "transfer": transfer,
        "payers": [form[name] for name in PAYERS],
        "cancel_url": address,
    }
    return render(request, "networks/transfer_form.html", context)


def transfer_action(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm, decline, or say how it ended."""
    actor = actor_of(request)
    transfer = _visible(actor, public_id)
    action, reason = request.POST.get("action", ""), request.POST.get("reason", "")
    if action not in TRANSFER_TRANSITIONS.transitions:
        raise Http404
    try:
        if action == "finish":
            outcome = request.POST.get("outcome", "")
            transfer = finish_transfer(transfer=transfer, outcome=outcome, actor=actor, reason=reason)
        else:
            transfer = take_transfer_action(transfer=transfer, action=action, actor=actor, reason=reason)
        messages.success(
            request, _("De overgang staat nu op “%(state)s”.") % {"state": transfer.get_state_display()}
        )
    except (TransitionRefused, ValidationError) as refusal:
        said = refusal.messages if isinstance(refusal, ValidationError) else refusal.reasons
        messages.error(request, " ".join(said))
    return redirect("networks:transfer_detail", public_id=public_id)


def _visible(actor: Actor, public_id: str) -> WorkTransfer:
    return get_object_or_404(WorkTransfer.objects.visible_to(actor).with_parties(), public_id=public_id)


def _crumbs(actor: Actor, transfer: WorkTransfer) -> list[Link]:
    """The receiving employer has no way to the gap itself, only to this page."""
    here = Link(_("Van werk naar werk"))
    if not is_sending_company(actor, transfer):
        return [here]
    gap = transfer.gap
    return [
        Link(_("Competentiekloven"), reverse("networks:gaps")),
        Link(gap.title, reverse("networks:gap_detail", args=[gap.public_id])),
        here,
    ]


def _page_actions(actor: Actor, transfer: WorkTransfer) -> list[Action]:
    if not is_sending_company(actor, transfer) or transfer.state == WorkTransfer.State.FINISHED:
        return []
    edit = reverse("networks:transfer_edit", args=[transfer.public_id])
    return [Action(_("Nieuwe werkgever en kosten"), edit)]


def _facts(transfer: WorkTransfer) -> list[Fact]:
    return [
        Fact(_("Van"), transfer.gap.organisation.name),
        Fact(_("Naar"), transfer.receiving.name if transfer.receiving else _("nog te vinden")),
        Fact(_("Mensen"), transfer.gap.learners),
        Fact(_("Nieuw beroep"), transfer.gap.occupation),
        Fact(_("Resultaat"), transfer.get_outcome_display() or _("nog open")),
    ]


def _split(transfer: WorkTransfer) -> list[object]:
    """Who pays which percent, as bars; nothing while it is not agreed."""
    shares = [(name, getattr(transfer, name)) for name in PAYERS]
    if any(share is None for _name, share in shares):
        return []
    label = {name: str(WorkTransfer._meta.get_field(name).verbose_name) for name in PAYERS}  # type: ignore[union-attr]
    return list(bars([(label[name], share, "") for name, share in shares], top=100))


def _bridge(transfer: WorkTransfer) -> dict[str, str] | None:
    """The first check of an income bridge, as a note; None where none is asked."""
    if transfer.bridge in ("", WorkTransfer.Bridge.NONE):
        return None
    check = income_bridge(
        career_years=transfer.bridge_career_years,
        months=transfer.bridge_months,
        used_before=transfer.bridge_used_before,
    )
    if check.ok is None:
        return {
            "tone": "quiet",
            "text": _("Vul de loopbaan, de maanden en eerder gebruik in om dit na te gaan."),
        }
    if check.ok:
        return {"tone": "good", "text": _("Voldoet op het eerste gezicht aan de voorwaarden.")}
    return {"tone": "care", "text": " ".join(str(AGAINST[code]) for code in check.codes)}
