"""A supplement (uitbreiding): more aid for a decided programme, frozen as it was asked, until it is decided."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.models import TalentStrategy
from networks.models import Organisation
from programmes.models.programmes import Participation, Programme
from programmes.supplement_querysets import SupplementLineQuerySet, SupplementQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped

OPEN_STATES = ("signing", "pending")
DECIDED_STATES = ("granted", "refused")


@pghistory.track(exclude=["updated_at"])
class Supplement(Stamped):
    """What a network asks beside what was decided: the new plan, its cost and grant before and after, and why.

    `change` is the plan that was asked, in keys; `basis` the token of the plan that it changes, so that one that
    moved meanwhile is never overwritten. Nothing of it holds before it is granted. Euro excluding VAT.
    """

    class State(models.TextChoices):
        SIGNING = "signing", _("wacht op de bedrijven")
        PENDING = "pending", _("wacht op beslissing")
        GRANTED = "granted", _("toegekend")
        REFUSED = "refused", _("geweigerd")
        DECLINED = "declined", _("niet getekend")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        LAPSED = "lapsed", _("vervallen")

    public_id = public_id()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="supplements")
    state = models.CharField(_("toestand"), max_length=9, choices=State, default=State.SIGNING)
    reason = models.TextField(_("motivering"))
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    change = models.JSONField(default=dict)
    basis = models.CharField(max_length=64)
    cost_before = money(verbose_name=_("kost zoals beslist"))
    cost_after = money(verbose_name=_("kost met de uitbreiding"))
    grant_before = money(verbose_name=_("subsidie zoals beslist"))
    grant_after = money(verbose_name=_("subsidie met de uitbreiding"))
    # What was left of network and call when it was asked; None where no budget was given.
    network_left = money(verbose_name=_("vrij budget van het netwerk"), null=True)
    call_left = money(verbose_name=_("vrij budget van de oproep"), null=True)
    # The first lesson of what is added: from then on it can be neither signed nor granted (article 6 GBER).
    begins_on = models.DateField(_("eerste les"))
    sign_by = models.DateField(_("tekenen tegen"))
    ready_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateField(_("beslissen tegen"), null=True, blank=True)
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    strategy = models.ForeignKey(TalentStrategy, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SupplementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("uitbreiding")
        constraints = [
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(state__in=OPEN_STATES),
                name="supplement_one_open_in_a_programme",
            ),
            models.CheckConstraint(name="supplement_grant_not_negative", condition=Q(grant_before__gte=0)),
            models.CheckConstraint(
                name="supplement_grant_within_its_cost", condition=Q(grant_after__lte=F("cost_after"))
            ),
            models.CheckConstraint(name="supplement_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="supplement_signed_before_it_begins", condition=Q(sign_by__lt=F("begins_on"))
            ),
            models.CheckConstraint(
                name="supplement_decided_on_once_signed",
                condition=~Q(state__in=["pending", *DECIDED_STATES])
                | Q(ready_at__isnull=False, decide_by__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_decided_by_somebody",
                condition=~Q(state__in=DECIDED_STATES)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_signed_and_decided_by_two",
                condition=Q(signed_by=None) | Q(decided_by=None) | ~Q(signed_by=F("decided_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.grant_before} → {self.grant_after}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def extra(self) -> Decimal:
        """Euro of grant more than was decided."""
        return Decimal(self.grant_after) - Decimal(self.grant_before)


@pghistory.track(exclude=["updated_at"])
class SupplementLine(Stamped):
    """One company whose plan a supplement changes: before and after, on which assessment, and its word.

    `needs_word`: its learners, share or grant rise, so it signs anew before anything binds; for the others
    things only become cheaper. `assessment` is of the whole award, replayable as that of a participation.
    """

    supplement = models.ForeignKey(Supplement, on_delete=models.CASCADE, related_name="lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="supplement_lines")
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, related_name="supplement_lines"
    )
    public_id = public_id()
    is_new = models.BooleanField(default=False, help_text=_("Het bedrijf nam nog niet deel."))
    learners_before = models.PositiveIntegerField(_("deelnemers zoals beslist"), default=0)
    learners_after = models.PositiveIntegerField(_("deelnemers met de uitbreiding"))
    cost_before = money(verbose_name=_("kost zoals beslist"), default=0)
    cost_after = money(verbose_name=_("kost met de uitbreiding"))
    grant_before = money(verbose_name=_("subsidie zoals beslist"), default=0)
    grant_after = money(verbose_name=_("subsidie met de uitbreiding"))
    wages_after = money(verbose_name=_("loonkost tijdens de lessen"), default=0)
    disadvantaged = models.PositiveIntegerField(default=0)
    route = models.CharField(max_length=14, blank=True)
    assessment = models.JSONField(default=dict)
    begins_on = models.DateField(null=True, help_text=_("Eerste les van wat er voor dit bedrijf bijkomt."))
    needs_word = models.BooleanField(default=True)
    crosses_publication = models.BooleanField(
        default=False, help_text=_("Met deze uitbreiding komt de steun boven de drempel van artikel 9.")
    )
    signed_at = models.DateTimeField(null=True, blank=True, help_text=_("Tijdstip van de steunaanvraag."))
    signed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    de_minimis_declared_at = models.DateTimeField(null=True, blank=True)

    objects = SupplementLineQuerySet.as_manager()

    class Meta:
        ordering = ["supplement", "organisation__name", "id"]
        verbose_name = _("bedrijf in een uitbreiding")
        constraints = [
            models.UniqueConstraint(
                fields=["supplement", "organisation"], name="supplement_line_once_for_a_company"
            ),
            models.CheckConstraint(
                name="supplement_line_grant_within_its_cost", condition=Q(grant_after__lte=F("cost_after"))
            ),
            models.CheckConstraint(
                name="supplement_line_rises_by_its_word",
                condition=Q(needs_word=True)
                | Q(grant_after__lte=F("grant_before"), learners_after__lte=F("learners_before")),
            ),
            models.CheckConstraint(
                name="supplement_line_signed_where_asked",
                condition=Q(signed_at=None, signed_by=None) | Q(needs_word=True, signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.grant_before} → {self.grant_after}"

    @property
    def own_before(self) -> Decimal:
        return Decimal(self.cost_before) - Decimal(self.grant_before)

    @property
    def own_after(self) -> Decimal:
        return Decimal(self.cost_after) - Decimal(self.grant_after)

    @property
    def extra(self) -> Decimal:
        """Euro of grant more than was decided; below zero where it becomes cheaper."""
        return Decimal(self.grant_after) - Decimal(self.grant_before)


__all__ = ["OPEN_STATES", "Supplement", "SupplementLine"]
