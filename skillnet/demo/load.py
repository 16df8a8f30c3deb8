"""Loads the demo: again without doubling, and with programmes in every state so that no page is empty."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from catalogue.models import Edition, Microcredential, Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.import_offers import import_offers
from networks.models import (
    AnnualAccounts,
    Call,
    Membership,
    Network,
    NetworkMember,
    Organisation,
    OwnershipLink,
)
from networks.services.import_gaps import import_gaps
from networks.services.undertakings import refresh_undertakings
from skillnet.accounts.models import User
from skillnet.demo.accounts import PASSWORD
from skillnet.demo.skills import load_skills
from skillnet.demo.supply import load_supply
from skillnet.demo.transfers import load_transfers
from skillnet.kernel import iban
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.enterprise_number import parse
from skillnet.kernel.importing import ImportReport
from skillnet.kernel.tabular import read_rows

DATA = Path(__file__).parent / "data"
WRITTEN_ON = date(2026, 11, 26)
SHIFT_FROM_WEEKS = 4
WITHOUT_ACCOUNT = "lys-en-eik"
ISO_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")

Say = Callable[[str], None]


@dataclass(slots=True)
class Demo:
    """The rows that the files name, by their keys."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)


def load_demo(say: Say) -> None:
    """Load all files; safe to repeat. Matching and programmes follow (skillnet.demo.programmes)."""
    demo = Demo()
    with transaction.atomic():
        say("organisations")
        _organisations(demo)
        _links(demo)
        say("networks")
        _calls(demo)
        _networks(demo)
        say("people")
        _people(demo)
        say("providers")
        _providers(demo)
    load_skills()
    say("offers")
    _report(say, _import(DATA / "offers.csv", import_offers))
    _enrolled()
    _microcredentials()
    say("gaps")
    _report(say, _import(DATA / "gaps.csv", import_gaps))
    load_transfers()
    load_supply()
    refresh_offer_facts(today=timezone.localdate())


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _yaml(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((DATA / name).read_text(encoding="utf-8")))


def _organisations(demo: Demo) -> None:
    for row in _rows("organisations.csv"):
        organisation, _made = Organisation.objects.update_or_create(
            enterprise_number=parse(row["enterprise_number"]),
            defaults={
                "name": row["name"],
                "kind": row["kind"],
                "language": row["language"],
                "nace_code": row["nace_code"],
                "nace_version": row["nace_version"],
                "joint_committee": row["joint_committee"],
                "region": row["region"],
                "municipality": row["municipality"],
                "is_verified": True,
                "iban": _account(row),
            },
        )
        demo.organisations[row["key"]] = organisation
        if row["year"] and row["headcount"]:
            AnnualAccounts.objects.update_or_create(
                organisation=organisation,
                year=int(row["year"]),
                defaults={
                    "headcount": _decimal(row["headcount"]),
                    "turnover": _decimal(row["turnover"]),
                    "balance_sheet": _decimal(row["balance_sheet"]),
                },
            )


def _account(row: dict[str, str]) -> str:
    """A number of a bank that does not exist (999); one company still has to give its own."""
    if row["key"] == WITHOUT_ACCOUNT:
        return ""
    ten = f"999{parse(row['enterprise_number'])[-7:]}"
    return iban.with_check("BE", f"{ten}{int(ten) % 97 or 97:02d}")


def _links(demo: Demo) -> None:
    for row in _rows("links.csv"):
        OwnershipLink.objects.update_or_create(
            owner=demo.organisations[row["owner"]],
            owned=demo.organisations[row["owned"]],
            defaults={"percent": Decimal(row["percent"]), "since": row["since"] or None},
        )
    refresh_undertakings()


def _calls(demo: Demo) -> None:
    for record in _yaml("networks.yaml")["calls"]:
        demo.calls[record["key"]], _made = Call.objects.update_or_create(
            title=record["name"],
            coordinator=demo.organisations[record["coordinator"]],
            defaults={
                "state": record["state"],
                "description": record["description"],
                "opens_on": record["opens_on"],
                "closes_on": record["closes_on"],
                "budget": _decimal(record["budget_eur"]),
            },
        )


def _networks(demo: Demo) -> None:
    for record in _yaml("networks.yaml")["networks"]:
        known = Network.objects.filter(name=record["name"]).first()
        network = known or Network(name=record["name"])
        network.call = demo.calls[record["call"]]
        network.sector, network.region = record["sector"], record["region"]
        network.purpose = record["description"]
        network.promoter = demo.organisations[record["promoter"]]
        network.contracting_organisation = demo.organisations[record["contracting_organisation"]]
        network.budget = _decimal(record["budget_eur"])
        if known is None:
            network.state = record["state"]
            network.submitted_at = timezone.now()
        network.save()
        demo.networks[record["key"]] = network
        for key in record["members"]:
            NetworkMember.objects.get_or_create(
                network=network,
                organisation=demo.organisations[key],
                defaults={"state": NetworkMember.State.ACTIVE, "joined_on": date(2026, 7, 1)},
            )


def _people(demo: Demo) -> None:
    from allauth.account.models import EmailAddress

    for record in _yaml("people.yaml")["people"]:
        user = User.objects.filter(email=record["email"]).first()
        if user is None:
            user = User.objects.create_user(
                record["email"], PASSWORD, name=record["name"], language=record["language"]
            )
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        for membership in record["memberships"]:
            network = membership.get("network")
            Membership.objects.get_or_create(
                user=user,
                organisation=demo.organisations[membership["organisation"]],
                role=membership["role"],
                network=demo.networks[network] if network else None,
            )


def _providers(demo: Demo) -> None:
    for record in _yaml("providers.yaml")["providers"]:
        Provider.objects.update_or_create(
            organisation=demo.organisations[record["organisation"]],
            defaults={
                "kind": record["kind"],
                "recognised_since": record["recognised_since"] or None,
                "quality_label": record["quality_label"] or "",
                "website": record["website"],
                "description": record["description"],
            },
        )


def _import(path: Path, service: Callable[..., ImportReport]) -> ImportReport:
    with read_rows(io.BytesIO(_as_of_today(path)), filename=path.name) as table:
        return service(table, actor=SYSTEM)


def _as_of_today(path: Path) -> bytes:
    """The file with its dates moved on by whole weeks, so that a demo of next year has no editions of last year."""
    weeks = max(0, (timezone.localdate() - WRITTEN_ON).days // 7)
    text = path.read_text(encoding="utf-8")
    if weeks < SHIFT_FROM_WEEKS:
        return text.encode()

    def moved(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[0]) + timedelta(weeks=weeks)).isoformat()

    return ISO_DATE.sub(moved, text).encode()


def _report(say: Say, report: ImportReport) -> None:
    say(f"  {report.created} new, {report.changed} changed, {report.unchanged} unchanged")
    if report.problems:
        line = report.problems[0][0].line
        raise ValueError(
            f"The demo's own files must be whole: {report.refused} rows refused, first on line {line}."
        )


def _enrolled() -> None:
    """How many people are in each edition; seats that demo programmes took since stay taken."""
    for row in _rows("enrolled.csv"):
        Edition.objects.filter(
            offer__provider__organisation__name=row["provider"],
            offer__external_id=row["external_id"],
            external_id=row["edition_id"],
            enrolled__lt=int(row["enrolled"]),
        ).update(enrolled=int(row["enrolled"]))


def _microcredentials() -> None:
    providers = {o["organisation"]: o for o in _yaml("providers.yaml")["providers"]}
    names = {row["key"]: row["name"] for row in _rows("organisations.csv") if row["key"] in providers}

    def offer(provider: str, external_id: str) -> Offer:
        return Offer.objects.get(provider__organisation__name=names[provider], external_id=external_id)

    for record in _yaml("microcredentials.yaml")["microcredentials"]:
        refresher = record.get("refresher")
        Microcredential.objects.update_or_create(
            offer=offer(record["provider"], record["offer"]),
            defaults={
                **{name: record[name] or "" for name in TEXTS},
                "outcomes": record["outcomes"],
                "workload_hours": record["workload_hours"],
                "ects": record["ects"],
                "eqf_level": record["eqf_level"],
                "validity_months": record.get("validity_months"),
                "refresher": offer(refresher["provider"], refresher["offer"]) if refresher else None,
            },
        )


TEXTS = [
    "title",
    "issuer_country",
    "awarding_body",
    "assessment",
    "participation",
    "quality_assurance",
    "prerequisites",
]


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
