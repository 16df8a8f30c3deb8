"""The kinds of notice that a person can choose about, and which message belongs to which kind.

A message belongs to the kind with the longest prefix of its template's name; what fits nowhere is `other`.
No kind is lost: a kind on which a term of the law hangs (`formal`) can be read later, never silenced.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`prefixes` of template names; `formal`: legal terms hang on it, so it always stands in the site."""

    code: str
    label: Any
    about: Any
    prefixes: tuple[str, ...]
    formal: bool = False


OTHER = NoticeKind("other", _("Andere meldingen"), _("Wat in geen van de vorige groepen past."), ())
KINDS: tuple[NoticeKind, ...] = (
    NoticeKind(
        "programmes",
        _("Programma’s en steun"),
        _("Beslissingen, bevestigingen en termijnen die de wet oplegt."),
        ("programme_", "claim_", "payment_", "registration_"),
        formal=True,
    ),
    NoticeKind(
        "networks",
        _("Netwerken, leden en oproepen"),
        _("Wie lid wil worden, wat over een netwerk beslist is, nieuwe oproepen."),
        ("network_", "member_", "call_", "review_", "organisation_"),
    ),
    NoticeKind(
        "needs",
        _("Competentiekloven en behoeften"),
        _("Uw kloven, stemmingen en nieuwe versies van de behoeften."),
        ("needs_", "gap_", "pool_"),
    ),
    NoticeKind(
        "demand",
        _("Vraag en biedingen"),
        _("Belangstelling van verstrekkers, biedingen en gebundelde vraag."),
        ("provider_interest", "bid_", "demand_", "capacity_", "tender_"),
    ),
    NoticeKind(
        "editions",
        _("Edities en wachtlijsten"),
        _("Een plaats die vrijkomt, een editie die wijzigt of niet doorgaat."),
        ("edition_", "waiting_", "attendance_", "delivery_", "participant_"),
    ),
    NoticeKind(
        "recognition",
        _("Erkenning en bewijzen"),
        _("De erkenning van een verstrekker, bewijzen die vervallen."),
        ("recognition_", "provider_", "credential_"),
    ),
    OTHER,
)
BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(template: str) -> NoticeKind:
    """The kind of the message `templates/messages/<template>.txt`."""
    found = [(len(prefix), kind) for kind in KINDS for prefix in kind.prefixes if template.startswith(prefix)]
    return max(found, key=lambda pair: pair[0])[1] if found else OTHER
