"""Microcredentials: the credential that an offer ends in."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.offers import Offer
from catalogue.querysets import MicrocredentialQuerySet
from skillnet.kernel.fields import unguessable_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class Microcredential(Stamped):
    """The credential of an offer, with the elements of Council Recommendation 2022/C 243/02, Annex I.

    Elements 1 (learner) and 5 (date of issuing) belong to an issued credential and not to its description.
    """

    class Supervision(models.TextChoices):
        """How people are watched and known while they are assessed (optional element of Annex I)."""

        NONE = "none", _("zonder toezicht, zonder controle van de identiteit")
        SUPERVISED = "supervised", _("met toezicht, zonder controle van de identiteit")
        ONLINE_ID = "online_id", _("met toezicht online, met controle van de identiteit")
        ONSITE_ID = "onsite_id", _("met toezicht ter plaatse, met controle van de identiteit")

    class Stacking(models.TextChoices):
        """Whether it stands alone (optional element of Annex I)."""

        ALONE = "alone", _("staat op zichzelf")
        STACKABLE = "stackable", _("telt mee voor een groter geheel")

    public_id = unguessable_id()
    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="microcredential")
    title = models.CharField(_("titel (element 2)"), max_length=300)
    issuer_country = models.CharField(_("land van de uitreiker (element 3)"), max_length=2, default="BE")
    issuer_region = models.CharField(
        _("regio van de uitreiker (element 3)"), max_length=5, blank=True, db_default=""
    )
    awarding_body = models.CharField(_("uitreikende instantie (element 4)"), max_length=200)
    outcomes = ArrayField(models.TextField(), default=list, verbose_name=_("leerresultaten (element 6)"))
    workload_hours = models.DecimalField(
        _("studielast in uren (element 7)"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    ects = models.DecimalField(
        _("ECTS-punten (element 7)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    eqf_level = models.PositiveSmallIntegerField(_("niveau (element 8)"), null=True, blank=True)
    assessment = models.CharField(_("wijze van toetsing (element 9)"), max_length=200)
    participation = models.CharField(_("vorm van deelname (element 10)"), max_length=200)
    quality_assurance = models.CharField(_("kwaliteitszorg (element 11)"), max_length=200)
    prerequisites = models.TextField(_("toelatingsvoorwaarden"), blank=True)
    supervision = models.CharField(
        _("toezicht bij de toetsing"), max_length=10, choices=Supervision, blank=True, db_default=""
    )
    stacking = models.CharField(_("stapelbaar"), max_length=9, choices=Stacking, blank=True, db_default="")
    stacks_into = models.CharField(_("telt mee voor"), max_length=300, blank=True, db_default="")
    validity_months = models.PositiveSmallIntegerField(_("geldig (maanden)"), null=True, blank=True)
    remind_months = models.PositiveSmallIntegerField(
        _("herinneren (maanden vooraf)"),
        default=3,
        db_default=3,
        help_text=_(
            "Hoeveel maanden voor het vervallen wie het bewijs uitreikt en het bedrijf een bericht krijgen."
        ),
    )
    refresher = models.ForeignKey(
        Offer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="refreshes",
        verbose_name=_("opfrissing"),
    )

    objects = MicrocredentialQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("microcredential")
        constraints = [
            models.CheckConstraint(
                name="microcredential_has_a_workload",
                condition=Q(workload_hours__gt=0) | Q(ects__gt=0),
                violation_error_message=_("Vul de studielast in, in uren of in ECTS-punten (element 7)."),
            ),
            models.CheckConstraint(
                name="microcredential_is_valid_for_a_while",
                condition=Q(validity_months=None) | Q(validity_months__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.title
