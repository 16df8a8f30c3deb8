"""The evaluation of a programme: written by its network, closed once its companies said what it brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Gap
from programmes.models import Evaluation, Outcome, Participation, Programme
from programmes.rules import manages
from programmes.services.outcomes import last_lesson, open_moment, outcome_term, tallies
from programmes.states import GIVEN
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, record_decision

S = Programme.State
FIELDS = ("worked", "to_change", "again", "satisfaction")


def may_evaluate(actor: Actor, programme: Programme) -> bool:
    """Its manager, from the last lesson until it is closed."""
    return manages(actor, programme) and programme.state in GIVEN and programme.state != S.EVALUATED


def evaluation_of(programme: Programme) -> Evaluation | None:
    return Evaluation.objects.filter(programme=programme).select_related("written_by").first()


def save_evaluation(*, programme_id: int, actor: Actor, values: Mapping[str, Any]) -> Evaluation:
    """Write the evaluation, or write it again; `values` has FIELDS. Every version is kept.

    Raises ValidationError or TransitionRefused.
    """
    with transaction.atomic():
        programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme_id)
        if not may_evaluate(actor, programme):
            raise TransitionRefused(
                _("Dit programma staat op “%(state)s”: evalueren kan nu niet.")
                % {"state": programme.get_state_display()}
            )
        row = Evaluation.objects.filter(programme=programme).first() or Evaluation(programme=programme)
        before = {name: getattr(row, name) for name in FIELDS} if row.pk else {}
        for name in FIELDS:
            setattr(row, name, values.get(name, getattr(row, name)))
        if before == {name: getattr(row, name) for name in FIELDS}:
            return row
        row.written_by = actor.user
        row.full_clean(exclude=["programme", "written_by"])
        row.save()
        record_decision(
            subject=programme,
            action="write_evaluation",
            from_state=programme.state,
            to_state=programme.state,
            actor=actor,
            evidence={"again": row.again},
        )
    return row


@dataclass(frozen=True, slots=True)
class Silence:
    """Of the companies asked at one moment, how many said nothing yet of a gap of theirs, and for how many
    learners they stand."""

    label: str
    asked: int
    companies: int
    learners: int


def silences(programme: Programme) -> list[Silence]:
    """Who did not answer, at each moment that has come: a share of answers says little without it."""
    moment = open_moment(programme)
    if moment is None:
        return []
    moments = [Outcome.Moment.AFTER] if moment == Outcome.Moment.AFTER else list(Outcome.Moment)
    own = {"organisation": OuterRef("organisation")}
    silent = {f"silent_{m}": Exists(_unsaid(programme, m).filter(**own)) for m in moments}
    rows = list(_asked(programme).annotate(**silent))
    found = [(m, [row for row in rows if getattr(row, f"silent_{m}")]) for m in moments]
    return [
        Silence(str(m.label).capitalize(), len(rows), len(quiet), sum(row.learners for row in quiet))
        for m, quiet in found
    ]


def silent_companies(programme: Programme) -> list[str]:
    """Companies that took part and did not say yet, of every gap of theirs, whether it closed after the course."""
    return [row.organisation.name for row in _silent(programme, Outcome.Moment.AFTER)]


def _asked(programme: Programme) -> QuerySet[Participation]:
    """Companies that took part with a gap of their own."""
    owners = Gap.objects.filter(pool_gap__pool__programme_pools__programme=programme).values("organisation")
    return programme.participations.filter(state=Participation.State.COMMITTED, organisation__in=owners)


def _silent(programme: Programme, moment: str) -> list[Participation]:
    owners = _unsaid(programme, moment).values("organisation")
    silent = _asked(programme).filter(organisation__in=owners).select_related("organisation")
    return list(silent.order_by("organisation__name"))


def _unsaid(programme: Programme, moment: str) -> QuerySet[Gap]:
    """Gaps of the programme of which nobody said at that moment whether they closed."""
    said = Outcome.objects.filter(programme=programme, moment=moment).values("gap")
    return Gap.objects.filter(pool_gap__pool__programme_pools__programme=programme).exclude(pk__in=said)


def evaluation_reasons(programme: Programme) -> list[str]:
    """Why the programme cannot be closed yet; each says what to do.

    Who stays silent until the second question (`OUTCOME_DAYS` after the last lesson) does not keep it open.
    """
    reasons = []
    if not Evaluation.objects.filter(programme=programme).exists():
        reasons.append(
            _("Er is nog geen evaluatie. Schrijf onder Evaluatie op wat werkte en wat anders moet.")
        )
    last = last_lesson(programme)
    wait = outcome_term()
    waits = last is None or timezone.localdate() - last < wait
    silent = silent_companies(programme) if waits else []
    if silent:
        reasons.append(
            ngettext(
                "%(names)s zei nog niet of de kloof gesloten is. Vraag het, of wacht tot %(n)s dag na de "
                "laatste les.",
                "%(names)s zei nog niet of de kloof gesloten is. Vraag het, of wacht tot %(n)s dagen na de "
                "laatste les.",
                wait.days,
            )
            % {"names": ", ".join(silent), "n": wait.days}
        )
    return reasons


def evaluation_json(programme: Programme) -> dict[str, Any] | None:
    """The evaluation as the file of a programme and the API write it; None while there is none."""
    row = evaluation_of(programme)
    if row is None:
        return None
    return {
        "worked": row.worked,
        "to_change": row.to_change or None,
        "again": row.again,
        "again_label": str(row.get_again_display()),
        "satisfaction": None if row.satisfaction is None else str(row.satisfaction),
        "written_by": str(row.written_by) if row.written_by else None,
        "at": row.updated_at.isoformat(),
    }


def evaluation_evidence(programme: Programme) -> dict[str, Any]:
    """What the closing decision relies on: the evaluation and what companies said by then."""
    return {
        "evaluation": evaluation_json(programme),
        "outcomes": [
            {"moment": t.moment, "yes": t.yes, "partly": t.partly, "no": t.no, "gaps": t.gaps}
            for t in tallies(programme)
        ],
    }


__all__ = [
    "evaluation_evidence",
    "evaluation_json",
    "evaluation_of",
    "evaluation_reasons",
    "may_evaluate",
    "save_evaluation",
    "silences",
    "silent_companies",
]
