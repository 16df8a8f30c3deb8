"""The seven roles of the people who use the site."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do for one organisation; see the access tables for the pages of each."""

    COMPANY_CONTACT = "company_contact", _("Bedrijfscontact")
    NETWORK_MANAGER = "network_manager", _("Netwerkmanager")
    STEERING_MEMBER = "steering_member", _("Lid van de stuurgroep")
    PROVIDER = "provider", _("Opleidingsverstrekker")
    COORDINATOR = "coordinator", _("Sectorcoördinator")
    ANALYST = "analyst", _("Analist")
    ADMINISTRATOR = "administrator", _("Beheerder")


NETWORK_ROLES = frozenset({Role.NETWORK_MANAGER, Role.STEERING_MEMBER})
