"""A programme as its page shows it: facts, offers with reasons, who pays what, steps, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Edition, Offer
from matching.links import address
from matching.models import Match, PoolGap
from networks.models import Gap, Organisation
from programmes.evidence import ChosenOffer, chosen_offers
from programmes.losses import loss_sentence
from programmes.models import FundingLine, OtherFunding, Participation, Programme, ProgrammeEdition
from programmes.reasons import AidSentence, assessment_sentences, basis_text, size_text
from programmes.rules import Sight
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import Decision
from skillnet.templatetags.ui import date_long, days_left, euro, number, percent
from skillnet.ui import Event, Fact, MatchRow, Step

S = Programme.State
EVENT_LABELS: dict[str, Any] = {
    "take": gettext_lazy("Overgenomen als ontwerp"),
    "decline": gettext_lazy("Voorstel afgewezen"),
    "lapse": gettext_lazy("Vervallen: de matcher stelt iets anders voor"),
    "submit": gettext_lazy("Ingediend bij de coördinator"),
    "approve": gettext_lazy("Goedgekeurd"),
    "return": gettext_lazy("Teruggestuurd"),
    "reject": gettext_lazy("Geweigerd"),
    "cancel": gettext_lazy("Geannuleerd"),
    "start": gettext_lazy("Gestart"),
    "deliver": gettext_lazy("Gegeven"),
    "claim": gettext_lazy("Afrekening ingediend"),
    "pay": gettext_lazy("Betaling vastgesteld"),
    "sign": gettext_lazy("Eerste handtekening van een coördinator"),
    "draft": gettext_lazy("Ontwerp gemaakt"),
    "change": gettext_lazy("Plan aangepast"),
    "commit": gettext_lazy("Deelname bevestigd en steun aangevraagd"),
    "withdraw": gettext_lazy("Teruggetrokken"),
    "remove": gettext_lazy("Uit het plan gehaald: geen antwoord"),
    "close_unpaid": gettext_lazy("Afgesloten zonder betaling"),
    "recalculate": gettext_lazy("Steun herberekend met wie er komt"),
    "edition_moved": gettext_lazy("Editie verplaatst door de opleider"),
    "edition_cancel": gettext_lazy("Editie geannuleerd door de opleider"),
    "edition_reopen": gettext_lazy("Editie heropend door de opleider"),
    "remove_evidence": gettext_lazy("Bewijsstuk gewist"),
    "wait": gettext_lazy("Op de wachtlijst gezet"),
    "move_up": gettext_lazy("Doorgeschoven van de wachtlijst"),
}
TONES = {
    "approve": "good",
    "pay": "good",
    "reject": "stop",
    "decline": "stop",
    "cancel": "stop",
    "return": "care",
    "sign": "care",
}


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A line of the table of who pays what, with the reasoning behind it."""

    company: str
    size: str
    learners: int
    cost: Any
    grant: Any
    own: Any
    basis: str
    url: str
    state: str
    state_label: str
    sentences: Sequence[AidSentence]


@dataclass(frozen=True, slots=True)
class Total:
    """The last line of that table."""

    learners: int | None
    cost: Any
    grant: Any
    own: Any


def programme_for_page(programmes: Any) -> Any:
    """A queryset that brings all that the page shows of the programme itself."""
    seated = ArrayAgg(
        JSONObject(name="company_seats__organisation__name", learners="company_seats__learners"),
        filter=Q(company_seats__isnull=False),
        order_by="company_seats__organisation__name",
    )
    editions = ProgrammeEdition.objects.select_related("edition__offer__provider__organisation")
    money = OtherFunding.objects.filter(participation=OuterRef("pk"), retracted_at=None)
    people = Participation.objects.select_related("organisation").annotate(has_other_money=Exists(money))
    return programmes.select_related("network__call__coordinator", "strategy", "run").prefetch_related(
        Prefetch("participations", queryset=people),
        Prefetch("programme_editions", queryset=editions.annotate(seated=seated)),
        Prefetch("funding_lines", queryset=FundingLine.objects.select_related("instrument", "organisation")),
    )


def live(programme: Programme) -> list[Participation]:
    return [p for p in programme.participations.all() if p.state != Participation.State.WITHDRAWN]


def facts_of(programme: Programme, sight: Sight) -> list[Fact]:
    """The figures that sum it up; a company reads its own beside the totals of nobody else."""
    people = live(programme)
    facts = [Fact(_("Bedrijven"), len(people)), Fact(_("Deelnemers"), programme.learners)]
    own = next((p for p in people if p.organisation_id == sight.own_id), None)
    if sight.money or own is None:
        facts += [Fact(_("Kost"), euro(programme.cost)), Fact(_("Netwerksubsidie"), euro(programme.grant))]
        facts.append(Fact(_("Per deelnemer"), _per(programme.cost, programme.learners)))
    else:
        facts += [
            Fact(_("Uw deelnemers"), own.learners),
            Fact(_("Uw kost"), euro(own.cost)),
            Fact(_("Uw subsidie"), euro(own.grant)),
            Fact(_("U betaalt"), euro(own.own_share)),
        ]
    if programme.jobseeker_learners and sight.companies:
        apart = euro(programme.jobseeker_cost) if sight.money else _("afgeschermde lijn")
        facts.append(Fact(_("Werkzoekenden"), programme.jobseeker_learners, hint=apart))
    starts = date_long(programme.starts_on) if programme.starts_on else _("nog niet bekend")
    return [*facts, Fact(_("Start"), starts)]


def _per(amount: Any, learners: int | None) -> str:
    return euro(amount / learners) if amount is not None and learners else _("onbekend")


def subline_of(programme: Programme) -> str:
    """Network, since when it lies where it lies, and how long there is to decide."""
    parts = [programme.network.name]
    if programme.submitted_at:
        parts.append(_("ingediend op %(day)s") % {"day": date_long(programme.submitted_at)})
    if programme.state == S.SUBMITTED and programme.decide_by:
        parts.append(_("te beslissen tegen %(day)s") % {"day": date_long(programme.decide_by)})
        parts.append(days_left(programme.decide_by))
    return " · ".join(parts)


def offers_of(programme: Programme, actor: Actor) -> list[ChosenOffer]:
    """The bought offers with their evidence; words only of gaps that the actor may read."""
    offers = list(
        {row.edition.offer_id: row.edition.offer for row in programme.programme_editions.all()}.values()
    )
    pools = [row.pool_id for row in programme.programme_pools.all()]
    gaps = list(
        Gap.objects.visible_to(actor)
        .filter(pool_gap__pool__in=pools)
        .with_parties()
        .order_by("organisation__name", "pk")
    )
    matches = list(Match.objects.visible_to(actor).filter(gap__in=gaps, offer__in=offers)) if gaps else []
    return chosen_offers(offers=offers, gaps=gaps, matches=matches)


def gap_counts(programme: Programme) -> dict[str, int]:
    """How much demand there is, for who may not read the words."""
    pools = [row.pool_id for row in programme.programme_pools.all()]
    rows = list(PoolGap.objects.filter(pool__in=pools).values_list("gap__organisation"))
    return {"gaps": len(rows), "companies": len(set(rows))}


def match_rows(programme: Programme, chosen: Sequence[ChosenOffer]) -> list[MatchRow]:
    """Bought offers with their meters, the best first; the score is the one on which they were chosen."""
    fits = {str(r.get("offer")): r.get("fit") for r in programme.reasons if r.get("key") == "offer"}
    rows = [
        MatchRow(
            score=score,
            title=item.offer.title,
            url=address("catalogue:offer_detail", item.offer.public_id),
            meta=_offer_meta(item.offer),
            price=item.price,
            components=item.parts,
        )
        for item in chosen
        if (score := fits.get(item.offer.title) or item.score) is not None
    ]
    return sorted(rows, key=lambda row: -row.score)


def runners_up(programme: Programme) -> list[MatchRow]:
    """The next best offers, and what they lost on."""
    from matching.services.presenting import price_text

    records = sorted(programme.alternatives, key=lambda r: -(r.get("fit") or 0))
    records = list({r["offer_id"]: r for r in records}.values())[:2]
    offers = Offer.objects.with_provider().in_bulk([r["offer_id"] for r in records])
    return [
        MatchRow(
            score=record["fit"],
            title=offer.title,
            url=address("catalogue:offer_detail", offer.public_id),
            meta=_offer_meta(offer),
            price=price_text(offer),
            sentence=loss_sentence(record),
        )
        for record in records
        if (offer := offers.get(record["offer_id"])) is not None
    ]


def _offer_meta(offer: Offer) -> str:
    parts = [str(offer.provider), str(offer.get_mode_display()) if offer.mode else ""]
    if offer.hours is not None:
        parts.append(_("%(hours)s contacturen") % {"hours": number(offer.hours)})
    if offer.credential and offer.credential != Offer.Credential.NONE:
        parts.append(str(offer.get_credential_display()))
    return " · ".join(part for part in parts if part)


def editions_of(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """What is bought, when and where, and who sits in it."""
    return [
        {
            "edition": row.edition,
            "offer": row.edition.offer,
            "url": address("catalogue:offer_detail", row.edition.offer.public_id),
            "when": when_of(row.edition),
            "where": where_of(row.edition),
            "seats": row.seats,
            "companies": [
                f"{seat['name']} ({seat['learners']})"
                for seat in row.seated or []  # type: ignore[attr-defined]
                if sight.companies
            ]
            + ([f"{_('werkzoekenden')} ({row.jobseeker_seats})"] if row.jobseeker_seats else []),
        }
        for row in programme.programme_editions.all()
    ]


def where_of(edition: Edition) -> str:
    """The place, or the region by its name."""
    return edition.location or (regions.display_name(edition.region) if edition.region else "")


def when_of(edition: Edition) -> str:
    """First to last day in words."""
    if edition.starts_on is None:
        return _("startdatum onbekend")
    if edition.ends_on is None or edition.ends_on == edition.starts_on:
        return date_long(edition.starts_on)
    return _("%(first)s tot %(last)s") % {
        "first": date_long(edition.starts_on),
        "last": date_long(edition.ends_on),
    }


def company_lines(programme: Programme, sight: Sight) -> list[CompanyLine]:
    """Who pays what, for as far as the reader may know; the reasoning in the language of the page."""
    shown = [p for p in live(programme) if sight.sees_money_of(p.organisation_id)]
    known = {str(p.organisation_id): p.organisation.name for p in live(programme)}
    names = names_in([p.assessment for p in shown], known)
    return [
        CompanyLine(
            company=p.organisation.name,
            size=size_text(p.assessment),
            learners=p.learners,
            cost=p.cost,
            grant=p.grant,
            own=p.own_share,
            basis=basis_text(p.assessment),
            url=_commit_url(p, sight),
            state=p.state,
            state_label=str(p.get_state_display()),
            sentences=assessment_sentences(p.assessment, names),
        )
        for p in shown
    ]


def _commit_url(participation: Participation, sight: Sight) -> str:
    if participation.organisation_id != sight.own_id:
        return ""
    return reverse("programmes:commit", args=[participation.public_id])


def other_companies(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """Companies whose money the reader may not see: their names and learners only."""
    if not sight.companies:
        return []
    return [
        {
            "name": p.organisation.name,
            "learners": p.learners,
            "state": p.state,
            "label": p.get_state_display(),
        }
        for p in live(programme)
        if not sight.sees_money_of(p.organisation_id)
    ]


def summary_of(lines: Sequence[CompanyLine]) -> list[str]:
    """What is decided for each company in one line: size, ground, what of its cost is granted."""
    found = []
    for line in lines:
        text = _("%(company)s (%(size)s): %(grant)s van %(cost)s; %(basis)s") % {
            "company": line.company,
            "size": line.size,
            "grant": euro(line.grant, 2),
            "cost": euro(line.cost, 2),
            "basis": line.basis,
        }
        unsure = any(not sentence.certain for sentence in line.sentences)
        found.append(f"{text} · {_('niet alles staat vast')}" if unsure else text)
    return found


def total_of(lines: Sequence[CompanyLine]) -> Total | None:
    if len(lines) < 2:
        return None
    return Total(
        learners=sum(line.learners for line in lines),
        cost=sum(line.cost for line in lines),
        grant=sum(line.grant for line in lines),
        own=sum(line.own for line in lines),
    )


def names_in(records: Sequence[Mapping[str, Any]], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Organisations that the cases and single undertakings name, by the key that stands in the sentences.

    Only those that are not `known` yet are looked up.
    """
    keys = {str(key) for record in records for key in record.get("single_undertaking", [])}
    keys |= {str(o["id"]) for record in records for o in (record.get("case") or {}).get("organisations", [])}
    told = dict(known or {})
    wanted = [key for key in keys - set(told) if key.isdigit()]
    if not wanted:
        return told
    found = Organisation.objects.filter(pk__in=wanted)
    return told | {str(pk): name for pk, name in found.values_list("pk", "name")}


def funding_rows(programme: Programme, sight: Sight) -> list[dict[str, Any]]:
    """Who pays under which article, added up by source and ground; a company reads its own part only."""
    totals: dict[tuple[str, str, Any], Any] = {}
    for line in programme.funding_lines.all():
        if line.organisation_id is None or sight.sees_money_of(line.organisation_id):
            key = (str(line.instrument), line.legal_basis, line.rate)
            totals[key] = totals.get(key, 0) + line.amount
    return [
        {
            "instrument": instrument,
            "amount": amount,
            "rate": percent(rate / 100) if rate is not None else "",
            "basis": basis,
        }
        for (instrument, basis, rate), amount in totals.items()
    ]


ORDER = [S.PROPOSAL, S.DRAFT, S.SUBMITTED, S.APPROVED, S.RUNNING, S.DELIVERED, S.CLAIMED, S.PAID]
STOPPED_AT = {
    S.REJECTED: S.SUBMITTED,
    S.CANCELLED: S.APPROVED,
    S.DECLINED: S.PROPOSAL,
    S.LAPSED: S.PROPOSAL,
    S.UNPAID: S.CLAIMED,
}
STEP_LABELS: list[tuple[str, Any]] = [
    (S.PROPOSAL, gettext_lazy("Vraag gebundeld")),
    (S.DRAFT, gettext_lazy("Plan van het netwerk")),
    (S.SUBMITTED, gettext_lazy("Beslissing")),
    (S.APPROVED, gettext_lazy("Bevestigen en inschrijven")),
    (S.RUNNING, gettext_lazy("Geven")),
    (S.DELIVERED, gettext_lazy("Afrekenen")),
    (S.CLAIMED, gettext_lazy("Betalen")),
]


def steps_of(programme: Programme) -> list[Step]:
    """Where it is in the procedure."""
    stopped = programme.state in STOPPED_AT
    here = (STOPPED_AT | {S.RETURNED: S.DRAFT}).get(S(programme.state), S(programme.state))
    if programme.state == S.CANCELLED and programme.decided_at is None:
        here = S.DRAFT
    place = ORDER.index(here)
    return [
        Step(
            str(label),
            "done" if number < place else "" if number > place else "stop" if stopped else "current",
            note=str(programme.get_state_display()) if number == place and (stopped or number == 1) else "",
        )
        for number, (_state, label) in enumerate(STEP_LABELS)
    ]


def events_of_programme(decisions: Sequence[Decision]) -> list[Event]:
    """Every decision, the newest last."""
    return [
        Event(
            label=str(EVENT_LABELS.get(decision.action, decision.action)),
            who=decision.actor_label,
            when=decision.decided_at,
            reason=decision.reason,
            tone=TONES.get(decision.action, ""),  # type: ignore[arg-type]
        )
        for decision in decisions
    ]


def signature_note(programme: Programme, decisions: Sequence[Decision]) -> str:
    """Who signed this submission already, when a second signature is awaited."""
    if programme.state != S.SUBMITTED or programme.submitted_at is None:
        return ""
    since = programme.submitted_at
    names = [str(d.user or d.actor_label) for d in decisions if d.action == "sign" and d.decided_at >= since]
    if not names:
        return ""
    return _("%(names)s tekende al. Een tweede coördinator van dezelfde overheid beslist mee.") % {
        "names": ", ".join(names)
    }


def is_late(programme: Programme) -> bool:
    return (
        programme.state == S.SUBMITTED
        and programme.decide_by is not None
        and programme.decide_by < timezone.localdate()
    )
