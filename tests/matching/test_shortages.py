"""Shortage occupations: reading a list in, linking to ESCO, what skills and pools have to do with it."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from matching.models import Occupation, Pool, Skill
from matching.services.priorities import set_priorities
from matching.services.shortage_import import import_shortages, region_code
from matching.services.shortage_links import link_occupation
from matching.services.shortages import (
    change_since_last_year,
    name_variants,
    shortage_for,
)
from matching.shortage_models import ShortageList, ShortageOccupation
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.roles import Role
from skillnet.kernel.tabular import read_rows
from tests.api.keys import client_of
from tests.factories import actor_for_role, make_gap, make_network, organisation_of

pytestmark = pytest.mark.django_db
OFFICIAL = Path(__file__).resolve().parents[3] / "shared/data/belgium/shortage_occupations_2026.csv"
API = "/api/v1/shortage-occupations/"
WELD, TALK, STEER = "http://s/lassen", "http://s/praten", "http://s/sturen"
HEAD = "region,group,occupation,causes,ministerial_list\n"
LIST = HEAD + (
    "flanders,Metaal,Lasser,kwantitatief kwalitatief,1\n"
    "flanders,Vervoer,Vrachtwagenchauffeur,arbeidsomstandigheden,0\n"
    "brussels,Métal,Soudeur / Soudeuse,,0\n"
)


@pytest.fixture(autouse=True)
def _esco() -> None:
    Skill.objects.create(uri=WELD, labels={"nl": "lassen"})
    Skill.objects.create(uri=STEER, labels={"nl": "sturen"})
    Skill.objects.create(uri=TALK, labels={"nl": "praten"}, is_transversal=True)
    Occupation.objects.create(
        uri="http://o/lasser",
        labels={"nl": "lasser/lasster", "fr": "soudeur/soudeuse"},
        essential=[WELD, TALK],
    )
    Occupation.objects.create(
        uri="http://o/trucker",
        labels={"nl": "trucker"},
        alt_labels={"nl": ["Vrachtwagenchauffeur"]},
        essential=[STEER],
    )


def read(text: str, year: int = 2026, region: str = "BE2", **options: Any) -> Any:
    with read_rows(BytesIO(text.encode()), filename="lijst.csv") as table:
        return import_shortages(table, year=year, region=region, actor=SYSTEM, **options)


def test_a_list_is_read_for_its_region_and_linked_by_name() -> None:
    report = read(LIST)
    assert (report.created, report.other_regions, report.linked, report.problems) == (2, 1, 2, [])
    row = ShortageOccupation.objects.get(key="lasser")
    assert (row.causes, row.is_ministerial, row.link) == (["quantitative", "qualitative"], True, "name")
    assert row.skills == [WELD, TALK]
    again = read(LIST)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    assert read(LIST, region="brussels").linked == 1


def test_bad_lines_are_named_and_the_good_ones_go_in() -> None:
    report = read(
        HEAD
        + "flanders,A,Lasser,te weinig zin,0\nflanders,A,,,\nflanders,A,Kapper,,0\nflanders,A,kapper,,0\n"
    )
    assert [line for line, _what in report.problems] == [2, 3, 5]
    assert report.created == 1


@pytest.mark.parametrize(("region", "text"), [("Atlantis", LIST), ("BE3", LIST), ("BE2", "a,b\n1,2\n")])
def test_nothing_to_read_is_said(region: str, text: str) -> None:
    with pytest.raises(ValidationError):
        read(text, region=region)
    assert not ShortageList.objects.exists()


def test_a_list_that_lost_more_than_half_waits_for_a_word() -> None:
    rows = "".join(f"flanders,A,Beroep {n},,0\n" for n in range(10))
    read(HEAD + rows)
    short = HEAD + "flanders,A,Beroep 1,,0\n"
    with pytest.raises(ValidationError, match="Van 10 beroepen"):
        read(short)
    assert read(short, accept_loss=True).dropped == 9
    assert ShortageOccupation.objects.filter(is_listed=True).count() == 1


def test_what_a_person_linked_stays_also_next_year() -> None:
    read(HEAD + "flanders,A,Onbekend beroep,,0\n")
    row = ShortageOccupation.objects.get()
    assert (row.link, row.skills) == ("none", [])
    with pytest.raises(ValidationError):
        link_occupation(row=row, occupation_uri="http://o/lasser", actor=actor_for_role(Role.COMPANY_CONTACT))
    link_occupation(row=row, occupation_uri="http://o/lasser", actor=actor_for_role(Role.COORDINATOR))
    read(HEAD + "flanders,B,Onbekend beroep,,0\n")
    read(HEAD + "flanders,B,Onbekend beroep,,0\n", year=2027)
    assert set(ShortageOccupation.objects.values_list("listing__year", "link")) == {
        (2026, "person"),
        (2027, "person"),
    }


def test_the_difference_with_last_year() -> None:
    read(LIST)
    read(HEAD + "flanders,Metaal,Lasser,kwantitatief,1\nflanders,Zorg,Verpleegkundige,,0\n", year=2027)
    change = change_since_last_year(ShortageList.objects.get(year=2027))
    assert [row.key for row in change.added] == ["verpleegkundige"]
    assert [row.key for row in change.gone] == ["vrachtwagenchauffeur"]
    assert [new.key for _old, new in change.causes] == ["lasser"]


def test_skills_and_words_lead_to_the_occupation_in_the_region_and_year() -> None:
    read(LIST)
    day = date(2026, 6, 1)
    hits = shortage_for([WELD], "BE234", day)
    assert [(hit.occupation.key, hit.share, hit.year, hit.region) for hit in hits] == [
        ("lasser", 1.0, 2026, "BE2")
    ]
    assert hits[0].causes[0].startswith("kwantitatief")
    assert shortage_for([TALK], "BE2", day) == []
    assert shortage_for([WELD], "BE3", day) == []
    assert shortage_for([WELD], "BE2", date(2025, 12, 31)) == []
    named = shortage_for([WELD], "", day, text="Wij zoeken een vrachtwagenchauffeur voor de nacht")
    assert [hit.occupation.key for hit in named] == ["lasser", "vrachtwagenchauffeur"]
    assert shortage_for([], "BE2", day, text="lasserij") == []


def test_the_priority_of_a_pool_reads_the_list_where_its_people_work() -> None:
    network = make_network()
    here = Pool.objects.create(network=network, title="Lassen", skills=[WELD], regions=["BE234"])
    there = Pool.objects.create(network=network, title="Lassen", skills=[WELD], regions=["BE3"])
    pools = [here.pk, there.pk]
    set_priorities(pool_ids=pools)
    here.refresh_from_db()
    assert here.priority_parts["parts"]["shortage"] == 0.0
    read(LIST)
    set_priorities(pool_ids=pools)
    here.refresh_from_db()
    there.refresh_from_db()
    assert here.priority_parts["parts"]["shortage"] == 1.0
    assert there.priority_parts["parts"]["shortage"] == 0.0


def test_the_pages_read_a_list_in_show_it_and_link(client_for: Any) -> None:
    client = client_for(Role.COORDINATOR)
    assert "Lijst inlezen" in client.get(reverse("matching:shortages")).content.decode()
    page = client.post(
        reverse("matching:shortage_import"),
        {"year": "2026", "region": "BE2", "file": SimpleUploadedFile("lijst.csv", LIST.encode())},
        follow=True,
    ).content.decode()
    assert "Vrachtwagenchauffeur" in page
    refused = client.post(
        reverse("matching:shortage_import"),
        {"year": "2026", "region": "BE3", "file": SimpleUploadedFile("lijst.csv", LIST.encode())},
    )
    assert "Geen enkel beroep" in refused.content.decode()
    row = ShortageOccupation.objects.get(key="lasser")
    detail = client.get(reverse("matching:shortage", args=[row.public_id]), {"q": "trucker"}).content.decode()
    assert "trucker" in detail
    client.post(reverse("matching:shortage", args=[row.public_id]), {"occupation": "http://o/trucker"})
    row.refresh_from_db()
    assert (row.link, row.skills) == ("person", [STEER])
    reader = client_for(Role.COMPANY_CONTACT)
    assert (
        "Koppelen aan ESCO"
        not in reader.get(reverse("matching:shortage", args=[row.public_id])).content.decode()
    )
    assert (
        reader.post(reverse("matching:shortage", args=[row.public_id]), {"occupation": "x"}).status_code
        == 404
    )
    assert reader.get(reverse("matching:shortage_import")).status_code == 403


def test_a_gap_leads_to_its_shortage_occupation_and_that_to_causes_and_skills(client_for: Any) -> None:
    read(LIST)
    client = client_for(Role.COMPANY_CONTACT)
    organisation = organisation_of(client.actor)
    gap = make_gap(organisation=organisation, title="Mensen die metaal verbinden", occupation="Lasser")
    other = make_gap(organisation=organisation, title="Vergaderen in het Frans")
    row = ShortageOccupation.objects.get(key="lasser")
    page = client.get(reverse("matching:gap_matches", args=[gap.public_id])).content.decode()
    assert reverse("matching:shortage", args=[row.public_id]) in page
    assert "#id_occupation" in page
    assert (
        "Knelpuntberoep<"
        not in client.get(reverse("matching:gap_matches", args=[other.public_id])).content.decode()
    )
    shown = client.get(reverse("matching:shortage", args=[row.public_id])).content.decode()
    assert "cause=quantitative" in shown
    assert f"{reverse('catalogue:offers')}?q=" in shown
    listed = client.get(reverse("matching:shortages"), {"cause": "quantitative", "q": "lasser"})
    assert [found.name for found in listed.context["rows"]] == [row.name("nl")]


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(LIST, encoding="utf-8")
    call_command("import_shortage_occupations", str(path), "--year", "2026", "--region", "vlaanderen")
    assert capsys.readouterr().out.startswith("2 new, 0 changed")
    with pytest.raises(CommandError):
        call_command("import_shortage_occupations", str(path), "--year", "2026", "--region", "Atlantis")


@pytest.mark.skipif(not OFFICIAL.exists(), reason="shared/data is not beside the project")
def test_the_official_list_of_2026_goes_in_whole() -> None:
    counts = {}
    for region in ("flanders", "brussels", "wallonia"):
        with read_rows(OFFICIAL) as table:
            report = import_shortages(table, year=2026, region=region, actor=SYSTEM)
        counts[region] = report.created + len(report.problems)
    assert counts == {"flanders": 228, "brussels": 84, "wallonia": 56}


@given(st.text(max_size=40))
def test_any_text_is_a_region_or_none(text: str) -> None:
    assert region_code(text) in ("", "BE1", "BE2", "BE3") or len(region_code(text)) == 3
    assert all(variant == variant.casefold() for variant in name_variants(text))


def test_without_esco_the_page_says_what_to_do(client_for: Any) -> None:
    read(LIST)
    address = reverse("matching:shortages")
    coordinator, company = client_for(Role.COORDINATOR), client_for(Role.COMPANY_CONTACT)
    assert "ESCO is nog niet ingelezen" not in coordinator.get(address).content.decode()
    Occupation.objects.all().delete()
    assert "manage.py import_esco" in coordinator.get(address).content.decode()
    told = company.get(address).content.decode()
    assert "nog niet aan vaardigheden gekoppeld" in told
    assert "import_esco" not in told


def test_a_list_is_read_in_and_linked_through_the_api() -> None:
    coordinator = client_of(Role.COORDINATOR)

    def send(text: str, **values: Any) -> Any:
        file = SimpleUploadedFile("lijst.csv", text.encode())
        said = {"year": 2026, "region": "BE2", "file": file} | values
        return coordinator.post(f"{API}imports/", said, format="multipart")

    report = send(LIST).json()
    assert (report["created"], report["other_regions"], report["linked"]) == (2, 1, 2)
    assert (send(LIST).json()["unchanged"], ShortageOccupation.objects.count()) == (2, 2)
    bad = send(LIST.replace("arbeidsomstandigheden", "zomaar"))
    assert [row["line"] for row in bad.json()["problems"]] == [3]
    assert ShortageList.objects.get().imported_by is None
    assert send("zomaar wat").status_code == 400
    assert send(LIST, region="BE9").status_code == 400
    row = ShortageOccupation.objects.get(key="lasser")
    linked = coordinator.put(f"{API}{row.public_id}/link/", {"occupation": "http://o/trucker"}, format="json")
    assert (linked.json()["link"], linked.json()["skills"]) == ("person", [STEER])
    send(LIST)
    row.refresh_from_db()
    assert row.link == "person"


def test_a_list_that_lost_half_waits_for_a_word_through_the_api_too() -> None:
    client = client_of(Role.ADMINISTRATOR)
    body = {"year": 2026, "region": "flanders"}
    many = HEAD + "".join(f"flanders,Metaal,Beroep {n},,0\n" for n in range(6))

    def send(text: str, **values: Any) -> Any:
        file = SimpleUploadedFile("lijst.csv", text.encode())
        return client.post(f"{API}imports/", body | {"file": file} | values, format="multipart")

    assert send(many).status_code == 200
    assert send(LIST).status_code == 400
    assert send(LIST, accept_loss=True).json()["dropped"] == 6


def test_a_company_reads_no_list_in_through_the_api() -> None:
    client = client_of(Role.COMPANY_CONTACT)
    body = {"year": 2026, "region": "BE2", "file": SimpleUploadedFile("lijst.csv", LIST.encode())}
    assert client.post(f"{API}imports/", body, format="multipart").status_code == 403
    assert not ShortageList.objects.exists()
