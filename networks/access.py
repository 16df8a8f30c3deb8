"""Who may open which address of `networks`."""

from skillnet.kernel.access import Access, allow
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING, COORDINATOR = (
    Role.COMPANY_CONTACT,
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
)

ACCESS: dict[str, Access] = {
    "networks:gaps": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:gap_new": allow(COMPANY, methods="GET POST"),
    "networks:gap_detail": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:gap_edit": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:gap_action": allow(COMPANY, MANAGER, methods="POST"),
}
