"""Credentials that were issued: how many, when they expire and whether they were renewed; never whose."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models.microcredentials import Microcredential
from catalogue.waiting_querysets import IssuedCredentialQuerySet
from networks.models import Organisation
from skillnet.kernel.fields import unguessable_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class IssuedCredential(Stamped):
    """One credential of one person, known by a pseudonym: the issuer's own reference, or an enrolment's."""

    public_id = unguessable_id()
    microcredential = models.ForeignKey(Microcredential, on_delete=models.PROTECT, related_name="issued")
    pseudonym = models.CharField(
        _("kenmerk"),
        max_length=40,
        help_text=_("Uw eigen kenmerk voor deze persoon: geen naam of nummer."),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bedrijf"),
    )
    issued_on = models.DateField(_("uitgereikt op"))
    expires_on = models.DateField(_("geldig tot en met"), null=True, blank=True)
    renewed_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewal"
    )
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = IssuedCredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name = _("uitgereikt bewijs")
        indexes = [models.Index(fields=["expires_on"], name="issued_by_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["microcredential", "pseudonym", "issued_on"],
                name="issued_once_a_day",
                violation_error_message=_("Dit bewijs staat al in het register."),
            ),
            models.CheckConstraint(name="issued_has_a_pseudonym", condition=~Q(pseudonym="")),
            models.CheckConstraint(
                name="issued_expires_after_it_begins",
                condition=Q(expires_on=None) | Q(expires_on__gt=F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym
