"""What people send to harm, or by mistake: refused or contained, with a message that says what to do."""

import io
import json
import re
import zipfile
from typing import Any
from wsgiref.util import is_hop_by_hop

import pytest
from django.test import override_settings
from django.urls import reverse

from catalogue.models import Offer
from skillnet.kernel.models import ImportFile
from skillnet.kernel.tabular import write_xlsx
from tests.factories import make_offer
from tests.site.test_imports import _own_files, company, send, sent, teacher, worked

__all__ = ["_own_files", "company", "teacher"]
pytestmark = pytest.mark.django_db
BREAKOUT = '</script><script>alert("x")</script><img src=x onerror=alert(1)>'


@override_settings(MAX_UPLOAD_BYTES=1000, MAX_EVIDENCE_BYTES=1000)
def test_far_too_large_a_body_is_refused_by_what_it_announces(teacher: Any) -> None:
    """As two gigabytes are with the real limits: nothing is parsed or kept, and the page says why."""
    page = send(teacher, "offers", b"x" * 2 * 1024 * 1024)
    assert page.status_code == 413
    assert not any(is_hop_by_hop(name) for name in page.headers)  # a WSGI server refuses those
    assert "te groot" in page.content.decode()
    assert not ImportFile.objects.exists()


@override_settings(MAX_UPLOAD_BYTES=1000)
def test_a_file_over_the_limit_says_the_limit(teacher: Any) -> None:
    page = send(teacher, "offers", "external_id,title,language\n" + "A-1,x,nl\n" * 500)
    assert page.status_code in (400, 413)
    assert not ImportFile.objects.exists()


def test_a_workbook_of_zeros_is_refused_by_its_proportion(teacher: Any) -> None:
    good, bad = io.BytesIO(), io.BytesIO()
    write_xlsx(good, ["external_id"], [["A-1"]])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = b"0" * 40_000_000 if name.endswith("styles.xml") else source.read(name)
            out.writestr(name, content)
    page = send(teacher, "offers", bad.getvalue(), "aanbod.xlsx")
    assert page.status_code == 400
    assert "uitgepakt" in page.context["problem"]


@pytest.mark.parametrize("formula", ["=1+1", "+32", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_formulas_leave_as_text_and_come_back_as_they_were(teacher: Any, formula: str) -> None:
    quoted = formula.replace('"', '""')
    file = worked(teacher, sent(teacher, "offers", f'external_id,title,language\nA-1,"{quoted}",nl\n'))
    assert file.created == 1
    title = Offer.objects.get().title
    for kind, address in (
        ("interchange", reverse("interchange_export", args=["offers", "csv"])),
        ("list", reverse("catalogue:my_offers") + "?export=csv"),
        ("public", reverse("catalogue:offers") + "?export=csv"),
    ):
        content = b"".join(teacher.get(address).streaming_content).decode("utf-8-sig")
        assert not re.search(r"(?:^|,)\"?[=+@\t-]", content, re.M), kind
        assert title.strip() in content.replace('""', '"'), kind


def test_scripts_in_a_description_are_shown_as_text_everywhere(teacher: Any, client: Any) -> None:
    rows = json.dumps(BREAKOUT)[1:-1].replace('\\"', '""')
    head = "external_id,title,language,description,outcomes,starts_on,edition_id\n"
    line = f'A-1,"Lassen {rows}",nl,"{rows}","{rows}",2027-03-01,e1\n'
    assert worked(teacher, sent(teacher, "offers", head + line)).created == 1
    offer = Offer.objects.get()
    assert "<script>alert" in offer.description
    pages = [
        reverse("catalogue:offer_detail", args=[offer.public_id]),
        reverse("catalogue:offers"),
        reverse("catalogue:provider_detail", args=[offer.provider.public_id]),
    ]
    for visitor in (client, teacher):
        for address in pages:
            html = visitor.get(address).content.decode()
            assert "<script>alert" not in html, address
            assert "<img src=x" not in html, address
    own = teacher.get(reverse("import_detail", args=[ImportFile.objects.get().public_id]), follow=True)
    assert "<script>alert" not in own.content.decode()


def test_the_data_in_a_page_cannot_end_its_element_and_still_says_the_same(client: Any) -> None:
    offer = make_offer(title=f"Lassen {BREAKOUT}", description=f"{BREAKOUT} & <!-- \u2028")
    html = client.get(reverse("catalogue:offer_detail", args=[offer.public_id])).content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert "<" not in block
    document = json.loads(block)
    assert (document["name"], document["description"]) == (offer.title, offer.description)
    answer = client.get(reverse("catalogue:course_jsonld", args=[offer.public_id]))
    assert answer["Content-Type"].startswith("application/ld+json")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_course_offerings_are_public_and_only_those_of_published_offers(client: Any) -> None:
    offer, draft = make_offer(), make_offer(state="draft")
    address = reverse("catalogue:course_oeapi_offerings", args=[offer.public_id])
    assert client.get(address).json()["items"] == []
    hidden = reverse("catalogue:course_oeapi_offerings", args=[draft.public_id])
    assert client.get(hidden).status_code == 404
