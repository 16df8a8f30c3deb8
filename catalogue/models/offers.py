"""Providers, offers and editions."""

from datetime import date
from decimal import Decimal

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.detail_columns import KMO_THEMES
from catalogue.querysets import (
    EditionQuerySet,
    OfferQuerySet,
    ProviderQuerySet,
)
from networks.models import Depth, Direction, Mode, Organisation, Transition
from skillnet.kernel.fields import LANGUAGES, TextSearch, money, public_id
from skillnet.kernel.models import Stamped
from skillnet.kernel.sentences import joined
from skillnet.kernel.target_groups import MAX_CODE


@pghistory.track(exclude=["updated_at"])
class Provider(Stamped):
    """An organisation that trains."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Publiek")
        PRIVATE = "private", _("Privaat")
        ACADEMY = "academy", _("Bedrijfsacademie")
        SECTOR_FUND = "sector_fund", _("Sectorfonds")
        HIGHER_EDUCATION = "higher_education", _("Hoger onderwijs")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("nog niet nagekeken")
        SUBMITTED = "submitted", _("ligt voor ter nazicht")
        RETURNED = "returned", _("aan te vullen")
        VERIFIED = "verified", _("nagekeken")
        ANNOUNCED = "announced", _("schorsing aangekondigd")
        SUSPENDED = "suspended", _("geschorst")

    public_id = public_id()
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="provider")
    kind = models.CharField(_("soort"), max_length=20, choices=Kind, blank=True)
    description = models.TextField(_("voorstelling"), blank=True)
    website = models.URLField(_("website"), blank=True)
    recognised_since = models.DateField(_("erkend sinds"), null=True, blank=True)
    recognised_until = models.DateField(_("erkend tot"), null=True, blank=True)
    quality_label = models.CharField(_("kwaliteitslabel"), max_length=100, blank=True)
    kmo_number = models.CharField(
        _("nummer voor de kmo-portefeuille"),
        max_length=20,
        blank=True,
        db_default="",
        help_text=_("Het registratienummer als dienstverlener, bijvoorbeeld DV.O123456."),
    )
    state = models.CharField(
        _("nazicht"), max_length=10, choices=State, default=State.UNVERIFIED, db_default=State.UNVERIFIED
    )
    state_reason = models.TextField(
        editable=False,
        blank=True,
        db_default="",
        help_text=_("De motivering van de laatste stap: wie ze treft, leest ze op de eigen pagina."),
    )
    respond_until = models.DateField(
        null=True, editable=False, help_text=_("Tot wanneer op een aangekondigde schorsing te antwoorden is.")
    )

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name"]
        verbose_name = _("opleidingsverstrekker")
        constraints = [
            models.CheckConstraint(
                name="provider_not_silenced_without_a_reason",
                condition=~Q(state__in=["returned", "announced", "suspended"]) | ~Q(state_reason=""),
            ),
            models.CheckConstraint(
                name="provider_warned_has_a_term_to_answer",
                condition=~Q(state="announced") | Q(respond_until__isnull=False),
            ),
        ]

    def is_recognised_on(self, day: date) -> bool:
        """Whether a recognition holds on that day; its last day included."""
        since, until = self.recognised_since, self.recognised_until
        return since is not None and since <= day and (until is None or until >= day)

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track(exclude=["updated_at", "search"])
class Offer(Stamped):
    """Something that a provider teaches. Empty means unknown."""

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        ACTIVE = "active", _("gepubliceerd")
        HIDDEN = "hidden", _("verborgen: verstrekker geschorst")
        ARCHIVED = "archived", _("gearchiveerd")

    class Credential(models.TextChoices):
        NONE = "none", _("geen")
        CERTIFICATE = "certificate", _("attest")
        MICROCREDENTIAL = "microcredential", _("microcredential")
        QUALIFICATION = "qualification", _("kwalificatie")

    class PolicyDomain(models.TextChoices):
        WORK = "work", _("Werk")
        EDUCATION = "education", _("Onderwijs en Vorming")
        ECONOMY = "economy", _("Economie en Innovatie")
        WELFARE = "welfare", _("Welzijn en Zorg")
        INTEGRATION = "integration", _("Inburgering")
        SOCIAL_ECONOMY = "social_economy", _("Sociale economie")

    class Stream(models.TextChoices):
        PRODUCTIVITY = "productivity", _("vakbekwaamheid en productiviteit")
        BASIC_SKILLS = "basic_skills", _("basisvaardigheden")
        LANGUAGE = "language", _("taal")
        CARE = "care", _("zorg en welzijn")
        PERSONAL = "personal", _("persoonlijke ontwikkeling")

    class Daypart(models.TextChoices):
        DAY = "day", _("overdag")
        EVENING = "evening", _("’s avonds")
        WEEKEND = "weekend", _("in het weekend")
        HOLIDAY = "holiday", _("in schoolvakanties")

    class CefrLevel(models.TextChoices):
        """Common European Framework of Reference: what a language course leads to."""

        A1 = "A1", "A1"
        A2 = "A2", "A2"
        B1 = "B1", "B1"
        B2 = "B2", "B2"
        C1 = "C1", "C1"
        C2 = "C2", "C2"

    class KmoTheme(models.TextChoices):
        """The eight themes that the kmo-portefeuille pays for (VLAIO, since January 2023)."""

        STRATEGY = "strategy", _("bedrijfsstrategie")
        PROFESSION = "profession", _("beroepsspecifieke competenties")
        DIGITAL = "digital", _("digitalisering")
        SUSTAINABILITY = "sustainability", _("duurzaamheid")
        FINANCE = "finance", _("financiële geletterdheid")
        INNOVATION = "innovation", _("innovatie")
        INTERNATIONAL = "international", _("internationalisering")
        PERSONNEL = "personnel", _("personeelsmanagement")

    class PriceBasis(models.TextChoices):
        PARTICIPANT = "participant", _("per deelnemer")
        EDITION = "edition", _("per editie")

    public_id = public_id()
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="offers")
    external_id = models.CharField(_("eigen kenmerk"), max_length=100)
    title = models.CharField(_("titel"), max_length=300)
    description = models.TextField(_("omschrijving"), blank=True)
    outcomes = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("leerresultaten"))
    outcomes_text = models.TextField(editable=False, blank=True)
    language = models.CharField(_("taal van de tekst"), max_length=2, choices=LANGUAGES, default="nl")
    teaching_languages = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("lestalen")
    )
    mode = models.CharField(_("lesvorm"), max_length=10, choices=Mode, blank=True)
    hours = models.DecimalField(_("contacturen"), max_digits=7, decimal_places=2, null=True, blank=True)
    workplace_hours = models.DecimalField(
        _("uren op de werkplek"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    ects = models.DecimalField(_("ECTS-punten"), max_digits=5, decimal_places=2, null=True, blank=True)
    eqf_level = models.PositiveSmallIntegerField(_("EQF-niveau"), null=True, blank=True)
    vks_level = models.PositiveSmallIntegerField(_("VKS-niveau"), null=True, blank=True)
    dayparts = ArrayField(
        models.CharField(max_length=8, choices=Daypart),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("dagdelen"),
    )
    entry_requirements = models.TextField(_("wat men al moet kunnen"), blank=True, db_default="")
    depth = models.CharField(_("diepgang"), max_length=5, choices=Depth, blank=True)
    direction = models.CharField(_("richting"), max_length=10, choices=Direction, blank=True)
    price = money(verbose_name=_("prijs (excl. btw)"), null=True, blank=True)
    price_basis = models.CharField(
        _("prijs is"), max_length=12, choices=PriceBasis, default=PriceBasis.PARTICIPANT
    )
    seats = models.PositiveIntegerField(_("plaatsen per editie"), null=True, blank=True)
    min_seats = models.PositiveIntegerField(_("minimum deelnemers"), null=True, blank=True)
    regions = ArrayField(models.CharField(max_length=5), default=list, blank=True, verbose_name=_("regio's"))
    credential = models.CharField(_("bewijs"), max_length=16, choices=Credential, blank=True)
    assessment = models.CharField(_("hoe wordt getoetst"), max_length=300, blank=True, db_default="")
    skills = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, verbose_name=_("vaardigheden")
    )
    mandatory = models.BooleanField(_("wettelijk verplichte opleiding"), null=True, blank=True)
    supply_subsidy_pct = models.DecimalField(
        _("aanbodsubsidie (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    funder = models.CharField(_("wie die subsidie betaalt"), max_length=120, blank=True, db_default="")
    kmo_registered = models.BooleanField(_("geregistreerd voor de kmo-portefeuille"), null=True, blank=True)
    kmo_theme = models.CharField(
        _("thema van de kmo-portefeuille"), max_length=14, choices=KmoTheme, blank=True, db_default=""
    )
    vov_id = models.CharField(
        _("nummer in de opleidingsdatabank (VOV)"), max_length=40, blank=True, db_default=""
    )
    voucher_registered = models.BooleanField(_("aanvaardt opleidingscheques"), null=True, blank=True)
    isced_f = models.CharField(_("studiegebied (ISCED-F)"), max_length=4, blank=True)
    policy_domain = models.CharField(
        _("verantwoordelijk beleidsdomein"), max_length=14, choices=PolicyDomain, blank=True
    )
    stream = models.CharField(_("stroom"), max_length=12, choices=Stream, blank=True)
    url = models.URLField(_("webpagina"), max_length=500, blank=True)
    target_groups = ArrayField(
        models.CharField(max_length=MAX_CODE),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("doelgroepen"),
    )
    transition = models.CharField(
        _("digitale of groene omslag"), max_length=10, choices=Transition, blank=True, db_default=""
    )
    is_stem = models.BooleanField(_("STEM-opleiding"), null=True, blank=True)
    cefr_level = models.CharField(
        _("taalniveau (ERK)"), max_length=2, choices=CefrLevel, blank=True, db_default=""
    )
    state = models.CharField(_("toestand"), max_length=8, choices=State, default=State.ACTIVE)
    # Read by the matcher without looking at editions; kept by catalogue.services.facts.
    open_until = models.DateField(
        null=True, editable=False, help_text=_("Laatste start met plaats; leeg: onbekend.")
    )
    is_closed = models.BooleanField(
        default=False, editable=False, help_text=_("Geen enkele editie heeft nog plaats.")
    )
    places = ArrayField(models.CharField(max_length=5), default=list, editable=False)
    search = models.GeneratedField(
        expression=TextSearch("language", "title", "description", "outcomes_text"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("aanbod")
        indexes = [
            GinIndex(fields=["search"], name="offer_search"),
            models.Index(fields=["state", "-id"], name="offer_by_state"),
            models.Index(fields=["provider", "-id"], name="offer_by_provider"),
            models.Index(fields=["title", "id"], name="offer_by_title"),
            # What the matcher filters by, without the wide rows: a tenth of the pages to read for each gap.
            models.Index(
                fields=["id"],
                include=["open_until", "teaching_languages", "mode", "places"],
                condition=Q(state="active", is_closed=False),
                name="offer_facts",
            ),
            # What visitors filter by: counting what is left reads a tenth of what the rows would take.
            models.Index(
                fields=["id"],
                include=[
                    *("provider", "mode", "language", "teaching_languages", "dayparts", "places"),
                    *("credential", "price", "price_basis", "seats"),
                ],
                condition=Q(state="active"),
                name="offer_facets",
            ),
            # Sorted by price either way, unknown last: the first rows without sorting all.
            models.Index(
                F("price").asc(nulls_last=True), "id", condition=Q(state="active"), name="offer_cheapest"
            ),
            models.Index(
                F("price").desc(nulls_last=True), "id", condition=Q(state="active"), name="offer_dearest"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "external_id"], name="offer_known_once_by_its_provider"
            ),
            models.CheckConstraint(name="offer_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="offer_price_not_negative", condition=Q(price=None) | Q(price__gte=0)
            ),
            models.CheckConstraint(
                name="offer_hours_not_negative", condition=Q(hours=None) | Q(hours__gte=0)
            ),
            models.CheckConstraint(
                name="offer_eqf_between_1_and_8", condition=Q(eqf_level=None) | Q(eqf_level__range=(1, 8))
            ),
            models.CheckConstraint(
                name="offer_vks_between_1_and_8", condition=Q(vks_level=None) | Q(vks_level__range=(1, 8))
            ),
            models.CheckConstraint(
                name="offer_workplace_hours_not_negative",
                condition=Q(workplace_hours=None) | Q(workplace_hours__gte=0),
            ),
            models.CheckConstraint(
                name="offer_dayparts_are_known",
                condition=Q(dayparts__contained_by=["day", "evening", "weekend", "holiday"]),
            ),
            models.CheckConstraint(
                name="offer_cefr_level_is_known",
                condition=Q(cefr_level__in=["", "A1", "A2", "B1", "B2", "C1", "C2"]),
            ),
            models.CheckConstraint(
                name="offer_kmo_theme_is_known", condition=Q(kmo_theme__in=["", *KMO_THEMES])
            ),
            models.CheckConstraint(
                name="offer_subsidy_is_a_percentage",
                condition=Q(supply_subsidy_pct=None) | Q(supply_subsidy_pct__range=(0, 100)),
            ),
        ]
        triggers = [
            # Whatever writes it, nothing of a suspended provider is on show: no reader has to think of it.
            pgtrigger.Trigger(
                name="suspended_is_hidden",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Q(new__state="active"),
                func=(
                    "IF EXISTS (SELECT 1 FROM catalogue_provider WHERE id = NEW.provider_id"
                    " AND state = 'suspended') THEN NEW.state = 'hidden'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.outcomes_text = "\n".join(self.outcomes)
        super().save(*args, **kwargs)

    @property
    def text(self) -> str:
        """What is embedded and matched."""
        return joined([self.title, self.description, *self.outcomes])


@pghistory.track(exclude=["updated_at"])
class Edition(Stamped):
    """One dated run of an offer. What it leaves empty, its offer says."""

    class State(models.TextChoices):
        PLANNED = "planned", _("gepland")
        OPEN = "open", _("open voor inschrijving")
        CONFIRMED = "confirmed", _("gaat door")
        RUNNING = "running", _("bezig")
        DELIVERED = "delivered", _("gegeven")
        CANCELLED = "cancelled", _("geannuleerd")

    public_id = public_id()
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="editions")
    external_id = models.CharField(_("eigen kenmerk"), max_length=100, blank=True)
    starts_on = models.DateField(_("begint op"), null=True, blank=True)
    ends_on = models.DateField(_("eindigt op"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("plaatsen"), null=True, blank=True)
    min_seats = models.PositiveIntegerField(_("minimum deelnemers"), null=True, blank=True)
    enrolled = models.PositiveIntegerField(_("ingeschreven"), default=0)
    price = money(verbose_name=_("prijs (excl. btw)"), null=True, blank=True)
    price_basis = models.CharField(max_length=12, choices=Offer.PriceBasis, blank=True)
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    location = models.CharField(_("plaats"), max_length=200, blank=True)
    schedule = models.CharField(
        _("lesuren"),
        max_length=300,
        blank=True,
        db_default="",
        help_text=_("Bijvoorbeeld: dinsdag en donderdag van 18 tot 21 uur."),
    )
    enrol_until = models.DateField(_("inschrijven tot en met"), null=True, blank=True)
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.OPEN)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        verbose_name = _("editie")
        constraints = [
            models.UniqueConstraint(fields=["offer", "external_id"], name="edition_known_once_in_its_offer"),
            models.CheckConstraint(
                name="edition_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="edition_price_not_negative", condition=Q(price=None) | Q(price__gte=0)
            ),
            models.CheckConstraint(
                name="edition_not_overbooked", condition=Q(seats=None) | Q(enrolled__lte=F("seats"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.starts_on or ''}".strip()

    @property
    def seats_left(self) -> int | None:
        seats = self.seats if self.seats is not None else self.offer.seats
        return None if seats is None else max(0, seats - self.enrolled)

    @property
    def effective_price(self) -> tuple[Decimal | None, str]:
        """Price and its basis; the offer's own where the edition says nothing."""
        if self.price is not None:
            return self.price, self.price_basis or self.offer.price_basis
        return self.offer.price, self.offer.price_basis
