"""What a what-if finds, as its page shows it: terms and bound now and then, and what stands in the way."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from matching.engine.assembly_problem import Obstacle, Terms
from programmes.obstacles import obstacle_sentence
from programmes.presenting_terms import PLACES, TERMS
from programmes.services.problem import Question
from programmes.services.unmet import left_out_records
from programmes.services.what_if import Plan, WhatIf
from skillnet.templatetags.ui import date_long, euro, number, percent

Compared = tuple[str, str, str]


def compared_rows(before: Plan, after: Plan) -> list[Compared]:
    """What people see first: pools, learners, money."""
    return [
        (_("Gesloten bundels"), str(before.closed), str(after.closed)),
        (_("Deelnemers met een plaats"), str(before.learners), str(after.learners)),
        (_("Kost"), euro(before.cost), euro(after.cost)),
        (_("Netwerksubsidie"), euro(before.public), euro(after.public)),
        (_("Hoogstens nog te verbeteren"), percent(before.gap, 1), percent(after.gap, 1)),
    ]


def compared_terms(before: Plan, after: Plan) -> list[Compared]:
    """Every term of the objective, the value and its bound, now and then."""
    rows = [
        (str(label), _term(before.terms, name), _term(after.terms, name)) for name, label in TERMS.items()
    ]
    rows.append(
        (_("Samen: de waarde van het plan"), number(before.value, PLACES), number(after.value, PLACES))
    )
    rows.append(
        (
            _("Grens: meer kan geen enkel plan halen"),
            number(before.bound, PLACES),
            number(after.bound, PLACES),
        )
    )
    return rows


def _term(terms: Terms, name: str) -> str:
    return number(getattr(terms, name), PLACES)


def told_obstacles(question: Question, obstacles: Sequence[Obstacle]) -> list[str]:
    """What contradicts what: each with the edition, the pool or the company that it is about."""
    return [told_obstacle(question, obstacle) for obstacle in obstacles]


def told_obstacle(question: Question, obstacle: Obstacle) -> str:
    """One obstacle, naming what it is about."""
    if obstacle.reason == "lock" and obstacle.edition is not None:
        return _locked(question, obstacle)
    return obstacle_sentence(
        obstacle, edition=_about(question, obstacle), left_out=left_out_records(question, obstacle)
    )


def _locked(question: Question, obstacle: Obstacle) -> str:
    names = {"edition": _edition(question, obstacle.edition), "pool": _pool(question, obstacle.subject)}
    if obstacle.amount:
        return _("“%(edition)s” voor “%(pool)s”: beloofd zijn %(n)s deelnemers meer dan de bundel telt.") % (
            names | {"n": int(obstacle.amount)}
        )
    if not names["pool"]:
        return obstacle_sentence(obstacle, edition=names["edition"])
    return _("“%(edition)s” kan niet voor “%(pool)s” gekocht worden. Maak deze keuze los.") % names


def _about(question: Question, obstacle: Obstacle) -> str:
    if obstacle.reason == "undertakings":
        return _pool(question, obstacle.subject)
    if obstacle.reason == "headroom":
        return _company(question, obstacle.subject)
    if obstacle.reason == "provider_cap" and obstacle.subject is not None:
        return _provider(question, obstacle.subject)
    return _edition(question, obstacle.edition)


def _edition(question: Question, pk: int | None) -> str:
    edition = question.editions.get(pk or 0)
    if edition is None:
        return ""
    starts = f" ({date_long(edition.starts_on)})" if edition.starts_on else ""
    return f"{edition.offer.title}{starts}"


def _pool(question: Question, pk: int | None) -> str:
    return question.pools[pk].title if pk in question.pools else ""


def _company(question: Question, undertaking: int | None) -> str:
    gaps = (gap for rows in question.gaps.values() for gap in rows)
    return next((g.organisation.name for g in gaps if g.organisation.undertaking_key == undertaking), "")


def _provider(question: Question, pk: int) -> str:
    editions = question.editions.values()
    return next((str(e.offer.provider) for e in editions if e.offer.provider_id == pk), "")


def what_if_context(result: WhatIf) -> dict[str, Any]:
    """What the page of a what-if tells."""
    question, before, after = result.question, result.before, result.after
    return {
        "result": result,
        "infeasible": told_obstacles(question, after.obstacles) if not after.feasible else [],
        "compared": compared_rows(before, after),
        "terms": compared_terms(before, after),
        "newly_unmet": [(pool, told_obstacle(question, o)) for pool, o in result.newly_unmet],
        "newly_met": result.newly_met,
        "still_unmet": [
            (pool, told_obstacle(question, o)) for pool, o in result.unmet if pool.pk in before.unmet
        ],
    }
