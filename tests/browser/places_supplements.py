"""A decided programme of which more is asked, so that the pages of supplements have something on them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import Edition
from networks.models import Organisation
from programmes.models import CompanySeats, Programme, ProgrammeEdition, Supplement
from tests.browser.places_claims import copied_programme


def supplement_objects(programme: Programme, edition: Edition, company: Organisation) -> dict[str, Any]:
    """Addresses of supplements, with what fills them in."""
    free = _decided(programme, edition, company, "Goedgekeurd programma")
    asked = _decided(programme, edition, company, "Programma met uitbreiding")
    supplement = _asked(asked, company)
    return {
        "programmes:supplement_new": free.public_id,
        "programmes:supplement": supplement.public_id,
        "programmes:supplement_print": supplement.lines.get().public_id,
    }


def _decided(programme: Programme, edition: Edition, company: Organisation, title: str) -> Programme:
    decided = copied_programme(programme, Programme.State.APPROVED, title)
    part = decided.participations.get(organisation=company)
    bought = ProgrammeEdition.objects.create(programme=decided, edition=edition, seats=max(1, part.learners))
    CompanySeats.objects.create(
        programme_edition=bought, organisation=company, learners=max(1, part.learners), cost=part.cost
    )
    return decided


def _asked(programme: Programme, company: Organisation) -> Supplement:
    part = programme.participations.get(organisation=company)
    begins_on = timezone.localdate() + timedelta(days=30)
    supplement = Supplement.objects.create(
        programme=programme,
        reason="Er kwamen twee mensen bij.",
        cost_before=part.cost,
        cost_after=part.cost + 1000,
        grant_before=part.grant,
        grant_after=part.grant + 500,
        begins_on=begins_on,
        sign_by=begins_on - timedelta(days=10),
    )
    supplement.lines.create(
        organisation=company,
        participation=part,
        learners_before=part.learners,
        learners_after=part.learners + 2,
        cost_before=part.cost,
        cost_after=part.cost + 1000,
        grant_before=part.grant,
        grant_after=part.grant + 500,
        route=part.route,
        assessment=part.assessment,
        begins_on=begins_on,
    )
    return supplement
