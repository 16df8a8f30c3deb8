"""Parts of a programme's file: the ledger at the decision, applications, jobseekers, waiting list, invoices."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.aid.case import parse_case
from programmes.aid.de_minimis import read_ledger
from programmes.aid.rates import RateNotInForceError, RateRow, Rates
from programmes.aid.undertaking import single_undertaking
from programmes.ledger_words import room_text, without_ledger
from programmes.models import BudgetLine, Participation, Programme, WaitingPlace
from programmes.presenting_money import names_in
from programmes.rules import Sight
from programmes.services.law import database_rates
from skillnet.kernel.models import Decision
from skillnet.templatetags.ui import date_long, euro

Json = dict[str, Any]
CAUSES: dict[str, Any] = {
    "deliver": gettext_lazy("bij het einde van de opleiding"),
    "edition_moved": gettext_lazy("omdat de editie verplaatst is"),
    "edition_cancel": gettext_lazy("omdat een editie geannuleerd is"),
    "edition_reopen": gettext_lazy("omdat een editie toch doorgaat"),
    "supplement": gettext_lazy("bij de uitbreiding"),
}


def ledger_of(
    participation: Participation, decisions: Sequence[Decision], *, sees_balance: bool
) -> Json | None:
    """The ledger of the undertaking on which the decision relied: from the case that it kept, on its day.

    Whoever may not know the balance reads whether there was room enough. None where no case was kept.
    """
    record = _decided_on(participation, decisions)
    if not record.get("case"):
        return None
    case = parse_case(record["case"])
    day = case.decision_date
    try:
        members, ledger, ceiling = _read(case, _rows(record), day)
    except RateNotInForceError:
        try:
            members, ledger, ceiling = _read(case, database_rates(), day)
        except RateNotInForceError:
            return None
    enough = case.requested <= ledger.left
    told: Json = {"day": day.isoformat(), "is_enough": enough, "sentence": room_text(is_enough=enough)}
    if not sees_balance:
        return told | {"undertaking": None, "used": None, "ceiling": None, "left": None}
    names = names_in([dict(record) | {"single_undertaking": list(members)}])
    return told | {
        "undertaking": sorted(names.get(str(member), str(member)) for member in members),
        "used": str(ledger.general),
        "ceiling": str(ceiling),
        "left": str(ledger.left),
    }


def _read(case: Any, rates: Rates, day: date) -> tuple[Any, Any, Decimal]:
    members = single_undertaking(case.company, case.links, rates, day).members
    return members, read_ledger(case.earlier_aid, members, rates, day), rates.value("de_minimis_ceiling", day)


def _rows(record: Mapping[str, Any]) -> Rates:
    return Rates(RateRow.from_record(row) for row in record.get("rows", []))


def _decided_on(participation: Participation, decisions: Sequence[Decision]) -> Mapping[str, Any]:
    """The assessment in the last approval; where none was kept, the company's own."""
    approvals = [d for d in decisions if d.action == "approve"]
    for part in (approvals[-1].evidence.get("participations") or []) if approvals else []:
        if part.get("organisation") == participation.organisation.name and part.get("assessment"):
            return dict(part["assessment"])
    return dict(participation.assessment)


def organisations_in(programme: Programme) -> dict[str, int]:
    """{name: key} of the companies; a name that two of them bear is nobody's."""
    rows = programme.participations.values_list("organisation__name", "organisation_id")
    found: dict[str, int] = {}
    for name, pk in rows:
        found[name] = 0 if name in found else pk
    return found


def evidence_for(evidence: Mapping[str, Any], sight: Sight, organisations: Mapping[str, int]) -> Json:
    """What a decision relied on, without the balances that the reader may not know."""
    if sight.ledger or not evidence.get("participations"):
        return dict(evidence)
    return dict(evidence) | {
        "participations": [
            part
            if sight.sees_ledger_of(organisations.get(str(part.get("organisation")), 0))
            else dict(part) | {"assessment": without_ledger(part.get("assessment") or {})}
            for part in evidence["participations"]
        ]
    }


def application_as_made(decisions: Iterable[Decision]) -> Json | None:
    """The last application with its items of article 6(2), as it was made; None while there is none."""
    made = [d for d in decisions if d.action == "commit"]
    return dict(made[-1].evidence) | {"at": made[-1].decided_at.isoformat()} if made else None


def recalculation_sentences(decisions: Iterable[Decision]) -> list[str]:
    """Each recalculation in a sentence, oldest first."""
    return [_recalculated(d) for d in decisions if d.action == "recalculate"]


def _recalculated(decision: Decision) -> str:
    found = decision.evidence
    words = {
        "day": date_long(decision.decided_at),
        "why": CAUSES.get(str(found.get("cause")), _("omdat veranderde wie er komt")),
        "before": euro(found.get("before"), 2),
        "after": euro(found.get("after"), 2),
        "decided": euro(found.get("decided"), 2),
        "possible": euro(found.get("possible"), 2),
    }
    if found.get("needs_decision"):
        return (
            _(
                "Op %(day)s herberekend %(why)s: volgens de regels kan %(possible)s, beslist is %(decided)s. Meer "
                "vraagt een nieuwe beslissing; de steun blijft %(after)s."
            )
            % words
        )
    return (
        _("Op %(day)s herberekend %(why)s: van %(before)s naar %(after)s; beslist was %(decided)s.") % words
    )


def signatures_json(programme: Programme) -> list[Json]:
    """Every signature, those on an earlier submission too: they no longer count, and are part of the story."""
    return [
        {
            "who": str(row.user),
            "at": row.at.isoformat(),
            "reason": row.reason,
            "submission": row.submission.isoformat(),
            "counts": row.submission == programme.submitted_at,
        }
        for row in programme.signatures.select_related("user")
    ]


def jobseekers_of(programme: Programme) -> Json | None:
    """Seats for jobseekers by edition, what they cost and the line of the call that pays; None without any."""
    rows = programme.programme_editions.filter(jobseeker_seats__gt=0).select_related("edition__offer")
    if not rows:
        return None
    call = programme.network.call
    line = None
    if call is not None:
        lines = call.budget_lines.filter(purpose=BudgetLine.Purpose.JOBSEEKERS)
        line = lines.order_by("-valid_from").first()
    return {
        "seats": [
            {
                "offer": row.edition.offer.title,
                "edition": str(row.edition.public_id),
                "seats": row.jobseeker_seats,
            }
            for row in rows
        ],
        "cost": str(programme.jobseeker_cost),
        "costs": [
            {"description": item.description, "eligible": str(item.eligible)}
            for item in programme.cost_lines.filter(group="jobseekers")
        ],
        "legal_basis": line.legal_basis if line else None,
    }


def waiting_of(programme: Programme) -> list[Json]:
    """Who waited for seats, in the order of the list, and what became of it."""
    rows = WaitingPlace.objects.filter(participation__programme=programme)
    return [
        {
            "company": row.participation.organisation.name,
            "offer": row.edition.offer.title,
            "learners": row.learners,
            "state": row.state,
            "state_label": str(row.get_state_display()),
            "since": row.created_at.isoformat(),
            "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        }
        for row in rows.select_related("participation__organisation", "edition__offer")
    ]


def invoices_of(programme: Programme) -> list[Json]:
    """What providers bill each company, and what is paid of it; euro excl. VAT."""
    rows = programme.invoice_lines.select_related("organisation", "edition__offer__provider__organisation")
    return [
        {
            "company": row.organisation.name if row.organisation else None,
            "provider": str(row.edition.offer.provider),
            "offer": row.edition.offer.title,
            "learners": row.learners,
            "amount": str(row.amount),
            "state": row.state,
            "state_label": str(row.get_state_display()),
            "invoice": row.invoice_number or None,
            "invoiced_on": row.invoiced_on.isoformat() if row.invoiced_on else None,
            "paid_on": row.paid_on.isoformat() if row.paid_on else None,
        }
        for row in rows
    ]


__all__ = [
    "application_as_made",
    "evidence_for",
    "invoices_of",
    "jobseekers_of",
    "ledger_of",
    "organisations_in",
    "recalculation_sentences",
    "signatures_json",
    "waiting_of",
]
