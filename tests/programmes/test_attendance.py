"""Hours: from the grid, a file or the API; closing, correcting, delivering; editions that move."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from catalogue.services.offers import save_edition, take_edition_action
from programmes.guards import can_be_delivered
from programmes.models import Enrolment, Programme
from programmes.services.attendance import Hours, attended_hours, close_attendance, record_hours
from programmes.services.edition_changes import follow_missed
from skillnet.kernel.models import OutboxMessage
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, decisions_on
from tests.kept import kept
from tests.programmes.delivery_world import approved, begun, enrol, part_of, states, teacher

pytestmark = pytest.mark.django_db
E = Enrolment.State


@kept
def running(**options: Any) -> Any:
    world, programme = approved(**options)
    part = part_of(programme)
    rows = enrol(world, part, "Ada Aerts", "Bo Bracke").confirmed
    programme = world.move(programme, "start")
    begun(programme)
    return world, programme, part, rows


def test_hours_close_an_enrolment_and_sending_them_twice_changes_nothing() -> None:
    world, programme, part, (ada, bo) = running()
    rows = [Hours(ada.reference, Decimal("36.50")), Hours(bo.reference, Decimal(0))]
    first = record_hours(programme=programme, rows=rows, actor=teacher(world))
    again = record_hours(programme=programme, rows=rows, actor=teacher(world))
    assert (first.changed, again.changed, again.unchanged) == (2, 0, 2)
    assert states(programme) == [E.ATTENDED, E.NO_SHOW]
    total = attended_hours(part)
    assert (total.learners, total.hours, total.no_shows, total.is_complete) == (1, Decimal("36.50"), 1, True)
    record_hours(
        programme=programme, rows=[Hours(bo.reference, Decimal(8))], actor=world.contact(part.organisation)
    )
    assert states(programme) == [E.ATTENDED, E.ATTENDED]


def test_days_add_up_and_close_when_somebody_says_so() -> None:
    world, programme, part, (ada, bo) = running()
    today = timezone.localdate()
    rows = [
        Hours(ada.reference, Decimal(7), today - timedelta(days=1)),
        Hours(ada.reference, Decimal("3.5"), today),
        Hours(bo.reference, Decimal(0), today),
        Hours(bo.reference, Decimal(25), today),
        Hours(bo.reference, Decimal(4), today - timedelta(days=30)),
        Hours(bo.reference, Decimal(4), today + timedelta(days=1)),
    ]
    world.edition.ends_on = today + timedelta(days=1)
    world.edition.save(update_fields=["ends_on"])
    done = record_hours(programme=programme, rows=rows, actor=world.manager)
    assert [p.reason for p in done.problems] == [
        "Een dag heeft hoogstens 24 uur.",
        "Deze dag valt buiten de editie.",
        "Deze dag moet nog komen.",
    ]
    assert states(programme) == [E.CONFIRMED, E.CONFIRMED]
    close_attendance(programme=programme, edition_id=world.edition.pk, actor=world.manager)
    assert states(programme) == [E.ATTENDED, E.NO_SHOW]
    assert attended_hours(part).hours == Decimal("10.50")


def test_nobody_attends_more_hours_than_the_course_lasts(client_for: Any) -> None:
    world, programme, part, (ada, bo) = running()
    today = timezone.localdate()
    world.offer.workplace_hours = Decimal(2)
    world.offer.save()
    rows = [
        Hours(ada.reference, Decimal(50), line=2),
        Hours(bo.reference, Decimal(20), today - timedelta(days=1), line=3),
        Hours(bo.reference, Decimal(22), today, line=4),  # 40 taught and 2 at the workplace: just right
        Hours(bo.reference, Decimal("22.25"), today, line=5),  # corrected upwards: too long, the first stays
    ]
    done = record_hours(programme=programme, rows=rows, actor=world.manager)
    assert [(p.line, p.reference) for p in done.problems] == [(2, ada.reference), (5, bo.reference)]
    assert "duurt 42 uren, en hier staan er 50" in done.problems[0].reason
    assert "42,25" in done.problems[1].reason
    assert attended_hours(part).hours == 0
    close_attendance(programme=programme, edition_id=world.edition.pk, actor=world.manager)
    assert attended_hours(part).hours == 42
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    url = reverse("programmes:attendance", args=[programme.public_id])
    name = f"{ada.reference}:{today.isoformat()}"
    answer = client.post(url, {"action": "save", name: "23,5", f"{bo.reference}:{today.isoformat()}": "23,5"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "hier staan er 43,5" in page  # who had 20 hours already
    assert 'value="23,5"' in page  # what was typed stays


def test_a_programme_is_delivered_once_it_is_known_who_came() -> None:
    world, programme, _part, (ada, bo) = running()
    assert can_be_delivered(programme)
    with pytest.raises(TransitionRefused, match="2 deelnemers"):
        world.move(programme, "deliver")
    rows = [Hours(ada.reference, Decimal(40)), Hours(bo.reference, Decimal(40))]
    record_hours(programme=programme, rows=rows, actor=world.manager)
    assert world.move(programme, "deliver").state == Programme.State.DELIVERED
    grants = dict(programme.participations.values_list("organisation__name", "grant"))
    # Two companies put nobody in their seats: there is no aid on them.
    assert sorted(grants.values()) == [Decimal(0), Decimal(0), Decimal("1000.00")]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_goes_in_row_by_row(kind: str, client_for: Any) -> None:
    world, programme, _part, (ada, bo) = running()
    table = [
        ["Kenmerk", "Uren", "Dag"],
        [ada.reference, "36,5", ""],
        [bo.reference, "veel", ""],
        ["D-XXXX-XXXX", "8", ""],
        [bo.reference, "8", "32/13/2027"],
    ]
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    url = reverse("programmes:attendance", args=[programme.public_id])
    answer = client.post(url, {"action": "upload", "file": _file(kind, table)})
    assert answer.status_code == 409
    text = answer.content.decode()
    for line, said in ((3, "veel"), (4, "hoort niet bij"), (5, "geen datum")):
        assert f"Regel {line}:" in text
        assert said in text
    assert states(programme) == [E.ATTENDED, E.CONFIRMED]


def test_a_file_that_is_no_table_is_refused_and_nothing_happens(client_for: Any) -> None:
    world, programme, _part, _rows = running()
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    url = reverse("programmes:attendance", args=[programme.public_id])
    for content in (b"%PDF-1.4 x", b"a,b\n1,2\n", b""):
        answer = client.post(url, {"action": "upload", "file": SimpleUploadedFile("u.csv", content)})
        assert answer.status_code == 409
    assert states(programme) == [E.CONFIRMED, E.CONFIRMED]


def test_the_grid_takes_hours_and_keeps_what_was_wrong(client_for: Any) -> None:
    world, programme, _part, (ada, bo) = running()
    client = client_for(Role.PROVIDER, organisation=world.offer.provider.organisation)
    url = reverse("programmes:attendance", args=[programme.public_id])
    page = client.get(url).content.decode()
    assert "Ada Aerts" in page  # who delivers reads the names
    day = timezone.localdate().isoformat()
    answer = client.post(url, {f"{ada.reference}:{day}": "7,5", f"{bo.reference}:{day}": "x"})
    assert answer.status_code == 409
    assert "geen aantal uren" in answer.content.decode()
    assert ada.attendance.get().hours == Decimal("7.50")
    sheet = client.get(reverse("programmes:sign_sheet", args=[programme.public_id, world.edition.public_id]))
    assert "Bo Bracke" in sheet.content.decode()


def test_another_provider_finds_nothing(client_for: Any) -> None:
    _world, programme, _part, (ada, _bo) = running()
    client = client_for(Role.PROVIDER)
    for name, key in (("attendance", programme), ("enrolments", programme), ("enrolment_detail", ada)):
        assert client.get(reverse(f"programmes:{name}", args=[key.public_id])).status_code == 404


def test_a_moved_edition_moves_the_programme_and_tells_people(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, programme = approved()
    part = part_of(programme)
    enrol(world, part, "Ada Aerts")
    later = timezone.localdate() + timedelta(days=90)
    with django_capture_on_commit_callbacks(execute=True):
        save_edition(
            actor=teacher(world), offer=world.offer, edition=world.edition, values={"starts_on": later}
        )
    programme.refresh_from_db()
    assert programme.starts_on == later
    assert decisions_on(programme).filter(action="edition_moved").exists()
    told = OutboxMessage.objects.filter(template="edition_changed", kind="notice")
    assert {m.recipient for m in told} >= {world.manager.user}
    mail = OutboxMessage.objects.get(template="learner_edition_changed")
    assert mail.address == ""
    assert "ada@" not in str(mail.context)


def test_a_cancelled_edition_takes_seats_and_aid_away_and_a_reopened_one_brings_them_back(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, programme = approved()
    part = part_of(programme)
    enrol(world, part, "Ada Aerts", "Bo Bracke")
    with django_capture_on_commit_callbacks(execute=True):
        take_edition_action(
            edition=world.edition, action="cancel", actor=teacher(world), reason="Lesgever ziek."
        )
    assert states(programme) == [E.WAITLISTED, E.WAITLISTED]
    programme.refresh_from_db()
    assert programme.grant == Decimal(0)
    with django_capture_on_commit_callbacks(execute=True):
        take_edition_action(edition=world.edition, action="reopen", actor=teacher(world))
    assert states(programme) == [E.CONFIRMED, E.CONFIRMED]
    programme.refresh_from_db()
    assert programme.grant == Decimal("3000.00")


def test_what_nobody_announced_is_found_later() -> None:
    world, programme = approved()
    enrol(world, part_of(programme), "Ada Aerts")
    world.edition.refresh_from_db()
    world.edition.state = "cancelled"
    world.edition.save()
    assert follow_missed() == 1
    assert states(programme) == [E.WAITLISTED]
    assert follow_missed() == 0


def _file(kind: str, table: list[list[str]]) -> SimpleUploadedFile:
    if kind == "csv":
        return SimpleUploadedFile("uren.csv", "\n".join(";".join(row) for row in table).encode())
    book, buffer = Workbook(), BytesIO()
    sheet: Any = book.active
    for row in table:
        sheet.append(row)
    book.save(buffer)
    return SimpleUploadedFile("uren.xlsx", buffer.getvalue())
