"""What a programme brought: companies say per gap whether it closed, after the course and six months later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from networks.models import Gap
from networks.services.gaps import take_gap_action
from networks.services.telling import contacts_of, notify
from programmes.models import Outcome, Participation, Programme
from programmes.rules import may_commit
from programmes.services.terms import OUTCOME_DAYS, days
from programmes.states import GIVEN
from skillnet.kernel.actor import Actor
from skillnet.kernel.reading import has_read
from skillnet.kernel.transitions import TransitionRefused, record_decision

M, Y = Outcome.Moment, Outcome.Answer
DAYS_A_MONTH = 365.25 / 12
# Kirkpatrick: what people learned is said right after, what it changed at work six months later.
LEVELS: dict[str, Any] = {
    M.AFTER: gettext_lazy("niveau 2 van Kirkpatrick: geleerd"),
    M.SIX_MONTHS: gettext_lazy("niveau 3 en 4 van Kirkpatrick: toegepast, en wat het opleverde"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many gaps of a programme are said to be closed at one moment, of how many."""

    moment: str
    label: str
    level: str
    yes: int
    partly: int
    no: int
    gaps: int

    @property
    def answered(self) -> int:
        return self.yes + self.partly + self.no


def gaps_of(participation: Participation) -> list[Gap]:
    """The gaps of this company that the programme was made for."""
    rows = Gap.objects.filter(
        pool_gap__pool__programme_pools__programme=participation.programme_id,
        organisation=participation.organisation_id,
    )
    return list(rows.distinct().order_by("pk"))


def last_lesson(programme: Programme) -> date | None:
    """The last day of the last edition; the first day where no end is known."""
    rows = programme.programme_editions.all()
    if not has_read(programme, "programme_editions"):
        rows = rows.select_related("edition")
    ends = [row.edition.ends_on or row.edition.starts_on for row in rows]
    return max((day for day in ends if day), default=None)


def open_moment(programme: Programme, today: date | None = None) -> str | None:
    """Which question is to be answered today; None while the course is not given."""
    if programme.state not in GIVEN:
        return None
    last = last_lesson(programme)
    return _moment(last, today or timezone.localdate())


def outcome_term(today: date | None = None) -> timedelta:
    """How long after the last lesson it is asked again what it brought, by the term of the day."""
    return days(OUTCOME_DAYS, today or timezone.localdate())


def moment_label(moment: str) -> str:
    """When it is asked, in words: the second time after the term that holds today."""
    if moment != M.SIX_MONTHS:
        return str(M(moment).label)
    months = round(outcome_term().days / DAYS_A_MONTH)
    return ngettext("na %(n)s maand", "na %(n)s maanden", months) % {"n": months}


def _moment(last: date | None, today: date, wait: timedelta | None = None) -> str:
    if last is None:
        return M.AFTER
    return M.SIX_MONTHS if today - last >= (outcome_term(today) if wait is None else wait) else M.AFTER


def record_outcome(
    *, participation_id: int, gap_id: int, actor: Actor, answer: str, why: str = ""
) -> Outcome:
    """Note what the company says of one of its gaps; saying it again replaces it.

    A gap that is closed leaves the demand by its own step. Raises TransitionRefused or ValidationError.
    """
    with transaction.atomic():
        row = (
            Participation.objects.select_for_update(of=("self",))
            .select_related("programme__network")
            .get(pk=participation_id)
        )
        moment = open_moment(row.programme)
        if not may_commit(actor, row) or moment is None:
            raise TransitionRefused(_("Dit kan pas als de opleiding gegeven is, en enkel door het bedrijf."))
        gap = next((g for g in gaps_of(row) if g.pk == gap_id), None)
        if gap is None:
            raise ValidationError(_("Deze kloof hoort niet bij dit programma."))
        if answer != Y.YES and not why.strip():
            raise ValidationError(_("Zeg waarom de kloof niet of niet helemaal gesloten is."))
        known = Outcome.objects.filter(programme=row.programme, gap=gap, moment=moment).first()
        outcome = known or Outcome(programme=row.programme, gap=gap, moment=moment)
        before = outcome.answer
        outcome.organisation_id = row.organisation_id
        outcome.answer, outcome.why, outcome.answered_by = answer, why.strip(), actor.user
        outcome.full_clean(exclude=["programme", "gap", "organisation", "answered_by"])
        outcome.save()
        record_decision(
            subject=outcome,
            action="say",
            from_state=before,
            to_state=answer,
            actor=actor,
            reason=why,
            evidence={"gap": str(gap.public_id), "moment": moment},
        )
        if answer == Y.YES and gap.state == Gap.State.OPEN:
            take_gap_action(gap=gap, action="close", actor=actor)
    return outcome


def tallies(programme: Programme, *, least: int = 1) -> Sequence[Tally]:
    """Per moment how the gaps stand; nothing for a moment at which fewer than `least` undertakings answered.

    Among two, whoever answered knows what the other said.
    """
    counts: dict[tuple[str, str], int] = {}
    who: dict[str, set[int]] = {}
    for outcome in programme.outcomes.select_related("organisation"):
        counts[outcome.moment, outcome.answer] = counts.get((outcome.moment, outcome.answer), 0) + 1
        who.setdefault(outcome.moment, set()).add(outcome.organisation.undertaking_key)
    enough = {moment for moment, undertakings in who.items() if len(undertakings) >= least}
    if not enough:
        return []
    gaps = Gap.objects.filter(pool_gap__pool__programme_pools__programme=programme).distinct().count()
    found = [
        Tally(
            moment=moment,
            label=moment_label(moment).capitalize(),
            level=str(LEVELS[moment]),
            yes=counts.get((moment, Y.YES), 0),
            partly=counts.get((moment, Y.PARTLY), 0),
            no=counts.get((moment, Y.NO), 0),
            gaps=gaps,
        )
        for moment in M.values
        if moment in enough
    ]
    return [tally for tally in found if tally.answered]


def to_answer(rows: Any) -> list[Participation]:
    """Of these participations those that still have a gap to say something about today."""
    candidates = (
        rows.filter(state=Participation.State.COMMITTED, programme__state__in=GIVEN)
        .select_related("programme__network", "organisation")
        .prefetch_related(
            "programme__outcomes",
            "programme__programme_editions__edition",
            "programme__programme_pools__pool__pool_gaps__gap",
        )
        .order_by("pk")
    )
    wait = outcome_term()
    return [row for row in candidates if _has_open_question(row, wait)]


def _has_open_question(row: Participation, wait: timedelta) -> bool:
    programme = row.programme
    ends = [r.edition.ends_on or r.edition.starts_on for r in programme.programme_editions.all()]
    last = max((day for day in ends if day), default=None)
    moment = _moment(last, timezone.localdate(), wait)
    said = {
        o.gap_id
        for o in programme.outcomes.all()
        if o.organisation_id == row.organisation_id and o.moment == moment
    }
    return not _own_gaps(row) <= said or not said


def _own_gaps(row: Participation) -> set[int]:
    """The gaps of this company that the programme was made for, from what was read with it."""
    return {
        held.gap_id
        for link in row.programme.programme_pools.all()
        for held in link.pool.pool_gaps.all()
        if held.gap.organisation_id == row.organisation_id
    }


def remind_outcomes() -> int:
    """Ask the companies that still have something to say, once for each moment. Returns how many were asked."""
    asked = 0
    for row in to_answer(Participation.objects.all()):
        programme = row.programme
        context = {
            "programme": programme.title,
            "network": programme.network.name,
            "path": f"/programmas/{programme.public_id}/resultaat/",
            "action": "outcome",
            "who": "",
        }
        key = f"outcome:{programme.pk}:{open_moment(programme)}"
        asked += notify(contacts_of(row.organisation_id), key=key, template="claim_step", context=context)
    return asked
