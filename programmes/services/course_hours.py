"""How long a course lasts: nobody attends more hours of it than were taught."""

from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.models import Offer
from skillnet.templatetags.ui import number

ZERO = Decimal("0.00")


def course_hours(offer: Offer) -> Decimal | None:
    """Hours that one person can attend: taught and at the workplace. None where the catalogue does not say."""
    if not offer.hours:
        return None
    return offer.hours + (offer.workplace_hours or ZERO)


def longer_than_the_course(offer: Offer, hours: Decimal, people: int = 1) -> str:
    """What to do where `people` together attended more than the course lasts; empty where they did not.

    Wages count by the hour attended (article 31(3)(d) of Regulation 651/2014), so an hour too many is aid too
    much. A course that really lasted longer is put right at its source, by who teaches it.
    """
    limit = course_hours(offer)
    if limit is None or hours <= limit * people:
        return ""
    words = {
        "course": offer.title,
        "most": number(limit),
        "sum": number(limit * people),
        "sent": number(hours),
    }
    if people > 1:
        return (
            _(
                "“%(course)s” duurt %(most)s uren: samen zijn dat hoogstens %(sum)s uren, en hier staan er %(sent)s. "
                "Kijk de uren na. Duurde de opleiding echt langer, dan past de opleidingsverstrekker eerst de "
                "contacturen van het aanbod aan."
            )
            % words
        )
    return (
        _(
            "“%(course)s” duurt %(most)s uren, en hier staan er %(sent)s. Noteer hoogstens %(most)s uren. Duurde de "
            "opleiding echt langer, dan past de opleidingsverstrekker eerst de contacturen van het aanbod aan."
        )
        % words
    )


__all__ = ["course_hours", "longer_than_the_course"]
