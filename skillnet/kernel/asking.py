"""How often somebody may ask what says a little of others each time: counted in the cache, by the hour."""

from django.core.cache import cache
from django.utils.translation import gettext as _

HOUR = 3600  # seconds


class AskedTooOften(Exception):
    """Enough for this hour; the message is a sentence for who asked."""

    def __init__(self) -> None:
        super().__init__(_("U vroeg dit het afgelopen uur al vaak. Probeer het over een uur opnieuw."))


def asked(key: str) -> int:
    """How often `key` was counted in its hour; 0 while the cache is away."""
    return int(cache.get(key) or 0)


def count_asking(key: str) -> None:
    """Count it once more; the hour begins with the first."""
    cache.add(key, 0, timeout=HOUR)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two
        return


def ask_seldom(key: str, *, most: int) -> None:
    """Count this asking; raises AskedTooOften once there were `most` in the hour."""
    if asked(key) >= most:
        raise AskedTooOften
    count_asking(key)
