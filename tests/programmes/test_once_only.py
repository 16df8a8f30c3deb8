"""What two people, two clicks or two gaps must not undo: the printed sum, findings and claims saved at once."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programmes.models import DeMinimisAid, Participation
from programmes.services.audit import draw
from programmes.services.ledger import correct_ledger, declare_de_minimis
from programmes.services.outcomes import gaps_of, record_outcome, to_answer
from skillnet.current import SESSION_KEY
from skillnet.kernel.actor import SYSTEM
from tests.factories import make_gap
from tests.programmes.claims_world import TO_PAID, deliver, drawn_up, move_claim
from tests.programmes.world import World, build_world

pytestmark = pytest.mark.django_db


def signed_in(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    session = client.session
    session[SESSION_KEY] = actor.organisation_id
    session.save()
    return client


def declare(world: World, amount: str = "5000.00", granter: str = "Stad Gent") -> DeMinimisAid:
    return declare_de_minimis(
        organisation=world.companies[0],
        granted_on=timezone.localdate(),
        amount=Decimal(amount),
        basis="de_minimis",
        granter=granter,
        user=None,
    )


def test_declaring_twice_is_one_entry_and_another_granter_is_another():
    world = build_world()
    first = declare(world)
    assert declare(world) == first
    declare(world, granter="Stad Brugge")
    assert DeMinimisAid.objects.count() == 2
    correct_ledger(aid_id=first.pk, amount=Decimal(5000), reason="Vergissing.", actor=SYSTEM)
    assert declare(world) != first  # what was taken back may be declared anew


def test_the_signed_declaration_adds_up():
    world = build_world(mandatory=True)
    programme = world.programme()
    aid = declare(world)
    correct_ledger(aid_id=aid.pk, amount=Decimal(1750), reason="Minder betaald.", actor=SYSTEM)
    row = programme.participations.get(organisation=world.companies[0])
    address = reverse("programmes:de_minimis_declaration", args=[row.public_id])
    page = signed_in(world.contact(world.companies[0])).get(address).text
    assert page.count("3.250,00") == 2  # the entry and the sum below it


def test_one_gap_answered_leaves_the_others_open():
    world = build_world()
    programme = deliver(world)
    row = programme.participations.get(organisation=world.companies[0])
    second = make_gap(organisation=world.companies[0], network=world.network, title="Tweede", learners=1)
    world.pool.pool_gaps.create(gap=second)
    mine = Participation.objects.filter(pk=row.pk)
    actor = world.contact(world.companies[0])
    for number, gap in enumerate(gaps_of(row), start=1):
        assert len(to_answer(mine)) == 1, number
        record_outcome(participation_id=row.pk, gap_id=gap.pk, answer="yes", why="", actor=actor)
    assert to_answer(mine) == []


def test_who_saves_findings_over_those_of_a_colleague_gets_both_versions():
    world = build_world()
    claim = move_claim(world, drawn_up(world), *TO_PAID)
    today = timezone.localdate()
    assert world.network.call_id is not None
    sample = draw(
        call_id=world.network.call_id, starts_on=today, ends_on=today, seed="7", actor=world.coordinator
    )
    case = sample.cases.get()
    here = reverse("programmes:audit_case", args=[case.public_id])
    address = reverse("programmes:audit_findings", args=[case.public_id])
    first, second = signed_in(world.coordinator), signed_in(world.second)
    version = first.get(here).context["version"]
    assert second.get(here).context["version"] == version
    one, *_rest = case.items.order_by("pk")
    said = {f"verdict-{i.pk}": "ok" for i in case.items.all()} | {"version": version}
    theirs = said | {f"verdict-{one.pk}": "non_conform", f"note-{one.pk}": "Datum ontbreekt."}
    assert first.post(address, theirs).status_code == 302
    late = second.post(address, said | {f"note-{one.pk}": "Alles gezien."})
    assert late.status_code == 409
    assert "Datum ontbreekt." in late.text
    assert "Alles gezien." in late.text
    one.refresh_from_db()
    assert (one.verdict, one.note) == ("non_conform", "Datum ontbreekt.")
    knowing = said | {"version": late.context["version"]}
    assert second.post(address, knowing).status_code == 302
    one.refresh_from_db()
    assert one.verdict == "ok"
    assert claim.pk


def test_two_managers_on_one_claim_lose_no_line():
    world = build_world()
    claim = drawn_up(world)
    address = reverse("programmes:claim_edit", args=[claim.programme.public_id])
    manager = signed_in(world.manager)
    page = manager.get(address)
    sent = _as_sent(page)
    line = claim.lines.order_by("pk").first()
    claim.lines.create(
        participation=line.participation, category="operating", description="Zaal", amount=Decimal(120)
    )
    late = manager.post(address, sent)
    assert late.status_code == 409
    assert "Zaal" in late.text
    assert claim.lines.filter(description="Zaal").exists()
    assert manager.post(address, sent | {"version": late.context["version"]}).status_code == 302


def _as_sent(page) -> dict:
    forms = page.context["forms"]
    sent = {"version": page.context["version"], "overrun_note": ""}
    sent |= {f"{forms.prefix}-TOTAL_FORMS": forms.initial_form_count()}
    sent |= {f"{forms.prefix}-INITIAL_FORMS": forms.initial_form_count()}
    for form in forms.initial_forms:
        for name in form.fields:
            value = form.initial.get(name)
            if value not in (None, "", []):
                sent[form.add_prefix(name)] = value
    return sent
