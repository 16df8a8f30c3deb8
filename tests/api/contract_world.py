"""Two sides that know nothing of each other: every confidential row of each carries its mark. Cheap to make."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import CapacityOffer, CapacityRequest, IssuedCredential, Microcredential, Revaluation
from matching.models import Bid
from networks.models import Establishment, NetworkApplication, NetworkPlan
from programmes.models import Claim, Enrolment, InvoiceLine, Learner, Participation, Programme
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from tests.api.keys import make_key
from tests.api.test_reading import make_match, make_pool, make_programme
from tests.factories import (
    make_edition,
    make_gap,
    make_network,
    make_offer,
    make_organisation,
    make_provider,
)


class World:
    """One side: a company that leads a network, and a provider, each with its key.

    `ids` are the addresses of its rows by the first part of the path that shows them.
    """

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.ids: dict[str, list[str]] = defaultdict(list)
        self.company = make_organisation()
        self.network = make_network(name=f"{mark} netwerk", state="draft")
        self.provider = make_provider()
        self._demand()
        self._supply()
        self._delivered()
        self._know(networks=self.network, organisations=self.company, providers=self.provider)
        self.keys = {
            Role.COMPANY_CONTACT: make_key(Role.COMPANY_CONTACT, organisation=self.company)[1],
            Role.NETWORK_MANAGER: make_key(
                Role.NETWORK_MANAGER, organisation=self.company, network=self.network
            )[1],
            Role.PROVIDER: make_key(Role.PROVIDER, organisation=self.provider.organisation)[1],
        }

    @property
    def all_ids(self) -> list[str]:
        return [one for found in self.ids.values() for one in found]

    def _know(self, **rows: Any) -> None:
        for name, row in rows.items():
            self.ids[name.replace("_", "-")].append(str(row.public_id))

    def _demand(self) -> None:
        mark = self.mark
        gap = make_gap(organisation=self.company, title=f"{mark} kloof", external_id=f"{mark}-G")
        self.ids["gaps"].append(gap.external_id)
        self.pool = make_pool(
            self.network, companies=1, title=f"{mark} bundel", public_title=f"{mark} bundel"
        )
        application = NetworkApplication.objects.create(
            call=self.network.call, network=self.network, plan=f"{mark} plan van aanpak"
        )
        plan = NetworkPlan.objects.create(network=self.network, year=2027, goals=f"{mark} doelen")
        place = Establishment.objects.create(organisation=self.company, name=f"{mark} atelier")
        file = ImportFile.objects.create(kind="gaps", organisation=self.company, filename=f"{mark}.csv")
        bid = Bid.objects.create(
            pool=self.pool, provider=self.provider, kind="new_offer", title=f"{mark} bod", conditions=mark
        )
        self._know(
            gaps=gap, pools=self.pool, matches=make_match(gap), applications=application, bids=bid, demand=self.pool,
            annual_plans=plan, establishments=place, imports=file,
        )  # fmt: skip

    def _supply(self) -> None:
        mark, today = self.mark, timezone.localdate()
        draft = make_offer(
            provider=self.provider, title=f"{mark} ontwerp", external_id=f"{mark}-O", state="draft"
        )
        self.ids["offers"].append(draft.external_id)
        self.edition = make_edition(offer=draft, external_id=f"{mark}-E")
        credential = Microcredential.objects.create(
            offer=draft, title=f"{mark} bewijs", awarding_body=mark, outcomes=[mark], ects=3, assessment=mark,
            participation=mark, quality_assurance=mark, validity_months=12,
        )  # fmt: skip
        issued = IssuedCredential.objects.create(
            microcredential=credential, pseudonym=f"{mark}-P", organisation=self.company, issued_on=today
        )
        parts = {"shortage": {"before": 0.0, "after": 1.0, "weight_before": 0.2, "weight_after": 0.2}}
        ground = {"cause": "strategy", "reference": "2", "day": str(today), "shift": 0.2, "parts": parts}
        put_up = Revaluation.objects.create(
            microcredential=credential, grounds=[ground], opened_on=today, due_on=today
        )
        period = {"starts_on": today, "ends_on": today + timedelta(days=30), "quantity": 3}
        closed = CapacityOffer.objects.create(
            organisation=self.company, kind="seats", title=f"{mark} plaatsen", state="closed", **period
        )
        open_one = CapacityOffer.objects.create(
            organisation=make_organisation(), kind="seats", title="Vrije plaatsen", **period
        )
        asked = CapacityRequest.objects.create(
            capacity=open_one,
            organisation=self.company,
            quantity=1,
            message=f"{mark} vraag",
            starts_on=today,
            ends_on=today,
        )
        self._know(
            offers=draft, editions=self.edition, microcredentials=credential, issued_credentials=issued,
            revaluations=put_up, capacity=closed, capacity_requests=asked,
        )  # fmt: skip

    def _delivered(self) -> None:
        mark = self.mark
        programme = make_programme(self.network)
        Programme.objects.filter(pk=programme.pk).update(title=f"{mark} programma")
        part = Participation.objects.create(programme=programme, organisation=self.company, learners=3)
        seat = programme.programme_editions.get()
        enrolment = Enrolment.objects.create(
            reference=mark[-11:],
            programme=programme,
            edition=seat.edition,
            participation=part,
            learner=Learner.objects.create(organisation=self.company),
            evidence_reference=f"{mark} dossier",
        )
        Claim.objects.create(programme=programme, overrun_note=f"{mark} meerkost")
        line = InvoiceLine.objects.create(
            programme=programme, edition=seat.edition, organisation=self.company, learners=3, unit_price=10,
            amount=30, vat_note=f"{mark} btw",
        )  # fmt: skip
        self._know(
            programmes=programme,
            participations=part,
            enrolments=enrolment,
            claims=programme,
            invoice_lines=line,
        )
