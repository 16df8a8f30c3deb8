"""Who may open which address of `matching`."""

from skillnet.kernel.access import Access, allow
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING, COORDINATOR = (
    Role.COMPANY_CONTACT,
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
)
PROVIDER, ANALYST, ADMINISTRATOR = Role.PROVIDER, Role.ANALYST, Role.ADMINISTRATOR
GAP_READERS = (COMPANY, MANAGER, STEERING, COORDINATOR)
CARD_READERS = (MANAGER, STEERING, COORDINATOR)
RUN_READERS = (MANAGER, STEERING, COORDINATOR, ANALYST, ADMINISTRATOR)

ACCESS: dict[str, Access] = {
    "matching:suggest": allow(COMPANY, MANAGER, methods="POST"),
    "matching:similar_gaps": allow(*GAP_READERS),
    "matching:gap_matches": allow(*GAP_READERS),
    "matching:verdict": allow(*GAP_READERS, methods="POST"),
    "matching:runs": allow(*RUN_READERS),
    "matching:run_new": allow(MANAGER, COORDINATOR, ADMINISTRATOR, methods="GET POST"),
    "matching:run_detail": allow(*RUN_READERS),
    "matching:run_changes": allow(*RUN_READERS),
    "matching:run_progress": allow(*RUN_READERS),
    "matching:run_cancel": allow(MANAGER, COORDINATOR, ADMINISTRATOR, methods="POST"),
    "matching:pools": allow(*GAP_READERS),
    "matching:unpooled": allow(*GAP_READERS),
    "matching:gap_placement": allow(MANAGER, COORDINATOR, methods="POST"),
    "matching:pool_detail": allow(*GAP_READERS),
    "matching:pool_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "matching:demand": allow(PROVIDER, ANALYST, COORDINATOR, ADMINISTRATOR),
    "matching:demand_detail": allow(PROVIDER, ANALYST, COORDINATOR, ADMINISTRATOR, methods="GET POST"),
    "matching:weights": allow(COORDINATOR, ADMINISTRATOR, methods="GET POST"),
    "matching:weights_preview": allow(COORDINATOR, ADMINISTRATOR, methods="POST"),
    "matching:shortages": allow(*Role),
    "matching:shortage": allow(*Role, methods="GET POST"),
    "matching:shortage_import": allow(COORDINATOR, ADMINISTRATOR, methods="GET POST"),
    "matching:strategy": allow(ANALYST, COORDINATOR, ADMINISTRATOR),
    "matching:strategy_new": allow(COORDINATOR, ADMINISTRATOR, methods="GET POST"),
    "matching:demand_cards": allow(*CARD_READERS),
    "matching:demand_card": allow(*CARD_READERS),
    "matching:demand_card_action": allow(MANAGER, methods="POST"),
    "matching:bids": allow(PROVIDER),
    "matching:bid_new": allow(PROVIDER, methods="GET POST"),
    "matching:bid_edit": allow(PROVIDER, methods="GET POST"),
    "matching:bid_detail": allow(PROVIDER, *CARD_READERS),
    "matching:bid_action": allow(PROVIDER, MANAGER, methods="POST"),
    "matching:bids_compare": allow(*CARD_READERS),
    "matching:bids_print": allow(*CARD_READERS),
}
