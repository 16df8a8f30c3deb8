"""Organisations, what owns what, and what people may do for them."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from networks.link_querysets import OwnershipLinkQuerySet
from networks.querysets import (
    InvitationQuerySet,
    MembershipQuerySet,
    OrganisationQuerySet,
)
from skillnet.kernel import enterprise_number, iban
from skillnet.kernel.fields import money, public_id
from skillnet.kernel.models import Stamped
from skillnet.kernel.names import normalise_organisation_name
from skillnet.kernel.roles import NETWORK_ROLES, Role


def validate_enterprise_number(value: str) -> None:
    if not enterprise_number.is_valid(value):
        raise ValidationError(
            _("“%(value)s” is geen ondernemingsnummer: tien cijfers, met een geldig controlegetal."),
            params={"value": value},
        )


def validate_iban(value: str) -> None:
    if not iban.is_valid(value):
        raise ValidationError(
            _("“%(value)s” is geen rekeningnummer (IBAN): kijk de cijfers na op een rekeninguittreksel."),
            params={"value": value},
        )


@pghistory.track(exclude=["updated_at"])
class Organisation(Stamped):
    """Any legal entity. `undertaking` names the entity that stands for its single undertaking."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Bedrijf")
        PROVIDER = "provider", _("Opleidingsverstrekker")
        FEDERATION = "federation", _("Federatie of kamer")
        FUND = "fund", _("Sectorfonds")
        SCHOOL = "school", _("Onderwijsinstelling")
        ADMINISTRATION = "administration", _("Overheid")

    public_id = public_id()
    enterprise_number = models.CharField(
        _("ondernemingsnummer"),
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_enterprise_number],
        help_text=_("Tien cijfers, bv. 0123.456.749. U vindt het op elke factuur."),
    )
    name = models.CharField(_("naam"), max_length=200)
    normalised_name = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField(_("soort"), max_length=16, choices=Kind, default=Kind.COMPANY)
    is_verified = models.BooleanField(_("geverifieerd"), default=False)
    language = models.CharField(_("taal"), max_length=2, default="nl")
    nace_code = models.CharField(_("NACE-code"), max_length=7, blank=True)
    nace_version = models.CharField(_("NACE-versie"), max_length=4, blank=True, default="2025")
    joint_committee = models.CharField(_("paritair comité"), max_length=10, blank=True)
    further_committees = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("andere paritaire comités"),
        default=list,
        db_default=[],
        blank=True,
    )
    region = models.CharField(_("regio (NUTS)"), max_length=5, blank=True)
    municipality = models.CharField(_("gemeente"), max_length=100, blank=True)
    undertaking = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="undertaking_members",
        help_text=_("De organisatie die voor de ene onderneming staat; leeg: zij zelf."),
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, editable=False)
    iban = models.CharField(
        _("rekeningnummer (IBAN)"),
        max_length=34,
        blank=True,
        default="",
        db_default="",
        validators=[validate_iban],
        help_text=_("Hierop komt subsidie toe, en wat u moet terugkrijgen. Bv. BE71 0961 2345 6769."),
    )
    # A number that was changed lately is looked at twice before money goes there.
    iban_since = models.DateField(null=True, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("organisatie")
        # Offers by the name of their provider: read in that order instead of sorted.
        indexes = [models.Index(fields=["name", "id"], name="organisation_by_name")]
        constraints = [
            models.CheckConstraint(
                name="organisation_number_has_ten_digits",
                condition=Q(enterprise_number=None) | Q(enterprise_number__regex=r"^[0-9]{10}$"),
            ),
            models.CheckConstraint(name="organisation_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.normalised_name = normalise_organisation_name(self.name)
        super().save(*args, **kwargs)

    @property
    def undertaking_key(self) -> int:
        """Linked organisations share this number: they count once."""
        return self.undertaking_id or self.pk


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AnnualAccounts(models.Model):
    """Approved figures of one year: headcount in annual work units, money in euro."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="accounts")
    year = models.PositiveSmallIntegerField(_("boekjaar"))
    headcount = models.DecimalField(
        _("personeel (VTE)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    turnover = money(verbose_name=_("omzet"), null=True, blank=True)
    balance_sheet = money(verbose_name=_("balanstotaal"), null=True, blank=True)

    class Meta:
        ordering = ["organisation", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="accounts_once_a_year"),
            models.CheckConstraint(
                name="accounts_headcount_not_negative", condition=Q(headcount=None) | Q(headcount__gte=0)
            ),
            models.CheckConstraint(
                name="accounts_money_not_negative",
                condition=(Q(turnover=None) | Q(turnover__gte=0))
                & (Q(balance_sheet=None) | Q(balance_sheet__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


@pghistory.track(exclude=["updated_at"])
class OwnershipLink(Stamped):
    """Who owns or controls whom, since when: the source of SME size and of the single undertaking."""

    class OwnerKind(models.TextChoices):
        COMPANY = "company", _("Bedrijf")
        INVESTOR = "investor", _("Investeerder")
        UNIVERSITY = "university", _("Universiteit")
        PUBLIC = "public", _("Overheid")
        LOCAL_AUTHORITY = "local_authority", _("Autonoom lokaal bestuur")
        PERSON = "person", _("Natuurlijke persoon")

    public_id = public_id()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="owns")
    owned = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="owned_by")
    percent = models.DecimalField(
        _("percentage"), max_digits=5, decimal_places=2, help_text=_("Het grootste van kapitaal en stemmen.")
    )
    owner_kind = models.CharField(
        _("soort eigenaar"), max_length=16, choices=OwnerKind, default=OwnerKind.COMPANY
    )
    # Of a local authority: only a small one is an investor that leaves an enterprise autonomous.
    owner_budget = money(verbose_name=_("jaarbegroting van het bestuur"), null=True, blank=True)
    owner_inhabitants = models.PositiveIntegerField(_("inwoners van het bestuur"), null=True, blank=True)
    majority_votes = models.BooleanField(_("meerderheid van de stemmen"), default=False)
    board = models.BooleanField(_("benoemt de meerderheid van het bestuur"), default=False)
    contract = models.BooleanField(_("overheersende invloed door een overeenkomst"), default=False)
    since = models.DateField(_("sinds"), null=True, blank=True)
    until = models.DateField(_("tot"), null=True, blank=True)
    # Whose word it stands on alone; empty once the other side, or an authority, confirmed it.
    claimed_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    # Who said that a confirmed link ends, and from which day on; it counts until the other side says so too.
    ending_by = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    ending_on = models.DateField(null=True, blank=True, editable=False)

    objects = OwnershipLinkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="link_percent_between_0_and_100", condition=Q(percent__gte=0) & Q(percent__lte=100)
            ),
            models.CheckConstraint(name="link_not_to_itself", condition=~Q(owner=F("owned"))),
            models.CheckConstraint(
                name="link_ends_after_it_starts",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="link_ending_names_its_day",
                condition=Q(ending_by=None, ending_on=None)
                | Q(ending_by__isnull=False, ending_on__isnull=False),
            ),
            models.CheckConstraint(
                name="link_budget_and_inhabitants_of_a_local_authority",
                condition=Q(owner_kind="local_authority") | Q(owner_budget=None, owner_inhabitants=None),
                violation_error_message=_("Begroting en inwoners horen bij een autonoom lokaal bestuur."),
            ),
            models.CheckConstraint(
                name="link_budget_not_negative", condition=Q(owner_budget=None) | Q(owner_budget__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.owned} ({self.percent} %)"

    @property
    def is_control(self) -> bool:
        return self.percent > 50 or self.majority_votes or self.board or self.contract


@pghistory.track(exclude=["updated_at"])
class Membership(Stamped):
    """One role of one person for one organisation (and, for network roles, one network)."""

    public_id = public_id()
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "network"],
                name="membership_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="membership_network_only_for_network_roles",
                condition=Q(role__in=sorted(NETWORK_ROLES), network__isnull=False)
                | (~Q(role__in=sorted(NETWORK_ROLES)) & Q(network=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Invitation(Stamped):
    """An open seat: whoever holds the link becomes member with this role. Only a hash of the link is kept."""

    public_id = public_id()
    email = models.EmailField(_("e-mailadres"))
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("rol"), max_length=20, choices=Role)
    network = models.ForeignKey("networks.Network", on_delete=models.CASCADE, null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # Sent by the organisation's own people or by an administrator: no further word is needed.
    is_vouched = models.BooleanField(default=False, db_default=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "organisation", "role", "network"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                nulls_distinct=False,
                name="invitation_open_once",
                violation_error_message=_("Deze persoon heeft al een open uitnodiging voor deze rol."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.organisation}"


__all__ = [
    "AnnualAccounts",
    "Invitation",
    "Membership",
    "Organisation",
    "OwnershipLink",
    "validate_enterprise_number",
]
