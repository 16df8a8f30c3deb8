"""What hangs on an edition, said before it is cancelled. Who bought seats hears of it through `programmes`."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Edition, WaitingEntry


def consequences(edition: Edition) -> list[str]:
    """Sentences for who is about to cancel the edition; empty when nobody counts on it."""
    found = []
    if edition.enrolled:
        sentence = ngettext(
            "%(n)d deelnemer is ingeschreven.", "%(n)d deelnemers zijn ingeschreven.", edition.enrolled
        )
        found.append(sentence % {"n": edition.enrolled})
        found.append(_("Hun bedrijven en netwerken krijgen meteen bericht, met uw motivering."))
    waiting = WaitingEntry.objects.live().filter(edition=edition).count()
    if waiting:
        sentence = ngettext(
            "%(n)d bedrijf staat op de wachtlijst.", "%(n)d bedrijven staan op de wachtlijst.", waiting
        )
        found.append(sentence % {"n": waiting})
        found.append(_("De lijst sluit en wie erop staat, krijgt bericht."))
    return found
