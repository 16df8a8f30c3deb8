"""What makes the demo's supply whole: when offers are taught, who recognises whom, who waits, what was issued."""

from datetime import timedelta
from typing import Any
from zlib import crc32

from django.db.models import F
from django.utils import timezone

from catalogue.models import Edition, IssuedCredential, Microcredential, Offer, Provider, Recognition
from catalogue.services.issuing import issue_credentials
from catalogue.services.recognition import (
    decide_recognition,
    refresh_label,
    refresh_recognised,
    save_label,
    take_provider_step,
)
from catalogue.services.waiting import join_waiting_list
from networks.models import Membership, Organisation
from skillnet.current import actor_for, memberships_of
from skillnet.demo.accounts import one_of_each_role
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.roles import Role

DAYPARTS = [
    ["day"],
    ["day"],
    ["day"],
    ["day", "evening"],
    ["evening"],
    ["evening"],
    ["weekend"],
    ["day", "holiday"],
]
FUNDERS = {
    "public": "Onderwijs en Vorming",
    "higher_education": "Onderwijs en Vorming",
    "sector_fund": "Sectorfonds",
}
ABOUT_SCORES = {
    "didactics": (4, "Vaste lesgevers uit het vak, lessen van dertig minuten theorie en veel oefening."),
    "quality": (3, "Kwaliteitshandboek van dit jaar, audit zonder tekorten."),
    "results": (3, "Negen op de tien deelnemers behalen het bewijs."),
    "demand": (2, "Nog weinig avondaanbod voor wie in ploegen werkt."),
    "organisation": (4, "Gezonde cijfers, inschrijving zonder papier."),
}
FULL = 2  # editions that are full, so that somebody waits


def load_supply() -> None:
    """Safe to repeat: what is there already stays."""
    _complete_offers()
    if Recognition.objects.exists():
        _refresh()
        return
    _verify()
    _recognise()
    _wait()
    _issue()


def _refresh() -> None:
    """The files of the demo say how recognition was before it was decided here."""
    today = timezone.localdate()
    for provider in Provider.objects.filter(recognitions__isnull=False).distinct():
        refresh_recognised(provider=provider, today=today)
        refresh_label(provider=provider, today=today)


def _complete_offers() -> None:
    offers = list(Offer.objects.filter(dayparts=[]).select_related("provider"))
    for offer in offers:
        mark = crc32(offer.external_id.encode())
        offer.dayparts = DAYPARTS[mark % len(DAYPARTS)]
        offer.vks_level = offer.eqf_level
        if offer.supply_subsidy_pct:
            offer.funder = FUNDERS.get(offer.provider.kind, "Vlaamse overheid")
        if offer.provider.kind == Provider.Kind.PRIVATE:
            offer.kmo_registered = True
        if mark % 3 == 0:
            offer.vov_id = f"ODB-{mark % 100_000:05d}"
    Offer.objects.bulk_update(offers, ["dayparts", "vks_level", "funder", "kmo_registered", "vov_id"])


def _verify() -> None:
    """Most providers were verified before; one waits for it and one still has to ask."""
    *known, waits, _never_asked = Provider.objects.select_related("organisation").order_by("pk")
    verified = [provider.pk for provider in known]
    Provider.objects.filter(pk__in=verified).update(state=Provider.State.VERIFIED)
    take_provider_step(provider=waits, action="submit", actor=SYSTEM)


def _recognise() -> None:
    """The provider of the demo account is recognised on scores that it can read, and holds a label."""
    today = timezone.localdate()
    address = dict(one_of_each_role())[Role.PROVIDER]
    person = Membership.objects.filter(user__email=address, role=Role.PROVIDER, ended_at=None).first()
    if person is None:
        return
    provider = Provider.objects.get(organisation=person.organisation_id)
    decide_recognition(
        actor=SYSTEM,
        provider=provider,
        values={
            "scheme": "Erkende opleidingsverstrekker",
            "outcome": Recognition.Outcome.GRANTED,
            "reason": "Sterke lesgevers en goede resultaten. Meer avondaanbod is het aandachtspunt.",
            "valid_from": today - timedelta(days=400),
            "valid_until": today + timedelta(days=700),
            "revalue_on": today + timedelta(days=330),
        },
        scores=ABOUT_SCORES,
    )
    save_label(
        actor=SYSTEM,
        provider=provider,
        values={
            "name": "Qualis",
            "awarded_by": "Qualis vzw",
            "number": "Q-2025-118",
            "valid_until": today + timedelta(days=210),
        },
    )


def _wait() -> None:
    """A few companies wait for a full edition; the first of them is the demo account's."""
    today = timezone.localdate()
    editions = Edition.objects.filter(offer__state="active", state="open", seats__gt=0, starts_on__gt=today)
    companies = _company_actors()[:3]
    for edition in editions.order_by("-enrolled", "starts_on", "pk")[:FULL]:
        Edition.objects.filter(pk=edition.pk).update(enrolled=F("seats"))
        for actor in companies:
            join_waiting_list(actor=actor, edition=edition, people=1)


def _issue() -> None:
    """A register with credentials that run, expire soon and were renewed."""
    today = timezone.localdate()
    first = _company_actors()[:1]
    company = Organisation.objects.filter(pk__in=[actor.organisation_id or 0 for actor in first]).first()
    for credential in Microcredential.objects.exclude(validity_months=None).order_by("pk")[:2]:
        months = int(credential.validity_months or 0)
        old = today - timedelta(days=30 * months - 60)
        names = [f"D-{credential.pk:02d}{number:02d}" for number in range(1, 10)]
        given: list[tuple[list[str], Any]] = [
            (names, old),
            (names[:4], today - timedelta(days=20)),
            ([f"{name}-N" for name in names[:3]], today - timedelta(days=90)),
        ]
        for pseudonyms, day in given:
            issue_credentials(
                actor=SYSTEM,
                credential=credential,
                pseudonyms=pseudonyms,
                issued_on=day,
                organisation=company,
            )
    IssuedCredential.objects.filter(reminded_at=None, renewal=None, expires_on__lt=today).update(
        reminded_at=timezone.now()
    )


def _company_actors() -> list[Actor]:
    held = Membership.objects.filter(role=Role.COMPANY_CONTACT, ended_at=None).select_related("user")
    return [
        actor_for(row.user, memberships_of(row.user), row.organisation_id)
        for row in held.order_by("organisation_id", "pk").distinct("organisation_id")
    ]
