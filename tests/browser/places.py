"""Every page of the site with something real on it: which objects fill in which address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition, IssuedCredential, Microcredential, Offer
from catalogue.services.microcredentials import save_microcredential
from catalogue.services.offers import save_edition, save_offer
from catalogue.services.revaluing import Ground, put_up_for_revaluing
from matching.models import MatchRun, Pool
from matching.services.runs import queue_run, work_run
from networks.models import Gap, Invitation, Organisation, OwnershipLink, WorkTransfer
from networks.services.gaps import save_gap
from networks.services.needs import start_analysis
from programmes.models import DeMinimisAid, Participation, Programme
from programmes.services.ledger import declare_de_minimis
from programmes.services.steps import take_step
from skillnet.access import access_table
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.models import ImportFile, Rate
from skillnet.kernel.preferences import unsubscribe_url
from skillnet.kernel.roles import Role
from tests.browser.call_places import call_objects
from tests.browser.places_claims import copied_programme, settled_objects
from tests.browser.places_delivery import delivery_objects
from tests.browser.places_exchange import exchange_objects
from tests.browser.places_supplements import supplement_objects
from tests.browser.world import World, build_world
from tests.factories import actor_for_user, validate_needs

TOKEN = "een-link-uit-een-uitnodiging"
# A page that every role has for itself is looked at for each of them; any other page once.
FOR_EACH_ROLE = {"home", "programmes:programme_detail"}
# No page to look at: what is downloaded, what is swapped into another page, what only works half-way a
# sign-in, at an identity server that is not configured here, or in a state that other pages stand for.
NOT_A_PAGE = {
    "api",
    "account_confirm_login_code",
    "account_confirm_reauthentication_code",
    "account_email_verification_sent",
    "account_reauthenticate",
    "account_request_reauthentication_code",
    "account_set_password",
    "catalogue:course_jsonld",
    "catalogue:course_oeapi",
    "catalogue:course_oeapi_offerings",
    "catalogue:microcredential_elm",
    "catalogue:catalogue_jsonld",
    "catalogue:course_elm",
    "catalogue:issued_document",
    "catalogue:provider_course",
    "catalogue:provider_courses",
    "catalogue:provider_elm",
    "catalogue:provider_jsonld",
    "catalogue:provider_offerings",
    "catalogue:offer_calendar",
    "catalogue:provider_calendar",
    "catalogue:calendar_feed",
    "robots",
    "sitemap",
    "sitemap_part",
    "health",
    "import_corrected",
    "import_example",
    "import_progress",
    "interchange_export",
    "matching:run_progress",
    "programmes:evidence_file",
    "programmes:ledger_proof",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "openid_connect_callback",
    "openid_connect_login",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
}


@dataclass
class Places:
    world: World
    programme: Programme
    people: dict[Role, Any]
    objects: dict[str, Any] = field(default_factory=dict)

    def addresses(self, role: Role | None) -> Iterator[tuple[str, str]]:
        """Name and URL of every GET address that the role may open."""
        for name, rule in sorted(access_table().items()):
            known = role is not None and (rule.signed_in or role in rule.roles)
            may_open = known or (role is None and rule.public)
            if may_open and "GET" in rule.methods and name not in NOT_A_PAGE:
                yield name, self._url(name)

    def _url(self, name: str) -> str:
        given = self.objects.get(name, ())
        return reverse(name, args=given if isinstance(given, tuple) else [given])

    def approve(self) -> None:
        actor = actor_for_user(self.world.coordinator)
        take_step(
            programme_id=self.programme.pk, action="approve", actor=actor, reason="De vraag staat vast."
        )


def build_places(client_for: Any) -> Places:
    """The small region after a night's run, with its proposal taken and submitted."""
    world = build_world()
    run = queue_run(scope=MatchRun.Scope.ALL, ring=False)
    work_run(run_id=run.pk)
    manager = actor_for_user(world.manager)
    programme = Programme.objects.get(network=world.network)
    validate_needs(world.network)
    for action in ("take", "submit"):
        programme = take_step(programme_id=programme.pk, action=action, actor=manager)
    people = _people(world, client_for)
    places = Places(world, programme, people)
    places.objects = _objects(world, programme, run, manager, people)
    return places


def _people(world: World, client_for: Any) -> dict[Role, Any]:
    """One signed-in client a role; its session is what the browser gets."""
    call = world.network.call
    assert call is not None
    own = {
        Role.COMPANY_CONTACT: {"organisation": world.companies[0]},
        Role.NETWORK_MANAGER: {"network": world.network, "organisation": _hub(world)},
        Role.STEERING_MEMBER: {"network": world.network, "organisation": world.companies[1]},
        Role.COORDINATOR: {"organisation": call.coordinator},
        Role.PROVIDER: {"organisation": world.offers[0].provider.organisation},
    }
    return {role: client_for(role, **own.get(role, {})) for role in Role}


def _hub(world: World) -> Any:
    return world.manager.memberships.get().organisation


def _changed_gap(world: World, manager: Actor) -> Any:
    gap = world.gaps[1]
    save_gap(actor=manager, organisation=gap.organisation, values={"learners": 9}, gap=gap)
    return gap.public_id


def _changed_offer(offer: Offer) -> Any:
    save_offer(actor=SYSTEM, provider=offer.provider, values={"assessment": "proef"}, offer=offer)
    return offer.public_id


def _changed_edition(edition: Edition) -> Any:
    save_edition(actor=SYSTEM, offer=edition.offer, values={"schedule": "overdag"}, edition=edition)
    return edition.public_id


def _changed_credential(offer: Offer) -> Any:
    save_microcredential(actor=SYSTEM, offer=offer, values={"validity_months": 24})
    return offer.public_id


def _put_up(offer: Offer) -> Any:
    """Its maintenance contract is to be looked at again: the strategy made the demand for it more urgent."""
    parts = {"shortage": {"before": 0.0, "after": 1.0, "weight_before": 0.25, "weight_after": 0.3}}
    grounds = {offer.pk: Ground("strategy", "3", 0.25, parts)}
    due = timezone.localdate() + timedelta(days=60)
    (row,) = put_up_for_revaluing(grounds=grounds, due_on=due)
    return row.public_id


def _issued(credential: Any, company: Organisation) -> Any:
    return IssuedCredential.objects.create(
        microcredential=Microcredential.objects.get(public_id=credential),
        pseudonym="D-17",
        organisation=company,
        issued_on=timezone.localdate(),
    ).public_id


def _transfer(world: World) -> WorkTransfer:
    gap = world.gaps[0]
    Gap.objects.filter(pk=gap.pk).update(kind=Gap.Kind.WORK_TO_WORK)
    return WorkTransfer.objects.get_or_create(gap=gap, defaults={"bridge": "trampoline"})[0]


def _declared_aid(company: Organisation) -> DeMinimisAid:
    return declare_de_minimis(
        organisation=company,
        granted_on=timezone.localdate() - timedelta(days=90),
        amount=Decimal(1000),
        basis="de_minimis",
        granter="Stad",
        user=None,
    )


def _objects(
    world: World, programme: Programme, run: MatchRun, manager: Actor, people: dict[Role, Any]
) -> dict[str, Any]:
    pool = Pool.objects.live().get(network=world.network)
    part = Participation.objects.get(programme=programme, organisation=world.companies[0]).public_id
    offer = world.offers[0]
    gap, network = world.gaps[0].public_id, world.network.public_id
    credential = _credential(world).public_id
    draft = copied_programme(programme, Programme.State.DRAFT, "Programma in opmaak").public_id
    analysis = start_analysis(network=world.network, actor=manager)
    assert world.network.call is not None
    rate = Rate.objects.first()
    assert rate is not None
    edition = offer.editions.get()
    return {
        "accept_invitation": _invitation(world),
        "account_confirm_email": "onbekend",
        "account_reset_password_from_key": ("1", "onbekend"),
        "import_new": "gaps",
        "unsubscribe": unsubscribe_url(world.company_person, subject="daily").rstrip("/").rsplit("/", 1)[1],
        "import_detail": _import(people[Role.COMPANY_CONTACT]).public_id,
        "networks:gap_detail": gap,
        "networks:gap_edit": gap,
        "networks:gap_undo": _changed_gap(world, manager),
        "networks:transfer_detail": _transfer(world).public_id,
        "networks:transfer_edit": _transfer(world).public_id,
        "networks:network_detail": network,
        "networks:network_edit": network,
        "networks:network_members": network,
        "networks:network_invite": network,
        "networks:member_add": network,
        "networks:needs": network,
        "networks:needs_detail": analysis.public_id,
        "networks:needs_print": analysis.public_id,
        "networks:organisation_detail": world.companies[0].public_id,
        "networks:link_end": OwnershipLink.objects.create(
            owner=world.companies[0], owned=world.companies[1], percent=30
        ).public_id,
        "networks:user_detail": world.company_person.public_id,
        "networks:rate_detail": rate.public_id,
        "networks:call_detail": world.network.call.public_id,
        "networks:call_edit": world.network.call.public_id,
        "matching:similar_gaps": gap,
        "matching:gap_matches": gap,
        "matching:run_detail": run.public_id,
        "matching:run_changes": run.public_id,
        "matching:pool_detail": pool.public_id,
        "matching:demand_detail": pool.public_id,
        "programmes:programme_detail": programme.public_id,
        "programmes:programme_edit": draft,
        "programmes:programme_what_if": draft,
        "programmes:cost_lines": draft,
        "programmes:prices": draft,
        "programmes:programme_evidence": programme.public_id,
        "programmes:programme_print": programme.public_id,
        "programmes:programme_new": pool.public_id,
        "programmes:commit": part,
        "programmes:withdraw": part,
        "programmes:remove": part,
        "programmes:other_funding": part,
        "programmes:commitment_print": part,
        "programmes:sme_declaration": part,
        "programmes:de_minimis_declaration": part,
        **call_objects(world, people),
        **exchange_objects(world.network.call, world.companies[0], people),
        **settled_objects(programme, manager),
        **delivery_objects(programme, edition, world.companies[0]),
        **supplement_objects(programme, edition, world.companies[0]),
        "programmes:ledger_detail": world.companies[0].public_id,
        "programmes:ledger_entry": _declared_aid(world.companies[0]).public_id,
        "programmes:ledger_declare": world.companies[0].public_id,
        "catalogue:offer_detail": offer.public_id,
        "catalogue:offer_edit": offer.public_id,
        "catalogue:edition_new": offer.public_id,
        "catalogue:edition_edit": edition.public_id,
        "catalogue:provider_detail": offer.provider.public_id,
        "catalogue:provider_review": offer.provider.public_id,
        "catalogue:recognition_new": offer.provider.public_id,
        "catalogue:offer_month": offer.public_id,
        "catalogue:waiting": edition.public_id,
        "catalogue:microcredential_edit": offer.public_id,
        "catalogue:microcredential_detail": credential,
        "catalogue:issued": credential,
        "catalogue:issued_document": _issued(credential, world.companies[0]),
        "catalogue:offer_undo": _changed_offer(offer),
        "catalogue:edition_undo": _changed_edition(edition),
        "catalogue:microcredential_undo": _changed_credential(offer),
        "catalogue:revaluation": _put_up(offer),
    }


def _invitation(world: World) -> str:
    Invitation.objects.create(
        email="nieuw@voorbeeld.example",
        organisation=world.companies[0],
        role=Role.COMPANY_CONTACT,
        digest=sha256(TOKEN.encode()).hexdigest(),
        expires_at=timezone.now() + timedelta(days=14),
    )
    return TOKEN


def _credential(world: World) -> Microcredential:
    return Microcredential.objects.create(
        offer=world.offers[0],
        title="Inox lassen met TIG",
        awarding_body="Lasschool De Vonk",
        outcomes=["inox lassen", "naden beoordelen"],
        assessment="Praktijkproef onder toezicht",
        participation="in de klas",
        quality_assurance="Qfor",
        ects=3,
    )


def _import(client: Any) -> ImportFile:
    text = "external_id,title,language,learners\nK-1,Storingen oplossen,nl,8\nK-2,Inox lassen,nl,veel\n"
    client.post(
        reverse("import_new", args=["gaps"]), {"file": SimpleUploadedFile("kloven.csv", text.encode())}
    )
    return ImportFile.objects.get()
