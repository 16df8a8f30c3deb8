"""Files over the web, from the upload to the corrected file, on the real engines."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Edition, Offer
from networks.models import Gap
from skillnet.imports import services
from skillnet.imports.kinds import KINDS
from skillnet.imports.services import (
    cancel_import,
    compare_import,
    ring_silent_imports,
    start_import,
    work_import,
)
from skillnet.kernel.models import ImportFile
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular import read_rows, write_xlsx
from tests.factories import make_gap, make_network, make_offer, make_organisation, make_provider

pytestmark = pytest.mark.django_db
GAPS = (
    "external_id,title,language,learners,urgency\n"
    "K-1,Storingen oplossen,nl,8,high\n"
    "K-2,Inox lassen,nl,veel,high\n"
    "K-3,Heftruck rijden,nl,4,low\n"
    "K-3,Nog eens,nl,4,low\n"
)
OFFERS = (
    "external_id,title,language,price_eur,edition_id,starts_on,seats\n"
    "A-1,Inox lassen,nl,450,voorjaar,2027-03-01,12\n"
    "A-1,Inox lassen,nl,450,najaar,2027-09-01,12\n"
)


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Any, settings: Any) -> None:
    storages = settings.STORAGES | {"default": dict(settings.STORAGES["default"])}
    storages["default"]["OPTIONS"] = storages["default"]["OPTIONS"] | {"location": str(tmp_path)}
    settings.STORAGES = storages


@pytest.fixture
def company(client_for: Any) -> Any:
    return client_for(Role.COMPANY_CONTACT)


@pytest.fixture
def teacher(client_for: Any) -> Any:
    return client_for(Role.PROVIDER)


def send(client: Any, kind: str, content: str | bytes, name: str = "bestand.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(reverse("import_new", args=[kind]), {"file": SimpleUploadedFile(name, data)})


def sent(client: Any, kind: str, content: str | bytes, name: str = "bestand.csv") -> ImportFile:
    answer = send(client, kind, content, name)
    assert answer.status_code == 302, answer.context["problem"]
    return ImportFile.objects.latest("pk")


def url(file: ImportFile, name: str = "import_detail", *args: str) -> str:
    return reverse(name, args=[file.public_id, *args])


def compared(client: Any, file: ImportFile) -> ImportFile:
    client.post(url(file, "import_action"), {"action": "compare"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    return file


def worked(client: Any, file: ImportFile, **choices: str) -> ImportFile:
    compared(client, file)
    client.post(url(file, "import_action"), {"action": "start", **choices})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    return file


def started(file: ImportFile) -> ImportFile:
    """Compared and handed to the worker, which has not begun."""
    compare_import(file=file)
    work_import(file_id=file.pk)
    start_import(file=file)
    file.refresh_from_db()
    return file


def test_good_rows_go_in_and_bad_ones_come_back_to_be_corrected(company: Any) -> None:
    file = sent(company, "gaps", GAPS)
    preview = company.get(url(file)).context["preview"]
    assert [bool(row.errors) for row in preview.rows] == [False, True, False, False]
    assert not Gap.objects.exists()
    worked(company, file)
    assert (file.state, file.rows_total, file.created, file.changed) == ("done", 4, 2, 0)
    assert set(Gap.objects.values_list("external_id", "organisation")) == {
        ("K-1", company.actor.organisation_id),
        ("K-3", company.actor.organisation_id),
    }
    html = company.get(url(file)).content.decode()
    assert "veel" in html
    assert "regel 4" in html or "rij 4" in html or "4" in html
    corrected = company.get(url(file, "import_corrected", "csv")).content
    with read_rows(io.BytesIO(corrected), filename="verbeterd.csv") as table:
        assert [row.cells[0] for row in table.rows] == ["K-2", "K-3"]
    again = worked(company, sent(company, "gaps", corrected.replace(b"veel", b"3")))
    assert again.created == 1
    assert Gap.objects.get(external_id="K-2").learners == 3


def test_sending_twice_changes_nothing(teacher: Any) -> None:
    first = worked(teacher, sent(teacher, "offers", OFFERS))
    assert (first.created, first.changed) == (1, 1)
    second = worked(teacher, sent(teacher, "offers", OFFERS))
    assert (second.created, second.changed, second.unchanged) == (0, 0, 2)
    assert (Offer.objects.count(), Edition.objects.count()) == (1, 2)
    assert Offer.objects.get().provider.organisation_id == teacher.actor.organisation_id


def test_other_column_names_are_suggested_and_can_be_chosen(company: Any) -> None:
    file = sent(company, "gaps", "Ref;Wat;Taal\nK-1;Lassen;nl\n")
    page = company.get(url(file))
    assert "title" in page.context["preview"].missing
    company.post(url(file, "import_action"), {"action": "start"})
    file.refresh_from_db()
    assert file.state == "uploaded"
    chosen = {"column_0": "external_id", "column_1": "title", "column_2": "title"}
    company.post(url(file, "import_action"), {"action": "map", **chosen})
    file.refresh_from_db()
    assert list(file.mapping.values()).count("title") <= 1
    company.post(url(file, "import_action"), {"action": "map", **chosen, "column_2": "language"})
    assert company.get(url(file)).context["preview"].missing == []
    file.refresh_from_db()
    assert worked(company, file).created == 1


def test_a_workbook_goes_in_as_well(company: Any) -> None:
    target = io.BytesIO()
    write_xlsx(target, ["external_id", "title", "language"], [["K-1", "Lassen", "nl"]])
    file = worked(company, sent(company, "gaps", target.getvalue(), "kloven.xlsx"))
    assert (file.state, file.created) == ("done", 1)


def bomb() -> bytes:
    """A workbook whose one sheet unpacks to 400 MB of the same letter."""
    target = io.BytesIO()
    write_xlsx(target, ["external_id"], [["K-1"]])
    bad = io.BytesIO()
    with zipfile.ZipFile(target) as good, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as out:
        for name in good.namelist():
            if name.startswith("xl/worksheets/sheet"):
                with out.open(name, "w", force_zip64=True) as sheet:
                    sheet.write(b"<worksheet><sheetData><row><c t='inlineStr'><is><t>")
                    for _ in range(400):
                        sheet.write(b"x" * 1_000_000)
            else:
                out.writestr(name, good.read(name))
    return bad.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "leeg.csv"),
        (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500), "offerte.csv"),
        (b"%PDF-1.7 nothing", "kloven.xlsx"),
        (b"PK\x03\x04 no zip at all", "kloven.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "oud.xls"),
        (b"external_id,external_id\n1,2\n", "dubbel.csv"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(company: Any, content: bytes, name: str) -> None:
    page = send(company, "gaps", content, name)
    assert page.status_code == 400
    assert len(page.context["problem"]) > 20
    assert not ImportFile.objects.exists()


def test_a_zip_bomb_is_refused_before_it_unpacks(company: Any) -> None:
    content = bomb()
    assert len(content) < 2_000_000
    page = send(company, "gaps", content, "kloven.xlsx")
    assert page.status_code == 400
    assert not ImportFile.objects.exists()


def test_too_large_and_nothing_at_all_are_said(company: Any) -> None:
    with override_settings(MAX_UPLOAD_BYTES=10):
        assert send(company, "gaps", GAPS).status_code == 400
    assert company.post(reverse("import_new", args=["gaps"])).status_code == 400


def test_only_one_organisation_sees_its_files_and_only_its_own_kind(client_for: Any, company: Any) -> None:
    file = sent(company, "gaps", GAPS)
    other = client_for(Role.COMPANY_CONTACT)
    same_house = client_for(Role.PROVIDER, organisation=file.organisation)
    for client in (other, same_house):
        for name in ("import_detail", "import_progress"):
            assert client.get(url(file, name)).status_code == 404
        assert client.post(url(file, "import_action"), {"action": "start"}).status_code == 404
        assert client.get(reverse("imports")).context["count"] == 0
    assert company.get(reverse("imports")).context["count"] == 1
    assert company.get(reverse("import_new", args=["offers"])).status_code == 404
    assert company.get(reverse("import_new", args=["nonsense"])).status_code == 404


def test_a_file_lies_privately_under_a_name_of_ours(company: Any, tmp_path: Any) -> None:
    file = sent(company, "gaps", GAPS, "../../etc/passwd.csv")
    stored = tmp_path / file.file.name
    assert stored.is_file()
    assert "passwd" not in file.file.name
    assert stored.stat().st_mode & 0o077 == 0


def test_progress_is_shown_while_it_works_and_ends_with_a_link(company: Any) -> None:
    file = started(sent(company, "gaps", GAPS))
    busy = company.get(url(file, "import_progress"))
    assert busy.status_code == 200
    assert "every 2s" in busy.content.decode()
    work_import(file_id=file.pk)
    done = company.get(url(file, "import_progress"))
    assert done.status_code == 286
    assert url(file) in done.content.decode()


def test_a_stop_keeps_what_went_in_and_a_second_try_finishes(company: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("skillnet.kernel.importing.CHUNK", 2)
    rows = "".join(f"K-{n},Kloof {n},nl\n" for n in range(7))
    file = started(sent(company, "gaps", f"external_id,title,language\n{rows}"))
    seen = services._progress

    def stop_after_two_chunks(*args: Any) -> None:
        seen(*args)
        if args[1].rows == 4:
            cancel_import(file=file)

    monkeypatch.setattr(services, "_progress", stop_after_two_chunks)
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, Gap.objects.count()) == ("cancelled", 6)
    monkeypatch.setattr(services, "_progress", seen)
    stored = KINDS["gaps"].run
    skipped: list[int] = []
    monkeypatch.setitem(
        KINDS,
        "gaps",
        replace(KINDS["gaps"], run=lambda job, skip: (skipped.append(skip), stored(job, skip))[1]),
    )
    assert "resume" in company.get(url(file)).content.decode()
    company.post(url(file, "import_action"), {"action": "resume"})
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.created, file.unchanged, Gap.objects.count()) == ("done", 7, 0, 7)
    assert skipped == [6]


def test_a_file_that_is_refused_nearly_whole_stops(company: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "MOST_PROBLEMS", 2)
    rows = "K-1,,nl\n" * 5
    file = worked(company, sent(company, "gaps", f"external_id,title,language\n{rows}"))
    assert file.state == "failed"
    assert "2" in file.failure


def test_work_that_another_worker_holds_is_left_alone(company: Any, monkeypatch: Any) -> None:
    file = started(sent(company, "gaps", GAPS))
    from contextlib import contextmanager

    @contextmanager
    def held(_file_id: int) -> Any:
        yield False

    monkeypatch.setattr(services, "_alone", held)
    work_import(file_id=file.pk)
    file.refresh_from_db()
    assert (file.state, file.rows_read) == ("running", 0)


def test_an_import_whose_worker_died_is_rung_again(company: Any) -> None:
    file = started(sent(company, "gaps", GAPS))
    assert ring_silent_imports() == 0
    ImportFile.objects.filter(pk=file.pk).update(updated_at=timezone.now() - timedelta(minutes=5))
    assert ring_silent_imports() == 1


def test_a_catalogue_that_lost_half_its_rows_is_asked_about_and_deletes_nothing(teacher: Any) -> None:
    rows = [f"A-{n},Opleiding {n},nl\n" for n in range(6)]
    head = "external_id,title,language\n"
    worked(teacher, sent(teacher, "offers", head + "".join(rows)))
    half = sent(teacher, "offers", head + "".join(rows[:3]))
    compared(teacher, half)
    assert teacher.get(url(half), follow=True).context["shrunk_from"] is None
    less = compared(teacher, sent(teacher, "offers", head + "".join(rows[:2]).replace("Opleiding", "Les")))
    page = teacher.get(url(less), follow=True)
    assert page.context["shrunk_from"] == 6
    assert 'name="sure"' in page.content.decode()
    worked(teacher, less)
    assert less.state == "compared"
    assert not Offer.objects.filter(title__startswith="Les").exists()
    worked(teacher, less, sure="yes")
    assert (less.state, less.changed) == ("done", 2)
    assert Offer.objects.filter(state="active").count() == 6


def test_markup_in_a_file_is_shown_and_not_run(company: Any) -> None:
    rows = "external_id,title,language,<b>x</b>\n<script>alert(1)</script>,Lassen,nl,1\n"
    html = company.get(url(sent(company, "gaps", rows, "<i>.csv"))).content.decode()
    assert "<script>alert(1)" not in html
    assert "<b>x</b>" not in html
    assert "<i>.csv" not in html


def exported(client: Any, kind: str, extension: str) -> bytes:
    answer = client.get(reverse("interchange_export", args=[kind, extension]))
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_own_offers_come_back_unchanged(client_for: Any, extension: str) -> None:
    provider = make_provider()
    teacher = client_for(Role.PROVIDER, organisation=provider.organisation)
    worked(teacher, sent(teacher, "offers", OFFERS))
    rich = make_offer(
        provider=provider,
        title="=1+1",
        description="'+32 is geen formule\ntweede regel",
        outcomes=["inox lassen", "naden, beoordelen"],
        price=450,
        seats=12,
        regions=["BE234", "BE211"],
        teaching_languages=["nl", "fr"],
        mandatory=False,
        hours=24,
        credential="certificate",
        url="https://leerhuis.example/a?b=c",
    )
    Edition.objects.create(offer=rich, external_id="eigen", starts_on="2027-05-01", price=300, seats=6)
    Edition.objects.create(offer=rich, external_id="volgt", starts_on="2027-06-01")
    make_offer(provider=provider, title="Zonder editie")
    make_offer(title="Van een ander")
    before = list(Offer.objects.order_by("pk").values()), list(Edition.objects.order_by("pk").values())
    file = worked(teacher, sent(teacher, "offers", exported(teacher, "offers", extension), f"x.{extension}"))
    assert (file.state, file.created, file.changed, len(file.problems)) == ("done", 0, 0, 0)
    assert before == (
        list(Offer.objects.order_by("pk").values()),
        list(Edition.objects.order_by("pk").values()),
    )


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_own_gaps_come_back_unchanged(client_for: Any, extension: str) -> None:
    organisation = make_organisation()
    company = client_for(Role.COMPANY_CONTACT, organisation=organisation)
    make_gap(
        organisation=organisation,
        network=make_network(),
        description="@som",
        learners=3,
        budget=1200,
        regions=["BE234"],
        learner_languages=["nl"],
        mandatory=True,
        modes=["online"],
    )
    make_gap(organisation=organisation)
    make_gap()
    before = list(Gap.objects.order_by("pk").values())
    file = worked(company, sent(company, "gaps", exported(company, "gaps", extension), f"x.{extension}"))
    assert (file.state, file.unchanged, len(file.problems)) == ("done", 2, 0)
    assert before == list(Gap.objects.order_by("pk").values())


@pytest.mark.parametrize("kind", ["gaps", "offers"])
def test_the_example_file_goes_in_as_it_is(client_for: Any, kind: str) -> None:
    client = client_for(Role.COMPANY_CONTACT if kind == "gaps" else Role.PROVIDER)
    example = client.get(reverse("import_example", args=[kind])).content
    file = worked(client, sent(client, kind, example))
    assert (file.state, file.created, file.problems) == ("done", 1, [])


def test_one_exports_only_what_one_may_import(company: Any) -> None:
    assert company.get(reverse("interchange_export", args=["offers", "csv"])).status_code == 404
    assert company.get(reverse("interchange_export", args=["gaps", "pdf"])).status_code == 404
