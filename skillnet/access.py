"""The one table of addresses × roles × methods, put together from the tables of the apps."""

from functools import cache
from importlib import import_module

from django.urls import URLPattern, URLResolver, get_resolver

from skillnet.kernel.access import Access, allow, anyone, signed_in
from skillnet.kernel.roles import Role

TABLES = ["networks.access", "catalogue.access", "matching.access", "programmes.access", "cockpit.access"]

# Who keeps rows of their own: a company its gaps, a provider its offers.
IMPORTERS = (Role.COMPANY_CONTACT, Role.PROVIDER)

SITE = {
    "home": signed_in(),
    "switch_role": signed_in("POST"),
    "notices": signed_in("GET POST"),
    "robots": anyone(),
    "sitemap": anyone(),
    "sitemap_part": anyone(),
    "list_settings": signed_in("POST"),
    "notice_preferences": signed_in("GET POST"),
    "unsubscribe": anyone("GET POST"),
    "set_language": anyone("POST"),
    "health": anyone(),
    "accept_invitation": anyone("GET POST"),
    "styleguide": anyone(),
    "imports": allow(*IMPORTERS),
    "import_new": allow(*IMPORTERS, methods="GET POST"),
    "import_example": allow(*IMPORTERS),
    "import_detail": allow(*IMPORTERS),
    "import_differences": allow(*IMPORTERS),
    "import_action": allow(*IMPORTERS, methods="POST"),
    "import_progress": allow(*IMPORTERS),
    "import_corrected": allow(*IMPORTERS),
    "interchange_export": allow(*IMPORTERS),
    "account_login": anyone("GET POST"),
    "account_logout": anyone("GET POST"),
    "account_signup": anyone("GET POST"),
    "account_inactive": anyone(),
    "account_reset_password": anyone("GET POST"),
    "account_reset_password_done": anyone(),
    "account_reset_password_from_key": anyone("GET POST"),
    "account_reset_password_from_key_done": anyone(),
    "account_confirm_email": anyone("GET POST"),
    "account_email_verification_sent": anyone(),
    "account_email": signed_in("GET POST"),
    "account_change_password": signed_in("GET POST"),
    "account_set_password": signed_in("GET POST"),
    "account_reauthenticate": signed_in("GET POST"),
    "account_confirm_login_code": anyone("GET POST"),
    "account_confirm_reauthentication_code": signed_in("GET POST"),
    "account_request_reauthentication_code": signed_in("GET POST"),
    "mfa_index": signed_in(),
    "mfa_authenticate": anyone("GET POST"),
    "mfa_reauthenticate": signed_in("GET POST"),
    "mfa_activate_totp": signed_in("GET POST"),
    "mfa_deactivate_totp": signed_in("GET POST"),
    "mfa_view_recovery_codes": signed_in("GET POST"),
    "mfa_generate_recovery_codes": signed_in("GET POST"),
    "mfa_download_recovery_codes": signed_in(),
    "openid_connect_login": anyone("GET POST"),
    "openid_connect_callback": anyone("GET POST"),
    "socialaccount_login_cancelled": anyone(),
    "socialaccount_login_error": anyone(),
    "socialaccount_signup": anyone("GET POST"),
    "socialaccount_connections": signed_in("GET POST"),
    # The API authenticates with tokens and checks scopes itself (skillnet.api).
    "api": Access(public=True, methods=frozenset()),
}


@cache
def access_table() -> dict[str, Access]:
    """Every named address of the site with its rule."""
    table = dict(SITE)
    for module in TABLES:
        table.update(import_module(module).ACCESS)
    return table


def rule_for(view_name: str) -> Access | None:
    """The rule of an address; the API's addresses share one, their views ask for scopes."""
    return access_table().get("api" if view_name.startswith("api:") else view_name)


@cache
def address_names() -> frozenset[str]:
    return frozenset(_names(get_resolver(), ""))


def unruled_addresses() -> list[str]:
    return sorted(name for name in address_names() if rule_for(name) is None)


def rules_without_address() -> list[str]:
    return sorted(set(access_table()) - address_names() - {"api"})


def _names(resolver: URLResolver, prefix: str) -> list[str]:
    names: list[str] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            names += _names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            names.append(f"{prefix}{entry.name}" if entry.name else f"{prefix}<{entry.pattern}>")
    return names
