"""Who may open which address of delivery."""

from skillnet.kernel.access import Access, allow, anyone
from skillnet.kernel.roles import Role

COMPANY, MANAGER, STEERING = Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER
PROVIDER, COORDINATOR = Role.PROVIDER, Role.COORDINATOR
READERS = (COMPANY, MANAGER, STEERING, PROVIDER, COORDINATOR)
RECORDERS = (COMPANY, MANAGER, PROVIDER)

DELIVERY_ACCESS: dict[str, Access] = {
    "programmes:deliveries": allow(PROVIDER),
    "programmes:enrolments": allow(*READERS, methods="GET POST"),
    "programmes:enrolment_detail": allow(*READERS, methods="GET POST"),
    "programmes:enrolment_record": allow(*RECORDERS),
    "programmes:enrolment_evidence": allow(*RECORDERS, methods="POST"),
    "programmes:jobseekers": allow(MANAGER, STEERING, PROVIDER, COORDINATOR, methods="GET POST"),
    "programmes:attendance": allow(*RECORDERS, methods="GET POST"),
    "programmes:sign_sheet": allow(*RECORDERS),
    "programmes:other_edition": allow(MANAGER, methods="GET POST"),
    "programmes:evidence": allow(*READERS, methods="GET POST"),
    "programmes:evidence_file": allow(*READERS),
    "programmes:evidence_remove": allow(*RECORDERS, methods="POST"),
    "programmes:learner_answer": anyone("GET POST"),
    "programmes:learner_record": anyone(),
}
