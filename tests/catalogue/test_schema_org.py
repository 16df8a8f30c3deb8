"""An offer as schema.org Course."""

from decimal import Decimal

import pytest

from catalogue.schema_org import course, workload
from tests.catalogue.records import edition, offer


def test_a_course_says_what_when_and_for_how_much() -> None:
    document = course(offer())
    assert document["@type"] == "Course"
    assert document["name"] == "TIG-lassen van inox"
    assert document["provider"]["taxID"] == "0123456749"
    assert document["teaches"][0] == "inox lassen"
    assert document["educationalCredentialAwarded"]["credentialCategory"] == "Microcredential"
    (instance,) = document["hasCourseInstance"]
    assert (instance["startDate"], instance["endDate"]) == ("2027-03-01", "2027-03-03")
    assert instance["offers"]["priceSpecification"]["price"] == "690.00"
    assert instance["offers"]["priceSpecification"]["valueAddedTaxIncluded"] is False
    assert instance["courseMode"] == "Blended"


def test_cancelled_editions_are_left_out_and_full_ones_are_sold_out() -> None:
    document = course(offer(editions=(edition(state="cancelled"), edition(seats_left=0))))
    (instance,) = document["hasCourseInstance"]
    assert instance["offers"]["availability"].endswith("SoldOut")


def test_what_is_unknown_is_left_out() -> None:
    document = course(
        offer(
            description="",
            hours=None,
            price=None,
            mode="",
            editions=(),
            ects=None,
            credential="",
            eqf_level=None,
        )
    )
    for name in ("description", "timeRequired", "offers", "hasCourseInstance", "numberOfCredits"):
        assert name not in document
    assert "educationalCredentialAwarded" not in document


def test_a_free_course_has_a_price_of_zero() -> None:
    assert course(offer(price=Decimal(0)))["offers"]["category"] == "Free"


@pytest.mark.parametrize(
    ("hours", "text"),
    [("24", "PT24H"), ("37.50", "PT37H30M"), ("0", "PT0H"), (None, "")],
)
def test_hours_as_a_duration(hours: str | None, text: str) -> None:
    assert workload(None if hours is None else Decimal(hours)) == text
