"""What providers answer to pooled demand: bids, compared side by side and chosen with a reason."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Edition, Offer, Provider
from matching.bid_querysets import BidQuerySet
from networks.models import Mode
from skillnet.kernel.fields import LANGUAGES, money, unguessable_id
from skillnet.kernel.models import Stamped
from skillnet.kernel.sentences import joined


@pghistory.track(exclude=["updated_at"])
class Bid(Stamped):
    """A provider's answer to one pool: an edition that stands in its catalogue, a new one, or a new offer.

    A provider has one live bid for a pool, and a pool has one chosen bid: the database says so.
    """

    class Kind(models.TextChoices):
        EDITION = "edition", _("een editie die er al is")
        NEW_EDITION = "new_edition", _("een nieuwe editie van mijn aanbod")
        NEW_OFFER = "new_offer", _("een nieuw aanbod")

    class State(models.TextChoices):
        DRAFT = "draft", _("ontwerp")
        SUBMITTED = "submitted", _("ingediend")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        CHOSEN = "chosen", _("gekozen")
        NOT_CHOSEN = "not_chosen", _("niet gekozen")
        EXPIRED = "expired", _("verlopen")

    public_id = unguessable_id()
    pool = models.ForeignKey("matching.Pool", on_delete=models.PROTECT, related_name="bids")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="bids")
    kind = models.CharField(_("wat u voorstelt"), max_length=11, choices=Kind)
    offer = models.ForeignKey(
        Offer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bids",
        verbose_name=_("aanbod"),
    )
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bids",
        verbose_name=_("editie"),
    )
    title = models.CharField(_("titel"), max_length=300)
    description = models.TextField(_("omschrijving"), blank=True, max_length=5_000)
    outcomes = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("leerresultaten"))
    language = models.CharField(_("lestaal"), max_length=2, choices=LANGUAGES, default="nl")
    mode = models.CharField(_("lesvorm"), max_length=10, choices=Mode, blank=True)
    hours = models.DecimalField(_("contacturen"), max_digits=7, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(_("begint op"), null=True, blank=True)
    ends_on = models.DateField(_("eindigt op"), null=True, blank=True)
    schedule = models.CharField(_("lesdagen"), max_length=300, blank=True)
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    location = models.CharField(_("plaats"), max_length=200, blank=True)
    min_seats = models.PositiveIntegerField(_("minimum deelnemers"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("plaatsen"), null=True, blank=True)
    price = money(verbose_name=_("prijs (excl. btw)"), null=True, blank=True)
    price_basis = models.CharField(
        _("prijs is"), max_length=12, choices=Offer.PriceBasis, default=Offer.PriceBasis.PARTICIPANT
    )
    conditions = models.TextField(_("voorwaarden"), blank=True, max_length=2_000)
    valid_until = models.DateField(_("geldig tot"), null=True, blank=True)
    state = models.CharField(_("toestand"), max_length=10, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(
        _("motivering"), blank=True, help_text=_("Waarom het netwerk zo koos; elke bieder leest dit.")
    )
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = BidQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bod")
        verbose_name_plural = _("biedingen")
        indexes = [models.Index(fields=["pool", "state"], name="bid_by_pool")]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "provider"],
                condition=Q(state__in=["draft", "submitted", "chosen"]),
                name="one_live_bid_of_a_provider_for_a_pool",
            ),
            models.UniqueConstraint(
                fields=["pool"], condition=Q(state="chosen"), name="one_chosen_bid_for_a_pool"
            ),
            models.CheckConstraint(name="bid_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="bid_price_not_negative", condition=Q(price=None) | Q(price__gte=0)),
            models.CheckConstraint(
                name="bid_minimum_within_its_seats",
                condition=Q(min_seats=None) | Q(seats=None) | Q(min_seats__lte=F("seats")),
            ),
            models.CheckConstraint(
                name="bid_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="bid_submitted_can_be_compared",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(
                    price__isnull=False,
                    seats__gte=1,
                    starts_on__isnull=False,
                    valid_until__isnull=False,
                    submitted_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="bid_decided_says_why",
                condition=~Q(state__in=["chosen", "not_chosen"])
                | (Q(decided_at__isnull=False) & ~Q(decision_reason="")),
            ),
            models.CheckConstraint(
                name="bid_names_what_its_kind_needs",
                condition=Q(kind="new_offer")
                | Q(kind="new_edition", offer__isnull=False)
                | Q(kind="edition", edition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """What is scored, as an offer's own text is."""
        return joined([self.title, self.description, *self.outcomes])
