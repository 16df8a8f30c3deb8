"""A row that would make an impossible edition is a problem of that row; the others go in."""

from datetime import date
from typing import Any

import pytest

from catalogue.models import Edition, Offer, Provider
from catalogue.services.import_offers import compare_offers, import_offers
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.tabular import Table, read_rows
from skillnet.kernel.tabular.problems import LANGUAGES, render
from tests.factories import make_edition, make_offer, make_provider

pytestmark = pytest.mark.django_db

FILE = b"""external_id,title,language,starts_on,edition_id,seats
A,Lassen,nl,2027-03-01,e1,4
B,Frezen,nl,2027-09-01,e2,
C,Draaien,nl,2027-03-01,e3,2
"""


@pytest.fixture
def provider(db: None) -> Provider:
    provider = make_provider()
    lassen = make_offer(provider=provider, external_id="A", title="Lassen")
    make_edition(offer=lassen, external_id="e1", starts_on=date(2027, 3, 1), seats=8, enrolled=5)
    frezen = make_offer(provider=provider, external_id="B", title="Frezen")
    make_edition(
        offer=frezen,
        external_id="e2",
        starts_on=date(2027, 5, 1),
        ends_on=date(2027, 6, 1),
        seats=None,
        enrolled=0,
    )
    return provider


def opened(path: Any) -> Table:
    return read_rows(path)


def problems_of(report: Any) -> dict[int, str]:
    return {problem.line: problem.code for _row, found in report.problems for problem in found}


def test_the_comparison_foresees_it_and_the_rest_goes_in(provider: Provider, tmp_path: Any) -> None:
    path = tmp_path / "aanbod.csv"
    path.write_bytes(FILE)
    foreseen = compare_offers(opened(path), actor=SYSTEM, provider=provider, tell=lambda _rows: None)
    expected = {2: "fewer_seats_than_enrolled", 3: "ends_before_start"}
    assert problems_of(foreseen) == expected
    report = import_offers(opened(path), actor=SYSTEM, provider=provider)
    assert problems_of(report) == expected
    assert Offer.objects.filter(provider=provider, external_id="C").exists()
    assert Edition.objects.get(external_id="e1").seats == 8
    assert (report.rows, report.created, report.changed, report.unchanged) == (3, 1, 0, 0)
    texts = {render(found[0], language) for _row, found in report.problems[:1] for language in LANGUAGES}
    assert len(texts) == 3
    assert all("5" in text for text in texts)
