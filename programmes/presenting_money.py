"""Who pays what in a programme, and why, as its page and its dossier show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Organisation
from programmes.models import CostLine, Participation, Programme
from programmes.presenting import live
from programmes.reasons import AidSentence, assessment_sentences, basis_text, size_text
from programmes.rules import Sight
from skillnet.kernel.law_names import law_name
from skillnet.templatetags.ui import euro, percent


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A line of the table of who pays what, with the reasoning behind it."""

    company: str
    size: str
    learners: int
    cost: Any
    grant: Any
    own: Any
    basis: str
    url: str
    state: str
    state_label: str
    sentences: Sequence[AidSentence]


@dataclass(frozen=True, slots=True)
class Total:
    """The last line of that table."""

    learners: int | None
    cost: Any
    grant: Any
    own: Any


def company_lines(programme: Programme, sight: Sight) -> list[CompanyLine]:
    """Who pays what, for as far as the reader may know; the reasoning in the language of the page."""
    shown = [p for p in live(programme) if sight.sees_money_of(p.organisation_id)]
    known = {str(p.organisation_id): p.organisation.name for p in live(programme)}
    names = names_in([p.assessment for p in shown], known)
    return [
        CompanyLine(
            company=p.organisation.name,
            size=size_text(p.assessment),
            learners=p.learners,
            cost=p.cost,
            grant=p.grant,
            own=p.own_share,
            basis=basis_text(p.assessment),
            url=_commit_url(p, sight),
            state=p.state,
            state_label=str(p.get_state_display()),
            sentences=assessment_sentences(
                p.assessment, names, ledger=sight.sees_ledger_of(p.organisation_id)
            ),
        )
        for p in shown
    ]


def _commit_url(participation: Participation, sight: Sight) -> str:
    if participation.organisation_id != sight.own_id:
        return ""
    return reverse("programmes:commit", args=[participation.public_id])


def other_companies(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """Companies whose money the reader may not see: their names and learners only."""
    if not sight.companies:
        return []
    return [
        {
            "name": p.organisation.name,
            "learners": p.learners,
            "state": p.state,
            "label": p.get_state_display(),
        }
        for p in live(programme)
        if not sight.sees_money_of(p.organisation_id)
    ]


def summary_of(lines: Sequence[CompanyLine]) -> list[str]:
    """What is decided for each company in one line: size, ground, what of its cost is granted."""
    found = []
    for line in lines:
        text = _("%(company)s (%(size)s): %(grant)s van %(cost)s; %(basis)s") % {
            "company": line.company,
            "size": line.size,
            "grant": euro(line.grant, 2),
            "cost": euro(line.cost, 2),
            "basis": line.basis,
        }
        unsure = any(not sentence.certain for sentence in line.sentences)
        found.append(f"{text} · {_('niet alles staat vast')}" if unsure else text)
    return found


def total_of(lines: Sequence[CompanyLine]) -> Total | None:
    if len(lines) < 2:
        return None
    return Total(
        learners=sum(line.learners for line in lines),
        cost=sum(line.cost for line in lines),
        grant=sum(line.grant for line in lines),
        own=sum(line.own for line in lines),
    )


def names_in(records: Sequence[Mapping[str, Any]], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Organisations that the cases and single undertakings name, by the key that stands in the sentences.

    Only those that are not `known` yet are looked up.
    """
    keys = {str(key) for record in records for key in record.get("single_undertaking", [])}
    keys |= {str(o["id"]) for record in records for o in (record.get("case") or {}).get("organisations", [])}
    told = dict(known or {})
    wanted = [key for key in keys - set(told) if key.isdigit()]
    if not wanted:
        return told
    found = Organisation.objects.filter(pk__in=wanted)
    return told | {str(pk): name for pk, name in found.values_list("pk", "name")}


def funding_rows(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """Who pays under which article, added up by source and ground; a company reads its own part only."""
    totals: dict[tuple[str, str, Any], Any] = {}
    for line in programme.funding_lines.all():
        if line.organisation_id is None or sight.sees_money_of(line.organisation_id):
            key = (str(line.instrument), line.legal_basis, line.rate)
            totals[key] = totals.get(key, 0) + line.amount
    return [
        {
            "instrument": instrument,
            "amount": amount,
            "rate": percent(rate / 100) if rate is not None else "",
            "basis": law_name(basis),
        }
        for (instrument, basis, rate), amount in totals.items()
    ]


def cost_totals(lines: Iterable[CostLine]) -> dict[str, dict[str, Decimal]]:
    """Amount, VAT and what counts (euro), of the companies and of jobseekers, whom another line pays."""
    found = {
        who: dict.fromkeys(("amount", "vat", "eligible"), Decimal("0.00"))
        for who in ("companies", "jobseekers")
    }
    for line in lines:
        whose = found["jobseekers" if line.group == CostLine.Group.JOBSEEKERS else "companies"]
        for name in whose:
            whose[name] += getattr(line, name) or Decimal("0.00")
    return found
