"""The demo accounts, one of each role, as the terminal and the sign-in page of the demo show them."""

from pathlib import Path
from typing import Any

import yaml

PEOPLE = Path(__file__).parent / "data" / "people.yaml"
PASSWORD = "opleiding-demo-2026"  # noqa: S105  printed for everybody who starts the demo
ROLES = {
    "company_contact": "bedrijf",
    "network_manager": "netwerkmanager",
    "steering_member": "stuurgroep",
    "provider": "opleidingsverstrekker",
    "coordinator": "sectorcoördinator",
    "analyst": "analist",
    "administrator": "beheerder",
}


def one_of_each_role() -> list[tuple[str, str]]:
    """(role, e-mail address): for each role the first person who holds only that role, else the first."""
    people: list[dict[str, Any]] = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))["people"]
    found = []
    for role in ROLES:
        holders = [p for p in people if role in {m["role"] for m in p["memberships"]}]
        holders.sort(key=lambda p: len({m["role"] for m in p["memberships"]}))
        if holders:
            found.append((role, holders[0]["email"]))
    return found


def demo_accounts() -> list[str]:
    lines = [f"{ROLES[role]:<22} {email}" for role, email in one_of_each_role()]
    return [*lines, f"password of all: {PASSWORD}"]
