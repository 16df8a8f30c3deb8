"""Evidence: what is taken and what is refused, kept once and long enough, read by who may."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from networks.models import Network
from programmes.models import EvidenceFile, Participation, Programme
from programmes.services.dossier import dossier_of
from programmes.services.evidence_files import add_evidence, keep_until, path_of, remove_evidence
from programmes.services.keeping import Keeper
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from tests.factories import actor_for_role, make_call, make_network, make_organisation
from tests.programmes.delivery_world import approved, part_of, teacher
from tests.programmes.world import World

pytestmark = pytest.mark.django_db
Made = tuple[World, Programme]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def made(settings: Any, tmp_path: Any) -> Made:
    """An approved programme, and then a folder of its own for the files of this test."""
    found = approved()
    settings.PRIVATE_ROOT = tmp_path / "private"
    return found


def upload(name: str = "lijst.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def workbook() -> bytes:
    book, buffer = Workbook(), BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lijst.pdf", PDF),
        ("scan.PNG", b"\x89PNG\r\n\x1a\n0000"),
        ("foto.jpeg", b"\xff\xd8\xff\xe0aaaa"),
        ("uren.csv", b"kenmerk;uren\nD-1;8\n"),
        ("uren.xlsx", workbook()),
    ],
)
def test_good_files_lie_under_their_hash(made: Made, name: str, content: bytes) -> None:
    world, programme = made
    row = add_evidence(upload=upload(name, content), kind="other", actor=world.manager, programme=programme)
    assert path_of(row.sha256).read_bytes() == content
    assert path_of(row.sha256).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("factuur.pdf", b"MZ\x90\x00 this is a program", "geen PDF"),
        ("virus.exe", b"MZ\x90\x00", "nemen we niet aan"),
        ("geen-extensie", PDF, "nemen we niet aan"),
        ("lijst.pdf", b"", "leeg"),
        ("uren.xlsx", b"PK\x03\x04 not a workbook", "geen XLSX"),
        ("uren.csv", b"MZ\x00\x01\x02", "geen CSV"),
        ("plaatje.png", b"\xff\xd8\xff\xe0", "geen PNG"),
        ("dubbel.pdf.exe", PDF, "nemen we niet aan"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(made: Made, name: str, content: bytes, said: str) -> None:
    world, programme = made
    with pytest.raises(ValidationError, match=said):
        add_evidence(upload=upload(name, content), kind="other", actor=world.manager, programme=programme)
    assert not EvidenceFile.objects.exists()


def test_too_big_is_said_with_both_sizes(made: Made, settings: Any) -> None:
    settings.MAX_EVIDENCE_BYTES = 1024 * 1024
    world, programme = made
    with pytest.raises(ValidationError, match="2 MB"):
        add_evidence(
            upload=upload(content=PDF + b"0" * 2 * 1024 * 1024),
            kind="other",
            actor=world.manager,
            programme=programme,
        )


def test_a_body_that_is_far_too_big_is_refused_before_anything_keeps_it(
    made: Made, client_for: Any, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = settings.MAX_EVIDENCE_BYTES = 1024 * 1024
    _world, programme = made
    client = client_for(Role.COMPANY_CONTACT)
    url = reverse("programmes:evidence", args=[programme.public_id])
    answer = client.post(url, {"kind": "other", "file": upload(content=PDF + b"0" * 3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "3 MB" in answer.content.decode()
    assert "Er is niets bewaard" in answer.content.decode()


def test_the_same_bytes_twice_are_one_file_and_one_row(made: Made) -> None:
    world, programme = made
    part = part_of(programme)
    rows = [
        add_evidence(upload=upload(), kind="invoice", actor=world.manager, programme=programme),
        add_evidence(upload=upload("x.pdf"), kind="invoice", actor=world.manager, programme=programme),
        add_evidence(
            upload=upload(), kind="invoice", actor=world.manager, programme=programme, participation=part
        ),
    ]
    assert rows[0].pk == rows[1].pk != rows[2].pk
    assert len({row.sha256 for row in rows}) == 1


def test_ten_years_and_not_a_day_less(made: Made, django_capture_on_commit_callbacks: Any) -> None:
    world, programme = made
    row = add_evidence(upload=upload(), kind="invoice", actor=world.manager, programme=programme)
    until = keep_until(row)
    assert until is not None
    assert until.year == row.programme.decided_at.year + 10
    with pytest.raises(TransitionRefused, match=r"10 jaar.*651/2014"):
        remove_evidence(evidence_id=row.pk, actor=world.manager)
    long_ago = timedelta(days=366 * 10 + 1)
    Programme.objects.update(decided_at=F("decided_at") - long_ago)
    Participation.objects.update(applied_at=F("applied_at") - long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(evidence_id=row.pk, actor=world.manager)
    assert not path_of(row.sha256).exists()


def test_who_reads_and_who_adds(made: Made, client_for: Any) -> None:
    world, programme = made
    part, other = part_of(programme), part_of(programme, 1)
    contact = world.contact(part.organisation)
    own = add_evidence(
        upload=upload(), kind="declaration", actor=contact, programme=programme, participation=part
    )
    invoice = add_evidence(
        upload=upload("f.pdf", PDF + b"2"), kind="invoice", actor=teacher(world), programme=programme
    )
    with pytest.raises(TransitionRefused):
        add_evidence(upload=upload(), kind="other", actor=contact, programme=programme, participation=other)
    readers = {
        "own": contact,
        "other": world.contact(other.organisation),
        "provider": teacher(world),
        "manager": world.manager,
        "coordinator": world.coordinator,
        "stranger": actor_for_role(Role.COMPANY_CONTACT),
    }
    seen = {
        who: set(EvidenceFile.objects.visible_to(actor).values_list("pk", flat=True))
        for who, actor in readers.items()
    }
    assert seen == {
        "own": {own.pk},
        "other": set(),
        "provider": {invoice.pk},
        "manager": {own.pk, invoice.pk},
        "coordinator": {own.pk, invoice.pk},
        "stranger": set(),
    }
    stranger = client_for(Role.COMPANY_CONTACT)
    assert stranger.get(reverse("programmes:evidence_file", args=[own.public_id])).status_code == 404


def test_the_page_adds_serves_and_explains(made: Made, client_for: Any) -> None:
    world, programme = made
    client = client_for(Role.NETWORK_MANAGER, network=world.network)
    url = reverse("programmes:evidence", args=[programme.public_id])
    assert "Nog geen bewijsstukken" in client.get(url).content.decode()
    bad = client.post(url, {"kind": "invoice", "file": upload("factuur.pdf", b"MZ program")})
    assert bad.status_code == 409
    assert "geen PDF" in bad.content.decode()
    assert client.post(url, {"kind": "invoice", "file": upload("factuur <1>.pdf")}).status_code == 302
    row = EvidenceFile.objects.get()
    served = client.get(reverse("programmes:evidence_file", args=[row.public_id]))
    assert served["Content-Disposition"].startswith("attachment")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert b"".join(served.streaming_content) == PDF
    answer = client.post(
        reverse("programmes:evidence_remove", args=[row.public_id]), {"reason": "Fout"}, follow=True
    )
    assert "blijft bewaard" in answer.content.decode()
    assert EvidenceFile.objects.exists()


def test_a_later_grant_of_the_call_keeps_the_papers_of_an_earlier_programme(
    made: Made, client_for: Any
) -> None:
    """Article 12 GBER counts from the last aid under the scheme; another call is another scheme."""
    world, programme = made
    row = add_evidence(upload=upload(), kind="invoice", actor=world.manager, programme=programme)
    years_ago = timezone.now() - timedelta(days=366 * 9)
    Programme.objects.update(decided_at=years_ago)
    Participation.objects.update(applied_at=years_ago)
    row.refresh_from_db()
    first = keep_until(row)
    assert first is not None
    assert first.year == years_ago.year + 10
    with CaptureQueriesContext(connection) as asked:
        keeper = Keeper()
        assert {keeper.until(row.programme) for _again in range(5)} == {first}
    assert len(asked) <= 4, "read once for a whole page"

    # A company of another programme of the call applied after its decision: that day its aid was granted.
    later = timezone.now() - timedelta(days=300)
    other = _programme_of(make_network(call=world.network.call), decided_at=years_ago, applied_at=later)
    until = keep_until(row)
    assert until is not None
    assert until.year == later.year + 10
    page = client_for(Role.NETWORK_MANAGER, network=world.network)
    here = reverse("programmes:evidence", args=[programme.public_id])
    assert f"{until:%d/%m/%Y}" in page.get(here).text
    assert dossier_of(programme=row.programme)["programme"]["keep_until"] == until.isoformat()
    # What was rejected granted nothing, nor did another call.
    Programme.objects.filter(pk=other.pk).update(state="rejected")
    assert keep_until(row) == first
    Programme.objects.filter(pk=other.pk).update(state="approved", network=make_network(call=make_call()))
    assert keep_until(row) == first


def _programme_of(network: Network, *, decided_at: Any, applied_at: Any) -> Programme:
    made = Programme.objects.create(
        network=network, title="Later", state="approved", decided_at=decided_at, submitted_at=decided_at
    )
    Participation.objects.create(
        programme=made, organisation=make_organisation(), learners=1, cost=2, grant=1, own_share=1, state="committed",
        applied_at=applied_at,
    )  # fmt: skip
    return made
