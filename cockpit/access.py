"""Who may open which address of `cockpit`: those who look after the whole; no company is named here."""

from skillnet.kernel.access import Access, allow, allow_all
from skillnet.kernel.roles import Role

READERS = allow(Role.ANALYST, Role.COORDINATOR, Role.ADMINISTRATOR)

ACCESS: dict[str, Access] = allow_all(
    [
        "cockpit:overview",
        "cockpit:supply_demand",
        "cockpit:unmet",
        "cockpit:overlap",
        "cockpit:double_funding",
        "cockpit:budget",
    ],
    READERS,
)
