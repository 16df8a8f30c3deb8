"""A small region: one network of four companies that all want to weld, two providers, people who sign in."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.utils import timezone

from catalogue.models import Offer
from networks.models import AnnualAccounts, Gap, Network, Organisation
from programmes.services.law import load_law
from skillnet.accounts.models import User
from skillnet.kernel.roles import Role
from tests.factories import (
    make_call,
    make_edition,
    make_gap,
    make_member,
    make_membership,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
    make_user,
)

TITLES = [
    "Roestvrij staal lassen met TIG",
    "TIG-lassen op roestvrij staal",
    "Lassen van inox met de TIG-techniek",
]
NAMES = ["Staalwerken Abeele", "Constructie Baert", "Ketelbouw Claes", "Plaatwerk Dhondt"]


@dataclass
class World:
    network: Network
    companies: list[Organisation]
    gaps: list[Gap]
    offers: list[Offer]
    company_person: User
    manager: User
    coordinator: User

    @property
    def newcomer(self) -> Organisation:
        """The member that has no gap yet."""
        return self.companies[3]


def build_world() -> World:
    load_law()
    administration = make_organisation(name="Dienst Netwerken", kind=Organisation.Kind.ADMINISTRATION)
    network = make_network(call=make_call(coordinator=administration), name="Netwerk Metaal", sector="Metaal")
    companies = [make_organisation(name=name, region="BE234") for name in NAMES]
    for company in companies:
        make_member(network=network, organisation=company)
        AnnualAccounts.objects.create(
            organisation=company, year=2025, headcount=40, turnover=8_000_000, balance_sheet=6_000_000
        )
    gaps = [
        make_gap(
            organisation=company,
            network=network,
            title=title,
            description="Onze lassers kunnen nog geen roestvrij staal lassen met de TIG-techniek.",
            learners=3,
            depth="short",
            direction="upskilling",
            regions=["BE234"],
        )
        for company, title in zip(companies, TITLES, strict=False)
    ]
    hub = make_organisation(name="Stichting Metaalgroei")
    return World(
        network=network,
        companies=companies,
        gaps=gaps,
        offers=_offers(),
        company_person=_person("Nele Dhondt", companies[3], Role.COMPANY_CONTACT),
        manager=_person("Mo Manager", hub, Role.NETWORK_MANAGER, network),
        coordinator=_person("Karim Coene", administration, Role.COORDINATOR),
    )


def _offers() -> list[Offer]:
    starts_on = timezone.localdate() + timedelta(days=45)
    rows = [
        ("Lasschool De Vonk", "Opleiding TIG-lassen van roestvrij staal", Decimal("450.00")),
        ("Leerhuis Metaal", "Inox lassen met TIG voor beginners", Decimal("620.00")),
    ]
    offers = []
    for name, title, price in rows:
        provider = make_provider(organisation=make_organisation(name=name, kind="provider"))
        offer = make_offer(
            provider=provider,
            title=title,
            description="U leert inox en roestvrij staal lassen met de TIG-techniek, voor lassers en operatoren.",
            price=price,
            price_basis="participant",
            hours=24,
            depth="short",
            direction="upskilling",
            regions=["BE234"],
        )
        make_edition(offer=offer, starts_on=starts_on, seats=16, location="Gent")
        offers.append(offer)
    return offers


def _person(name: str, organisation: Organisation, role: Role, network: Network | None = None) -> User:
    user = make_user(name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    make_membership(user=user, organisation=organisation, role=role, network=network)
    return user
