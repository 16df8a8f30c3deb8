"""Who may open which address of `catalogue`."""

from catalogue.rules import TRADERS
from skillnet.kernel.access import Access, allow, allow_all, anyone
from skillnet.kernel.roles import Role

PUBLIC = [
    "catalogue:offers",
    "catalogue:offer_detail",
    "catalogue:course_jsonld",
    "catalogue:course_oeapi",
    "catalogue:course_oeapi_offerings",
    "catalogue:offer_calendar",
    "catalogue:calendar_feed",
    "catalogue:offer_month",
    "catalogue:providers",
    "catalogue:provider_detail",
    "catalogue:provider_calendar",
    "catalogue:catalogue_jsonld",
    "catalogue:provider_jsonld",
    "catalogue:provider_elm",
    "catalogue:provider_courses",
    "catalogue:provider_course",
    "catalogue:provider_offerings",
    "catalogue:course_elm",
    "catalogue:microcredential_detail",
    "catalogue:microcredential_elm",
]
FORMS = [
    "catalogue:offer_new",
    "catalogue:offer_edit",
    "catalogue:edition_new",
    "catalogue:edition_edit",
    "catalogue:microcredential_edit",
    "catalogue:my_provider",
    "catalogue:label_new",
    "catalogue:offer_undo",
    "catalogue:edition_undo",
    "catalogue:microcredential_undo",
    "catalogue:provider_undo",
    "catalogue:issued",
]
REVIEWERS = (Role.ADMINISTRATOR, Role.COORDINATOR)
STEPS = ["catalogue:label_end", "catalogue:offer_action", "catalogue:offer_copy", "catalogue:edition_action"]

# The capacity exchange: everybody looks, who speaks for a company, a provider or a network trades.
CAPACITY_PAGES = [
    "catalogue:capacity",
    "catalogue:capacity_own",
    "catalogue:capacity_requests",
    "catalogue:capacity_calendar",
]

ACCESS: dict[str, Access] = {
    **allow_all(PUBLIC, anyone()),
    **allow_all(
        ["catalogue:my_offers", "catalogue:my_editions", "catalogue:editions_calendar"], allow(Role.PROVIDER)
    ),
    **allow_all(FORMS, allow(Role.PROVIDER, methods="GET POST")),
    "catalogue:offer_suggest": allow(Role.PROVIDER, methods="POST"),
    "catalogue:provider_register": allow(Role.COMPANY_CONTACT, methods="GET POST"),
    "catalogue:my_calendar": allow(*TRADERS, Role.STEERING_MEMBER, methods="GET POST"),
    "catalogue:my_credentials": allow(Role.COMPANY_CONTACT),
    "catalogue:issued_document": allow(Role.COMPANY_CONTACT, Role.PROVIDER),
    "catalogue:my_waiting": allow(Role.COMPANY_CONTACT),
    "catalogue:waiting": allow(Role.COMPANY_CONTACT, methods="GET POST"),
    "catalogue:waiting_step": allow(Role.COMPANY_CONTACT, methods="POST"),
    **allow_all(["catalogue:revaluations", "catalogue:revaluation"], allow(Role.PROVIDER, *REVIEWERS)),
    "catalogue:revaluation_step": allow(Role.PROVIDER, *REVIEWERS, methods="POST"),
    "catalogue:provider_review": allow(*REVIEWERS),
    "catalogue:recognition_new": allow(*REVIEWERS, methods="GET POST"),
    "catalogue:provider_step": allow(Role.PROVIDER, *REVIEWERS, methods="POST"),
    **allow_all(STEPS, allow(Role.PROVIDER, methods="POST")),
    **allow_all(CAPACITY_PAGES, allow(*Role)),
    "catalogue:capacity_detail": allow(*Role, methods="GET POST"),
    **allow_all(["catalogue:capacity_new", "catalogue:capacity_edit"], allow(*TRADERS, methods="GET POST")),
    **allow_all(
        ["catalogue:capacity_action", "catalogue:capacity_request_action"], allow(*TRADERS, methods="POST")
    ),
}
