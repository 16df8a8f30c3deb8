"""A supplement as its pages show it: before and after to the cent, what carries it, and what is asked of whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.aid.supplement import incentive_effect
from programmes.aid.texts import Reason
from programmes.models import Supplement, SupplementLine
from programmes.presenting_money import names_in
from programmes.reasons import AidSentence, assessment_sentences, basis_text, size_text
from programmes.rules import sight_of
from programmes.services.keeping import years_kept
from programmes.services.law import database_rates
from programmes.services.ledger import undertaking_position
from programmes.services.supplement_plan import LinePlan, SupplementPlan
from programmes.supplement_rules import may_ask
from skillnet.kernel.actor import Actor
from skillnet.templatetags.ui import date_long, euro, moment
from skillnet.ui import Action, Fact, Step

ZERO = Decimal("0.00")
S = Supplement.State
EVENT_LABELS: dict[str, Any] = {
    "ask": gettext_lazy("Uitbreiding gevraagd"),
    "complete": gettext_lazy("Door alle bedrijven getekend"),
    "sign": gettext_lazy("Eerste handtekening van een coördinator"),
    "grant": gettext_lazy("Uitbreiding toegekend"),
    "refuse": gettext_lazy("Uitbreiding geweigerd"),
    "decline": gettext_lazy("Een bedrijf tekent niet"),
    "withdraw": gettext_lazy("Vraag ingetrokken door het netwerk"),
    "lapse": gettext_lazy("Uitbreiding vervallen"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One company before and after; euro. `told` says what is asked of it."""

    company: str
    is_new: bool
    learners: tuple[int, int]
    cost: tuple[Decimal, Decimal]
    grant: tuple[Decimal, Decimal]
    own: tuple[Decimal, Decimal]
    size: str
    basis: str
    told: str
    tone: str
    sentences: Sequence[AidSentence] = ()
    ledger: Sequence[Fact] = ()

    when: Any = None

    @property
    def more(self) -> dict[str, Decimal]:
        """The difference of each amount, euro."""
        pairs = {"cost": self.cost, "grant": self.grant, "own": self.own}
        return {name: after - before for name, (before, after) in pairs.items()}


def rows_of(lines: Iterable[SupplementLine], *, sees_ledger: Any) -> list[Row]:
    """The companies of a frozen supplement; `sees_ledger(organisation)` says whose balance the reader knows."""
    lines = list(lines)
    names = names_in([line.assessment for line in lines])
    return [
        Row(
            company=line.organisation.name,
            is_new=line.is_new,
            learners=(line.learners_before, line.learners_after),
            cost=(line.cost_before, line.cost_after),
            grant=(line.grant_before, line.grant_after),
            own=(line.own_before, line.own_after),
            size=size_text(line.assessment),
            basis=basis_text(line.assessment),
            told=_told(line),
            tone="good" if line.signed_at else "care" if line.needs_word else "plain",
            sentences=sentences_of(line, names, ledger=sees_ledger(line.organisation_id)),
            ledger=_ledger(line) if sees_ledger(line.organisation_id) else (),
            when=line.signed_at,
        )
        for line in lines
    ]


def _told(line: SupplementLine) -> str:
    if line.signed_at:
        return _("getekend")
    return _("tekent nog") if line.needs_word else _("hoeft niet te tekenen")


def _ledger(line: SupplementLine) -> list[Fact]:
    """The de minimis ledger of its single undertaking today, and with what is asked."""
    if line.route != "de_minimis":
        return []
    position = undertaking_position(organisation=line.organisation)
    asked = line.extra if line.supplement.is_open else ZERO
    return [
        Fact(_("De-minimisplafond"), euro(position.ceiling, 2)),
        Fact(_("Gebruikt"), euro(position.used, 2)),
        Fact(_("Vrij met de uitbreiding"), euro(position.left - asked, 2)),
    ]


def sentences_of(line: SupplementLine, names: dict[str, str], *, ledger: bool) -> list[AidSentence]:
    """What article 6 says of what is added, and then the reasoning of the new total."""
    record = dict(line.assessment)
    if not record:
        return []
    record["reasons"] = [*_incentive(line), *record.get("reasons", [])]
    return assessment_sentences(record, names, ledger=ledger)


def _incentive(line: SupplementLine) -> list[dict[str, Any]]:
    if line.route != "training_aid" or line.begins_on is None:
        return []
    application = timezone.localdate(line.signed_at or line.created_at)
    asked = timezone.localdate(line.created_at)
    _late, why = incentive_effect(
        application=application, start=line.begins_on, rates=database_rates(), day=asked
    )
    return [_record(why)]


def _record(item: Reason) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "params": dict(item.params),
        "legal_basis": item.legal_basis,
        "valid_from": item.valid_from.isoformat() if item.valid_from else None,
        "valid_to": item.valid_to.isoformat() if item.valid_to else None,
        "certain": item.certain,
    }


def rows_of_plan(plan: SupplementPlan) -> list[Row]:
    """The same of what is not asked yet: the network reads no balance of a ledger."""
    records = {id(line): line.assessment.as_record() for line in plan.lines if line.assessment}
    names = names_in(list(records.values()))
    return [_of_plan(line, records.get(id(line), {}), names) for line in plan.lines]


def _of_plan(line: LinePlan, record: dict[str, Any], names: dict[str, str]) -> Row:
    full = record | {"reasons": [*(_record(r) for r in line.incentive), *record.get("reasons", [])]}
    return Row(
        company=line.organisation.name,
        is_new=line.is_new,
        learners=(line.learners_before, line.learners_after),
        cost=(line.cost_before, line.cost_after),
        grant=(line.grant_before, line.grant_after),
        own=(line.own_before, line.own_after),
        size=size_text(record),
        basis=basis_text(record),
        told=_("tekent") if line.needs_word else _("hoeft niet te tekenen"),
        tone="care" if line.needs_word else "plain",
        sentences=assessment_sentences(full, names, ledger=False) if record else (),
    )


def facts_of(supplement: Supplement) -> list[Fact]:
    """What it comes to; the page's strip."""
    return [
        Fact(_("Subsidie zoals beslist"), euro(supplement.grant_before, 2)),
        Fact(_("Subsidie met de uitbreiding"), euro(supplement.grant_after, 2)),
        Fact(_("Meer subsidie"), euro(supplement.extra, 2)),
        Fact(_("Kost zoals beslist"), euro(supplement.cost_before, 2)),
        Fact(_("Kost met de uitbreiding"), euro(supplement.cost_after, 2)),
    ]


def dates_of(supplement: Supplement) -> list[Fact]:
    """Every day that counts."""
    found = [
        Fact(_("Gevraagd op"), moment(supplement.created_at), hint=str(supplement.asked_by or "")),
        Fact(_("Tekenen tegen"), date_long(supplement.sign_by)),
        Fact(
            _("Eerste les van wat erbij komt"),
            date_long(supplement.begins_on),
            hint=_("Vanaf die dag kan de uitbreiding niet meer worden toegekend."),
        ),
    ]
    if supplement.decide_by:
        found.append(Fact(_("Beslissen tegen"), date_long(supplement.decide_by)))
    return found


def budget_of(supplement: Supplement) -> list[Fact]:
    """What was left when it was asked, before and after; nothing where no budget was given."""
    rows = [(_("Netwerk"), supplement.network_left), (_("Oproep"), supplement.call_left)]
    return [
        Fact(
            label,
            _("%(before)s vrij, daarna %(after)s")
            % {"before": euro(left, 2), "after": euro(left - supplement.extra, 2)},
        )
        for label, left in rows
        if left is not None
    ]


def supplement_actions(actor: Actor, programme: Any) -> list[Action]:
    """Asking more, the request that runs, or those of before; from the page of the programme, which read them
    along (`programme_for_page`)."""
    if programme.open_supplement and sight_of(actor, programme).money:
        url = reverse("programmes:supplement", args=[programme.open_supplement])
        return [Action(_("Uitbreiding bekijken"), url)]
    found = []
    if may_ask(actor, programme):
        url = reverse("programmes:supplement_new", args=[programme.public_id])
        if programme.has_waiting:
            found.append(Action(_("Uitbreiding vragen voor wie wacht"), f"{url}?wachtlijst=1"))
        else:
            found.append(Action(_("Uitbreiding vragen"), url))
    if programme.has_supplements and sight_of(actor, programme).money:
        url = reverse("programmes:supplements")
        found.append(Action(_("Uitbreidingen"), f"{url}?programme={programme.public_id}"))
    return found


STEPS = ((S.SIGNING, gettext_lazy("Bedrijven tekenen")), (S.PENDING, gettext_lazy("Beslissing")))


def steps_of(supplement: Supplement) -> list[Step]:
    """Where it is: asked, signed, decided."""
    ended = not supplement.is_open and supplement.state != S.GRANTED
    at = 1 if supplement.ready_at else 0
    found = [Step(_("Gevraagd door het netwerk"), "done")]
    for place, (_state, label) in enumerate(STEPS):
        done = place < at or supplement.state == S.GRANTED
        here = "stop" if ended and place == at else "current" if place == at else ""
        note = supplement.get_state_display() if here == "stop" else ""
        found.append(Step(str(label), "done" if done else here, note=note))  # type: ignore[arg-type]
    found.append(Step(_("In het plan"), "done" if supplement.state == S.GRANTED else ""))
    return found


def _asks(line: SupplementLine) -> str:
    """What it applies for, under its own regulation."""
    if line.extra <= 0:
        return _("Uw subsidie stijgt niet: wat meer kost, betaalt u zelf.")
    if line.route == "de_minimis":
        return _(
            "U vraagt met dit akkoord %(extra)s bijkomende de-minimissteun aan en verklaart dat uw vroegere "
            "de-minimissteun is aangegeven (artikel 7, lid 4, Verordening (EU) 2023/2831)."
        ) % {"extra": euro(line.extra, 2)}
    return _(
        "U vraagt met dit akkoord %(extra)s bijkomende steun aan, voor wat erbij komt begint (artikel 6, lid 2, "
        "Verordening (EU) nr. 651/2014)."
    ) % {"extra": euro(line.extra, 2)}


def signs_for(line: SupplementLine) -> list[str]:
    """What a company binds itself to by signing, in plain sentences."""
    return [
        _("%(after)s mensen volgen de opleiding (beslist: %(before)s); u laat hen daarvoor vrij.")
        % {"after": line.learners_after, "before": line.learners_before},
        _("U betaalt %(own)s van de kost van %(cost)s; beslist was %(was)s. De rest is subsidie.")
        % {
            "own": euro(line.own_after, 2),
            "cost": euro(line.cost_after, 2),
            "was": euro(line.own_before, 2),
        },
        _asks(line),
        _("Niets hiervan bindt voor de coördinator het toekent; weigert hij, dan blijft wat beslist was."),
        _("U bewaart de bewijsstukken %(years)s jaar.") % {"years": years_kept()},
    ]


__all__ = [
    "EVENT_LABELS",
    "Row",
    "budget_of",
    "dates_of",
    "facts_of",
    "rows_of",
    "rows_of_plan",
    "sentences_of",
    "signs_for",
    "steps_of",
    "supplement_actions",
]
