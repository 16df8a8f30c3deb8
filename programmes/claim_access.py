"""Who may open which address of budgets, claims, audits, outcomes and contingents."""

from skillnet.kernel.access import Access, allow
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING = Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER
COORDINATOR, ANALYST, ADMIN = Role.COORDINATOR, Role.ANALYST, Role.ADMINISTRATOR
DECIDERS = (MANAGER, STEERING, COORDINATOR)

CLAIM_ACCESS: dict[str, Access] = {
    "programmes:budgets": allow(MANAGER, COORDINATOR, ANALYST, ADMIN),
    "programmes:claims": allow(*DECIDERS),
    "programmes:claim": allow(COMPANY, *DECIDERS),
    "programmes:claim_open": allow(MANAGER, methods="POST"),
    "programmes:claim_edit": allow(MANAGER, methods="GET POST"),
    "programmes:claim_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "programmes:payment_request": allow(*DECIDERS),
    "programmes:outcome": allow(COMPANY, methods="GET POST"),
    "programmes:audits": allow(COORDINATOR, ADMIN),
    "programmes:audit_draw": allow(COORDINATOR, methods="POST"),
    "programmes:audit_sample": allow(COORDINATOR, ADMIN),
    "programmes:audit_case": allow(*DECIDERS, ADMIN),
    "programmes:audit_findings": allow(COORDINATOR, methods="POST"),
    "programmes:audit_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "programmes:recovery_new": allow(COORDINATOR, methods="POST"),
    "programmes:recovery_repay": allow(COORDINATOR, methods="POST"),
    "programmes:contingents": allow(*DECIDERS, ANALYST, ADMIN),
    "programmes:contingent_new": allow(COORDINATOR, methods="GET POST"),
    "programmes:contingent_suggest": allow(COORDINATOR, methods="POST"),
    "programmes:contingent_edit": allow(COORDINATOR, methods="GET POST"),
}
