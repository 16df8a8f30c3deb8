"""A programme with seats that are paid for, and shorthand for the people who fill them."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from catalogue.models import Edition
from programmes.models import Enrolment, Participation, Programme
from programmes.services.enrolments import Enrolled, enrol_learners
from programmes.services.learners import NewLearner
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from tests.factories import actor_for_role
from tests.kept import kept
from tests.programmes.world import World, build_world


@kept
def approved(learners: int = 2, **world: Any) -> tuple[World, Programme]:
    """An approved programme of three companies that confirmed, `learners` seats each."""
    made = build_world(**world)
    programme = made.programme("submit", learners=learners)
    made.commit_all(programme)
    return made, made.move(programme, "approve")


def begun(programme: Programme, days: int = 3) -> None:
    """The first lesson was so many days ago; companies applied long before."""
    today = timezone.localdate()
    Edition.objects.filter(programme_editions__programme=programme).update(
        starts_on=today - timedelta(days=days), ends_on=today
    )
    Programme.objects.filter(pk=programme.pk).update(starts_on=today - timedelta(days=days))
    programme.participations.exclude(applied_at=None).update(applied_at=F("applied_at") - timedelta(days=60))


def part_of(programme: Programme, company: int = 0) -> Participation:
    row: Participation = programme.participations.select_related("organisation").order_by(
        "organisation__name"
    )[company]
    return row


def people(*names: str, **values: Any) -> list[tuple[int, NewLearner]]:
    return [
        (number, NewLearner(name, email=f"{name.split()[0].lower()}@werk.example", **values))
        for number, name in enumerate(names, start=1)
    ]


def enrol(world: World, part: Participation, *names: str, **options: Any) -> Enrolled:
    flags = {k: options.pop(k) for k in ("disadvantaged", "evidence_reference") if k in options}
    return enrol_learners(
        participation=part,
        edition_id=world.edition.pk,
        people=people(*names, **flags),
        actor=options.pop("actor", None) or world.contact(part.organisation),
        **options,
    )


def teacher(world: World) -> Actor:
    return actor_for_role(Role.PROVIDER, organisation=world.offer.provider.organisation)


def states(programme: Programme) -> list[str]:
    return list(Enrolment.objects.filter(programme=programme).order_by("pk").values_list("state", flat=True))
