"""The public page of a microcredential, and the same in the European Learning Model."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.elm import learning_opportunity
from catalogue.microcredentials import ELEMENTS
from catalogue.models import Microcredential, Offer, Revaluation
from catalogue.reading import credential_record, offer_record
from catalogue.rules import may_change_offer
from catalogue.services.issuing import renewal_of
from catalogue.services.supply_history import CREDENTIAL_HISTORY
from catalogue.views.presenting import decimal_text
from catalogue.wording import ELEMENTS as ELEMENT_NAMES
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.history import LastChange, last_change
from skillnet.templatetags.ui import percent
from skillnet.ui import Action, Fact, Link


def microcredential_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The eleven elements as an employer reads them."""
    actor = actor_of(request)
    credential = _credential(actor, public_id)
    offer = credential.offer
    elm = reverse("catalogue:microcredential_elm", args=[credential.public_id])
    actions = [Action(_("Europass-bestand (ELM)"), elm, download=True)]
    change = last_change(credential, CREDENTIAL_HISTORY) if may_change_offer(actor, offer) else None
    if may_change_offer(actor, offer):
        edit = reverse("catalogue:microcredential_edit", args=[offer.public_id])
        actions.append(
            Action(_("Uitgereikte bewijzen"), reverse("catalogue:issued", args=[credential.public_id]))
        )
        actions.insert(0, Action(_("Aanpassen"), edit, tone="main"))
        actions.extend(_undo_actions(change, offer))
        actions.extend(_revaluing_actions(actor, credential))
    return render(
        request,
        "catalogue/microcredential_detail.html",
        {
            "page_title": credential.title,
            "breadcrumbs": [
                Link(_("Aanbod"), reverse("catalogue:offers")),
                Link(offer.title, reverse("catalogue:offer_detail", args=[offer.public_id])),
                Link(_("Microcredential")),
            ],
            "credential": credential,
            "offer": offer,
            "actions": actions,
            "elements": [
                Fact(f"{n}. {ELEMENT_NAMES[n]}", _element(credential, n)) for n in ELEMENTS if n != 6
            ],
            "more": _more(actor, credential),
            "change": change,
        },
    )


def _undo_actions(change: LastChange | None, offer: Offer) -> list[Action]:
    if change is None:
        return []
    undo = reverse("catalogue:microcredential_undo", args=[offer.public_id])
    return [Action(_("Laatste wijziging ongedaan maken"), undo)]


def _revaluing_actions(actor: Actor, credential: Microcredential) -> list[Action]:
    """The way to what is to be decided about its maintenance contract."""
    waiting = Revaluation.objects.visible_to(actor).open().filter(microcredential=credential).first()
    if waiting is None:
        return []
    return [Action(_("Herwaarderen"), reverse("catalogue:revaluation", args=[waiting.public_id]))]


def microcredential_elm(request: HttpRequest, public_id: str) -> HttpResponse:
    """The description as JSON-LD of the European Learning Model v3."""
    credential = _credential(actor_of(request), public_id)
    document = learning_opportunity(offer_record(credential.offer), credential_record(credential))
    response = JsonResponse(
        document,
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = 'inline; filename="microcredential-elm.jsonld"'
    return response


def _credential(actor: Actor, public_id: str) -> Microcredential:
    found = Microcredential.objects.visible_to(actor).select_related(
        "offer__provider__organisation", "refresher"
    )
    return get_object_or_404(found, public_id=public_id)


def _element(credential: Microcredential, number: int) -> Any:
    issued = _("staat op het uitgereikte bewijs")
    values: dict[int, Any] = {
        1: issued,
        2: credential.title,
        3: " · ".join(part for part in (credential.issuer_country, credential.issuer_region) if part),
        4: credential.awarding_body,
        5: issued,
        7: _workload(credential),
        8: _("EQF %(level)d") % {"level": credential.eqf_level} if credential.eqf_level else "",
        9: credential.assessment,
        10: credential.participation,
        11: credential.quality_assurance,
    }
    return values[number]


def _workload(credential: Microcredential) -> str:
    parts = []
    if credential.workload_hours:
        parts.append(_("%(hours)s uur") % {"hours": decimal_text(credential.workload_hours)})
    if credential.ects:
        parts.append(_("%(ects)s ECTS") % {"ects": decimal_text(credential.ects)})
    return ", ".join(parts)


def _validity(credential: Microcredential) -> Fact:
    """How long it is valid, and how long before its end people hear of it."""
    months = credential.validity_months
    if not months:
        return Fact(_("Geldig"), _("vervalt niet"))
    return Fact(
        _("Geldig"),
        _("%(months)d maanden") % {"months": months},
        hint=_("herinnering %(months)d maanden vooraf") % {"months": credential.remind_months},
    )


def _more(actor: Actor, credential: Microcredential) -> list[Fact]:
    months = credential.validity_months
    facts = [
        Fact(_("Toelatingsvoorwaarden"), credential.prerequisites),
        Fact(_("Toezicht bij de toetsing"), credential.get_supervision_display()),
        Fact(_("Stapelbaar"), credential.get_stacking_display(), hint=credential.stacks_into),
        _validity(credential),
    ]
    renewal = renewal_of(credential, timezone.localdate()) if months else None
    if renewal is not None and renewal.rate is not None:
        facts.append(Fact(_("Verlengd na afloop"), percent(renewal.rate)))
    # What is not published, or no longer, is the provider's own.
    visible = Offer.objects.visible_to(actor)
    refresher = visible.filter(pk=credential.refresher_id).first() if credential.refresher_id else None
    if refresher is not None:
        url = reverse("catalogue:offer_detail", args=[refresher.public_id])
        facts.append(Fact(_("Opfrissing"), refresher.title, url=url))
    return facts
