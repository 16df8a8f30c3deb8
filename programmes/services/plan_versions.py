"""Which plan a manager read, so that a colleague's changes are not replaced unseen."""

from collections.abc import Iterable, Mapping

from programmes.models import Programme
from programmes.services.plans import Seats, facts_of, seats_of_programme
from programmes.services.versions import check_version, version_of


def plan_version(programme: Programme) -> str:
    """The token of title, seats and jobseekers as they stand, for `change_programme`."""
    return _token(programme.title, seats_of_programme(programme), facts_of(programme).jobseekers)


def check_plan(
    programme: Programme,
    read: str | None,
    *,
    title: str,
    seats: Iterable[Seats],
    jobseekers: Mapping[int, int],
) -> None:
    """Raise ChangedMeanwhile where the plan changed since `read`, unless it stands as it is sent now."""
    now = plan_version(programme)
    if _token(title or programme.title, seats, jobseekers) != now:
        check_version(read, now)


def _token(title: str, seats: Iterable[Seats], jobseekers: Mapping[int, int]) -> str:
    rows = sorted((s.edition.pk, s.organisation.pk, s.learners) for s in seats if s.learners)
    apart = sorted((pk, count) for pk, count in jobseekers.items() if count)
    return version_of([(title,), *rows, ("jobseekers",), *apart])


__all__ = ["check_plan", "plan_version"]
