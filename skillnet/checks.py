"""System checks: a page that nobody may open, or a rule for a page that is gone, stops the build."""

from typing import Any

from django.core.checks import Error, register


@register()
def every_address_has_a_rule(app_configs: Any, **kwargs: Any) -> list[Error]:
    from skillnet.access import rules_without_address, unruled_addresses

    missing = [
        Error(f"The address '{name}' has no row in an access table.", id="skillnet.E001")
        for name in unruled_addresses()
    ]
    stale = [
        Error(f"The access table names '{name}', which is no address.", id="skillnet.E002")
        for name in rules_without_address()
    ]
    return missing + stale
