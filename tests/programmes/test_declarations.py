"""Declared aid is proved, corrected and never lost; grants given up count for nothing and the register follows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from programmes.models import DeMinimisAid, LedgerCorrection
from programmes.services.commitments import commit_participation, withdraw_participation
from programmes.services.declarations import correct_declaration
from programmes.services.ledger import declare_de_minimis, mark_registered, undertaking_position
from programmes.services.steps import take_step
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.programmes.world import REASON, World, build_world

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 toekenning\n%%EOF\n"


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def world() -> World:
    """Mandatory training: only de minimis can pay it."""
    return build_world(mandatory=True)


def letter(name: str = "brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def declared(company, amount="20000.00"):
    return declare_de_minimis(
        organisation=company,
        user=None,
        granted_on=timezone.localdate() - timedelta(days=30),
        amount=Decimal(amount),
        basis="de_minimis",
        granter="Stad",
    )


def test_a_typo_is_corrected_with_reason_and_proof_and_stays_visible(client_for, world):
    company = world.companies[0]
    aid = declared(company)
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    address = reverse("programmes:ledger_entry", args=[aid.public_id])
    data = {"right_amount": "2000", "reason": "Een nul te veel."}
    refused = client.post(address, data)
    assert refused.status_code == 409
    assert "toekenningsbrief of een verklaring" in refused.content.decode()
    assert client.post(address, data | {"file": letter()}).status_code == 302
    assert undertaking_position(organisation=company).used == Decimal(2000)
    page = client.get(address).content.decode()
    assert "Een nul te veel." in page
    assert "20.000" in page
    proof = client.get(reverse("programmes:ledger_proof", args=[aid.public_id, aid.files.get().public_id]))
    assert b"".join(proof.streaming_content) == PDF
    assert proof["Content-Disposition"].startswith("attachment")
    assert (proof["Content-Type"], proof["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    competitor = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    for stranger in (competitor, client_for(Role.COORDINATOR)):
        for name, place in (
            ("ledger_entry", [aid.public_id]),
            ("ledger_proof", [aid.public_id, aid.files.get().public_id]),
        ):
            assert stranger.get(reverse(f"programmes:{name}", args=place)).status_code == 404
        assert stranger.post(address, {"file": letter()}).status_code == 404
    assert aid.corrections.get().events.count() == 1, "the history of the correction is kept"


def test_more_is_declared_apart_and_a_reason_is_asked(world):
    company = world.companies[0]
    aid, mine = declared(company), world.contact(company)
    with pytest.raises(ValidationError, match="geeft u apart aan"):
        correct_declaration(aid_id=aid.pk, actor=mine, right_amount=Decimal(20_000), reason="Meer.")
    with pytest.raises(ValidationError, match="Zeg wat er fout was"):
        correct_declaration(aid_id=aid.pk, actor=mine, right_amount=Decimal(0), reason=" ")
    other = world.contact(world.companies[1])
    with pytest.raises(TransitionRefused):
        correct_declaration(aid_id=aid.pk, actor=other, right_amount=Decimal(0), reason="Weg ermee.")


def test_entries_of_others_are_not_found_and_a_coordinator_only_reads(client_for, world):
    world.programme()
    aid = declared(world.companies[0])
    address = reverse("programmes:ledger_entry", args=[aid.public_id])
    stranger = client_for(Role.COMPANY_CONTACT, organisation=world.companies[1])
    assert stranger.get(address).status_code == 404
    coordinator = client_for(None)
    coordinator.force_login(world.coordinator.user)
    assert coordinator.get(address).status_code == 200
    assert coordinator.post(address, {"right_amount": "0", "reason": "x"}).status_code == 404


def test_proof_comes_with_the_declaration_or_nothing_does(client_for, world):
    company = world.companies[0]
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    address = reverse("programmes:ledger_declare", args=[company.public_id])
    data = {"granted_on": timezone.localdate().isoformat(), "amount": "10", "basis": "de_minimis"}
    wrong = SimpleUploadedFile("brief.pdf", b"geen pdf", content_type="application/pdf")
    assert "geen PDF" in client.post(address, data | {"granter": "Stad", "file": wrong}).content.decode()
    assert not DeMinimisAid.objects.exists()
    client.post(address, data | {"granter": "Stad", "file": letter()})
    assert DeMinimisAid.objects.get().files.count() == 1


def test_no_de_minimis_application_without_the_declaration(client_for, world):
    programme = world.programme()
    company = world.companies[0]
    row = programme.participations.get(organisation=company)
    assert row.route == "de_minimis"
    with pytest.raises(ValidationError, match="lijst volledig is"):
        commit_participation(participation_id=row.pk, actor=world.contact(company))
    client = client_for(Role.COMPANY_CONTACT, organisation=company)
    address = reverse("programmes:commit", args=[row.public_id])
    data = {f"learners_{world.edition.pk}": "3", "agreed": "on"}
    answer = client.post(address, data)
    assert answer.status_code == 409
    assert "Alle de-minimissteun van onze onderneming" in answer.content.decode()
    assert client.post(address, data | {"declares_de_minimis": "on"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.de_minimis_declared_at is not None) == ("committed", True)


def test_training_aid_asks_no_such_declaration(client_for):
    world = build_world()
    row = world.programme().participations.first()
    client = client_for(Role.COMPANY_CONTACT, organisation=row.organisation)
    page = client.get(reverse("programmes:commit", args=[row.public_id])).content.decode()
    assert "declares_de_minimis" not in page
    commit_participation(participation_id=row.pk, actor=world.contact(row.organisation))


class TestGivenUp:
    @pytest.fixture
    def approved(self, world):
        programme = world.programme()
        world.commit_all(programme)
        return world.move(programme, "submit", "approve")

    def test_a_registered_grant_that_is_given_up_stays_and_the_register_is_corrected(
        self, client_for, world, approved
    ):
        company = world.companies[0]
        aid = DeMinimisAid.objects.get(organisation=company)
        mark_registered(aid_id=aid.pk, actor=world.coordinator, reference="eAIR-77")
        row = approved.participations.get(organisation=company)
        withdraw_participation(participation_id=row.pk, actor=world.contact(company), reason="Geen tijd.")
        aid.refresh_from_db()
        assert (aid.counted, aid.registered_by) == (Decimal(0), world.coordinator.user)
        assert undertaking_position(organisation=company).used == 0
        client = client_for(None)
        client.force_login(world.coordinator.user)
        page = client.get(reverse("programmes:ledger_register")).content.decode()
        assert "Te verbeteren in het register" in page
        assert "eAIR-77" in page
        assert "verbeter het register" in client.get(reverse("home")).content.decode()
        client.post(reverse("programmes:ledger_corrected", args=[aid.public_id]))
        assert LedgerCorrection.objects.get().register_corrected_by == world.coordinator.user
        page = client.get(reverse("programmes:ledger_register")).content.decode()
        assert "Te verbeteren in het register" not in page

    def test_what_never_stood_in_the_register_asks_nothing(self, world, approved):
        take_step(programme_id=approved.pk, action="cancel", actor=world.manager, reason=REASON)
        assert DeMinimisAid.objects.count() == 3
        assert sum(aid.counted for aid in DeMinimisAid.objects.all()) == 0
        assert not DeMinimisAid.objects.to_register().exists()
        assert not LedgerCorrection.objects.to_register().exists()
