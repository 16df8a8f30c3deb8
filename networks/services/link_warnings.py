"""What is lawful in who owns whom, but more often a slip of the pen: said, and never refused."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation, OwnershipLink
from skillnet.templatetags.ui import date_long, percent

WHOLE = Decimal(100)


def closes_circle(link: OwnershipLink) -> bool:
    """Whether the owned one already holds, through others, something of its new owner."""
    pairs = list(OwnershipLink.objects.filter(until=None).values_list("owner_id", "owned_id"))
    seen, border = {link.owned_id}, {link.owned_id}
    while border:
        border = {owned for owner, owned in pairs if owner in border} - seen
        if link.owner_id in border:
            return True
        seen |= border
    return False


def above_whole(organisation: Organisation) -> Decimal | None:
    """What its owners hold together where that is more than everything; None where it is not.

    Lawful, since capital and votes may lie in different hands, but more often a slip of the pen.
    """
    percents = organisation.owned_by.filter(until=None).values_list("percent", flat=True)
    together = sum(percents, Decimal(0))
    return together if together > WHOLE else None


def warnings_about(link: OwnershipLink, organisation: Organisation) -> list[str]:
    """Sentences about a link that was just recorded for `organisation`."""
    found = []
    if closes_circle(link):
        found.append(
            _(
                "Deze band maakt een cirkel: de ene onderneming bezit de andere en omgekeerd. Dat kan; zij "
                "tellen één keer."
            )
        )
    together = above_whole(organisation)
    if together is not None:
        found.append(
            _("Samen bezitten de eigenaars %(share)s. Klopt dat niet, beëindig dan een van de banden.")
            % {"share": percent(together / 100)}
        )
    if link.since is not None and link.since > timezone.localdate():
        found.append(
            _("Deze band telt pas vanaf %(day)s. Bestaat hij nu al, beëindig hem en geef de juiste dag.")
            % {"day": date_long(link.since)}
        )
    return found


__all__ = ["above_whole", "closes_circle", "warnings_about"]
