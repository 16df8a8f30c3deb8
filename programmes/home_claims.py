"""What settling asks people to do on their home page."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.models import AuditCase, Claim, Participation, Programme, Recovery
from programmes.services.outcomes import to_answer
from programmes.services.settling_reminders import repayment_page, stale_programmes
from programmes.services.terms import CLAIM_CHECK_DAYS, days
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section
from skillnet.templatetags.ui import days_left, euro
from skillnet.ui import Todo

MOST = 12


def claim_sections(actor: Actor) -> list[Section]:
    """To check and to pay for the coordinator, to draw up for the manager, to say for the company."""
    found = []
    if actor.has(Role.COORDINATOR):
        found += [_to_check(actor), _to_audit(actor), _to_recover(actor), _not_claimed(actor)]
    if actor.has(Role.NETWORK_MANAGER):
        found += [_to_draw_up(actor), _to_evaluate(actor)]
    if actor.has(Role.COMPANY_CONTACT):
        found.append(_to_say(actor))
    if actor.has(Role.COMPANY_CONTACT, Role.PROVIDER, Role.NETWORK_MANAGER):
        found.append(_to_repay(actor))
    return found


def _to_check(actor: Actor) -> Section:
    """Claims that another step of this person moves on; who approved the content leaves the money to others."""
    mine = Claim.objects.visible_to(actor).of_coordinator(actor).select_related("programme__network")
    waiting = mine.to_check() | mine.to_pay()
    own_approval = {"staff_approved_by": actor.user, "state__in": MONEY_STATES}
    rows = waiting.exclude(**own_approval).order_by("submitted_at", "pk")[:MOST]
    today = timezone.localdate()
    long_ago = today - days(CLAIM_CHECK_DAYS, today)
    todos = [_claim_todo(claim, _lies_still(claim, long_ago)) for claim in rows]
    return Section(_("Afrekeningen na te kijken"), todos)


def _lies_still(claim: Claim, long_ago: date) -> bool:
    """Submitted so long ago that its companies have reason to ask."""
    sent = claim.submitted_at
    return sent is not None and timezone.localdate(sent) < long_ago


def _not_claimed(actor: Actor) -> Section:
    """Given long ago and still not claimed: money stays reserved, companies wait for their aid."""
    mine = Programme.objects.visible_to(actor).filter(network__call__coordinator=actor.organisation_id)
    rows = stale_programmes(mine, timezone.localdate()).select_related("network")[:MOST]
    return Section(
        _("Lang gegeven, niet afgerekend"),
        [
            Todo(
                p.title,
                reverse("programmes:programme_detail", args=[p.public_id]),
                text=_("Vraag het netwerk %(network)s naar de afrekening.") % {"network": p.network.name},
            )
            for p in rows
        ],
    )


def _to_audit(actor: Actor) -> Section:
    """Audits that are open, were answered, or whose term to answer is over."""
    today = timezone.localdate()
    mine = AuditCase.objects.visible_to(actor).filter(
        claim__programme__network__call__coordinator=actor.organisation_id
    )
    rows = mine.filter(
        Q(state__in=[AuditCase.State.OPEN, AuditCase.State.ANSWERED])
        | Q(state=AuditCase.State.ADVERSARIAL, answer_by__lt=today)
    ).select_related("claim__programme__network")
    return Section(
        _("Controles"),
        [
            Todo(
                case.claim.programme.title,
                reverse("programmes:audit_case", args=[case.public_id]),
                text=case.claim.programme.network.name,
                when=_("geen antwoord gekregen")
                if case.state == AuditCase.State.ADVERSARIAL
                else str(case.get_state_display()),
            )
            for case in rows.order_by("pk")[:MOST]
        ],
    )


def _to_recover(actor: Actor) -> Section:
    """Money that should have come back, or will soon."""
    rows = Recovery.objects.visible_to(actor).filter(
        state=Recovery.State.CLAIMED, case__claim__programme__network__call__coordinator=actor.organisation_id
    )
    return Section(
        _("Terugvorderingen"),
        [
            Todo(
                recovery.payer.name,
                reverse("programmes:audit_case", args=[recovery.case.public_id]),
                text=euro(recovery.left, 2),
                when=days_left(recovery.due_on) if recovery.due_on else "",
            )
            for recovery in rows.with_payer().prefetch_related("repayments").order_by("due_on", "pk")[:MOST]
        ],
    )


def _to_repay(actor: Actor) -> Section:
    """What the own organisation gives back: a company of its aid, others of the jobseekers' money."""
    rows = Recovery.objects.visible_to(actor).to_repay_by(actor).filter(state=Recovery.State.CLAIMED)
    return Section(
        _("Terug te betalen"),
        [
            Todo(
                recovery.programme.title,
                repayment_page(recovery),
                text=f"{euro(recovery.left, 2)} · {recovery.reference}",
                when=days_left(recovery.due_on) if recovery.due_on else "",
            )
            for recovery in rows.with_payer().prefetch_related("repayments").order_by("due_on", "pk")[:MOST]
        ],
    )


MONEY_STATES = ["approved_by_staff", "approved_by_finance", "payment_failed"]


def _to_draw_up(actor: Actor) -> Section:
    mine = Programme.objects.visible_to(actor).managed_by(actor)
    delivered = mine.filter(state=Programme.State.DELIVERED).select_related("network", "claim")
    todos = [
        Todo(
            p.title,
            _page(p),
            text=p.network.name,
            when=_("afrekening bezig") if _claim_of(p) else _("af te rekenen"),
        )
        for p in delivered.order_by("pk")[:MOST]
    ]
    back = Claim.objects.visible_to(actor).sent_back().filter(programme__in=mine)
    todos += [_claim_todo(claim) for claim in back.select_related("programme__network").order_by("pk")[:MOST]]
    asked = AuditCase.objects.visible_to(actor).filter(
        state=AuditCase.State.ADVERSARIAL, claim__programme__in=mine
    )
    todos += [
        Todo(
            case.claim.programme.title,
            reverse("programmes:audit_case", args=[case.public_id]),
            text=_("Controle: uw antwoord wordt gevraagd."),
            when=days_left(case.answer_by),
        )
        for case in asked.select_related("claim__programme").order_by("answer_by")[:MOST]
    ]
    return Section(_("Af te rekenen"), todos[:MOST])


def _to_evaluate(actor: Actor) -> Section:
    """Paid, and not closed yet."""
    mine = Programme.objects.visible_to(actor).managed_by(actor)
    rows = mine.filter(state=Programme.State.PAID).select_related("network", "evaluation").order_by("pk")
    return Section(
        _("Te evalueren"),
        [
            Todo(
                p.title,
                reverse(
                    f"programmes:{'programme_detail' if is_written else 'evaluation'}", args=[p.public_id]
                ),
                text=p.network.name,
                when=_("af te sluiten") if is_written else _("nog te schrijven"),
            )
            for p in rows[:MOST]
            for is_written in [getattr(p, "evaluation", None) is not None]
        ],
    )


def _to_say(actor: Actor) -> Section:
    rows = to_answer(Participation.objects.of(actor))[:MOST]
    return Section(
        _("Wat leverde het op?"),
        [
            Todo(
                row.programme.title,
                reverse("programmes:outcome", args=[row.programme.public_id]),
                text=_("Zeg of uw kloof gesloten is. Dat kost een minuut."),
            )
            for row in rows
        ],
    )


def _claim_todo(claim: Claim, lies_still: bool = False) -> Todo:
    amount = claim.payable if claim.payable is not None else claim.programme.grant
    return Todo(
        claim.programme.title,
        _page(claim.programme),
        text=f"{claim.programme.network.name} · {euro(amount)}",
        when=_("wacht al lang") if lies_still else str(claim.get_state_display()),
    )


def _claim_of(programme: Any) -> Claim | None:
    return getattr(programme, "claim", None)


def _page(programme: Programme) -> str:
    return reverse("programmes:claim", args=[programme.public_id])
