"""Who may open which address of `programmes`."""

from programmes.claim_access import CLAIM_ACCESS
from programmes.delivery_access import DELIVERY_ACCESS
from skillnet.kernel.access import Access, allow, anyone
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING = Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER
PROVIDER, COORDINATOR, ANALYST, ADMIN = Role.PROVIDER, Role.COORDINATOR, Role.ANALYST, Role.ADMINISTRATOR
DECIDERS = (MANAGER, STEERING, COORDINATOR)

ACCESS: dict[str, Access] = {
    "programmes:programmes": allow(*Role),
    "programmes:programme_detail": allow(*Role),
    "programmes:programme_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "programmes:programme_vote": allow(STEERING, methods="POST"),
    "programmes:programme_comment": allow(COMPANY, *DECIDERS, methods="POST"),
    "programmes:programme_new": allow(MANAGER, methods="GET POST"),
    "programmes:programme_edit": allow(MANAGER, methods="GET POST"),
    "programmes:programme_what_if": allow(MANAGER),
    "programmes:programme_print": allow(*DECIDERS),
    "programmes:export_proposals": allow(*DECIDERS, ANALYST, ADMIN),
    "programmes:commit": allow(COMPANY, *DECIDERS, methods="GET POST"),
    "programmes:withdraw": allow(COMPANY, methods="GET POST"),
    "programmes:remove": allow(Role.NETWORK_MANAGER, methods="GET POST"),
    "programmes:commitment_print": allow(COMPANY, *DECIDERS),
    "programmes:sme_declaration": allow(COMPANY, MANAGER, COORDINATOR),
    "programmes:de_minimis_declaration": allow(COMPANY, COORDINATOR),
    "programmes:programme_evidence": allow(*Role),
    "programmes:other_funding": allow(COMPANY, *DECIDERS, methods="GET POST"),
    "programmes:cost_lines": allow(MANAGER, methods="GET POST"),
    "programmes:prices": allow(*DECIDERS, methods="GET POST"),
    "programmes:evaluation": allow(COMPANY, *DECIDERS, methods="GET POST"),
    "programmes:wait": allow(COMPANY, methods="POST"),
    "programmes:wait_end": allow(COMPANY, methods="POST"),
    "programmes:budget_lines": allow(*DECIDERS, ANALYST, ADMIN, methods="GET POST"),
    "programmes:instruments": allow(*Role),
    "programmes:instrument": allow(*Role),
    "programmes:kmo": allow(*Role),
    "programmes:leave_calculator": allow(*Role),
    "programmes:sector_fund": allow(*Role),
    "programmes:leave": allow(COMPANY, methods="GET POST"),
    "programmes:leave_worker": allow(COMPANY, methods="GET POST"),
    "programmes:leave_take": allow(COMPANY, methods="POST"),
    "programmes:leave_claimed": allow(COMPANY, methods="POST"),
    "programmes:leave_give_back": allow(COMPANY, methods="POST"),
    "programmes:leave_withdraw": allow(COMPANY, methods="POST"),
    "programmes:leave_answer": anyone("GET POST"),
    "programmes:sme": allow(COMPANY),
    "programmes:sme_figures": allow(COMPANY, methods="GET POST"),
    "programmes:sme_owners": allow(COMPANY, methods="GET POST"),
    "programmes:sme_linked": allow(COMPANY, methods="GET POST"),
    "programmes:sme_statement": allow(COMPANY, methods="GET POST"),
    "programmes:sme_of": allow(MANAGER, COORDINATOR, ADMIN),
    "programmes:ledger": allow(COMPANY, COORDINATOR, ADMIN),
    "programmes:ledger_detail": allow(COMPANY, COORDINATOR, ADMIN),
    "programmes:ledger_declare": allow(COMPANY, methods="GET POST"),
    "programmes:ledger_register": allow(COORDINATOR, ADMIN),
    "programmes:ledger_registered": allow(COORDINATOR, methods="POST"),
    "programmes:publications": allow(COORDINATOR, ADMIN),
    "programmes:published": allow(COORDINATOR, methods="POST"),
    "programmes:ledger_corrected": allow(COORDINATOR, methods="POST"),
    "programmes:ledger_entry": allow(COMPANY, COORDINATOR, ADMIN, methods="GET POST"),
    "programmes:ledger_proof": allow(COMPANY, COORDINATOR, ADMIN),
    **CLAIM_ACCESS,
    **DELIVERY_ACCESS,
    "programmes:invoices": allow(COMPANY, PROVIDER, *DECIDERS),
    "programmes:invoice": allow(COMPANY, PROVIDER, *DECIDERS, methods="GET POST"),
}
