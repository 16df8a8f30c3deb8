"""Where a programme is in the procedure, and what was decided on it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes.models import Programme
from programmes.services.prices import were_shown
from skillnet.kernel.actor import Actor
from skillnet.kernel.models import Decision
from skillnet.templatetags.ui import date_long, euro
from skillnet.ui import Event, Step

S = Programme.State
EVENT_LABELS: dict[str, Any] = {
    "take": gettext_lazy("Overgenomen als ontwerp"),
    "decline": gettext_lazy("Voorstel afgewezen"),
    "lapse": gettext_lazy("Vervallen: de matcher stelt iets anders voor"),
    "submit": gettext_lazy("Ingediend bij de coördinator"),
    "approve": gettext_lazy("Goedgekeurd"),
    "return": gettext_lazy("Teruggestuurd"),
    "recall": gettext_lazy("Indiening teruggenomen door het netwerk"),
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
    "vote": gettext_lazy("Gestemd"),
    "reset_votes": gettext_lazy("Stemmen vervallen: het plan is veranderd"),
    "evaluate": gettext_lazy("Geëvalueerd en afgesloten"),
    "write_evaluation": gettext_lazy("Evaluatie geschreven"),
    "add_price": gettext_lazy("Prijsbewijs toegevoegd"),
    "retract_price": gettext_lazy("Prijsbewijs ingetrokken"),
    "recalculate": gettext_lazy("Steun herberekend met wie er komt"),
    "edition_moved": gettext_lazy("Editie verplaatst door de opleider"),
    "edition_cancel": gettext_lazy("Editie geannuleerd door de opleider"),
    "edition_replaced": gettext_lazy("Andere editie gekozen door het netwerk"),
    "edition_reopen": gettext_lazy("Editie heropend door de opleider"),
    "remove_evidence": gettext_lazy("Bewijsstuk gewist"),
    "declare_funding": gettext_lazy("Andere financiering aangegeven"),
    "retract_funding": gettext_lazy("Andere financiering ingetrokken"),
    "publish": gettext_lazy("Steun gepubliceerd"),
    "wait": gettext_lazy("Op de wachtlijst gezet"),
    "move_up": gettext_lazy("Doorgeschoven van de wachtlijst"),
    "supplement": gettext_lazy("Uitbreiding toegekend"),
    "ask_supplement": gettext_lazy("Uitbreiding gevraagd"),
    "grant_supplement": gettext_lazy("Uitbreiding toegekend"),
    "refuse_supplement": gettext_lazy("Uitbreiding geweigerd"),
    "decline_supplement": gettext_lazy("Uitbreiding niet getekend"),
    "withdraw_supplement": gettext_lazy("Vraag om uitbreiding ingetrokken"),
    "lapse_supplement": gettext_lazy("Uitbreiding vervallen"),
}
TONES = {
    "approve": "good",
    "grant_supplement": "good",
    "refuse_supplement": "stop",
    "decline_supplement": "stop",
    "pay": "good",
    "evaluate": "good",
    "reject": "stop",
    "decline": "stop",
    "cancel": "stop",
    "return": "care",
    "recall": "care",
    "sign": "care",
}
ORDER = [S.PROPOSAL, S.DRAFT, S.SUBMITTED, S.APPROVED, S.RUNNING, S.DELIVERED, S.CLAIMED, S.PAID, S.EVALUATED]
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
    (S.PAID, gettext_lazy("Evalueren")),
]
# What a step that was taken made sure of: its guard asked it.
MADE_SURE: dict[str, Any] = {
    S.APPROVED: gettext_lazy("minimumgroep bevestigd"),
    S.DELIVERED: gettext_lazy("bewijsstukken volledig"),
}


def steps_of(programme: Programme) -> list[Step]:
    """Where it is in the procedure."""
    stopped = programme.state in STOPPED_AT
    here = (STOPPED_AT | {S.RETURNED: S.DRAFT}).get(S(programme.state), S(programme.state))
    if programme.state == S.CANCELLED and programme.decided_at is None:
        here = S.DRAFT
    place = ORDER.index(here)
    made_sure = MADE_SURE | _priced(programme)
    notes = [str(made_sure.get(state, "")) if number < place else "" for number, (state, _l) in _NUMBERED]
    if place < len(notes) and (stopped or place == 1):
        notes[place] = str(programme.get_state_display())
    return [
        Step(
            str(label),
            "done" if number < place else "" if number > place else "stop" if stopped else "current",
            note=notes[number],
        )
        for number, (_state, label) in _NUMBERED
    ]


_NUMBERED = list(enumerate(STEP_LABELS))


def _priced(programme: Programme) -> dict[str, Any]:
    return {S.DRAFT: gettext_lazy("marktprijs aangetoond")} if were_shown(programme) else {}


def events_of_programme(decisions: Sequence[Decision]) -> list[Event]:
    """Every decision, the newest last."""
    return [
        Event(
            label=str(EVENT_LABELS.get(decision.action, decision.action)),
            who=decision.actor_label,
            when=decision.decided_at,
            reason=_said(decision),
            tone=TONES.get(decision.action, ""),  # type: ignore[arg-type]
        )
        for decision in decisions
    ]


def _said(decision: Decision) -> str:
    """The reason in the words of who reads: which edition, and its day as the reader writes days."""
    offer, day = decision.evidence.get("offer"), decision.evidence.get("starts_on")
    if not decision.action.startswith("edition_") or not offer:
        return decision.reason
    shown = [offer, date_long(date.fromisoformat(day)) if day else ""]
    if decision.action == "edition_replaced":
        shown.append(decision.reason)
    return " · ".join(part for part in shown if part)


def signatures(programme: Programme, decisions: Sequence[Decision]) -> list[Decision]:
    """The signatures on this submission, while a second one is awaited."""
    since = programme.submitted_at
    if programme.state != S.SUBMITTED or since is None:
        return []
    return [d for d in decisions if d.action == "sign" and d.decided_at >= since]


def signature_note(signed: Sequence[Decision], actor: Actor) -> str:
    """Who signed already; empty where nobody did."""
    names = [str(d.user or d.actor_label) for d in signed]
    if not names:
        return ""
    if has_signed(signed, actor):
        return _("U tekende al. Een tweede coördinator van dezelfde overheid beslist mee.")
    return _("%(names)s tekende al. Een tweede coördinator van dezelfde overheid beslist mee.") % {
        "names": ", ".join(names)
    }


def has_signed(signed: Sequence[Decision], actor: Actor) -> bool:
    return actor.user is not None and any(d.user_id == actor.user.pk for d in signed)


def recall_consequences(programme: Programme) -> list[str]:
    """What taking a submission back brings about, said before somebody does."""
    committed = sum(p.state == "committed" for p in programme.participations.all())
    found = [
        _(
            "Neemt u de indiening terug, dan wordt het programma weer een ontwerp: de coördinator ziet het niet "
            "meer en beslist er niet over."
        ),
        _("De %(grant)s subsidie die er nu voor gereserveerd is, komt vrij voor andere programma’s.")
        % {"grant": euro(programme.grant, 2)},
        _("Dient u opnieuw in, dan begint de termijn om te beslissen opnieuw (nu tegen %(day)s).")
        % {"day": date_long(programme.decide_by)}
        if programme.decide_by
        else _("Dient u opnieuw in, dan begint de termijn om te beslissen opnieuw."),
        _("Stemmen van de stuurgroep blijven staan zolang het plan niet verandert."),
    ]
    if committed:
        found.append(
            ngettext(
                "De bevestiging van %(n)s bedrijf blijft staan zolang zijn deel niet stijgt.",
                "De bevestigingen van %(n)s bedrijven blijven staan zolang hun deel niet stijgt.",
                committed,
            )
            % {"n": committed}
        )
    return found


def is_late(programme: Programme) -> bool:
    return (
        programme.state == S.SUBMITTED
        and programme.decide_by is not None
        and programme.decide_by < timezone.localdate()
    )
