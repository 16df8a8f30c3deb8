"""Pages of the site itself."""

from skillnet.views.notices import notice_preferences, notices, unsubscribe_view
from skillnet.views.site import accept_invitation, health, home, switch_role

__all__ = [
    "accept_invitation",
    "health",
    "home",
    "notice_preferences",
    "notices",
    "switch_role",
    "unsubscribe_view",
]
