"""No validated need, no grant: the network stands, its companies are members, its steering group saw the gaps.

Sources: domain.md, section F (demand first: an edition needs a linked, validated need before a grant can be
approved) and section A (a network is contracted and its analysis frozen before it trains).
"""

from typing import Any

from django.db.models import Exists, Func, JSONField, OuterRef, TextField
from django.db.models.functions import Cast, JSONObject
from django.utils.translation import gettext as _

from catalogue.models import Offer
from networks.models import Gap, NeedsAnalysis, Network, NetworkMember, Organisation
from programmes.aid.double_funding import Severity
from programmes.models import OtherFunding, Participation, Programme
from programmes.services.funding_facts import declared_funding
from programmes.services.instruments import double_funding, paid_above_cost

FUNDED = frozenset(
    {Network.State.CONTRACTED, Network.State.ACTIVE, Network.State.RENEWAL, Network.State.PROBATION}
)
VALIDATED = (NeedsAnalysis.State.VALIDATED, NeedsAnalysis.State.FROZEN)


def need_reasons(programme: Programme, companies: list[Participation]) -> list[str]:
    """Why the demand behind a programme does not carry a grant yet; each sentence says where to go."""
    network = programme.network
    if network.state not in FUNDED:
        return [
            _(
                "Het netwerk “%(network)s” staat op “%(state)s”: subsidie kan alleen in een toegekend en lopend "
                "netwerk. Kijk op de pagina van het netwerk wat er nog moet gebeuren."
            )
            % {"network": network.name, "state": network.get_state_display()}
        ]
    ids = [row.organisation_id for row in companies]
    known = {row.pk: row for row in _companies(programme, ids)}
    found = sorted((known[pk] for pk in ids), key=lambda row: str(row.name))
    paid_twice = _paid_twice(programme) if any(row.has_other_money for row in found) else []
    return [
        *paid_twice,
        *_said(
            [row.name for row in found if not row.is_member],
            _(
                "Geen lid van het netwerk: %(names)s. Nodig het bedrijf uit bij de leden van het netwerk, of haal "
                "het uit het plan."
            ),
        ),
        *_said(
            [row.name for row in found if not row.has_validated_gap],
            _(
                "De kloof van %(names)s staat nog niet in een gevalideerde behoefteanalyse: zonder gevalideerde "
                "vraag geen subsidie. Leg ze aan de stuurgroep voor bij “Behoefteanalyse” van het netwerk."
            ),
        ),
    ]


def _said(names: list[str], sentence: str) -> list[str]:
    return [sentence % {"names": ", ".join(names)}] if names else []


def _companies(programme: Programme, ids: list[int]) -> Any:
    """Each company: whether it is a member, and whether a gap of it in the programme's pools stands in a
    version that the steering group accepted. One question, for the programme's page asks it too."""
    accepted = NeedsAnalysis.objects.filter(
        network=programme.network_id,
        state__in=VALIDATED,
        snapshot__contains=Func(
            JSONObject(id=Cast(OuterRef("public_id"), TextField())),
            function="jsonb_build_array",
            output_field=JSONField(),
        ),
    )
    gaps = Gap.objects.filter(
        Exists(accepted), pool_gap__pool__programme_pools__programme=programme, organisation=OuterRef("pk")
    )
    members = NetworkMember.objects.filter(
        network=programme.network_id, organisation=OuterRef("pk"), state=NetworkMember.State.ACTIVE
    )
    declared = OtherFunding.objects.filter(
        participation__programme=programme, participation__organisation=OuterRef("pk"), retracted_at=None
    )
    return Organisation.objects.filter(pk__in=ids).annotate(
        is_member=Exists(members), has_validated_gap=Exists(gaps), has_other_money=Exists(declared)
    )


def _paid_twice(programme: Programme) -> list[str]:
    """Other money that may not be taken beside the grant, or that pays with it more than the cost."""
    other = declared_funding(programme)
    offers = Offer.objects.filter(editions__programme_editions__programme=programme).distinct()
    found = double_funding(
        programme=programme, offers=list(offers.select_related("provider__organisation")), other=other
    )
    blocking = [text for severity, text in found if severity == Severity.BLOCKS]
    return list(dict.fromkeys([*blocking, *paid_above_cost(programme=programme, other=other)]))


__all__ = ["need_reasons"]
