"""How much of an enterprise is in public hands: a quarter makes it no SME (Annex I art. 3(4) GBER).

The exceptions are those of article 3(2), second subparagraph: universities, research centres, institutional
investors (public investment corporations and regional development funds among them), and autonomous local
authorities with a small budget and few inhabitants, as long as they do not hold more than half, alone or
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from programmes.aid.case import Link
from programmes.aid.rates import Rates
from programmes.aid.texts import Reason, reason

# Owners that article 3(2) leaves out of account, up to half.
EXEMPT = frozenset({"university", "investor", "local_authority"})
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class PublicHands:
    """The percentage in public hands, the links as the other rules read them, and why.

    In `links` a local authority that is small enough keeps its kind; any other is a public body.
    """

    percent: Decimal
    links: tuple[Link, ...]
    reasons: tuple[Reason, ...]


def public_hands(company: str, links: Sequence[Link], rates: Rates, day: date) -> PublicHands:
    """What public bodies hold of the company on `day`, directly or through what they control."""
    if not any(link.is_public for link in links):
        return PublicHands(Decimal(0), tuple(links), ())
    linked_above = rates.value("sme_linked_above", day)
    strict = tuple(replace(link, owner_kind="public") if link.is_public else link for link in links)
    together = public_percent(company, strict, linked_above)
    asked = [link for link in links if link.owner_kind == "local_authority" and link.owned == company]
    matters = together >= rates.value("sme_public_from", day)
    if not asked or not matters or together > rates.value("sme_exempt_investor_up_to", day):
        return PublicHands(together, strict, ())
    small = {link.owner for link in asked if _is_small(link, rates, day)}
    read = tuple(
        link if link.owned == company and link.owner in small else other
        for link, other in zip(links, strict, strict=True)
    )
    percent = public_percent(company, read, linked_above)
    return PublicHands(percent, read, _reasons(asked, small, rates, day))


def public_percent(company: str, links: Sequence[Link], linked_above: Decimal) -> Decimal:
    """Percentage of the company held by public bodies, or by what they control.

    A public body that controls it in another way than by its holding holds it wholly.
    """
    public = {link.owner for link in links if link.owner_kind == "public"}
    grown = True
    while grown:
        before = len(public)
        targets = {link.owned for link in links} - public
        public |= {name for name in targets if _held_by(name, public, links) > linked_above}
        grown = len(public) > before and company not in public
    return _held_by(company, public, links)


def _held_by(name: str, owners: set[str], links: Sequence[Link]) -> Decimal:
    held = [
        link
        for link in links
        if link.owned == name and link.owner in owners - {name} and link.owner_kind not in EXEMPT | {"person"}
    ]
    if any(link.controls for link in held):
        return WHOLE
    return min(WHOLE, sum((link.percent for link in held), Decimal(0)))


def _is_small(link: Link, rates: Rates, day: date) -> bool:
    """Budget and inhabitants are both below their limit; what is not known is not below."""
    budget = rates.value("sme_authority_budget_below", day)
    inhabitants = rates.value("sme_authority_inhabitants_below", day)
    if link.owner_budget is None or link.owner_inhabitants is None:
        return False
    return link.owner_budget < budget and link.owner_inhabitants < inhabitants


def _reasons(asked: Sequence[Link], small: set[str], rates: Rates, day: date) -> tuple[Reason, ...]:
    row = rates.at("sme_authority_budget_below", day)
    limits = {"budget": row.value, "inhabitants": rates.value("sme_authority_inhabitants_below", day)}
    unknown = {link.owner for link in asked if None in (link.owner_budget, link.owner_inhabitants)}
    large = {link.owner for link in asked} - small - unknown
    found = [
        ("size.authority_small", small, None),
        ("size.authority_large", large, None),
        ("size.authority_unknown", unknown, False),
    ]
    return tuple(
        reason(rule, row, certain=certain, organisations=", ".join(sorted(names)), **limits)
        for rule, names, certain in found
        if names
    )


__all__ = ["EXEMPT", "PublicHands", "public_hands", "public_percent"]
