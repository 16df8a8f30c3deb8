"""A person's own calendar of editions: what the organisation teaches, waits for or has bought, and what the
networks that the person runs or steers have bought."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.db.models import Q, QuerySet

from catalogue.models import CalendarFeed, Edition, WaitingEntry
from networks.models import Membership
from skillnet.kernel.roles import Role

SALT = "skillnet.calendar.feed"
MOST = 500  # editions in one feed
NETWORK_ROLES = (Role.NETWORK_MANAGER, Role.STEERING_MEMBER)
BoughtBy = Callable[[int], Iterable[int]]
OfNetworks = Callable[[Collection[int]], Iterable[int]]
_sources: list[BoughtBy] = []
_network_sources: list[OfNetworks] = []


def register_bought(source: BoughtBy, of_networks: OfNetworks) -> None:
    """`programmes`, which lies above, says which editions (primary keys) an organisation has seats in, and which
    ones networks have bought."""
    if source not in _sources:
        _sources.append(source)
        _network_sources.append(of_networks)


def editions_of(
    organisation_id: int, roles: Iterable[Role], networks: Collection[int] = ()
) -> QuerySet[Edition]:
    """Dated editions that concern an organisation in these roles, and `networks`; cancelled ones included."""
    held = set(roles)
    wanted = Q(pk__in=[])
    if Role.PROVIDER in held:
        wanted |= Q(offer__provider__organisation=organisation_id)
    if Role.COMPANY_CONTACT in held:
        kept = WaitingEntry.objects.filter(organisation=organisation_id, state__in=["offered", "accepted"])
        bought = [pk for source in _sources for pk in source(organisation_id)]
        wanted |= Q(pk__in=kept.values("edition")) | Q(pk__in=bought)
    if networks:
        wanted |= Q(pk__in=[pk for source in _network_sources for pk in source(networks)])
    found = Edition.objects.filter(wanted, starts_on__isnull=False).exclude(offer__state="archived")
    return found.select_related("offer__provider__organisation").order_by("starts_on", "pk")


def between(editions: QuerySet[Edition], first: date, last: date) -> QuerySet[Edition]:
    """Those with a day in the period, cancelled ones left out."""
    begun = editions.filter(starts_on__lte=last).exclude(state=Edition.State.CANCELLED)
    return begun.filter(Q(ends_on__gte=first) | Q(ends_on=None, starts_on__gte=first))


def feed_token(feed: CalendarFeed) -> str:
    """What the address of the feed holds; it works until the feed is renewed."""
    return signing.dumps([str(feed.public_id), feed.version], salt=SALT)


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed, and what its person still is there."""

    feed: CalendarFeed
    roles: frozenset[Role]
    networks: frozenset[int]


def feed_of(token: str) -> FollowedFeed | None:
    """The feed behind a token, with the roles that its person still holds there; None when it ended."""
    try:
        public_id, version = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    feeds = CalendarFeed.objects.filter(public_id=public_id, version=version, user__is_active=True)
    feed = feeds.select_related("organisation").first()
    if feed is None:
        return None
    held = Membership.objects.filter(user=feed.user_id, organisation=feed.organisation_id, ended_at=None)
    rows = [(Role(role), network) for role, network in held.values_list("role", "network")]
    if not rows:
        return None
    networks = frozenset(network for role, network in rows if role in NETWORK_ROLES and network)
    return FollowedFeed(feed, frozenset(role for role, _network in rows), networks)
