"""The link of a calendar that is followed elsewhere."""

from django.db import transaction
from django.db.models import F

from catalogue.models import CalendarFeed
from skillnet.kernel.actor import Actor


def feed_for(*, actor: Actor) -> CalendarFeed:
    """The feed of this person for this organisation; made the first time."""
    feed, _made = CalendarFeed.objects.get_or_create(user=actor.user, organisation_id=actor.organisation_id)
    return feed


def renew_feed(*, actor: Actor) -> CalendarFeed:
    """A new link: the old one, wherever it went, stops working."""
    with transaction.atomic():
        feed = feed_for(actor=actor)
        CalendarFeed.objects.filter(pk=feed.pk).update(version=F("version") + 1)
        feed.refresh_from_db()
    return feed
