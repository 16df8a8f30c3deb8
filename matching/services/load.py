"""Realistic volume into the tables, for measuring: the rows of `matching.engine.load` through COPY.

Organisations are fictional and say so in their names. The same seed gives the same rows on the same day; a
seed can be loaded once in a database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from catalogue.models import Offer, Provider
from matching.engine.facts import EditionFacts, OfferFacts
from matching.engine.load import LoadGap, LoadOffer, generate_gaps, generate_offers
from networks.models import Call, Gap, Network, NetworkMember, Organisation
from skillnet.kernel.enterprise_number import check_digits
from skillnet.kernel.names import normalise_organisation_name

COMPANIES_OF_A_NETWORK = 40
GAPS_OF_A_NETWORK = 120
OFFERS_OF_A_PROVIDER = 100
NUMBERS = 19_000_000
"""Enterprise numbers from 1900.000.0xx on: none of these has been handed out."""
URGENCIES = ("low", "medium", "high", "critical", "")
CREDENTIALS = ("none", "certificate", "microcredential", "qualification", "")
HOURS = {"short": (4, 8, 16, 24), "deep": (40, 60, 80, 120)}
UNKNOWN_START = date.max

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were written."""

    organisations: int
    networks: int
    providers: int
    gaps: int
    offers: int
    editions: int


def generate_load(
    *, gaps: int, offers: int, seed: int, progress: Progress = lambda _what, _n: None
) -> Loaded:
    """Write so many gaps and offers, with the organisations, networks and editions that they need.

    One transaction; what is made up has no history. Raises ValidationError in production, and for a seed
    that is there already.
    """
    if settings.PRODUCTION:
        raise ValidationError(_("Proefvolume hoort niet in productie. Gebruik een databank om te meten."))
    call_title = f"Proefvolume {seed}"
    if Call.objects.filter(title=call_title).exists():
        raise ValidationError(
            _("Het volume met seed %(seed)s staat er al. Kies een andere seed."), params={"seed": seed}
        )
    with transaction.atomic(), pgtrigger.ignore():
        made = _Load(seed=seed, today=timezone.localdate(), now=timezone.now(), progress=progress)
        return made.write(call_title, gaps, offers)


@dataclass(slots=True)
class _Load:
    seed: int
    today: date
    now: datetime
    progress: Progress
    numbered: int = 0

    def write(self, call_title: str, gaps: int, offers: int) -> Loaded:
        networks = max(1, gaps // GAPS_OF_A_NETWORK)
        providers = max(1, offers // OFFERS_OF_A_PROVIDER)
        companies = self._organisations(
            "Proefbedrijf", Organisation.Kind.COMPANY, networks * COMPANIES_OF_A_NETWORK
        )
        schools = self._organisations("Proefopleider", Organisation.Kind.PROVIDER, providers)
        [administration] = self._organisations("Proefbestuur", Organisation.Kind.ADMINISTRATION, 1)
        call = Call.objects.create(title=call_title, coordinator_id=administration, state=Call.State.OPEN)
        network_ids = self._networks(networks, call.pk, companies)
        provider_ids = self._providers(schools)
        self._gaps(generate_gaps(gaps, self.seed, networks=networks), companies, network_ids)
        editions = self._offers(offers, provider_ids)
        _analyse()
        return Loaded(len(companies) + len(schools) + 1, networks, providers, gaps, offers, editions)

    def _organisations(self, name: str, kind: str, count: int) -> list[int]:
        ids = _reserve(Organisation, count)

        def rows() -> Iterator[tuple[Any, ...]]:
            for place, pk in enumerate(ids):
                called = f"{name} {self.seed}-{place + 1}"
                linked = (
                    ids[place + 1] if kind == Organisation.Kind.COMPANY and _is_linked(place, count) else None
                )
                number = f"{NUMBERS + (pk % 1_000_000):08d}"
                yield (
                    pk, number + check_digits(number), called, normalise_organisation_name(called), kind,
                    True, "nl", "", "2025", "", "", "", linked, self.now,
                )  # fmt: skip

        columns = (
            "id enterprise_number name normalised_name kind is_verified language nace_code nace_version"
            " joint_committee region municipality undertaking_id updated_at"
        )
        _copy("networks_organisation", columns, rows())
        return ids

    def _networks(self, count: int, call_id: int, companies: Sequence[int]) -> list[int]:
        ids = _reserve(Network, count)

        def rows() -> Iterator[tuple[Any, ...]]:
            for place, pk in enumerate(ids):
                name = f"Proefnetwerk {self.seed}-{place + 1}"
                known = normalise_organisation_name(name)
                yield pk, name, known, call_id, "", "", "", Network.State.ACTIVE, Decimal(100_000), self.now

        _copy(
            "networks_network",
            "id name normalised_name call_id sector region purpose state budget updated_at",
            rows(),
        )
        members = (
            (ids[place // COMPANIES_OF_A_NETWORK], company, NetworkMember.State.ACTIVE, self.today, self.now)
            for place, company in enumerate(companies)
        )
        _copy("networks_networkmember", "network_id organisation_id state joined_on updated_at", members)
        return ids

    def _providers(self, schools: Sequence[int]) -> list[int]:
        ids = _reserve(Provider, len(schools))
        kinds = list(Provider.Kind.values)
        since = self.today - timedelta(days=900)
        rows = (
            (
                pk, school, kinds[n % len(kinds)], "", "", since if n % 5 < 3 else None,
                "" if n % 3 else "Proeflabel", self.now,
            )
            for n, (pk, school) in enumerate(zip(ids, schools, strict=True))
        )  # fmt: skip
        columns = "id organisation_id kind description website recognised_since quality_label updated_at"
        _copy("catalogue_provider", columns, rows)
        return ids

    def _gaps(self, gaps: Iterable[LoadGap], companies: Sequence[int], networks: Sequence[int]) -> None:
        columns = (
            "external_id organisation_id network_id title description language learners urgency horizon depth"
            " direction mandatory regions skills budget eqf_level learner_languages modes state updated_at"
        )
        rows = (self._gap(n, gap, companies, networks) for n, gap in enumerate(gaps))
        _copy("networks_gap", columns, self._counted("gaps", rows))

    def _gap(
        self, number: int, gap: LoadGap, companies: Sequence[int], networks: Sequence[int]
    ) -> tuple[Any, ...]:
        f = gap.facts
        assert f.network is not None  # noqa: S101  the generator always gives one
        budget = (
            f.budget_per_learner * f.learners if f.budget_per_learner is not None and f.learners else None
        )
        return (
            f"P{self.seed}-{number}", companies[f.company - 1], networks[f.network - 1], gap.title,
            gap.description, f.language, f.learners, URGENCIES[number % 5], f.horizon or "", f.depth or "",
            f.direction or "", f.mandatory, sorted(f.regions), sorted(f.skills), budget, f.eqf_level,
            sorted(f.learner_languages), sorted(f.modes), Gap.State.OPEN, self.now,
        )  # fmt: skip

    def _offers(self, count: int, providers: Sequence[int]) -> int:
        ids = _reserve(Offer, count)
        editions: list[tuple[int, EditionFacts]] = []

        def rows() -> Iterator[tuple[Any, ...]]:
            for n, offer in enumerate(generate_offers(count, self.seed, self.today)):
                editions.extend((ids[n], edition) for edition in offer.facts.editions)
                yield self._offer(n, ids[n], offer, providers)

        columns = (
            "id provider_id external_id title description outcomes outcomes_text language teaching_languages"
            " mode hours eqf_level depth direction price price_basis regions credential skills mandatory"
            " isced_f url state open_until is_closed places updated_at"
        )
        _copy("catalogue_offer", columns, self._counted("offers", rows()))
        _copy(
            "catalogue_edition",
            "offer_id external_id starts_on ends_on seats enrolled price_basis region location state"
            " updated_at",
            (self._edition(offer, edition) for offer, edition in editions),
        )
        return len(editions)

    def _offer(self, number: int, pk: int, offer: LoadOffer, providers: Sequence[int]) -> tuple[Any, ...]:
        f = offer.facts
        open_until, is_closed, places = standing(f, self.today)
        hours = HOURS[f.depth][number % 4] if f.depth else None
        return (
            pk, providers[f.provider - 1], f"P{self.seed}-{number}", offer.title, offer.description, [], "",
            f.language, sorted(f.teaching_languages), f.mode or "", hours, f.eqf_level, f.depth or "",
            f.direction or "", f.price_per_learner, Offer.PriceBasis.PARTICIPANT, sorted(f.regions),
            CREDENTIALS[number % 5], sorted(f.skills), f.mandatory, "", "", Offer.State.ACTIVE, open_until,
            is_closed, places, self.now,
        )  # fmt: skip

    def _edition(self, offer_id: int, edition: EditionFacts) -> tuple[Any, ...]:
        enrolled = edition.id % 8 if edition.seats_left is not None else 0
        seats = None if edition.seats_left is None else edition.seats_left + enrolled
        return (
            offer_id, str(edition.id), edition.starts_on, edition.starts_on and edition.ends_on, seats,
            enrolled, "", edition.region or "", "", "open", self.now,
        )  # fmt: skip

    def _counted(self, what: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(rows, start=1):
            if number % 10_000 == 0:
                self.progress(what, number)
            yield row


def standing(facts: OfferFacts, today: date) -> tuple[date | None, bool, list[str]]:
    """Last start with a seat (None: unknown), is none left, and where: as `refresh_offer_facts` says."""
    there = facts.open_editions(today)
    last = max((e.starts_on or UNKNOWN_START for e in there), default=UNKNOWN_START)
    return (
        None if last == UNKNOWN_START else last,
        bool(facts.editions) and not there,
        sorted(facts.places(today)),
    )


def _is_linked(place: int, count: int) -> bool:
    """One company in eight belongs to its neighbour's undertaking, as in the generated facts."""
    return place % COMPANIES_OF_A_NETWORK % 8 == 0 and place + 1 < count


def _reserve(model: Any, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY these columns; others that must be filled get what their field defaults to."""
    named = columns.split()
    rest = _defaults(table, named)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, [*named, *rest]))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *rest.values()))


def _defaults(table: str, named: Sequence[str]) -> dict[str, Any]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.column not in named
        and not (field.null or field.primary_key or field.generated or _has_db_default(field))
    }


def _has_db_default(field: Any) -> bool:
    return bool(field.has_db_default())


def _analyse() -> None:
    """Plans must know the new volume at once."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE networks_organisation, networks_gap, catalogue_offer, catalogue_edition")
