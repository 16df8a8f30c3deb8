"""The steps of a supplement: signed by its companies, then granted or refused; or it ends without a decision."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import supplement_rules as rules
from programmes.models import Supplement
from programmes.services.plan_costs import PlanError
from programmes.services.supplement_checks import supplement_problems
from programmes.services.supplement_follow_up import after_supplement_step
from programmes.services.supplement_plan import SupplementPlan, plan_supplement
from programmes.services.supplement_seats import Change, plan_token
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import Transition, TransitionTable
from skillnet.templatetags.ui import date_long

S = Supplement.State


def plan_of_today(supplement: Supplement) -> SupplementPlan:
    """What was asked, assessed by the law and the ledgers of today. Raises as `plan_supplement`."""
    applied = {
        line.organisation_id: timezone.localdate(line.signed_at)
        for line in supplement.lines.all()
        if line.signed_at
    }
    return plan_supplement(
        programme=supplement.programme, change=Change.from_record(supplement.change), applied=applied
    )


def is_signed(supplement: Supplement) -> list[str]:
    """Every company that is asked for its word gave it."""
    names = [
        line.organisation.name
        for line in supplement.lines.select_related("organisation")
        if line.needs_word and line.signed_at is None
    ]
    return [_("%(names)s tekende nog niet.") % {"names": ", ".join(names)}] if names else []


def can_be_granted(supplement: Supplement) -> list[str]:
    """A lawful promise on the day of the decision: nothing of it began, the plan is the one that was signed, and
    the law, the ledgers and the budget still carry it."""
    today = timezone.localdate()
    if supplement.begins_on <= today:
        return [
            _("Wat erbij zou komen, is op %(day)s begonnen: het kan niet meer worden toegekend.")
            % {"day": date_long(supplement.begins_on)}
        ]
    if plan_token(supplement.programme) != supplement.basis:
        return [
            _("Het plan is veranderd sinds dit gevraagd is. Weiger het, dan vraagt het netwerk het opnieuw.")
        ]
    try:
        plan = plan_of_today(supplement)
    except PlanError as error:
        return [str(error)]
    reasons = [*is_signed(supplement), *supplement_problems(supplement.programme, plan)]
    return [*reasons, *([] if reasons else _other_than_signed(supplement, plan))]


def _other_than_signed(supplement: Supplement, plan: SupplementPlan) -> list[str]:
    """Companies that would get more or less by the rules of today than what was asked and they signed for."""
    today = {line.organisation.pk: line for line in plan.lines}
    names = [
        line.organisation.name
        for line in supplement.lines.select_related("organisation")
        if line.organisation_id not in today or today[line.organisation_id].grant_after != line.grant_after
    ]
    if not names:
        return []
    return [
        _(
            "De steun van %(names)s is volgens de regels van vandaag anders dan gevraagd en getekend. Weiger de "
            "uitbreiding, zodat het netwerk ze opnieuw vraagt."
        )
        % {"names": ", ".join(names)}
    ]


def follow_up(supplement: Supplement, action: str, actor: Actor) -> None:
    """What a step sets in motion, in its own transaction: the plan is written, people are told."""
    plan = plan_of_today(supplement) if action == "grant" else None
    after_supplement_step(supplement=supplement, action=action, actor=actor, plan=plan)


SUPPLEMENT_TRANSITIONS = TransitionTable(
    model=Supplement,
    transitions={
        "complete": Transition(
            gettext_lazy("Ter beslissing voorleggen"),
            frozenset({S.SIGNING}),
            S.PENDING,
            rules.by_system,
            guard=is_signed,
            stamp="ready_at",
        ),
        "decline": Transition(
            gettext_lazy("Niet tekenen"),
            frozenset({S.SIGNING}),
            S.DECLINED,
            rules.signs,
            needs_reason=True,
            style="stop",
            confirm=gettext_lazy(
                "De uitbreiding gaat dan voor niemand door. Wat al beslist was, blijft zoals het is."
            ),
        ),
        "grant": Transition(
            gettext_lazy("Toekennen"),
            frozenset({S.PENDING}),
            S.GRANTED,
            rules.decides_supplement,
            guard=can_be_granted,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="main",
        ),
        "refuse": Transition(
            gettext_lazy("Weigeren"),
            frozenset({S.PENDING}),
            S.REFUSED,
            rules.decides_supplement,
            by_person=True,
            needs_reason=True,
            stamp="decided_at",
            style="stop",
        ),
        "withdraw": Transition(
            gettext_lazy("Vraag intrekken"),
            frozenset({S.SIGNING, S.PENDING}),
            S.WITHDRAWN,
            rules.asks,
            needs_reason=True,
            style="stop",
            confirm=gettext_lazy(
                "De bedrijven en de coördinator hoeven niets meer te doen. Wat al beslist was, blijft zoals het is."
            ),
        ),
        "lapse": Transition(
            gettext_lazy("Laten vervallen"),
            frozenset({S.SIGNING, S.PENDING}),
            S.LAPSED,
            rules.by_system,
            needs_reason=True,
        ),
    },
    after=follow_up,
)
