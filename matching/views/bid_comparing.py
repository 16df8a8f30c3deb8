"""Bids side by side, for the network: what differs, what is best on each line, and the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, npgettext_lazy
from django.utils.translation import gettext as _

from matching.links import address
from matching.models import Bid, Pool
from matching.rules import may_choose_bid, sees_companies
from matching.services.bid_scores import (
    BidScore,
    covered,
    price_per_learner,
    score_bids,
    total_price,
)
from matching.services.pool_reads import readable_pools
from matching.services.presenting import COMPONENT_LABELS
from networks.rules import manages
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.lists import ListColumn, ListSpec, export_response
from skillnet.templatetags.ui import date_short, euro, number, score
from skillnet.ui import Action, Fact, Link


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion over all bids: texts in the order of the bids; `best` marks the most favourable ones."""

    label: str
    texts: Sequence[str]
    best: Sequence[bool] = field(default_factory=list)
    note: str = ""

    @property
    def differs(self) -> bool:
        return len(set(self.texts)) > 1

    @property
    def cells(self) -> list[tuple[str, bool]]:
        marks = self.best or [False] * len(self.texts)
        return [(text, is_best and self.differs) for text, is_best in zip(self.texts, marks, strict=True)]


def bids_compare(request: HttpRequest, public_id: str) -> HttpResponse:
    """All submitted bids on one pool, side by side; its manager chooses, the steering group reads along."""
    actor = actor_of(request)
    pool = _pool(actor, public_id)
    context = _context(actor, pool)
    wanted = request.GET.get("export", "")
    if wanted in ("csv", "xlsx"):
        spec = _export_of(context["bids"])
        return export_response(context["lines"], spec, wanted)  # type: ignore[return-value]
    return render(request, "matching/bids_compare.html", context)


def bids_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """The comparison on paper, for the steering group's table."""
    actor = actor_of(request)
    pool = _pool(actor, public_id)
    return render(
        request, "matching/bids_print.html", {**_context(actor, pool), "printed_at": timezone.now()}
    )


def _export_of(bids: Sequence[Bid]) -> ListSpec:
    """A row for each criterion, a column for each bid."""
    columns = [ListColumn(_("Criterium"), lambda line: line.label)]
    for place, bid in enumerate(bids):
        columns.append(ListColumn(f"{bid.provider}: {bid.title}", partial(_text_at, place)))
    return ListSpec(
        columns=columns, noun=npgettext_lazy("count", "criterium", "criteria"), filename="biedingen"
    )


def _text_at(place: int, line: Line) -> str:
    return line.texts[place]


def _pool(actor: Actor, public_id: str) -> Pool:
    pool = get_object_or_404(readable_pools(actor), public_id=public_id)
    if not sees_companies(actor, pool):  # a company of the pool reads counts, no bids
        raise Http404
    return pool


def _context(actor: Actor, pool: Pool) -> dict[str, Any]:
    bids = list(
        Bid.objects.visible_to(actor)
        .filter(pool=pool)
        .compared()
        .with_parties()
        .order_by("submitted_at", "pk")
    )
    chosen = next((bid for bid in bids if bid.state == Bid.State.CHOSEN), None)
    title = _("Biedingen op “%(pool)s”") % {"pool": pool.title}
    open_bids = [bid for bid in bids if bid.state == Bid.State.SUBMITTED and may_choose_bid(actor, bid)]
    return {
        "page_title": title,
        "breadcrumbs": [
            Link(_("Bundels"), reverse("matching:pools")),
            Link(pool.title, reverse("matching:pool_detail", args=[pool.public_id])),
            Link(_("Biedingen")),
        ],
        "pool": pool,
        "bids": bids,
        "lines": comparison(pool, bids),
        "chosen": chosen,
        "open_bids": open_bids,
        "facts": [
            Fact(_("Biedingen"), len(bids)),
            Fact(_("Bedrijven"), pool.companies),
            Fact(_("Deelnemers"), pool.learners),
        ],
        "actions": _actions(actor, pool, bids, chosen),
    }


def _actions(actor: Actor, pool: Pool, bids: Sequence[Bid], chosen: Bid | None) -> list[Action]:
    found = []
    url = address("programmes:programme_new", pool.public_id)
    if chosen is not None and url and manages(actor, pool.network_id) and pool.state == Pool.State.OPEN:
        found.append(Action(_("Ontwerp programma met dit bod"), url, tone="main"))
    if bids:
        found.append(Action(_("Afdrukken"), reverse("matching:bids_print", args=[pool.public_id])))
    return found


def comparison(pool: Pool, bids: Sequence[Bid]) -> list[Line]:
    """The criteria on which bids are compared, in the order in which a network weighs them."""
    if not bids:
        return []
    scores = score_bids(pool, bids)
    language = get_language() or "nl"
    lines = [
        _scored(_("Past bij de vraag"), [_fit(scores.get(bid.pk)) for bid in bids]),
        _least(_("Prijs per deelnemer"), [price_per_learner(bid) for bid in bids], euro),
        _totals(pool, bids),
        _least(_("Begint op"), [bid.starts_on for bid in bids], date_short),
        Line(_("Eindigt op"), [date_short(bid.ends_on) if bid.ends_on else _unknown() for bid in bids]),
        Line(_("Lesdagen"), [bid.schedule or _unknown() for bid in bids]),
        Line(_("Plaats"), [_place(bid, language) for bid in bids]),
        Line(_("Lesvorm"), [bid.get_mode_display() if bid.mode else _unknown() for bid in bids]),
        Line(_("Lestaal"), [bid.get_language_display() for bid in bids]),
        Line(_("Contacturen"), [number(bid.hours) for bid in bids]),
        _most(_("Plaatsen"), [bid.seats for bid in bids], str),
        _least(_("Minimum deelnemers"), [bid.min_seats for bid in bids], str),
        Line(_("Erkenning"), [_recognition(bid) for bid in bids]),
        Line(_("Kwaliteitslabel"), [bid.provider.quality_label or _unknown() for bid in bids]),
        Line(
            _("Geldig tot"), [date_short(bid.valid_until) if bid.valid_until else _unknown() for bid in bids]
        ),
        Line(_("Voorwaarden"), [bid.conditions or _unknown() for bid in bids]),
    ]
    return lines + _components(bids, scores)


def _components(bids: Sequence[Bid], scores: dict[int, BidScore]) -> list[Line]:
    """What the fit is made of: the mean over the gaps, and how far they lie apart."""
    found = []
    for name, label in COMPONENT_LABELS.items():
        spreads = [scores[bid.pk].components.get(name) if bid.pk in scores else None for bid in bids]
        if any(spreads):
            means = [spread[1] if spread else None for spread in spreads]
            texts = [_spread(spread) for spread in spreads]
            found.append(Line(str(label), texts, _bests(means, max), note=_("in de score")))
    return found


def _spread(spread: tuple[float, float, float] | None) -> str:
    if spread is None:
        return _unknown()
    least, mean, most = (score(value) for value in spread)
    if least == most:
        return str(mean)
    return _("%(mean)s (van %(least)s tot %(most)s)") % {"mean": mean, "least": least, "most": most}


def _fit(found: BidScore | None) -> float | None:
    return found.fit if found else None


def _scored(label: str, values: Sequence[float | None]) -> Line:
    texts = [_("%(score)s op 100") % {"score": score(v)} if v is not None else _unknown() for v in values]
    return Line(label, texts, _bests(values, max))


def _totals(pool: Pool, bids: Sequence[Bid]) -> Line:
    """The whole price and for how many; the least is best only where all bids seat as many."""
    totals = [total_price(bid, pool.learners) for bid in bids]
    seated = [covered(bid, pool.learners) for bid in bids]
    texts = [
        _("%(total)s voor %(n)d van %(all)d deelnemers")
        % {"total": euro(total), "n": count, "all": pool.learners}
        if total is not None and count is not None and count != pool.learners
        else str(euro(total))
        if total is not None
        else _unknown()
        for total, count in zip(totals, seated, strict=True)
    ]
    best = _bests(totals, min) if len(set(seated)) == 1 else []
    return Line(_("Totaal voor deze groep"), texts, best)


def _least(label: str, values: Sequence[Any], show: Callable[[Any], str]) -> Line:
    return Line(label, _texts(values, show), _bests(values, min))


def _most(label: str, values: Sequence[Any], show: Callable[[Any], str]) -> Line:
    return Line(label, _texts(values, show), _bests(values, max))


def _texts(values: Sequence[Any], show: Callable[[Any], str]) -> list[str]:
    return [str(show(value)) if value is not None else _unknown() for value in values]


def _bests(values: Sequence[Any], pick: Callable[[Sequence[Any]], Any]) -> list[bool]:
    known = [value for value in values if value is not None]
    return [bool(known) and value == pick(known) for value in values]


def _place(bid: Bid, language: str) -> str:
    region = regions.display_name(bid.region, language) if bid.region else ""
    return ", ".join(part for part in (bid.location, region) if part) or _unknown()


def _recognition(bid: Bid) -> str:
    if bid.provider.recognised_since and not bid.provider.is_recognised_on(timezone.localdate()):
        return _("niet meer erkend")
    since = bid.provider.recognised_since
    return _("erkend sinds %(day)s") % {"day": date_short(since)} if since else _unknown()


def _unknown() -> str:
    return _("onbekend")
