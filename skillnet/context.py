"""What every page shows: the menu of the current roles, the switcher, unread notices."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillnet.kernel.actor import Actor
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.ui import Link, MenuItem

COMPANY, MANAGER, STEERING = Role.COMPANY_CONTACT, Role.NETWORK_MANAGER, Role.STEERING_MEMBER
PROVIDER, COORDINATOR, ANALYST, ADMIN = Role.PROVIDER, Role.COORDINATOR, Role.ANALYST, Role.ADMINISTRATOR

# label, address, roles; shown in this order. An item belongs to whom its page is for.
MENU: list[tuple[Any, str, frozenset[Role]]] = [
    (_("Te doen"), "home", frozenset(Role)),
    (_("Competentiekloven"), "networks:gaps", frozenset({COMPANY, MANAGER, STEERING, COORDINATOR})),
    (_("Mijn aanbod"), "catalogue:my_offers", frozenset({PROVIDER})),
    (_("Gebundelde vraag"), "matching:demand", frozenset({PROVIDER})),
    (_("Leveringen"), "programmes:deliveries", frozenset({PROVIDER})),
    (_("Bundels"), "matching:pools", frozenset({COMPANY, MANAGER, STEERING, COORDINATOR})),
    (_("Capaciteitsbeurs"), "catalogue:capacity", frozenset({COMPANY, PROVIDER})),
    (_("Programma’s"), "programmes:programmes", frozenset(Role) - {PROVIDER}),
    (_("Budgetten"), "programmes:budgets", frozenset({MANAGER, COORDINATOR, ANALYST, ADMIN})),
    (_("Netwerken"), "networks:networks", frozenset({COMPANY, MANAGER, STEERING, COORDINATOR, ADMIN})),
    (_("Aanbod"), "catalogue:offers", frozenset(Role) - {PROVIDER}),
    (_("Instrumenten"), "programmes:instruments", frozenset({COMPANY, MANAGER, COORDINATOR, ANALYST})),
    (_("Cockpit"), "cockpit:overview", frozenset({COORDINATOR, ANALYST, ADMIN})),
    (_("Runs"), "matching:runs", frozenset({MANAGER, COORDINATOR, ANALYST, ADMIN})),
    (_("Beheer"), "networks:administration", frozenset({ADMIN})),
]


# What belongs to one's own organisation stands behind one's name, not in the menu.
ACCOUNT_LINKS: list[tuple[Any, str, frozenset[Role]]] = [
    (_("Mijn organisatie"), "networks:organisation", frozenset(Role)),
    (_("Mijn agenda"), "catalogue:my_calendar", frozenset({COMPANY, PROVIDER, MANAGER, STEERING})),
    (_("Bewijzen van mijn mensen"), "catalogue:my_credentials", frozenset({COMPANY})),
    (_("Grootte van de onderneming"), "programmes:sme", frozenset({COMPANY})),
    (_("De-minimissteun"), "programmes:ledger", frozenset({COMPANY, COORDINATOR, ADMIN})),
    (_("Mensen"), "networks:people", frozenset(Role)),
    (
        _("Toegangssleutels"),
        "networks:tokens",
        frozenset({COMPANY, MANAGER, PROVIDER, COORDINATOR, ANALYST, ADMIN}),
    ),
    (_("Oproepen"), "networks:calls", frozenset(Role) - {PROVIDER}),
    (_("Facturatie"), "programmes:invoices", frozenset({COMPANY, PROVIDER, MANAGER, STEERING, COORDINATOR})),
    (_("Wachtlijsten"), "catalogue:my_waiting", frozenset({COMPANY})),
    (_("Herwaarderingen"), "catalogue:revaluations", frozenset({PROVIDER, COORDINATOR, ADMIN})),
    (_("Ingevoerde bestanden"), "imports", frozenset({COMPANY, PROVIDER})),
    (_("Uw beoordelingen"), "networks:reviews", frozenset({COORDINATOR, ANALYST})),
    (_("Capaciteitsbeurs"), "catalogue:capacity", frozenset(Role) - {COMPANY, PROVIDER}),
    (_("Gebundelde vraag"), "matching:demand", frozenset({COORDINATOR, ANALYST, ADMIN})),
    (_("Talentstrategie"), "matching:strategy", frozenset({COORDINATOR, ANALYST, ADMIN})),
    (_("Gewichten van de matcher"), "matching:weights", frozenset({COORDINATOR, ADMIN})),
    (_("Runs"), "matching:runs", frozenset({STEERING})),
    (_("Afrekeningen"), "programmes:claims", frozenset({STEERING})),
    (_("Contingenten"), "programmes:contingents", frozenset({STEERING})),
    (_("Nog een organisatie aanmelden"), "networks:onboard", frozenset(Role)),
]
# What anybody may look up, whatever the work of the day: below every page.
REFERENCE_LINKS: list[tuple[Any, str]] = [
    (_("Aanbod"), "catalogue:offers"),
    (_("Opleidingsverstrekkers"), "catalogue:providers"),
    (_("Instrumenten"), "programmes:instruments"),
    (_("Knelpuntberoepen"), "matching:shortages"),
]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every page."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return {"actor": actor, "menu": [], **_for_strangers()}
    return {
        "actor": actor,
        "menu": _menu(actor, request.path),
        "account_links": [
            Link(str(label), reverse(name)) for label, name, roles in ACCOUNT_LINKS if actor.has(*roles)
        ],
        "footer_links": [Link(str(label), reverse(name)) for label, name in REFERENCE_LINKS],
        "hats": _hats(request),
        "unread_notices": OutboxMessage.objects.filter(
            recipient=actor.user, kind=OutboxMessage.Kind.NOTICE, read_at=None
        ).count(),
    }


def _for_strangers() -> dict[str, Any]:
    """The ways in for who did not sign in; where mail lies when this site sends none."""
    links = [Link(_("Aanbod"), reverse("catalogue:offers")), Link(_("Aanmelden"), reverse("account_login"))]
    if settings.OPEN_SIGNUP:
        links.append(Link(_("Account maken"), reverse("account_signup")))
    to_files = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    return {
        "signup_open": settings.OPEN_SIGNUP,
        "footer_links": links,
        "mail_folder": f"{settings.LOCAL_DIR.name}/mail" if to_files else "",
    }


def _menu(actor: Actor, path: str) -> list[MenuItem]:
    entries = [(label, reverse(name)) for label, name, roles in MENU if actor.has(*roles)]
    here = max((url for _label, url in entries if _inside(path, url)), key=len, default="")
    return [MenuItem(label=str(label), url=url, current=url == here) for label, url in entries]


def _inside(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _hats(request: HttpRequest) -> list[dict[str, Any]]:
    """One entry for each organisation that the person can act for, with the roles held there."""
    hats: dict[int, dict[str, Any]] = {}
    for membership in getattr(request, "memberships", []):
        hat = hats.setdefault(
            membership.organisation_id,
            {"id": membership.organisation_id, "name": membership.organisation.name, "roles": []},
        )
        role = membership.get_role_display()
        if role not in hat["roles"]:
            hat["roles"].append(role)
    return list(hats.values())
