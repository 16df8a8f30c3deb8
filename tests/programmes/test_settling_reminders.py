"""What lies still after delivery stands on somebody's home page and is said to them, once a week."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from networks.services.telling import contacts_of
from programmes.home import sections
from programmes.models import AuditCase, Claim, Participation, Programme, Recovery
from programmes.services.audit import draw
from programmes.services.recovery import recover
from programmes.services.settling_reminders import remind_settling
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from tests.factories import make_membership
from tests.programmes.claims_world import TO_PAID, deliver, drawn_up, move_claim
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db


def told(action: str) -> int:
    """How many people were told; telling again in the same week says nothing more."""
    said = OutboxMessage.objects.filter(key__contains=f"deadline:{action}:")
    remind_settling()
    once = said.count()
    remind_settling()
    assert said.count() == once, "once a week"
    return said.values("recipient").distinct().count()


def home_of(actor: object) -> dict[str, list[str]]:
    return {str(s.title): [str(t.when) for t in s.todos] for s in sections(actor)}  # type: ignore[arg-type]


def test_every_matter_that_lies_still_is_said() -> None:
    world = build_world()
    programme = deliver(world)
    assert remind_settling() == 0, "nothing is late on the first day"
    long_ago = timezone.now() - timedelta(days=61)
    Programme.objects.filter(pk=programme.pk).update(updated_at=long_ago)
    assert told("claim_missing") == 1, "the manager"
    assert "Lang gegeven, niet afgerekend" in home_of(world.coordinator)

    claim = move_claim(world, drawn_up(world, programme), "submit")
    Claim.objects.filter(pk=claim.pk).update(submitted_at=timezone.now() - timedelta(days=21))
    assert told("claim_waits") == 2, "both coordinators"
    home = home_of(world.coordinator)
    assert home["Afrekeningen na te kijken"] == ["wacht al lang"]
    assert "Lang gegeven, niet afgerekend" not in home

    _audited(world, move_claim(world, claim, *TO_PAID[1:]))


def _audited(world: World, claim: Claim) -> None:
    assert world.network.call is not None
    assert claim.paid_on is not None
    draw(
        call_id=world.network.call.pk,
        actor=world.coordinator,
        starts_on=claim.paid_on,
        ends_on=claim.paid_on,
    )
    case = AuditCase.objects.get()
    assert told("audit_waits") == 0
    AuditCase.objects.filter(pk=case.pk).update(updated_at=timezone.now() - timedelta(days=15))
    assert told("audit_waits") == 2
    assert "Controles" in home_of(world.coordinator)

    today = timezone.localdate()
    AuditCase.objects.filter(pk=case.pk).update(state="refused", findings="x", answer_by=today)
    own = Participation.objects.get(organisation=world.companies[0])
    make_membership(organisation=world.companies[0], role=Role.COMPANY_CONTACT)
    recover(case_id=case.pk, actor=world.coordinator, amounts={own.pk: Decimal(1)}, reason=REASON)
    at_once = OutboxMessage.objects.filter(context__action="repay_asked", kind="notice")
    assert at_once.count() == len(contacts_of(world.companies[0].pk)), "who pays back hears it at once"
    assert told("repay") == 0, "the term is a month away"
    Recovery.objects.update(due_on=today - timedelta(days=1))
    assert told("repay") == len(contacts_of(world.companies[0].pk)) > 0
    assert told("repay_late") == 2
    assert "Terugvorderingen" in home_of(world.coordinator)
