"""The complete file of a programme: enough for a stranger to audit it, as one plain structure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer
from matching.models import Match
from networks.models import Gap
from programmes import presenting, presenting_money, presenting_steps
from programmes.ledger_words import without_ledger
from programmes.losses import loss_sentence, told_amount
from programmes.models import Participation, Programme
from programmes.presenting_json import origin_json
from programmes.reasons import assessment_sentences, changed_sentence, reason_sentences
from programmes.rules import Sight
from programmes.services.dossier_claim import claim_of, delivery_of, outcomes_of
from programmes.services.dossier_parts import (
    application_as_made,
    evidence_for,
    invoices_of,
    jobseekers_of,
    ledger_of,
    organisations_in,
    recalculation_sentences,
    signatures_json,
    waiting_of,
)
from programmes.services.dossier_supplements import supplements_of
from programmes.services.evaluations import evaluation_json
from programmes.services.keeping import Keeper
from programmes.services.prices import prices_json
from programmes.services.reassess import replay_participation
from programmes.services.votes import votes_json
from skillnet.kernel.models import Decision
from skillnet.kernel.transitions import decisions_on

Json = dict[str, Any]


WHOLE = Sight(companies=True, money=True, ledger=True)


def dossier_of(*, programme: Programme, sight: Sight = WHOLE) -> Json:
    """Gaps, match, alternatives, prices, assessment, ledger position, application, votes, decisions, delivery,
    invoices and claim.

    Money is text in euro excl. VAT with two places, instants are ISO 8601 in UTC. The caller checked that the
    reader may see every company's money (programmes.rules.may_read_dossier); `sight` says of whom the reader
    also knows the de minimis balance: of others it only tells whether there was room enough.
    """
    decisions = list(decisions_on(programme))
    gaps = _gaps(programme)
    return {
        "programme": _programme(programme),
        "gaps": gaps,
        "matches": _matches(programme),
        "alternatives": _alternatives(programme),
        "reasons": [
            *reason_sentences(programme.reasons),
            *changed_sentence(programme.reasons, (decision.action for decision in decisions)),
        ],
        "origin": origin_json(programme),
        "editions": _editions(programme),
        "prices": _prices(programme),
        "costs": [
            {
                "category": line.category,
                "description": line.description,
                "amount": str(line.amount),
                "vat": str(line.vat),
                "vat_is_refundable": line.vat_is_refundable,
                "eligible": str(line.eligible),
                "group": line.group,
                "company": line.organisation.name if line.organisation else None,
            }
            for line in programme.cost_lines.select_related("organisation")
        ],
        "funding": [
            {
                "instrument": line.instrument.code,
                "name": str(line.instrument),
                "company": line.organisation.name if line.organisation else None,
                "amount": str(line.amount),
                "legal_basis": line.legal_basis,
                "rate_key": line.rate_key or None,
                "rate": None if line.rate is None else str(line.rate),
            }
            for line in programme.funding_lines.select_related("instrument", "organisation")
        ],
        "participations": [
            _participation(p, sight, decisions)
            for p in programme.participations.select_related("organisation")
        ],
        "jobseekers": jobseekers_of(programme),
        "waiting": waiting_of(programme),
        "supplements": supplements_of(programme, sight),
        "invoices": invoices_of(programme),
        "delivery": delivery_of(programme),
        "claim": claim_of(programme),
        "outcomes": outcomes_of(programme),
        "evaluation": evaluation_json(programme),
        "votes": votes_json(programme.votes.select_related("organisation")),
        "signatures": signatures_json(programme),
        "decisions": [_decision(d, sight, organisations_in(programme)) for d in decisions],
        "comments": [
            {"who": str(c.user), "at": c.created_at.isoformat(), "text": c.text}
            for c in programme.comments.select_related("user")
        ],
        "made_at": timezone.now().isoformat(),
    }


def _programme(programme: Programme) -> Json:
    network = programme.network
    return {
        "id": str(programme.public_id),
        "title": programme.title,
        "network": network.name,
        "call": network.call.title if network.call else None,
        "coordinator": network.call.coordinator.name if network.call else None,
        "state": programme.state,
        "state_label": str(programme.get_state_display()),
        "starts_on": _iso(programme.starts_on),
        "learners": programme.learners,
        "cost": _money(programme.cost),
        "grant": _money(programme.grant),
        "jobseekers": programme.jobseeker_learners,
        "jobseeker_cost": _money(programme.jobseeker_cost),
        "submitted_at": _iso(programme.submitted_at),
        "decide_by": _iso(programme.decide_by),
        "decided_at": _iso(programme.decided_at),
        "keep_until": _iso(Keeper().until(programme)),
        "strategy": programme.strategy.version if programme.strategy else None,
        "run": str(programme.run.public_id) if programme.run else None,
    }


def _gaps(programme: Programme) -> list[Json]:
    gaps = Gap.objects.filter(pool_gap__pool__programme_pools__programme=programme).with_parties()
    return [
        {
            "id": str(gap.public_id),
            "company": gap.organisation.name,
            "title": gap.title,
            "description": gap.description,
            "language": gap.language,
            "learners": gap.learners,
        }
        for gap in gaps.distinct().order_by("organisation__name", "pk")
    ]


def _matches(programme: Programme) -> list[Json]:
    offers = [row.edition.offer_id for row in programme.programme_editions.select_related("edition")]
    rows = Match.objects.filter(
        gap__pool_gap__pool__programme_pools__programme=programme, offer__in=offers
    ).select_related("gap__organisation", "offer")
    return [
        {
            "gap": str(m.gap.public_id),
            "company": m.gap.organisation.name,
            "offer": m.offer.title,
            "rank": m.rank,
            "score": round(m.score, 4),
            "certainty": round(m.certainty, 4),
            "components": m.components,
        }
        for m in rows.distinct().order_by("gap_id", "rank")
    ]


def _alternatives(programme: Programme) -> list[Json]:
    offers = Offer.objects.with_provider().in_bulk([r["offer_id"] for r in programme.alternatives])
    return [
        {
            "offer": offers[r["offer_id"]].title,
            "provider": str(offers[r["offer_id"]].provider),
            "fit": r["fit"],
            "amount": told_amount(r),
            "lost_on": r["lost_on"],
            "sentence": loss_sentence(r),
        }
        for r in programme.alternatives
        if r["offer_id"] in offers
    ]


def _prices(programme: Programme) -> list[Json]:
    """What shows each price, with the days of its edition: several editions may carry one title."""
    bought = programme.programme_editions.select_related("edition")
    when = {str(row.edition.public_id): presenting.when_of(row.edition) for row in bought}
    return [price | {"when": when.get(price["edition"], "")} for price in prices_json(programme)]


def _editions(programme: Programme) -> list[Json]:
    rows = programme.programme_editions.select_related("edition__offer__provider__organisation")
    return [
        {
            "offer": row.edition.offer.title,
            "provider": str(row.edition.offer.provider),
            "starts_on": _iso(row.edition.starts_on),
            "ends_on": _iso(row.edition.ends_on),
            "when": presenting.when_of(row.edition),
            "location": presenting.where_of(row.edition),
            "seats": row.seats,
            "companies": {
                s.organisation.name: s.learners for s in row.company_seats.select_related("organisation")
            },
        }
        for row in rows
    ]


def _participation(participation: Participation, sight: Sight, decisions: Sequence[Decision]) -> Json:
    sees = sight.sees_ledger_of(participation.organisation_id)
    record = participation.assessment
    own = decisions_on(participation)
    return {
        "company": participation.organisation.name,
        "enterprise_number": participation.organisation.enterprise_number,
        "state": participation.state,
        "state_label": str(participation.get_state_display()),
        "learners": participation.learners,
        "cost": str(participation.cost),
        "grant": str(participation.grant),
        "own_share": str(participation.own_share),
        "wage_cost": str(participation.wage_cost),
        "disadvantaged": participation.disadvantaged,
        "applied_at": _iso(participation.applied_at),
        "route": participation.route,
        "assessment": record if sees else without_ledger(record),
        "sentences": [
            {"text": s.text, "legal_basis": s.basis, "period": s.period}
            for s in assessment_sentences(record, presenting_money.names_in([record]), ledger=sees)
        ],
        "replays": _replays(participation),
        "ledger": ledger_of(participation, decisions, sees_balance=sees),
        "application": application_as_made(own),
        "recalculations": recalculation_sentences(own),
        "decisions": [_decision(d, sight, {}) for d in own],
    }


def _replays(participation: Participation) -> bool | None:
    """Whether the stored case with the stored law still gives the stored answer; None when none is kept."""
    if not participation.assessment.get("case"):
        return None
    return replay_participation(
        company=participation.organisation.name, record=participation.assessment
    ).is_same


def _decision(decision: Decision, sight: Sight, organisations: Mapping[str, int]) -> Json:
    return {
        "action": decision.action,
        "label": str(presenting_steps.EVENT_LABELS.get(decision.action, decision.action)),
        "from": decision.from_state,
        "to": decision.to_state,
        "who": decision.actor_label,
        "at": decision.decided_at.isoformat(),
        "reason": decision.reason,
        "evidence": evidence_for(decision.evidence, sight, organisations),
    }


def _money(value: Any) -> str | None:
    return None if value is None else str(value)


def _iso(value: Any) -> str | None:
    return value.isoformat() if value else None


def _kept(until: str | None) -> list[tuple[str, str]]:
    """Until when its papers are kept; a later grant of the call moves that day on."""
    from skillnet.templatetags.ui import date_long

    return [(_("Bewaard tot en met"), date_long(date.fromisoformat(until)))] if until else []


def _in_time(programme: Json) -> list[tuple[str, str]]:
    """When it was asked and decided, when it begins, and the strategy that it was decided with."""
    from skillnet.templatetags.ui import date_long, moment

    known = [
        (_("Ingediend op"), programme["submitted_at"], moment),
        (_("Beslist op"), programme["decided_at"], moment),
        (_("Eerste lesdag"), programme["starts_on"], date_long),
        (_("Talentstrategie"), programme["strategy"], lambda version: _("versie %(n)s") % {"n": version}),
    ]
    return [(label, words(value)) for label, value, words in known if value]


def _made_by(origin: Json) -> list[tuple[str, str]]:
    """Run, model and weights of what the matcher drew up; nothing for a person's own plan."""
    named = [(_("Run"), origin["run"]), (_("Model"), origin["model"]), (_("Gewichten"), origin["weights"])]
    return [(label, str(value)) for label, value in named if value is not None]


def facts_of_dossier(dossier: Json) -> list[tuple[str, str]]:
    """The first lines of the file, as a page and a PDF write them."""
    from skillnet.templatetags.ui import euro, number

    programme = dossier["programme"]
    return [
        (_("Netwerk"), programme["network"]),
        (_("Oproep"), programme["call"] or "–"),
        (_("Coördinator"), programme["coordinator"] or "–"),
        (_("Toestand"), programme["state_label"]),
        *_in_time(programme),
        (_("Deelnemers"), number(programme["learners"])),
        (_("Kost"), euro(programme["cost"], 2)),
        (_("Netwerksubsidie"), euro(programme["grant"], 2)),
        *_kept(programme["keep_until"]),
        *_made_by(dossier["origin"]),
        *(
            [(_("Werkzoekenden, uit de afgeschermde lijn"), euro(programme["jobseeker_cost"], 2))]
            if programme["jobseekers"]
            else []
        ),
    ]
