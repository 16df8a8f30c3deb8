"""Who may open which address of applications, reviews, annual plans, and coming in."""

from skillnet.kernel.access import Access, allow, signed_in
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING, COORDINATOR, ANALYST = (
    Role.COMPANY_CONTACT,
    Role.NETWORK_MANAGER,
    Role.STEERING_MEMBER,
    Role.COORDINATOR,
    Role.ANALYST,
)
EDITORS = (COMPANY, Role.PROVIDER, MANAGER, COORDINATOR, Role.ADMINISTRATOR)

APPLICATION_ACCESS: dict[str, Access] = {
    "networks:criterion_new": allow(COORDINATOR, methods="GET POST"),
    "networks:criterion_edit": allow(COORDINATOR, methods="GET POST"),
    "networks:criterion_remove": allow(COORDINATOR, methods="POST"),
    "networks:application_start": allow(MANAGER, methods="GET POST"),
    "networks:application_detail": allow(MANAGER, STEERING, COORDINATOR, ANALYST),
    "networks:application_edit": allow(MANAGER, methods="GET POST"),
    "networks:application_action": allow(MANAGER, COORDINATOR, methods="POST"),
    "networks:application_checklist": allow(COORDINATOR, methods="POST"),
    "networks:condition_settle": allow(COORDINATOR, methods="POST"),
    "networks:reviewer_assign": allow(COORDINATOR, methods="POST"),
    "networks:reviewer_unassign": allow(COORDINATOR, methods="POST"),
    "networks:reviews": allow(COORDINATOR, ANALYST),
    "networks:review": allow(COORDINATOR, ANALYST, methods="GET POST"),
    "networks:call_ranking": allow(COORDINATOR, methods="GET POST"),
    "networks:plan_new": allow(MANAGER, methods="GET POST"),
    "networks:plan_detail": allow(MANAGER, STEERING, COORDINATOR),
    "networks:plan_edit": allow(MANAGER, methods="GET POST"),
    "networks:plan_line_new": allow(MANAGER, methods="POST"),
    "networks:plan_line_edit": allow(MANAGER, methods="GET POST"),
    "networks:plan_line_remove": allow(MANAGER, methods="POST"),
    "networks:plan_action": allow(MANAGER, STEERING, methods="POST"),
    "networks:onboard": signed_in("GET POST"),
    "networks:access_answer": allow(COMPANY, Role.PROVIDER, Role.ADMINISTRATOR, methods="POST"),
    "networks:establishment_new": allow(*EDITORS, methods="GET POST"),
    "networks:establishment_close": allow(*EDITORS, methods="POST"),
}
