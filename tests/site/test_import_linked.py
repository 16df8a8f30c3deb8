"""Courses from a JSON-LD file or from a page whose address the provider gives, through the web."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalogue.models import Edition, Offer
from skillnet.imports.services import work_import
from skillnet.kernel.fetching import fetch
from skillnet.kernel.models import ImportFile
from tests.factories import make_offer
from tests.site.test_imports import _own_files, company, compared, send, sent, teacher, url, worked

__all__ = ["_own_files", "company", "teacher"]
pytestmark = pytest.mark.django_db
COURSE = {
    "@context": "https://schema.org",
    "@type": "Course",
    "courseCode": "TIG",
    "name": "TIG-lassen",
    "description": "<p>Vijf dagen</p><script>alert(1)</script>",
    "inLanguage": "nl",
    "provider": {"@type": "Organization", "name": "Leerhuis Zenne"},
    "hasCourseInstance": {"@type": "CourseInstance", "startDate": "2027-03-01", "courseMode": "Onsite"},
}
IN_PAGE = json.dumps(COURSE).replace("</", "<\\/")
PAGE = f'<html lang="nl"><script type="application/ld+json">{IN_PAGE}</script></html>'


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/opleidingen" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


local = partial(fetch, is_allowed=lambda _address: True, ports=None)


def asked(client: Any, address: str) -> Any:
    return client.post(reverse("import_new", args=["offers"]), {"address": address})


def at(teacher: Any, address: str) -> ImportFile:
    """As if the address had been a public one: the check of a real one is in tests/kernel."""
    asked(teacher, "https://leerhuis.example/opleidingen")
    file = ImportFile.objects.latest("pk")
    ImportFile.objects.filter(pk=file.pk).update(source_url=address)
    work_import(file_id=file.pk, fetch=local)
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("name", ["cursus.jsonld", "pagina.html"])
def test_a_file_goes_the_way_of_any_other(teacher: Any, name: str) -> None:
    file = sent(teacher, "offers", PAGE if name.endswith("html") else json.dumps(COURSE), name)
    assert teacher.get(url(file)).context["preview"].missing == []
    compared(teacher, file)
    assert file.plan["new"] == 1
    worked(teacher, file)
    offer = Offer.objects.get()
    assert (offer.title, offer.description, offer.mode) == ("TIG-lassen", "Vijf dagen", "classroom")
    assert offer.provider.organisation_id == teacher.actor.organisation_id
    assert Edition.objects.get().starts_on.isoformat() == "2027-03-01"
    again = compared(teacher, sent(teacher, "offers", json.dumps(COURSE)))
    assert (again.plan["new"], again.plan["changed"], again.plan["unchanged"]) == (0, 0, 1)


def test_a_page_is_fetched_by_the_worker_and_then_compared(teacher: Any, site: str) -> None:
    answer = asked(teacher, "https://leerhuis.example/opleidingen")
    assert answer.status_code == 302
    waiting = teacher.get(answer.url)
    assert waiting.context["job"].stage == "De pagina ophalen"
    assert teacher.get(url(ImportFile.objects.get(), "import_progress")).status_code == 200
    file = at(teacher, f"{site}/opleidingen")
    assert (file.state, file.rows_total, file.failure) == ("uploaded", 1, "")
    assert worked(teacher, file).created == 1


def test_a_page_that_cannot_be_had_says_why_and_can_be_tried_again(teacher: Any, site: str) -> None:
    file = at(teacher, f"{site}/weg")
    assert file.state == "failed"
    assert "404" in file.failure
    html = teacher.get(url(file)).content.decode()
    assert file.failure in html
    assert 'value="resume"' in html
    ImportFile.objects.filter(pk=file.pk).update(source_url=f"{site}/opleidingen")
    teacher.post(url(file, "import_action"), {"action": "resume"})
    work_import(file_id=file.pk, fetch=local)
    file.refresh_from_db()
    assert file.state == "uploaded"


def test_a_name_that_leads_to_our_own_network_is_refused_by_the_worker(teacher: Any) -> None:
    file = at(teacher, "http://leerhuis.example/")
    ImportFile.objects.filter(pk=file.pk).update(state="fetching")
    work_import(file_id=file.pk, fetch=partial(fetch, resolve=lambda _host, _port: ["10.0.0.8"]))
    file.refresh_from_db()
    assert file.state == "failed"
    assert "openbare internet" in file.failure


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "ftp://a.example/", "http://[::1]:80/", "geen adres"]
)
def test_an_address_of_our_own_is_refused_at_once(teacher: Any, address: str) -> None:
    page = asked(teacher, address)
    assert page.status_code == 400
    assert len(page.context["problem"]) > 20
    assert not ImportFile.objects.exists()


def test_gaps_are_not_fetched(company: Any) -> None:
    answer = company.post(reverse("import_new", args=["gaps"]), {"address": "https://leerhuis.example/"})
    assert answer.status_code == 400
    assert not ImportFile.objects.exists()


@pytest.mark.parametrize(
    "content",
    ["[" * 1000 + "]" * 1000, '{"a":' * 1000 + "1" + "}" * 1000, '{"@type": "Course"', "<html></html>"],
)
def test_deep_broken_or_empty_json_is_refused_with_a_remedy(teacher: Any, content: str) -> None:
    page = send(teacher, "offers", content, "cursussen.json")
    assert page.status_code == 400
    assert len(page.context["problem"]) > 40


def test_a_refused_course_comes_back_as_a_row_to_correct(teacher: Any) -> None:
    nameless = {name: value for name, value in COURSE.items() if name != "name"}
    file = worked(teacher, sent(teacher, "offers", json.dumps([nameless, COURSE | {"courseCode": "B"}])))
    assert (file.created, len(file.problems)) == (1, 1)
    corrected = teacher.get(url(file, "import_corrected", "csv")).content.decode("utf-8-sig")
    lines = corrected.splitlines()
    assert len(lines) == 2
    assert "TIG" in lines[1]


def test_the_command_tells_what_it_would_do(tmp_path: Path) -> None:
    known = make_offer(external_id="A-1", title="Lassen")
    make_offer(provider=known.provider, external_id="A-9", title="Zagen")
    path = tmp_path / "aanbod.csv"
    head = "external_id,provider,title,language\n"
    name = known.provider.organisation.name
    path.write_text(head + f"A-1,{name},Lassen met TIG,nl\nA-2,{name},Meten,nl\nA-3,{name},,nl\n")
    out = StringIO()
    call_command("import_offers", path, "--dry-run", "--format", "json", stdout=out, stderr=StringIO())
    told = json.loads(out.getvalue())
    expected = {"rows": 3, "new": 1, "changed": 1, "unchanged": 0, "refused": 1, "missing": 1}
    assert told["counts"] == expected
    assert told["rows"][0]["changes"] == [{"column": "title", "old": "Lassen", "new": "Lassen met TIG"}]
    assert Offer.objects.count() == 2
    text = StringIO()
    call_command("import_offers", path, "--dry-run", stdout=text, stderr=StringIO())
    assert "title: Lassen → Lassen met TIG" in text.getvalue()
    assert "1 missing" in text.getvalue()


def test_the_command_reads_json_and_finds_the_provider(tmp_path: Path) -> None:
    path = tmp_path / "aanbod.jsonld"
    path.write_text(json.dumps(COURSE))
    call_command("import_offers", path, stdout=StringIO(), stderr=StringIO())
    assert Offer.objects.get().provider.organisation.name == "Leerhuis Zenne"


def test_the_command_for_gaps_tells_too(tmp_path: Path) -> None:
    path = tmp_path / "kloven.csv"
    path.write_text("external_id,organisation,title,language\nK-1,Staal Zenne,Lassen,nl\n")
    out = StringIO()
    call_command("import_gaps", path, "--dry-run", "--format", "json", stdout=out, stderr=StringIO())
    assert json.loads(out.getvalue())["counts"]["new"] == 1
