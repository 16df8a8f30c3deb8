"""Shortage occupations: one list a year and region, each occupation with its causes and the skills it needs."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from skillnet.kernel.fields import public_id
from skillnet.kernel.models import Stamped


class ShortageList(Stamped):
    """The official list of one year and one region (NUTS level 1). Lists of earlier years stay."""

    public_id = public_id()
    year = models.PositiveSmallIntegerField(_("jaar"))
    region = models.CharField(_("regio (NUTS)"), max_length=5)
    source = models.CharField(_("bron"), max_length=200, blank=True)
    imported_at = models.DateTimeField(db_default=Now())
    imported_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revalued_on = models.DateField(
        null=True, editable=False, help_text=_("Sinds wanneer de lijst in de prioriteiten telt.")
    )

    class Meta:
        ordering = ["-year", "region"]
        verbose_name = _("lijst van knelpuntberoepen")
        constraints = [
            models.UniqueConstraint(fields=["year", "region"], name="shortage_list_once_a_year_and_region"),
            models.CheckConstraint(
                name="shortage_list_year_of_this_age", condition=Q(year__range=(2000, 2100))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}"


@pghistory.track(exclude=["updated_at"])
class ShortageOccupation(Stamped):
    """One occupation on a list. `skills` are ESCO's, those of `occupation` unless a person chose others."""

    class Cause(models.TextChoices):
        QUANTITATIVE = "quantitative", _("kwantitatief: te weinig kandidaten")
        QUALITATIVE = "qualitative", _("kwalitatief: kandidaten missen wat gevraagd wordt")
        CONDITIONS = "conditions", _("arbeidsomstandigheden")

    class Link(models.TextChoices):
        NONE = "none", _("niet gekoppeld")
        FILE = "file", _("staat in het bestand")
        NAME = "name", _("zelfde naam in ESCO")
        PERSON = "person", _("door een persoon")

    #: What each cause means in the interchange file, beside its own name.
    CAUSE_WORDS: ClassVar[dict[str, str]] = {
        "kwantitatief": "quantitative",
        "kwalitatief": "qualitative",
        "arbeidsomstandigheden": "conditions",
        "quantitatif": "quantitative",
        "qualitatif": "qualitative",
        "quantitative": "quantitative",
        "qualitative": "qualitative",
        "conditions": "conditions",
    }

    public_id = public_id()
    listing = models.ForeignKey(ShortageList, on_delete=models.CASCADE, related_name="occupations")
    key = models.CharField(
        max_length=200, editable=False, help_text=_("De naam zonder hoofdletters en tekens.")
    )
    code = models.CharField(_("code"), max_length=30, blank=True)
    names = models.JSONField(default=dict)
    group = models.CharField(_("beroepsgroep"), max_length=200, blank=True)
    causes = ArrayField(models.CharField(max_length=12, choices=Cause), default=list, blank=True)
    is_ministerial = models.BooleanField(
        _("op de lijst voor arbeidsmigratie"), default=False, help_text=_("De ministeriële lijst.")
    )
    occupation = models.ForeignKey(
        "matching.Occupation", on_delete=models.SET_NULL, null=True, blank=True, related_name="shortages"
    )
    skills = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    link = models.CharField(_("koppeling"), max_length=6, choices=Link, default=Link.NONE)
    is_listed = models.BooleanField(
        default=True,
        help_text=_("Onwaar: een verbeterde lijst van hetzelfde jaar noemt het beroep niet meer."),
    )

    class Meta:
        ordering = ["listing", "key"]
        verbose_name = _("knelpuntberoep")
        constraints = [
            models.UniqueConstraint(fields=["listing", "key"], name="shortage_occupation_once_in_a_list"),
            models.CheckConstraint(
                name="shortage_occupation_linked_has_skills", condition=Q(link="none") | ~Q(skills=[])
            ),
        ]

    def __str__(self) -> str:
        return self.name("nl")

    def name(self, language: str) -> str:
        """In `language`, else in whatever language the list has it."""
        return self.names.get(language) or next((n for n in self.names.values() if n), self.key)
