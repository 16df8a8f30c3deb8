"""Who may open which address of `networks`."""

from networks.application_access import APPLICATION_ACCESS
from skillnet.kernel.access import EVERYONE, Access, allow
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING, COORDINATOR, ANALYST, ADMIN, PROVIDER = (
    Role.COMPANY_CONTACT,
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
    Role.ANALYST,
    Role.ADMINISTRATOR,
    Role.PROVIDER,
)
READERS = (COMPANY, MANAGER, STEERING, COORDINATOR, ANALYST, ADMIN)
# Who answers for an organisation; the steering group and analysts only read.
EDITORS = (COMPANY, PROVIDER, MANAGER, COORDINATOR, ADMIN)
KEY_HOLDERS = (*EDITORS, ANALYST)

ACCESS: dict[str, Access] = {
    "networks:gaps": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:gap_new": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:gap_keep": allow(COMPANY, methods="POST"),
    "networks:gap_grid": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:gap_copy": allow(COMPANY, methods="GET POST"),
    "networks:drafts_register": allow(COMPANY, methods="POST"),
    "networks:priorities": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:gap_undo": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:transfer_detail": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:transfer_edit": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:transfer_action": allow(COMPANY, MANAGER, methods="POST"),
    "networks:gap_detail": allow(COMPANY, MANAGER, STEERING, COORDINATOR),
    "networks:gap_edit": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:gap_action": allow(COMPANY, MANAGER, methods="POST"),
    "networks:networks": allow(*READERS),
    "networks:network_new": allow(COMPANY, MANAGER, methods="GET POST"),
    "networks:network_detail": allow(*READERS),
    "networks:network_edit": allow(MANAGER, COORDINATOR, methods="GET POST"),
    "networks:network_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "networks:network_join": allow(COMPANY, methods="POST"),
    "networks:network_members": allow(MANAGER, STEERING, COORDINATOR, ADMIN),
    "networks:member_add": allow(MANAGER, methods="GET POST"),
    "networks:member_action": allow(COMPANY, MANAGER, methods="POST"),
    "networks:network_invite": allow(MANAGER, methods="GET POST"),
    "networks:needs": allow(MANAGER, STEERING, COORDINATOR, methods="GET POST"),
    "networks:needs_detail": allow(MANAGER, STEERING, COORDINATOR),
    "networks:needs_action": allow(MANAGER, STEERING, methods="POST"),
    "networks:needs_print": allow(MANAGER, STEERING, COORDINATOR),
    "networks:organisation": allow(*EVERYONE),
    "networks:organisation_edit": allow(*EDITORS, methods="GET POST"),
    "networks:accounts_save": allow(*EDITORS, methods="GET POST"),
    "networks:link_new": allow(*EDITORS, methods="GET POST"),
    "networks:link_end": allow(*EDITORS, methods="POST"),
    "networks:people": allow(*EVERYONE),
    "networks:invite_person": allow(*EVERYONE, methods="POST"),
    "networks:membership_end": allow(*EVERYONE, methods="POST"),
    "networks:invitation_action": allow(*EVERYONE, methods="POST"),
    "networks:tokens": allow(*KEY_HOLDERS),
    "networks:token_new": allow(*KEY_HOLDERS, methods="POST"),
    "networks:token_revoke": allow(*KEY_HOLDERS, methods="POST"),
    "networks:calls": allow(*READERS),
    "networks:call_new": allow(COORDINATOR, methods="GET POST"),
    "networks:call_detail": allow(*READERS),
    "networks:call_edit": allow(COORDINATOR, methods="GET POST"),
    "networks:call_action": allow(COORDINATOR, methods="POST"),
    "networks:administration": allow(ADMIN),
    "networks:organisations": allow(ADMIN),
    "networks:organisation_detail": allow(ADMIN),
    "networks:organisation_verify": allow(ADMIN, methods="POST"),
    "networks:organisation_merge": allow(ADMIN, methods="POST"),
    "networks:users": allow(ADMIN),
    "networks:user_detail": allow(ADMIN, methods="GET POST"),
    "networks:rates": allow(ADMIN),
    "networks:rate_new": allow(ADMIN, methods="GET POST"),
    "networks:rate_detail": allow(ADMIN),
    "networks:rate_action": allow(ADMIN, methods="POST"),
    **APPLICATION_ACCESS,
}
