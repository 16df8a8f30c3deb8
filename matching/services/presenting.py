"""Stored matches as people read them: each component in a sentence, the words that made it, its losses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from catalogue.models import Offer
from matching.engine.explain import Note, explain, marks_of
from matching.engine.facts import GapFacts, OfferFacts
from matching.engine.scoring import COMPONENTS
from matching.engine.sentences import render
from matching.engine.skills import SkillTable
from matching.evidence import Quote, quotes_of
from matching.links import address
from matching.losses import losses_of
from matching.models import Match, MatchRun, Verdict
from matching.services.facts import first_start, gap_facts, offer_facts
from matching.services.progress import progress_of
from matching.services.score import active_profile
from matching.services.skills import skill_table
from matching.services.vectors import embedder
from networks.models import Gap
from skillnet.kernel.actor import Actor
from skillnet.templatetags.ui import date_long, euro
from skillnet.ui import Job, ScorePart

COMPONENT_LABELS: dict[str, Any] = {
    "meaning": gettext_lazy("Betekenis"),
    "words": gettext_lazy("Woorden"),
    "skills": gettext_lazy("Vaardigheden"),
    "quadrant": gettext_lazy("Soort opleiding"),
    "level": gettext_lazy("Niveau"),
    "language": gettext_lazy("Taal"),
    "mode": gettext_lazy("Lesvorm"),
    "place": gettext_lazy("Afstand"),
    "timing": gettext_lazy("Termijn"),
    "size": gettext_lazy("Vrije plaatsen"),
    "price": gettext_lazy("Prijs"),
    "trust": gettext_lazy("Betrouwbaarheid"),
}
# A loss of less than three points out of a hundred does not explain anything.
WORTH_SAYING = 0.03
MOST_LOSSES = 3


@dataclass(frozen=True, slots=True)
class LossLine:
    """What a component cost, in points of a hundred, and why."""

    label: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class MatchCard:
    """One match with everything that a page says of it."""

    match: Match
    url: str
    meta: str
    price: str
    parts: Sequence[ScorePart]
    unknown: str
    losses: Sequence[LossLine]
    remarks: Sequence[str]
    gap_quote: Quote
    offer_quote: Quote
    verdict: Verdict | None = None


def match_cards(*, gap: Gap, matches: Sequence[Match], actor: Actor) -> list[MatchCard]:
    """Cards for matches of one gap, read `with_offer()`; the gap was read `with_parties()`."""
    if not matches:
        return []
    today = timezone.localdate()
    facts = gap_facts([gap])[0]
    offers = offer_facts([match.offer for match in matches])
    weights = active_profile().weights
    verdicts = verdicts_of(actor, gap)
    return [
        _card(gap, facts, match, offer, weights, today, verdicts.get(match.offer_id))
        for match, offer in zip(matches, offers, strict=True)
    ]


def verdicts_of(actor: Actor, gap: Gap) -> dict[int, Verdict]:
    """What this person said of the gap's matches, by offer."""
    if actor.user is None:
        return {}
    return {verdict.offer_id: verdict for verdict in gap.verdicts.filter(user=actor.user)}


def newest_run_for(gap: Gap) -> MatchRun | None:
    """The last run that looked, looks or will look for offers for this gap."""
    concerns = Q(scope=MatchRun.Scope.ALL) | Q(scope=MatchRun.Scope.GAPS, owner_ids__contains=[gap.pk])
    if gap.network_id:
        concerns |= Q(scope=MatchRun.Scope.NETWORK, network=gap.network_id)
    return MatchRun.objects.filter(concerns).order_by("-pk").first()


def is_unfinished(run: MatchRun | None) -> bool:
    return run is not None and run.state in (MatchRun.State.PENDING, MatchRun.State.RUNNING)


def job_of(run: MatchRun, *, poll_url: str = "", cancel_url: str = "", result_url: str = "") -> Job:
    """A run as the progress component shows it."""
    progress = progress_of(run)
    stage = progress.stage.capitalize() if progress.done else _("Wacht op een vrije werker")
    return Job(
        id=str(run.public_id),
        stage=stage if is_unfinished(run) else str(run),
        poll_url=poll_url,
        done=round(100 * progress.share),
        total=100,
        detail=progress.detail,
        seconds_left=progress.seconds_left,
        finished=not is_unfinished(run),
        outcome=run.get_state_display(),
        result_url=result_url,
        cancel_url=cancel_url,
    )


def score_parts(
    facts: GapFacts,
    offer: OfferFacts,
    components: Mapping[str, float | None],
    today: date,
    skills: SkillTable | None = None,
) -> list[ScorePart]:
    """The components with a sentence each, in the language of the page, known ones first.

    Who explains many matches hands in the `skills`, so that they are looked up once.
    """
    table = skill_table() if skills is None else skills
    notes = explain(facts, offer, components, today, skills=table)
    language = get_language() or "nl"
    parts = [
        ScorePart(str(COMPONENT_LABELS[name]), components[name], _sentence(notes[name], language))
        for name in COMPONENTS
        if name in notes
    ]
    return sorted(parts, key=lambda part: part.value is None)


def price_text(offer: Offer) -> str:
    if offer.price is None:
        return _("prijs onbekend")
    return f"{euro(offer.price)} {offer.get_price_basis_display()}"


def _card(
    gap: Gap,
    facts: GapFacts,
    match: Match,
    offer: OfferFacts,
    weights: Mapping[str, float],
    today: date,
    verdict: Verdict | None,
) -> MatchCard:
    parts = score_parts(facts, offer, match.components, today)
    known = [part for part in parts if part.value is not None]
    evidence = embedder().spans(gap.text, match.offer.text)
    gap_quote, offer_quote = quotes_of(evidence, gap.text, match.offer.text)
    return MatchCard(
        match=match,
        url=address("catalogue:offer_detail", match.offer.public_id),
        meta=_meta(match.offer, offer, today),
        price=price_text(match.offer),
        parts=known,
        unknown=", ".join(str(part.label).lower() for part in parts if part.value is None),
        losses=_losses(match.components, weights, parts),
        remarks=[_sentence(note, get_language() or "nl") for note in marks_of(facts, offer)],
        gap_quote=gap_quote,
        offer_quote=offer_quote,
        verdict=verdict,
    )


def _meta(offer: Offer, facts: OfferFacts, today: date) -> str:
    start = first_start(facts, today)
    begins = _("start op %(day)s") % {"day": date_long(start)} if start else _("startdatum onbekend")
    pieces = [str(offer.provider), str(offer.get_mode_display()) if offer.mode else "", begins]
    if offer.hours is not None:
        hours = int(offer.hours)
        pieces.insert(2, ngettext("%(hours)s uur", "%(hours)s uur", hours) % {"hours": hours})
    return " · ".join(piece for piece in pieces if piece)


def _losses(
    components: Mapping[str, float | None], weights: Mapping[str, float], parts: Sequence[ScorePart]
) -> list[LossLine]:
    because = {part.label: part.sentence for part in parts}
    worth = [loss for loss in losses_of(components, weights) if loss.points >= WORTH_SAYING][:MOST_LOSSES]
    labels = [(str(COMPONENT_LABELS[loss.component]), round(loss.points * 100)) for loss in worth]
    return [LossLine(label, points, str(because[label])) for label, points in labels]


def _sentence(note: Note, language: str) -> str:
    return render(note, language)
