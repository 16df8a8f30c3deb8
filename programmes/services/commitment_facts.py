"""What companies promised in a programme, as the engine reads it: learners of a pool in an edition."""

from collections.abc import Mapping

from matching.engine.assembly_problem import Commitment
from programmes.models import CompanySeats, Participation, Programme


def commitments_of(programme: Programme, learners: Mapping[int, Mapping[int, int]]) -> list[Commitment]:
    """The promises of companies that confirmed; `learners` of each pool by company deals them out over pools.

    Seats beyond what the pools ask (a person added them) bind nobody here.
    """
    pools = list(programme.programme_pools.order_by("pool_id").values_list("pool_id", flat=True))
    left = {(pool, company): n for pool in pools for company, n in learners.get(pool, {}).items()}
    committed = programme.participations.filter(state=Participation.State.COMMITTED)
    rows = CompanySeats.objects.filter(
        programme_edition__programme=programme, organisation__in=committed.values("organisation")
    ).order_by("programme_edition__edition_id", "organisation_id")
    found = []
    for edition, company, wanted in rows.values_list(
        "programme_edition__edition_id", "organisation_id", "learners"
    ):
        for pool in pools:
            take = min(wanted, left.get((pool, company), 0))
            if take:
                found.append(Commitment(company, pool, edition, take))
                left[pool, company] -= take
                wanted -= take
    return found
