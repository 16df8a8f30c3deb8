"""Who may open which address of `matching`."""

from skillnet.kernel.access import Access, allow
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING, COORDINATOR = (
    Role.COMPANY_CONTACT,
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
)
GAP_READERS = (COMPANY, MANAGER, STEERING, COORDINATOR)

ACCESS: dict[str, Access] = {
    "matching:suggest": allow(COMPANY, MANAGER, methods="POST"),
    "matching:similar_gaps": allow(*GAP_READERS),
    "matching:gap_matches": allow(*GAP_READERS),
    "matching:verdict": allow(*GAP_READERS, methods="POST"),
}
