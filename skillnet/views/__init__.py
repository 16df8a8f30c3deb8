"""Pages of the site itself."""

from skillnet.views.list_settings import list_settings
from skillnet.views.notices import notice_preferences, notices, unsubscribe_view
from skillnet.views.site import accept_invitation, health, home, switch_role

__all__ = [
    "accept_invitation",
    "health",
    "home",
    "list_settings",
    "notice_preferences",
    "notices",
    "switch_role",
    "unsubscribe_view",
]
