"""Whatever stands in a file, what reads well goes in, and sending it again changes nothing."""

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Edition, Offer
from catalogue.services.import_offers import compare_offers, import_offers
from networks.models import Gap
from networks.services.import_gaps import compare_gaps, import_gaps
from skillnet.kernel.actor import SYSTEM
from skillnet.kernel.importing import RowOutcome
from skillnet.kernel.tabular import read_rows, write_csv
from tests.factories import make_organisation, make_provider

pytestmark = pytest.mark.django_db
small = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
text = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=12)
keys = st.sampled_from(["A", "B", "C"])
days = st.sampled_from(["", "2027-03-01", "2027-04-01"])


def table(header: list[str], rows: list[list[str]]) -> Any:
    target = io.BytesIO()
    write_csv(target, header, rows)
    return read_rows(io.BytesIO(target.getvalue()), filename="x.csv")


@small
@given(
    st.lists(st.tuples(keys, text, st.sampled_from(["nl", "xx", ""]), st.sampled_from(["", "3", "0", "a"])))
)
def test_gaps(rows: list[tuple[str, ...]]) -> None:
    company = make_organisation()
    header = ["external_id", "title", "language", "learners"]
    cells = [list(row) for row in rows]
    told: list[Any] = []
    foreseen = compare_gaps(table(header, cells), actor=SYSTEM, organisation=company, tell=told.extend)
    first = import_gaps(table(header, cells), actor=SYSTEM, organisation=company)
    assert counts(foreseen) == counts(first)
    assert len(told) == first.rows
    assert first.created + first.changed + first.unchanged + first.refused == first.rows
    assert first.created == Gap.objects.filter(organisation=company).count()
    before = list(Gap.objects.filter(organisation=company).order_by("pk").values())
    second = import_gaps(table(header, cells), actor=SYSTEM, organisation=company)
    assert (second.created, second.changed, second.refused) == (0, 0, first.refused)
    assert before == list(Gap.objects.filter(organisation=company).order_by("pk").values())


@small
@given(
    st.lists(
        st.tuples(
            keys,
            text,
            st.just("nl"),
            st.sampled_from(["", "12,5", "-1"]),
            st.sampled_from(["", "x", "y"]),
            st.sampled_from(["", "2027-03-01", "31/02/2027"]),
        )
    )
)
def test_offers(rows: list[tuple[str, ...]]) -> None:
    provider = make_provider()
    header = ["external_id", "title", "language", "price_eur", "edition_id", "starts_on"]
    cells = [list(row) for row in rows]
    told: list[Any] = []
    foreseen = compare_offers(table(header, cells), actor=SYSTEM, provider=provider, tell=told.extend)
    first = import_offers(table(header, cells), actor=SYSTEM, provider=provider)
    assert counts(foreseen) == counts(first)
    assert len(told) == first.rows
    assert first.created + first.changed + first.unchanged + first.refused == first.rows
    assert first.created == Offer.objects.filter(provider=provider).count()
    before = _state(provider)
    second = import_offers(table(header, cells), actor=SYSTEM, provider=provider)
    assert (second.created, second.changed, second.refused) == (0, 0, first.refused)
    assert before == _state(provider)


def counts(report: Any) -> tuple[int, ...]:
    return report.rows, report.created, report.changed, report.unchanged, report.refused


@small
@given(
    st.lists(
        st.tuples(keys, st.sampled_from(["Lassen", "Meten"]), st.sampled_from(["", "x"]), days), max_size=6
    ),
    st.lists(
        st.tuples(keys, st.sampled_from(["Lassen", "Meten"]), st.sampled_from(["", "x"]), days), max_size=6
    ),
)
def test_a_comparison_foresees_what_a_later_file_does(before: list[Any], after: list[Any]) -> None:
    provider = make_provider()
    header = ["external_id", "title", "edition_id", "starts_on", "language"]

    def cells(rows: list[Any]) -> Any:
        return table(header, [[*row, "nl"] for row in rows])

    import_offers(cells(before), actor=SYSTEM, provider=provider)
    known = set(Offer.objects.filter(provider=provider).values_list("external_id", flat=True))
    state = _state(provider)
    told: list[RowOutcome] = []
    foreseen = compare_offers(cells(after), actor=SYSTEM, provider=provider, tell=told.extend)
    assert _state(provider) == state
    assert counts(foreseen) == counts(import_offers(cells(after), actor=SYSTEM, provider=provider))
    missing = {outcome.key for outcome in told if outcome.outcome == "missing"}
    assert missing == known - {row[0] for row in after}


def _state(provider: Any) -> tuple[list[Any], list[Any]]:
    return (
        list(Offer.objects.filter(provider=provider).order_by("pk").values()),
        list(Edition.objects.filter(offer__provider=provider).order_by("pk").values()),
    )
