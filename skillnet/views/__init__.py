"""Pages of the site itself."""

from skillnet.views.site import accept_invitation, health, home, notices, switch_role

__all__ = ["accept_invitation", "health", "home", "notices", "switch_role"]
