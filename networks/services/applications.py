"""Applications: written by the network, screened, weighed and decided by the coordinator of the call."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.application_rules import manages_application, may_handle_application
from networks.application_transitions import (
    APPLICATION_TRANSITIONS,
    CHECKLIST,
    OUTCOMES,
    what_an_application_lacks,
)
from networks.models import ApplicationAnswer, Call, Network, NetworkApplication
from networks.network_transitions import NETWORK_TRANSITIONS
from networks.rules import manages
from networks.services.telling import coordinators_of, managers_of, tell
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.transitions import (
    TransitionRefused,
    check_transition,
    record_decision,
    run_transition,
)

State = NetworkApplication.State
EDITABLE = (State.DRAFT, State.MORE_INFO)
FIELDS = ("plan", "requested_budget", "info_answer")


def start_application(*, network: Network, call: Call, actor: Actor) -> NetworkApplication:
    """The draft with which `network` enters `call`; the one that there is, if any. Raises ValidationError."""
    if not manages(actor, network.pk):
        raise ValidationError(_("Alleen de netwerkmanager dient een aanvraag in."))
    with transaction.atomic():
        network = Network.objects.select_for_update(of=("self",)).get(pk=network.pk)
        known = NetworkApplication.objects.filter(network=network, call=call).first()
        if known is not None:
            return known
        _check_start(network, call)
        if network.call_id != call.pk:
            network.call = call
            network.save(update_fields=["call", "normalised_name", "updated_at"])
        application = NetworkApplication.objects.create(network=network, call=call)
        record_decision(
            subject=application, action="create", from_state="", to_state=application.state, actor=actor
        )
    return application


def _check_start(network: Network, call: Call) -> None:
    if network.state != Network.State.DRAFT:
        raise ValidationError(_("Dit netwerk diende al in of werkt al. Een aanvraag begint bij een ontwerp."))
    if call.state != Call.State.OPEN:
        raise ValidationError(_("De oproep is niet open."))
    if not call.criteria.exists():
        raise ValidationError(_("Deze oproep werkt zonder criteria: dien het netwerk zelf in."))


def save_application(
    *,
    application: NetworkApplication,
    actor: Actor,
    values: Mapping[str, Any],
    answers: Mapping[int, str] | None = None,
) -> NetworkApplication:
    """Change the plan, the requested budget and answers (criterion → text), while it may be changed."""
    with transaction.atomic():
        locked = _locked(application)
        if not manages_application(actor, locked):
            raise ValidationError(_("Alleen de netwerkmanager past de aanvraag aan."))
        if locked.state not in EDITABLE:
            raise ValidationError(_("De aanvraag is ingediend. Neem ze terug, of wacht op een vraag."))
        changes_of(locked, {name: values[name] for name in FIELDS if name in values})
        locked.full_clean(exclude=["call", "network", "public_id", "checklist"])
        locked.save()
        criteria = {criterion.pk: criterion for criterion in locked.call.criteria.all()}
        for key, text in (answers or {}).items():
            if key in criteria:
                ApplicationAnswer.objects.update_or_create(
                    application=locked, criterion=criteria[key], defaults={"text": text.strip()}
                )
    return locked


def take_application_action(
    *,
    application: NetworkApplication,
    action: str,
    actor: Actor,
    reason: str = "",
    info_due_on: date | None = None,
) -> NetworkApplication:
    """Any step but an outcome (see `determine_application`); the other side is told."""
    if action in OUTCOMES:
        raise TransitionRefused(_("Beslis in de rangschikking, met budget en motivering."))
    with transaction.atomic():
        locked = _locked(application)
        if locked.state in APPLICATION_TRANSITIONS.transitions[action].sources:
            check_transition(
                table=APPLICATION_TRANSITIONS, instance=locked, action=action, actor=actor, reason=reason
            )
            _prepare(locked, action, reason, info_due_on)
        changed: NetworkApplication = run_transition(
            table=APPLICATION_TRANSITIONS,
            pk=locked.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence=evidence_of(locked) if action == "submit" else None,
        )
        if action == "withdraw" and changed.network.state == Network.State.CONTRACTED:
            run_transition(
                table=NETWORK_TRANSITIONS, pk=changed.network_id, action="release", actor=actor, reason=reason
            )
        tell_about(changed, action, actor, reason)
    return changed


def _prepare(application: NetworkApplication, action: str, reason: str, due: date | None) -> None:
    """What stands on the row beside its state."""
    if action == "ask_info":
        if due is None or due <= timezone.localdate():
            raise TransitionRefused(_("Zeg tegen wanneer: een dag in de toekomst."))
        application.info_asked, application.info_due_on = reason.strip(), due
        application.info_answer = ""
    elif action == "refuse_incomplete":
        application.reasons = reason.strip()
    else:
        return
    application.save()


def save_checklist(
    *, application: NetworkApplication, actor: Actor, checked: Mapping[str, bool]
) -> NetworkApplication:
    """What the coordinator looked at for completeness; only while it is screened."""
    with transaction.atomic():
        locked = _locked(application)
        if not may_handle_application(actor, locked) or locked.state != State.SCREENING:
            raise TransitionRefused(_("De ontvankelijkheid wordt nu niet nagekeken."))
        locked.checklist = {key: bool(checked.get(key)) for key in CHECKLIST}
        locked.save(update_fields=["checklist", "updated_at"])
    return locked


def lacks_of(application: NetworkApplication) -> list[str]:
    """What still stands between a draft and its submission."""
    return what_an_application_lacks(application) if application.state == State.DRAFT else []


def evidence_of(application: NetworkApplication) -> dict[str, Any]:
    """The application as it was handed in: parties, companies, plan and answers."""
    network = application.network
    members = network.members.active()
    return {
        "promoter": str(network.promoter or ""),
        "contracting_organisation": str(network.contracting_organisation or ""),
        "members": sorted(members.values_list("organisation__name", flat=True)),
        "independent": members.count_independent(),
        "plan": application.plan,
        "requested_budget": str(application.requested_budget),
        "answers": {answer.criterion.title: answer.text for answer in _answers(application)},
    }


def _answers(application: NetworkApplication) -> list[ApplicationAnswer]:
    return list(application.answers.select_related("criterion"))


def tell_about(application: NetworkApplication, action: str, actor: Actor, reason: str) -> None:
    """The network hears of what the coordinator does, and the other way round."""
    by_network = action in ("submit", "retract", "supply_info", "withdraw")
    people = coordinators_of(application.network) if by_network else managers_of(application.network)
    tell(
        [person for person in people if person != actor.user],
        key=f"application:{application.pk}:{action}:{application.updated_at.isoformat()}",
        template="network_application_step",
        address=reverse("networks:application_detail", args=[application.public_id]),
        network=application.network.name,
        call=application.call.title,
        state=application.state,
        reason=reason.strip(),
    )


def _locked(application: NetworkApplication) -> NetworkApplication:
    return (
        NetworkApplication.objects.select_for_update(of=("self",))
        .select_related("call", "network__call")
        .get(pk=application.pk)
    )
