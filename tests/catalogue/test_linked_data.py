"""Courses as JSON-LD: what schema.org and the European Learning Model say, as rows of the interchange format."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import elm, schema_org
from catalogue.interchange import OfferRow, parse_offer_row
from catalogue.linked_data import MAX_DEPTH, course_rows, is_linked, open_linked, read_json
from skillnet.kernel.tabular.problems import FileProblem
from tests.catalogue.records import credential, edition, offer

SAMPLE = Path(__file__).resolve().parents[3] / "shared/data/standards/elm/Sample-MC-Annex1-unsigned.jsonld"
CONTEXT = {"@context": "https://schema.org"}


def rows(document: Any, language: str = "") -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if cell} for row in course_rows([document], language)]


def opened(text: str, name: str = "cursussen.json") -> list[dict[str, str]]:
    stream = io.BytesIO(text.encode())
    assert is_linked(stream)
    with open_linked(stream, filename=name) as table:
        return [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]


def parsed(row: dict[str, str]) -> OfferRow:
    good = parse_offer_row(row, 1)
    assert isinstance(good, OfferRow), good
    return good


def test_our_own_pages_come_back_as_they_went() -> None:
    editions = (edition(), edition(starts_on=None, ends_on=None))
    dated = offer(seats=12, editions=editions, mode="online", entry_requirements="Kunnen solderen.")
    (row,) = rows(schema_org.course(dated))
    good = parsed(row)
    assert (good.external_id, good.title, good.language) == (dated.code, dated.title, "nl")
    assert (good.outcomes, good.skills) == (dated.outcomes, dated.skills)
    assert (good.hours, good.ects, good.eqf_level) == (dated.hours, dated.ects, 4)
    assert (good.price_eur, good.price_basis, good.seats) == (dated.price, "participant", 12)
    assert (good.mode, good.teaching_languages, good.credential) == (
        "online",
        ("nl", "fr"),
        "microcredential",
    )
    assert (good.starts_on, good.enterprise_number) == (edition().starts_on, dated.provider.enterprise_number)
    assert (row["location"], row["region"]) == (edition().location, edition().region)
    assert row["entry_requirements"] == "Kunnen solderen."


@pytest.mark.parametrize(
    ("place", "location", "region"),
    [
        ("Zaal 3, Gent", "Zaal 3, Gent", ""),
        ("BE234", "", "BE234"),
        ({"@type": "Place", "name": "BE211"}, "", "BE211"),
        ({"@type": "VirtualLocation", "url": "https://x.example"}, "", ""),
        ({"@type": "Place", "url": "https://x.example"}, "", ""),
        (
            {"@type": "Place", "name": "Gent", "address": "Dok Noord 7, 9000 Gent"},
            "Gent, Dok Noord 7, 9000 Gent",
            "",
        ),
        (
            {
                "@type": "Place",
                "name": "Gent",
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": "Dok <b>Noord</b> 7",
                    "postalCode": "9000",
                    "addressLocality": "Gent",
                    "addressRegion": "BE234",
                },
            },
            "Gent, Dok Noord 7, 9000 Gent",
            "BE234",
        ),
        ([{"@type": "VirtualLocation"}, {"@type": "Place", "name": "Aalst"}], "Aalst", ""),
    ],
)
def test_a_place_is_read_as_one_line_and_a_region(place: Any, location: str, region: str) -> None:
    course = {"@type": "Course", "name": "Lassen", "inLanguage": "nl", "courseCode": "L"}
    (row,) = rows(course | {"hasCourseInstance": {"startDate": "2027-03-01", "location": place}})
    assert (row.get("location", ""), row.get("region", "")) == (location, region)


@pytest.mark.parametrize(
    ("said", "level"), [("EQF 4", "4"), ("EQF-niveau 5", "5"), ("Bachelor", ""), ("EQF 40", "")]
)
def test_a_level_in_words_is_a_level_of_the_framework_only_where_it_says_so(said: str, level: str) -> None:
    (row,) = rows({"@type": "Course", "name": "Lassen", "inLanguage": "nl", "educationalLevel": said})
    assert row.get("eqf_level", "") == level


@pytest.mark.parametrize(
    "document",
    [
        CONTEXT | {"@type": "Course", "@id": "urn:c:1", "name": "Lassen", "inLanguage": "nl-BE"},
        [CONTEXT | {"@type": ["Thing", "Course"], "@id": "urn:c:1", "name": "Lassen", "inLanguage": "nl"}],
        {
            "@graph": [
                {"@type": "http://schema.org/Course", "@id": "urn:c:1", "name": "Lassen", "inLanguage": "nl"}
            ]
        },
        {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "item": {
                        "@type": "Course",
                        "courseCode": "urn:c:1",
                        "name": [
                            {"@language": "fr", "@value": "Souder"},
                            {"@language": "nl", "@value": "Lassen"},
                        ],
                        "inLanguage": {"@type": "Language", "alternateName": "nl"},
                    },
                }
            ],
        },
    ],
)
def test_a_course_is_found_wherever_it_stands(document: Any) -> None:
    (row,) = rows(document)
    assert (row["external_id"], row["title"], row["language"]) == ("urn:c:1", "Lassen", "nl")


def test_references_are_followed_and_editions_with_their_own_price_stay_their_own() -> None:
    document = {
        "@graph": [
            {
                "@type": "Course",
                "@id": "https://leerhuis.example/c/1",
                "name": "Lassen",
                "inLanguage": "nl",
                "offers": {"@type": "Offer", "price": 450, "priceCurrency": "EUR"},
                "hasCourseInstance": [{"@id": "#maart"}, {"@id": "#mei"}],
            },
            {"@type": "CourseInstance", "@id": "#maart", "startDate": "2027-03-01T09:00:00+01:00"},
            {
                "@type": "CourseInstance",
                "@id": "#mei",
                "startDate": "2027-05-01",
                "maximumAttendeeCapacity": "8",
                "courseMode": "https://schema.org/Online",
                "location": {"@type": "Place", "name": "BE234"},
                "offers": {"price": "500", "priceCurrency": "EUR"},
            },
        ]
    }
    described, march, may = rows(document)
    assert described["price_eur"] == "450"
    assert "starts_on" not in described
    assert (march["starts_on"], march["price_eur"]) == ("2027-03-01", "450")
    assert (may["price_eur"], may["seats"], may["region"]) == ("500", "8", "BE234")
    assert described["mode"] == "online"
    assert len({row["external_id"] for row in (described, march, may)}) == 1


@pytest.mark.parametrize(
    "offers",
    [
        {"price": "450", "priceCurrency": "USD"},
        {"priceSpecification": {"price": "450", "priceCurrency": "EUR", "valueAddedTaxIncluded": True}},
        {"price": "gratis", "priceCurrency": "EUR"},
        {"price": "450"},
    ],
)
def test_a_price_that_is_not_ours_to_know_stays_unknown(offers: Any) -> None:
    (row,) = rows(CONTEXT | {"@type": "Course", "name": "X", "inLanguage": "nl", "offers": offers})
    assert "price_eur" not in row


def test_days_and_bare_credits_are_no_hours_and_no_ects() -> None:
    course = CONTEXT | {"@type": "Course", "name": "X", "timeRequired": "P3D", "numberOfCredits": 5}
    (row,) = rows(course, "nl")
    assert "hours" not in row
    assert "ects" not in row
    assert row["language"] == "nl"


def test_markup_goes_and_words_stay() -> None:
    text = "<p>Vijf dagen &amp; een examen.</p><script>alert(1)</script><ul><li>lassen</li></ul>"
    (row,) = rows(CONTEXT | {"@type": "Course", "name": "A &lt;b&gt;", "description": text})
    assert "alert" not in row["description"]
    assert "Vijf dagen & een examen." in row["description"]
    assert "lassen" in row["description"]
    assert row["title"] == "A <b>"


def test_a_page_carries_courses_and_says_its_language() -> None:
    course = json.dumps(CONTEXT | {"@type": "Course", "courseCode": "1", "name": "Lassen"})
    page = (
        '<!doctype html><html lang="nl-BE"><script type="application/ld+json">{broken</script>'
        f'<script>var a = 1</script><script type="application/ld+json; charset=utf-8">{course}</script></html>'
    )
    (row,) = opened(page, "pagina.html")
    assert (row["title"], row["language"]) == ("Lassen", "nl")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 1000 + "]" * 1000, "json_too_deep"),
        ('{"a":' * 1000 + "1" + "}" * 1000, "json_too_deep"),
        ('{"@type": "Course",', "json_broken"),
        ('{"price": ' + "9" * 5000 + "}", "json_broken"),
        ('{"@type": "Person", "name": "Iemand"}', "no_courses"),
        ("<html><p>Geen gegevens</p></html>", "no_courses"),
        ('<html><script type="application/ld+json">' + "[" * 100 + "</script></html>", "json_too_deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(FileProblem) as refused:
        opened(text)
    assert refused.value.code == code


def test_too_large_is_refused_and_brackets_in_texts_count_for_nothing() -> None:
    with pytest.raises(FileProblem) as refused:
        open_linked(io.BytesIO(b'{"a": "' + b"x" * 11_000_000), filename="groot.json")
    assert refused.value.code == "json_too_large"
    assert read_json(json.dumps({"text": "[" * (MAX_DEPTH + 10)}))


def test_a_table_is_not_taken_for_json() -> None:
    for head in (b"external_id,title\n", b"[a],b\n1,2\n", b"<b>x</b>,title\n", b"", b"PK\x03\x04"):
        assert not is_linked(io.BytesIO(head))


KEYS = ["@type", "@id", "type", "id", "name", "title", "inLanguage", "offers", "price", "hasCourseInstance"]
KEYS += [
    "startDate",
    "teaches",
    "@value",
    "learningAchievementSpecification",
    "specifiedBy",
    "priceDetail",
    "nl",
]
json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner
            | st.sampled_from(["Course", "LearningOpportunity", "LearningAchievement", "Qualification"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_no_document_breaks_the_readers(document: Any) -> None:
    for row in course_rows([document]):
        assert all(isinstance(cell, str) for cell in row.values())
        assert len(row["external_id"]) <= 100
        parse_offer_row(row, 1, party_required=False)


def test_a_microcredential_in_the_learning_model_comes_back_as_it_went() -> None:
    first = offer(
        homepage="https://leerhuis.example/tig", mode="blended", editions=(), microcredential=credential()
    )
    assert first.microcredential is not None
    (row,) = rows(elm.learning_opportunity(first, first.microcredential))
    good = parsed(row)
    for name in (
        "title",
        "description",
        "outcomes",
        "hours",
        "ects",
        "eqf_level",
        "skills",
        "isced_f",
        "mode",
    ):
        assert getattr(good, name) == getattr(first, name), name
    assert (good.price_eur, good.url, good.external_id) == (first.price, first.homepage, first.code)
    assert good.teaching_languages == first.teaching_languages
    assert good.microcredential is not None
    for name, value in good.microcredential.items():
        assert value == getattr(first.microcredential, name), name


@pytest.mark.parametrize("basis", ["edition", "participant"])
def test_a_price_for_the_group_stays_one(basis: str) -> None:
    first = offer(price_basis=basis)
    (row,) = rows(elm.learning_opportunity(first, credential()))
    assert row["price_basis"] == basis


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the published sample of ELM v3 (shared/data) is not here")
def test_the_published_sample_reads_as_one_course_without_its_person() -> None:
    (row,) = opened(SAMPLE.read_text(encoding="utf-8"), "sample.jsonld")
    assert row["title"] == "Digital micro-credential creation"
    assert (row["ects"], row["eqf_level"], row["isced_f"]) == ("2", "6", "0688")
    assert row["outcomes"] == "Communication, collaboration and creativity; Developing digital content"
    assert len(row["skills"].split()) == 4
    assert "Andromeda" not in json.dumps(row)
    assert isinstance(parse_offer_row(row, 1, party_required=False), OfferRow)


def test_an_ordinary_offer_in_the_learning_model_comes_back_without_a_microcredential() -> None:
    first = offer(microcredential=None, credential="certificate", entry_requirements="VCA", editions=())
    (row,) = rows(elm.learning_opportunity(first))
    good = parsed(row)
    assert (good.title, good.outcomes, good.hours) == (first.title, first.outcomes, first.hours)
    assert good.microcredential is None
    (bare,) = rows(elm.learning_opportunity(offer(microcredential=None, outcomes=())))
    assert "outcomes" not in bare


def test_choices_and_region_of_a_microcredential_come_back() -> None:
    said = {
        "issuer_region": "BE234",
        "supervision": "supervised",
        "stacking": "stackable",
        "stacks_into": "Graduaat lassen",
    }
    (row,) = rows(elm.learning_opportunity(offer(), credential(**said)))
    described = parsed(row).microcredential
    assert described is not None
    assert {name: described[name] for name in said} == said


def test_a_list_of_courses_comes_back_whole() -> None:
    two = [offer(code="A"), offer(code="B", url="https://skillnet.example/aanbod/o-2/")]
    listed = schema_org.course_list("Aanbod", "https://skillnet.example/", two)
    assert {row["external_id"] for row in rows(listed)} == {"A", "B"}


def remarks(document: Any) -> list[tuple[int, Any]]:
    with open_linked(io.BytesIO(json.dumps(document).encode()), filename="x.jsonld") as table:
        return [(remark.line, remark.params["parts"]) for remark in table.remarks]


def test_what_the_model_asks_and_a_document_lacks_is_remarked_and_the_course_read() -> None:
    whole = elm.learning_opportunity(offer(), credential())
    assert remarks(whole) == []
    lacking = json.loads(json.dumps(whole))
    del lacking["homepage"], lacking["elm:defaultLanguage"]
    del lacking["providedBy"]["location"]
    del lacking["learningAchievementSpecification"]["thematicArea"]
    ((line, parts),) = remarks(lacking)
    assert line == 1
    assert set(parts) == {
        "LearningOpportunity.homepage",
        "LearningOpportunity.defaultLanguage",
        "Organisation.location",
        "LearningAchievementSpecification.thematicArea",
    }
    course = schema_org.course(offer(code="andere", editions=()))
    assert [line for line, _parts in remarks([lacking, course])] == [2]  # courses of schema.org come first


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the published sample of ELM v3 (shared/data) is not here")
def test_of_an_awarded_credential_nothing_is_remarked() -> None:
    assert remarks(json.loads(SAMPLE.read_text(encoding="utf-8"))) == []
