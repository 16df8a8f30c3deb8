"""Coming in: asking access to an organisation that is there already; places and joint committees."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from networks.application_querysets import AccessRequestQuerySet, EstablishmentQuerySet
from networks.models.organisations import Organisation
from skillnet.kernel import enterprise_number
from skillnet.kernel.fields import public_id
from skillnet.kernel.models import Stamped
from skillnet.kernel.roles import Role


class JointCommittee(models.Model):
    """A joint committee (paritair comité) by its official number, named per language."""

    code = models.CharField(_("nummer"), max_length=10, unique=True)
    names = models.JSONField(default=dict)
    read_at = models.DateTimeField(_("laatst ingelezen"), db_default=Now())

    class Meta:
        ordering = ["code"]
        verbose_name = _("paritair comité")

    def __str__(self) -> str:
        return f"{self.code} {self.name('nl')}"

    def name(self, language: str) -> str:
        return self.names.get(language) or next((n for n in self.names.values() if n), "")


def validate_establishment_number(value: str) -> None:
    """Ten digits that begin with 2 to 8, with the check digits of an enterprise number."""
    shaped = len(value) == 10 and value.isascii() and value.isdigit() and value[0] in "2345678"
    if not shaped or enterprise_number.check_digits(value[:8]) != value[8:]:
        raise ValidationError(
            _("“%(value)s” is geen vestigingsnummer: tien cijfers, te beginnen met 2 tot 8."),
            params={"value": value},
        )


class Establishment(Stamped):
    """A place where an organisation works (vestigingseenheid)."""

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="establishments")
    number = models.CharField(
        _("vestigingsnummer"),
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_establishment_number],
    )
    name = models.CharField(_("naam"), max_length=200)
    municipality = models.CharField(_("gemeente"), max_length=100, blank=True)
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    closed_on = models.DateField(_("gesloten sinds"), null=True, blank=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "name", "id"]
        verbose_name = _("vestiging")
        constraints = [
            models.CheckConstraint(name="establishment_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="establishment_number_has_ten_digits",
                condition=Q(number=None) | Q(number__regex=r"^[2-8][0-9]{9}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AccessRequest(Stamped):
    """Somebody asks to act for an organisation that is known already; its people answer."""

    class State(models.TextChoices):
        OPEN = "open", _("gevraagd")
        GRANTED = "granted", _("toegekend")
        REFUSED = "refused", _("geweigerd")

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="access_requests")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="access_requests")
    role = models.CharField(
        _("rol"), max_length=16, choices=Role, default=Role.COMPANY_CONTACT, db_default=Role.COMPANY_CONTACT
    )
    # Where a seat is asked for: only of the steering group.
    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, null=True, blank=True, related_name="access_requests"
    )
    message = models.CharField(_("boodschap"), max_length=500, blank=True)
    state = models.CharField(_("toestand"), max_length=8, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("vraag om toegang")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "role", "network"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="one_open_access_request_for_a_role",
            ),
            models.CheckConstraint(
                name="access_is_asked_to_a_company_its_supply_or_its_seat",
                condition=Q(role__in=[Role.COMPANY_CONTACT, Role.PROVIDER], network=None)
                | Q(role=Role.STEERING_MEMBER, network__isnull=False),
            ),
            models.CheckConstraint(
                name="access_request_decided_has_its_instant",
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"
