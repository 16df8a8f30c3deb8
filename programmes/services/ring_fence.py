"""Ring-fenced lines of a call: jobseekers, basic skills and language never use the money for productivity.

What a programme needs for each purpose must fit a dated line of its call. The rows of the lines are the lock,
so that two approvals at one instant count each other. Euro.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Offer
from networks.models import Call
from programmes.models import BudgetLine, InvoiceLine, Programme, Repayment
from programmes.services.budgets import MONEY
from programmes.services.versions import check_version, version_of
from programmes.states import BOUND, PAID
from skillnet.kernel.reading import has_read
from skillnet.kernel.transitions import TransitionRefused

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
Purpose = BudgetLine.Purpose
JOBSEEKERS_COST = Coalesce("claim__jobseekers_settled", "jobseeker_cost", output_field=MONEY)
# Streams that have money of their own; other streams may use the productivity money of the network.
STREAMS = {Offer.Stream.BASIC_SKILLS: Purpose.BASIC_SKILLS, Offer.Stream.LANGUAGE: Purpose.LANGUAGE}


MISSING: dict[str, Any] = {
    Purpose.JOBSEEKERS: gettext_lazy(
        "De oproep heeft geen afgeschermde lijn voor werkzoekenden. Vraag ze aan de coördinator, of haal de "
        "plaatsen voor werkzoekenden uit het plan."
    ),
    Purpose.BASIC_SKILLS: gettext_lazy(
        "Dit programma geeft basisvaardigheden. Die mogen het geld voor vakbekwaamheid niet gebruiken: de "
        "oproep heeft daarvoor een afgeschermde lijn nodig."
    ),
    Purpose.LANGUAGE: gettext_lazy(
        "Dit programma is een taalopleiding. Die mag het geld voor vakbekwaamheid niet gebruiken: de oproep "
        "heeft daarvoor een afgeschermde lijn nodig."
    ),
}


@dataclass(frozen=True, slots=True)
class LinePosition:
    """A line with what approved programmes use of it, and what of that is paid; euro.

    A claim that was paid counts for what it paid: what nobody attended is free again for other jobseekers, and so
    is what came back after an audit.
    """

    line: BudgetLine
    used: Decimal
    paid: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        """Granted and not settled yet."""
        return self.used - self.paid

    @property
    def left(self) -> Decimal:
        left: Decimal = self.line.amount - self.used
        return left


def needs_of(programme: Programme) -> dict[str, Decimal]:
    """What the programme takes from ring-fenced lines, euro by purpose; only what is more than nothing."""
    needs: dict[str, Decimal] = {}
    if programme.jobseeker_cost:
        needs[Purpose.JOBSEEKERS] = programme.jobseeker_cost
    if not _streams(programme) & set(STREAMS):
        return needs
    for stream, cost in _stream_costs(programme).items():
        whole = sum((line.amount for line in programme.cost_lines.all() if _of_companies(line)), ZERO)
        part = (programme.grant or ZERO) * cost / whole if whole else ZERO
        needs[STREAMS[Offer.Stream(stream)]] = part.quantize(CENT, rounding=ROUND_DOWN)
    return {purpose: amount for purpose, amount in needs.items() if amount}


def _streams(programme: Programme) -> set[str]:
    rows = programme.programme_editions.all()
    if not has_read(programme, "programme_editions"):
        rows = rows.select_related("edition__offer")
    return {row.edition.offer.stream for row in rows}


def _stream_costs(programme: Programme) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    lines = programme.cost_lines.exclude(edition=None).select_related("edition__offer")
    for line in lines:
        stream = line.edition.offer.stream if line.edition else ""
        if stream in STREAMS and _of_companies(line):
            found[stream] = found.get(stream, ZERO) + line.amount
    return found


def _of_companies(line: Any) -> bool:
    return bool(line.group != "jobseekers" and line.category != "trainee")


def line_positions(call: Call) -> list[LinePosition]:
    """Every line of the call with what is used of it."""
    return [LinePosition(line, used_of(line), paid_of(line)) for line in call.budget_lines.all()]


def line_version(line: BudgetLine) -> str:
    """The token of a line as it stands, for `save_budget_line`."""
    return version_of([(line.purpose, line.amount, line.valid_from, line.valid_to, line.legal_basis)])


def paid_of(line: BudgetLine) -> Decimal:
    """What settled programmes took of the line, euro."""
    return used_of(line, states=PAID)


def used_of(line: BudgetLine, apart_from: int | None = None, states: Sequence[str] = BOUND) -> Decimal:
    """What approved programmes use of the line, euro; a settled one what it was settled for."""
    programmes = Programme.objects.filter(network__call=line.call, state__in=states).exclude(
        pk=apart_from or 0
    )
    in_period = Q(starts_on__gte=line.valid_from)
    if line.valid_to:
        in_period &= Q(starts_on__lte=line.valid_to)
    if line.purpose == Purpose.JOBSEEKERS:
        # From the decision on it is held, also when the lessons move out of the period; older decisions left it
        # to their invoice lines.
        billed = InvoiceLine.objects.filter(programme=OuterRef("pk"), stream=InvoiceLine.Stream.JOBSEEKER)
        older = Exists(billed.filter(budget_line=line)) | (in_period & ~Exists(billed))
        held = programmes.filter(Q(jobseeker_line=line) | (Q(jobseeker_line=None) & older))
        used: Decimal = held.aggregate(used=Sum(JOBSEEKERS_COST, default=ZERO))["used"]
        return used - returned_to(line)
    programmes = programmes.filter(in_period)
    streams = [stream for stream, purpose in STREAMS.items() if purpose == line.purpose]
    concerned = programmes.filter(cost_lines__edition__offer__stream__in=streams).distinct()
    return sum((needs_of(p).get(line.purpose, ZERO) for p in concerned), ZERO)


def returned_to(line: BudgetLine) -> Decimal:
    """What came back of it after audits, euro. What is still due is not there to be spent."""
    rows = Repayment.objects.filter(recovery__jobseeker_share__budget_line=line)
    back: Decimal = rows.aggregate(back=Sum("amount", default=ZERO))["back"]
    return back


def ring_fence_reasons(programme: Programme) -> list[str]:
    """Why the ring-fenced money does not reach, in sentences that say what to do; empty where it does."""
    found = [
        sentence
        for purpose, amount in needs_of(programme).items()
        if (sentence := _refusal(programme, purpose, amount, lock=False))
    ]
    if programme.jobseeker_cost and not programme.jobseeker_learners:
        found.append(
            _(
                "Het plan heeft kosten voor werkzoekenden maar geen plaatsen voor hen: geef hun plaatsen, of haal "
                "die kosten weg."
            )
        )
    return found


def reserve_ring_fenced(programme: Programme) -> None:
    """Refuse an approval that the lines cannot pay; call it in its transaction. Raises TransitionRefused.

    The line that pays the jobseekers is held from then on, wherever the lessons move and whatever is billed.
    """
    needs = needs_of(programme)
    for purpose, amount in sorted(needs.items()):
        sentence = _refusal(programme, purpose, amount, lock=True)
        if sentence:
            raise TransitionRefused(sentence)
    if Purpose.JOBSEEKERS in needs:
        programme.jobseeker_line = _lines_for(programme, Purpose.JOBSEEKERS).first()
        programme.save(update_fields=["jobseeker_line", "updated_at"])


def reserve_streams(programme: Programme) -> None:
    """The same for a programme that was decided and takes more: its streams must fit their lines, and the line
    that holds its jobseekers stays. Raises TransitionRefused."""
    for purpose, amount in sorted(needs_of(programme).items()):
        sentence = "" if purpose == Purpose.JOBSEEKERS else _refusal(programme, purpose, amount, lock=True)
        if sentence:
            raise TransitionRefused(sentence)


def _refusal(programme: Programme, purpose: str, amount: Decimal, *, lock: bool) -> str:
    lines = _lines_for(programme, purpose)
    line = (lines.select_for_update(of=("self",)) if lock else lines).first()
    if line is None:
        return str(MISSING[purpose])
    left = line.amount - used_of(line, apart_from=programme.pk)
    if amount <= left:
        return ""
    return _(
        "De afgeschermde lijn “%(line)s” van de oproep heeft nog %(left)s euro; dit programma vraagt er "
        "%(amount)s."
    ) % {"line": line.get_purpose_display(), "left": left, "amount": amount}


def _lines_for(programme: Programme, purpose: str) -> QuerySet[BudgetLine]:
    day = programme.starts_on or timezone.localdate()
    lines = BudgetLine.objects.filter(call=programme.network.call_id, purpose=purpose)
    return lines.in_force(day).order_by("pk")


def save_budget_line(
    *, call: Call, values: Mapping[str, Any], line: BudgetLine | None = None, version: str | None = None
) -> BudgetLine:
    """Write a line of the call; two of one purpose never hold on one day. Raises ValidationError, and
    ChangedMeanwhile where another coordinator saved the line since `version` (`line_version`) was read."""
    with transaction.atomic():
        Call.objects.select_for_update().get(pk=call.pk)
        if line is not None:
            line.refresh_from_db()
            if all(getattr(line, name) == value for name, value in values.items()):
                return line  # sent twice
            check_version(version, line_version(line))
        row = line or BudgetLine(call=call)
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        if _overlaps(row):
            raise ValidationError(_("Voor dit doel geldt in die periode al een lijn."))
        if line is not None and row.amount < used_of(row):
            raise ValidationError(
                {"amount": _("Er is al %(used)s euro van toegekend.") % {"used": used_of(row)}}
            )
        row.save()
    return row


def _overlaps(row: BudgetLine) -> bool:
    others = BudgetLine.objects.filter(call=row.call, purpose=row.purpose).exclude(pk=row.pk)
    last = row.valid_to or date.max
    return any(o.valid_from <= last and (o.valid_to or date.max) >= row.valid_from for o in others)


__all__ = [
    "LinePosition",
    "line_positions",
    "line_version",
    "needs_of",
    "paid_of",
    "reserve_ring_fenced",
    "reserve_streams",
    "returned_to",
    "ring_fence_reasons",
    "save_budget_line",
    "used_of",
]
