"""A supplement to a decided programme: asked by its network, signed by its companies, granted or refused.

Only an increase needs a new decision; nothing of it binds before. A request that ends otherwise leaves everything
as it was. Euro excluding VAT.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import TalentStrategy
from programmes.aid.case import case_record
from programmes.models import Programme, Supplement, SupplementLine
from programmes.services.applications import LEGAL_BASIS
from programmes.services.budgets import call_position, network_position
from programmes.services.places import lock_places
from programmes.services.plan_costs import PlanError
from programmes.services.signatures import second_signature_rate
from programmes.services.supplement_checks import supplement_problems
from programmes.services.supplement_follow_up import tell_of_supplement
from programmes.services.supplement_plan import LinePlan, SupplementPlan, plan_supplement
from programmes.services.supplement_seats import Change, plan_token
from programmes.services.terms import DECISION_DAYS, SUPPLEMENT_SIGN_DAYS, days
from programmes.supplement_rules import may_ask, may_sign
from programmes.supplement_transitions import SUPPLEMENT_TRANSITIONS
from skillnet.kernel.actor import SYSTEM, Actor
from skillnet.kernel.rates import NoRate
from skillnet.kernel.transitions import (
    TransitionRefused,
    check_transition,
    decisions_on,
    record_decision,
    run_transition,
)

S = Supplement.State
SIGN = "sign_supplement"


def ask_supplement(*, programme_id: int, change: Change, reason: str, actor: Actor) -> Supplement:
    """Freeze what is asked: the plan, an assessment per company, the difference per company and the budget.

    Asking the same twice is one request. Raises TransitionRefused with every reason why not, ValidationError for
    what no supplement can ask.
    """
    with transaction.atomic():
        programme = lock_places(programme_id)
        if not may_ask(actor, programme):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        known = Supplement.objects.open().filter(programme=programme).first()
        if known is not None:
            return _the_same(known, change)
        if not reason.strip():
            raise ValidationError({"reason": _("Zeg waarom: de bedrijven en de coördinator lezen dit.")})
        plan = planned(programme, change)
        problems = supplement_problems(programme, plan)
        if problems:
            raise TransitionRefused(*problems)
        supplement = _freeze(programme, change, plan, reason, actor)
        tell_of_supplement(supplement=supplement, action="ask", actor=actor)
    return supplement


def planned(programme: Programme, change: Change) -> SupplementPlan:
    """What is asked, assessed today; a missing price is a ValidationError like any other."""
    try:
        return plan_supplement(programme=programme, change=change)
    except PlanError as error:
        raise ValidationError(str(error)) from error


def _the_same(known: Supplement, change: Change) -> Supplement:
    if known.change == change.as_record():
        return known
    raise TransitionRefused(
        _("Voor dit programma loopt al een uitbreiding. Trek ze in, of wacht tot erover beslist is.")
    )


def _freeze(
    programme: Programme, change: Change, plan: SupplementPlan, reason: str, actor: Actor
) -> Supplement:
    network = programme.network
    begins_on = plan.begins_on or date.max
    supplement = Supplement.objects.create(
        programme=programme,
        reason=reason.strip(),
        asked_by=actor.user,
        change=change.as_record(),
        basis=plan_token(programme),
        cost_before=plan.cost_before,
        cost_after=plan.cost_after,
        grant_before=plan.grant_before,
        grant_after=plan.grant_after,
        network_left=network_position(network).left,
        call_left=call_position(network.call).left if network.call else None,
        begins_on=begins_on,
        sign_by=min(plan.day + days(SUPPLEMENT_SIGN_DAYS, plan.day), begins_on - date.resolution),
    )
    SupplementLine.objects.bulk_create(_line(supplement, line) for line in plan.lines)
    record_decision(
        subject=supplement,
        action="ask",
        from_state="",
        to_state=supplement.state,
        actor=actor,
        reason=reason,
        evidence=evidence_of(supplement),
    )
    record_decision(
        subject=programme,
        action="ask_supplement",
        from_state=programme.state,
        to_state=programme.state,
        actor=actor,
        reason=reason,
        evidence={"supplement": str(supplement.public_id), "extra": str(supplement.extra)},
    )
    return supplement


def _line(supplement: Supplement, line: LinePlan) -> SupplementLine:
    record: dict[str, Any] = {}
    if line.assessment is not None and line.case is not None:
        record = line.assessment.as_record() | {"case": case_record(line.case)}
    return SupplementLine(
        supplement=supplement,
        organisation=line.organisation,
        participation=line.participation,
        is_new=line.is_new,
        learners_before=line.learners_before,
        learners_after=line.learners_after,
        cost_before=line.cost_before,
        cost_after=line.cost_after,
        grant_before=line.grant_before,
        grant_after=line.grant_after,
        wages_after=line.wages,
        disadvantaged=line.disadvantaged,
        route=line.route,
        assessment=record,
        begins_on=line.begins_on,
        needs_word=line.needs_word,
        crosses_publication=line.crosses_publication,
    )


def sign_supplement(*, line_id: int, actor: Actor, declares_de_minimis: bool = False) -> SupplementLine:
    """A company's word on its new plan: its application for what is added (article 6(2) GBER). The last one puts
    the request before the coordinator. Signing twice is once. Raises TransitionRefused or ValidationError."""
    with transaction.atomic():
        line, supplement = _lock_line(line_id)
        if not may_sign(actor, line):
            raise TransitionRefused(_("U mag deze stap niet zetten."))
        if line.signed_at is not None:
            return line
        _check_word(line, supplement)
        now = timezone.now()
        if line.route == "de_minimis":
            _declare(declares_de_minimis)
            line.de_minimis_declared_at = now
        line.signed_at, line.signed_by = now, actor.user
        line.save(update_fields=["signed_at", "signed_by", "de_minimis_declared_at", "updated_at"])
        record_decision(
            subject=line,
            action=SIGN,
            from_state="",
            to_state="signed",
            actor=actor,
            evidence=application_of_line(line),
        )
        if not supplement.lines.filter(needs_word=True, signed_at=None).exists():
            _complete(supplement)
    return line


def _check_word(line: SupplementLine, supplement: Supplement) -> None:
    today = timezone.localdate()
    if supplement.state != S.SIGNING or not line.needs_word:
        raise TransitionRefused(_("Hier valt voor uw bedrijf niets meer te tekenen."))
    if today > supplement.sign_by:
        raise TransitionRefused(
            _(
                "De termijn om te tekenen is voorbij. Vraag uw netwerkmanager om de uitbreiding opnieuw te vragen."
            )
        )
    if plan_token(supplement.programme) != supplement.basis:
        raise TransitionRefused(
            _("Het plan is veranderd sinds dit gevraagd is. Uw netwerkmanager vraagt de uitbreiding opnieuw.")
        )


def _declare(declares: bool) -> None:
    if not declares:
        raise ValidationError(
            {
                "declares_de_minimis": _(
                    "Deze steun is de-minimissteun. Kijk na welke steun van uw onderneming bekend is, geef aan wat "
                    "ontbreekt, en verklaar dan dat de lijst volledig is."
                )
            }
        )


def _complete(supplement: Supplement) -> None:
    today = timezone.localdate()
    run_transition(
        table=SUPPLEMENT_TRANSITIONS,
        pk=supplement.pk,
        action="complete",
        actor=SYSTEM,
        values={"decide_by": today + days(DECISION_DAYS, today)},
    )


def take_supplement_step(*, supplement_id: int, action: str, actor: Actor, reason: str = "") -> Supplement:
    """Grant or refuse it, take it back, or say no for one's company. Raises TransitionRefused with sentences.

    The decision keeps the figures and assessments that it relied on and the version of the talent strategy. Above
    the call's threshold, counted over the new total, two coordinators sign.
    """
    with transaction.atomic():
        supplement = _lock(supplement_id)
        if action == "grant" and _waits_for_a_second(supplement, actor, reason):
            return supplement
        values: dict[str, Any] = {}
        if action in ("grant", "refuse"):
            strategy = TalentStrategy.objects.filter(is_active=True).first()
            values = {"decided_by": actor.user, "strategy": strategy}
        taken: Supplement = run_transition(
            table=SUPPLEMENT_TRANSITIONS,
            pk=supplement.pk,
            action=action,
            actor=actor,
            reason=reason,
            evidence=evidence_of(supplement) | _strategy(values),
            values=values,
        )
        if supplement.state != taken.state:
            record_decision(
                subject=supplement.programme,
                action=f"{action}_supplement",
                from_state=supplement.programme.state,
                to_state=supplement.programme.state,
                actor=actor,
                reason=reason,
                evidence={"supplement": str(taken.public_id), "extra": str(taken.extra)},
            )
    return taken


def _strategy(values: dict[str, Any]) -> dict[str, Any]:
    strategy = values.get("strategy")
    return {"strategy": strategy.version if strategy else None}


def needs_two(supplement: Supplement) -> bool:
    """Whether the programme's public money with this supplement asks for two coordinators; raises NoRate."""
    whole = supplement.grant_after + supplement.programme.jobseeker_cost
    return bool(whole >= second_signature_rate().value)


def _waits_for_a_second(supplement: Supplement, actor: Actor, reason: str) -> bool:
    """Whether this is the first of two signatures; signing twice is one."""
    if supplement.state != S.PENDING:
        return False  # too late, or a repeat: the transition itself says which
    try:
        if not needs_two(supplement):
            return False
    except NoRate as missing:
        raise TransitionRefused(str(missing)) from missing
    check_transition(
        table=SUPPLEMENT_TRANSITIONS, instance=supplement, action="grant", actor=actor, reason=reason
    )
    if supplement.signed_by is not None:
        return supplement.signed_by == actor.user
    supplement.signed_by, supplement.signed_at = actor.user, timezone.now()
    supplement.save(update_fields=["signed_by", "signed_at", "updated_at"])
    record_decision(
        subject=supplement,
        action="sign",
        from_state=supplement.state,
        to_state=supplement.state,
        actor=actor,
        reason=reason,
        evidence={
            "grant": str(supplement.grant_after),
            "threshold": str(second_signature_rate().value),
        },
    )
    tell_of_supplement(supplement=supplement, action="sign", actor=actor)
    return True


def lapse_supplements(
    *, today: date | None = None, programme: Programme | None = None, reason: str = ""
) -> int:
    """Requests whose term is over, whose lessons began or, given `programme`, that it leaves behind. Returns how
    many; what was decided before stands."""
    day = today or timezone.localdate()
    lapsed = 0
    rows = Supplement.objects.open().order_by("pk")
    if programme is not None:
        rows = rows.filter(programme=programme)
    for pk, begins_on, sign_by, state in rows.values_list("pk", "begins_on", "sign_by", "state"):
        why = reason if programme is not None else _why_over(day, begins_on, sign_by, state)
        if why:
            with transaction.atomic():
                supplement = _lock(pk)
                if supplement.is_open:
                    take_supplement_step(supplement_id=pk, action="lapse", actor=SYSTEM, reason=why)
                    lapsed += 1
    return lapsed


def _why_over(day: date, begins_on: date, sign_by: date, state: str) -> str:
    if begins_on <= day:
        return _("Wat erbij zou komen, is begonnen voor erover beslist was.")
    if state == S.SIGNING and sign_by < day:
        return _("Niet alle bedrijven tekenden op tijd.")
    return ""


def application_of_line(line: SupplementLine) -> dict[str, Any]:
    """What a company signs for: the items of article 6(2) GBER, old and new; money is text, euro excl. VAT."""
    supplement = line.supplement
    programme = supplement.programme
    return {
        "undertaking": line.organisation.name,
        "enterprise_number": line.organisation.enterprise_number,
        "size": line.assessment.get("size", "unknown"),
        "description": programme.title,
        "supplement": str(supplement.public_id),
        "starts_on": line.begins_on.isoformat() if line.begins_on else None,
        "learners": [line.learners_before, line.learners_after],
        "cost": [str(line.cost_before), str(line.cost_after)],
        "own_share": [str(line.own_before), str(line.own_after)],
        "public_funding": [str(line.grant_before), str(line.grant_after)],
        "costs": (line.assessment.get("case") or {}).get("costs", []),
        "aid_type": "grant",
        "route": line.route,
        "legal_basis": LEGAL_BASIS,
    }


def evidence_of(supplement: Supplement) -> dict[str, Any]:
    """The figures and assessments of every company that it changes."""
    return {
        "programme": str(supplement.programme.public_id),
        "cost": [str(supplement.cost_before), str(supplement.cost_after)],
        "grant": [str(supplement.grant_before), str(supplement.grant_after)],
        "participations": [
            {
                "organisation": line.organisation.name,
                "learners": line.learners_after,
                "cost": str(line.cost_after),
                "grant": str(line.grant_after),
                "was": str(line.grant_before),
                "own_share": str(line.own_after),
                "assessment": line.assessment,
            }
            for line in supplement.lines.select_related("organisation")
        ],
    }


def first_signature(supplement: Supplement) -> str:
    """What the first coordinator wrote; empty where nobody signed."""
    row = decisions_on(supplement).filter(action="sign").order_by("-id").first()
    return row.reason if row else ""


def _lock_line(line_id: int) -> tuple[SupplementLine, Supplement]:
    """The programme first, then the request, then the line: as everywhere."""
    pk = SupplementLine.objects.values_list("supplement_id", flat=True).get(pk=line_id)
    supplement = _lock(pk)
    line = (
        SupplementLine.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=line_id)
    )
    line.supplement = supplement
    return line, supplement


def _lock(supplement_id: int) -> Supplement:
    programme_id = Supplement.objects.values_list("programme_id", flat=True).get(pk=supplement_id)
    programme = lock_places(programme_id)
    supplement: Supplement = Supplement.objects.select_for_update(of=("self",)).get(pk=supplement_id)
    supplement.programme = programme
    return supplement


__all__ = [
    "ask_supplement",
    "lapse_supplements",
    "needs_two",
    "planned",
    "sign_supplement",
    "take_supplement_step",
]
