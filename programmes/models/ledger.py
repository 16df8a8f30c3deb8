"""The de minimis ledger, what proves a declaration, and the public register of awards."""

from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from networks.models import Organisation
from programmes.models.programmes import Participation
from programmes.models.supplements import SupplementLine
from programmes.querysets import DeMinimisQuerySet
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped


@pghistory.track(exclude=["updated_at"])
class DeMinimisAid(Stamped):
    """The ledger: aid that counts (or was declared to count) against a ceiling of a single undertaking.

    Nothing leaves it: a `LedgerCorrection` lowers what a row counts, down to nothing.
    """

    class Basis(models.TextChoices):
        DE_MINIMIS = "de_minimis", _("de minimis")
        DE_MINIMIS_SGEI = "de_minimis_sgei", _("de minimis DAEB")

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="de_minimis_aid")
    granted_on = models.DateField(_("toegekend op"))
    amount = money(verbose_name=_("bedrag"))
    basis = models.CharField(max_length=16, choices=Basis, default=Basis.DE_MINIMIS)
    granter = models.CharField(_("steunverlener"), max_length=200, blank=True)
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="de_minimis_aid"
    )
    # What a later decision granted beside the first: an entry of its own, on its own day.
    supplement_line = models.OneToOneField(
        SupplementLine, on_delete=models.PROTECT, null=True, blank=True, related_name="de_minimis_aid"
    )
    declared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    register_reference = models.CharField(_("kenmerk in het register"), max_length=80, blank=True)

    objects = DeMinimisQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_on", "-id"]
        constraints = [
            models.CheckConstraint(name="de_minimis_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["participation"],
                condition=Q(supplement_line=None),
                name="de_minimis_once_for_a_decision",
            ),
            models.CheckConstraint(
                name="de_minimis_supplement_is_of_a_participation",
                condition=Q(supplement_line=None) | Q(participation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount}"

    @property
    def counted(self) -> Decimal:
        """Euro that counts: the amount less what was paid less or taken back since."""
        less: Decimal = sum((c.amount for c in self.corrections.all()), Decimal("0.00"))
        return Decimal(self.amount) - less


@pghistory.track(exclude=["updated_at"])
class DeclarationFile(Stamped):
    """What proves aid that a company declared (the award letter); its bytes lie where all evidence lies."""

    public_id = public_id()
    aid = models.ForeignKey(DeMinimisAid, on_delete=models.PROTECT, related_name="files")
    filename = models.CharField(_("bestandsnaam"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("bewijsstuk bij een verklaring")
        constraints = [
            models.UniqueConstraint(fields=["aid", "sha256"], name="declaration_file_once"),
            models.CheckConstraint(name="declaration_file_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.filename


@pghistory.track(exclude=["updated_at"])
class Publication(Stamped):
    """That an award above the threshold was published (article 9 GBER), where and by whom."""

    public_id = public_id()
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="publication")
    published_on = models.DateField(_("gepubliceerd op"))
    reference = models.CharField(_("kenmerk van de publicatie"), max_length=80)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # What was published; an award that a supplement raised since is published anew. Older ones kept none.
    amount = money(verbose_name=_("gepubliceerd bedrag"), null=True, blank=True)

    class Meta:
        ordering = ["-published_on", "-id"]
        verbose_name = _("publicatie")
        constraints = [
            models.CheckConstraint(name="publication_has_its_reference", condition=~Q(reference="")),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.reference}"


__all__ = ["DeMinimisAid", "DeclarationFile", "Publication"]
