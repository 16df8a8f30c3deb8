"""Something at each address that only takes steps, and what a person of the region would send there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalogue.models import CapacityOffer, CapacityRequest, Edition, QualityLabel, WaitingEntry
from matching.models import Match
from networks.models import (
    AccessRequest,
    ApplicationCondition,
    ApplicationReview,
    Establishment,
    Invitation,
    NetworkMember,
    NetworkPlan,
    OwnershipLink,
)
from programmes.models import (
    AuditCase,
    EvidenceFile,
    LeaveProposal,
    Participation,
    ProgrammeEdition,
    Recovery,
    WaitingPlace,
)
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import ApiToken
from skillnet.kernel.roles import Role
from tests.browser.places import Places
from tests.browser.places_claims import copied_programme
from tests.factories import make_edition, make_membership, make_organisation, make_user, organisation_of

# What is sent, where a step without a name is not found whosever the object is.
SENT: dict[str, dict[str, str]] = {
    "catalogue:capacity_action": {"action": "close"},
    "catalogue:capacity_request_action": {"action": "confirm"},
    "catalogue:provider_step": {"action": "submit"},
    "catalogue:revaluation_step": {"action": "keep", "reason": "Nog altijd nodig."},
    "catalogue:waiting_step": {"action": "leave"},
    "import_action": {"action": "cancel"},
    "matching:demand_card_action": {"action": "renew"},
    "matching:gap_placement": {"action": "keep_out", "reason": "Past niet."},
    "matching:verdict": {"answer": "fits"},
    "networks:access_answer": {"action": "grant"},
    "networks:call_action": {"action": "close"},
    "networks:condition_settle": {"action": "met", "reason": "Gezien."},
    "networks:invitation_action": {"action": "withdraw"},
    "networks:member_action": {"action": "remove", "reason": "Weg."},
    "programmes:other_edition": {},
    "programmes:programme_vote": {"action": "agree"},
    "programmes:supplement_action": {"action": "withdraw", "reason": "Weg."},
}


def step_objects(places: Places) -> dict[str, Any]:
    """By address, what fills it in; call it after `build_places`."""
    owner = {role: client.actor for role, client in places.people.items()}
    company = places.world.companies[0]
    return {
        **_of_company(company, owner[Role.COMPANY_CONTACT]),
        **_of_supply(places, owner[Role.PROVIDER]),
        **_of_networks(places, company),
        **_of_programmes(places, company),
    }


def _of_company(company: Any, contact: Actor) -> dict[str, Any]:
    link = OwnershipLink.objects.create(owner=make_organisation(), owned=company, percent=Decimal(30))
    claimed = OwnershipLink.objects.create(
        owner=make_organisation(), owned=company, percent=Decimal(60), claimed_by=make_organisation()
    )
    key = ApiToken.objects.create(
        organisation=company,
        role=Role.COMPANY_CONTACT,
        name="ERP",
        digest="d" * 64,
        prefix="skn_",
        created_by=contact.user,
    )
    asked = AccessRequest.objects.create(organisation=company, user=make_user())
    return {
        "networks:link_end": link.public_id,
        "networks:link_confirm": claimed.public_id,
        "networks:link_keep": link.public_id,
        "networks:token_revoke": key.public_id,
        "networks:access_answer": asked.public_id,
        "networks:establishment_close": Establishment.objects.create(
            organisation=company, name="Atelier"
        ).public_id,
        "networks:membership_end": make_membership(organisation=company).public_id,
        "networks:invitation_action": Invitation.objects.filter(organisation=company)[0].public_id,
    }


def _of_supply(places: Places, teacher: Actor) -> dict[str, Any]:
    provider = organisation_of(teacher).provider
    label = QualityLabel.objects.create(provider=provider, name="Qfor")
    edition = Edition.objects.filter(offer__provider=provider)[0]
    entry = WaitingEntry.objects.create(edition=edition, organisation=places.world.companies[0], people=2)
    return {
        "catalogue:label_end": label.public_id,
        "catalogue:provider_step": provider.public_id,
        "catalogue:revaluation_step": places.objects["catalogue:revaluation"],
        "catalogue:waiting_step": entry.public_id,
        "catalogue:capacity_action": CapacityOffer.objects.get().public_id,
        "catalogue:capacity_request_action": CapacityRequest.objects.get().public_id,
        "import_action": places.objects["import_detail"],
    }


def _of_networks(places: Places, company: Any) -> dict[str, Any]:
    network, given = places.world.network, places.objects
    plan = NetworkPlan.objects.get(public_id=given["networks:plan_detail"])
    line = (plan.public_id, plan.lines.get().public_id)
    member = NetworkMember.objects.get(network=network, organisation=company)
    weighed = ApplicationReview.objects.get(public_id=given["networks:review"]).application
    condition = ApplicationCondition.objects.create(application=weighed, text="Stuurgroep aanvullen")
    return {
        "matching:demand_card_action": given["matching:demand_card"],
        "matching:gap_placement": given["networks:gap_detail"],
        "matching:verdict": Match.objects.filter(gap__public_id=given["networks:gap_detail"])[0].public_id,
        "networks:call_action": given["networks:call_detail"],
        "networks:condition_settle": (weighed.public_id, condition.public_id),
        "networks:criterion_remove": given["networks:criterion_edit"],
        "networks:member_action": (network.public_id, member.public_id),
        "networks:plan_line_edit": line,
        "networks:plan_line_remove": line,
        "networks:reviewer_assign": weighed.public_id,
        "networks:reviewer_unassign": given["networks:review"],
    }


def _not_given(places: Places, edition: Edition) -> tuple[Any, Any]:
    """A programme that runs, and its edition that was cancelled."""
    running = copied_programme(places.programme, "running", "Lopend programma")
    gone = make_edition(offer=edition.offer, state="cancelled")
    ProgrammeEdition.objects.create(programme=running, edition=gone, seats=1)
    return running.public_id, gone.public_id


def _of_programmes(places: Places, company: Any) -> dict[str, Any]:
    case = AuditCase.objects.get(public_id=places.objects["programmes:audit_case"])
    part = Participation.objects.get(public_id=places.objects["programmes:commit"])
    paid = Participation.objects.filter(programme=case.claim.programme)[0]
    edition = part.programme.programme_editions.all()[0].edition
    place = WaitingPlace.objects.create(participation=part, edition=edition, learners=1)
    proof = EvidenceFile.objects.create(
        programme=part.programme,
        participation=part,
        organisation=company,
        kind="invoice",
        filename="factuur.pdf",
        content_type="application/pdf",
        size=10,
        sha256="a" * 64,
    )
    recovery = Recovery.objects.create(
        case=case,
        participation=paid,
        amount=Decimal(10),
        reason="Niet gevolgd",
        reference="1" * 12,
        due_on=timezone.localdate() + timedelta(days=30),
    )
    leave = LeaveProposal.objects.get().public_id
    names = ("leave_take", "leave_claimed", "leave_give_back", "leave_withdraw")
    return {
        **{f"programmes:{name}": leave for name in names},
        "programmes:evaluation": places.objects["programmes:outcome"],
        "programmes:jobseekers": places.objects["programmes:attendance"],
        "programmes:prices": part.programme.public_id,
        "programmes:programme_vote": part.programme.public_id,
        "programmes:other_edition": _not_given(places, edition),
        "programmes:evidence_remove": proof.public_id,
        "programmes:recovery_new": case.public_id,
        "programmes:recovery_repay": recovery.public_id,
        "programmes:wait_end": (part.public_id, place.public_id),
        "programmes:supplement_action": places.objects["programmes:supplement"],
        "programmes:supplement_sign": places.objects["programmes:supplement_print"],
    }
