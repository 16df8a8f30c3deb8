"""What the pure parts of `catalogue` read: offers without a database. None and empty tuples are unknown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """An organisation that trains; `enterprise_number` has ten digits."""

    name: str
    url: str
    enterprise_number: str = ""
    kind: str = ""
    website: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """A dated run; `price` in euro excluding VAT, `price_basis` participant or edition."""

    id: str
    starts_on: date | None = None
    ends_on: date | None = None
    seats: int | None = None
    seats_left: int | None = None
    price: Decimal | None = None
    price_basis: str = ""
    region: str = ""
    location: str = ""
    state: str = "open"
    code: str = ""
    min_seats: int | None = None
    enrolled: int | None = None
    schedule: str = ""
    enrol_until: date | None = None
    known_since: date | None = None


@dataclass(frozen=True, slots=True)
class CredentialRecord:
    """A microcredential as it is described, before anybody earned it."""

    id: str
    url: str
    title: str
    issuer_country: str = ""
    awarding_body: str = ""
    outcomes: tuple[str, ...] = ()
    workload_hours: Decimal | None = None
    ects: Decimal | None = None
    eqf_level: int | None = None
    assessment: str = ""
    participation: str = ""
    quality_assurance: str = ""
    prerequisites: str = ""
    validity_months: int | None = None
    issuer_region: str = ""
    supervision: str = ""
    stacking: str = ""
    stacks_into: str = ""


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """A credential that one person earned, by the issuer's own reference; its last day included."""

    id: str
    pseudonym: str
    issued_on: date
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """Something that a provider teaches; `hours` are contact hours, `url` is its page on this site."""

    id: str
    code: str
    url: str
    title: str
    language: str
    provider: ProviderRecord
    description: str = ""
    outcomes: tuple[str, ...] = ()
    teaching_languages: tuple[str, ...] = ()
    mode: str = ""
    hours: Decimal | None = None
    ects: Decimal | None = None
    eqf_level: int | None = None
    price: Decimal | None = None
    price_basis: str = "participant"
    seats: int | None = None
    regions: tuple[str, ...] = ()
    credential: str = ""
    skills: tuple[str, ...] = ()
    mandatory: bool | None = None
    isced_f: str = ""
    homepage: str = ""
    depth: str = ""
    direction: str = ""
    supply_subsidy_pct: Decimal | None = None
    workplace_hours: Decimal | None = None
    vks_level: int | None = None
    dayparts: tuple[str, ...] = ()
    entry_requirements: str = ""
    funder: str = ""
    kmo_registered: bool | None = None
    kmo_theme: str = ""
    assessment: str = ""
    vov_id: str = ""
    voucher_registered: bool | None = None
    editions: tuple[EditionRecord, ...] = ()
    microcredential: CredentialRecord | None = None
