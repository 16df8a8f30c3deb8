"""Many gaps at once: the grid with its pasted cells, gaps taken over from an earlier year, drafts."""

import re
from typing import Any

import pytest
from django.urls import reverse

from networks.models import Gap, Organisation
from skillnet.kernel.roles import Role
from tests.factories import make_gap, make_network, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Organisation:
    return make_organisation(name="Lasbedrijf De Vonk", region="BE234")


@pytest.fixture
def client(client_for: Any, company: Organisation) -> Any:
    return client_for(Role.COMPANY_CONTACT, organisation=company)


def grid(*rows: dict[str, str], total: int = 10, **buttons: str) -> dict[str, str]:
    data = {"row-TOTAL_FORMS": str(total), "row-INITIAL_FORMS": str(total)}
    for number, row in enumerate(rows):
        data |= {f"row-{number}-{name}": value for name, value in row.items()}
    return data | buttons


def post(client: Any, *rows: dict[str, str], **buttons: Any) -> Any:
    return client.post(reverse("networks:gap_grid"), grid(*rows, **buttons))


def test_ten_empty_rows_and_ten_more_with_everything_kept(client: Any) -> None:
    page = client.get(reverse("networks:gap_grid")).content.decode()
    assert page.count('-title"') >= 10
    assert 'name="row-9-title"' in page
    more = post(client, {"title": "Lassen", "learners": "veel"}, add="1").content.decode()
    assert 'name="row-19-title"' in more
    assert 'value="Lassen"' in more
    assert 'value="veel"' in more


def test_rows_go_in_together(client: Any, company: Organisation) -> None:
    response = post(
        client,
        {"title": "Onze lassers moeten TIG leren", "learners": "4", "urgency": "high", "impact": "3"},
        {},
        {"title": "Nos opérateurs doivent souder", "horizon": "1y", "transition": "green"},
        save="1",
    )
    assert response["Location"] == reverse("networks:gaps")
    first, second = company.gaps.order_by("pk")
    assert (first.learners, first.urgency, first.impact, first.language) == (4, "high", 3, "nl")
    assert (second.language, second.transition, second.regions) == ("fr", "green", ["BE234"])
    assert {gap.state for gap in (first, second)} == {"open"}


def test_one_bad_row_keeps_all_rows_out_and_everything_typed(client: Any, company: Organisation) -> None:
    make_gap(organisation=company, title="TIG-lassen")
    page = post(
        client,
        {"title": "Goed", "learners": "2"},
        {"learners": "3"},
        {"title": "tig-LASSEN"},
        {"title": "goed", "learners": "0"},
    ).content.decode()
    assert company.gaps.count() == 1
    assert "Zeg wat uw mensen moeten kunnen" in page
    assert 'value="Goed"' in page
    assert "#row-2" in page
    again = post(client, {"title": "Goed"}, {"title": "tig-LASSEN"}, {"title": "goed"}).content.decode()
    assert "U hebt al een kloof “TIG-lassen”" in again
    assert "Dit staat ook in rij 1" in again
    assert company.gaps.count() == 1


def test_an_empty_grid_says_so(client: Any) -> None:
    assert "Er staat nog niets in het rooster" in post(client, {}, save="1").content.decode()


def test_pasted_cells_fill_down_from_their_cell(client: Any, company: Organisation) -> None:
    pasted = (
        "Wat moeten uw mensen kunnen?\tDeelnemers\tDringendheid\r\nLassen\t4\thoog\r\nPlooien\t2\tooit\r\n"
    )
    page = post(
        client, {"title": "Staat er al"}, total=2, fill="1", paste_at="1:title", pasted=pasted
    ).content.decode()
    assert 'name="row-0-title" value="Staat er al"' in page
    assert 'name="row-1-title" value="Lassen"' in page
    assert 'name="row-2-title" value="Plooien"' in page
    assert '<option value="high" selected>' in page
    assert "Rij 3, Dringendheid: “ooit”" in page
    assert not company.gaps.exists()


@pytest.mark.parametrize("total", ["-1", "abc"])
def test_a_grid_of_odd_size_ends_well(client: Any, total: str) -> None:
    data = grid({"title": "Lassen"}) | {"row-TOTAL_FORMS": total}
    assert client.post(reverse("networks:gap_grid"), data).status_code in (200, 302)
    assert client.post(reverse("networks:gap_grid"), data | {"add": "1"}).status_code == 200


def test_earlier_gaps_come_back_as_drafts_with_their_origin(client: Any, company: Organisation) -> None:
    network = make_network()
    closed = make_gap(
        organisation=company, network=network, title="TIG-lassen", learners=8, state="closed", impact=2,
        target_groups=["workers"], skills=["esco:tig"],
    )  # fmt: skip
    left = make_gap(organisation=company, title="Plooien")
    make_gap(organisation=company, title="Nog te bevestigen", state="to_confirm")
    page = client.get(reverse("networks:gap_copy")).content.decode()
    assert "TIG-lassen" in page
    assert "Plooien" in page
    assert "Nog te bevestigen" not in page
    data = {
        f"gap-{closed.pk}-take": "on",
        f"gap-{closed.pk}-learners": "5",
        f"gap-{closed.pk}-horizon": "now",
    }
    response = client.post(reverse("networks:gap_copy"), data)
    assert response["Location"].endswith("?state=draft")
    copy = company.gaps.get(state="draft")
    assert (copy.copied_from, copy.learners, copy.horizon, copy.impact) == (closed, 5, "now", 2)
    assert (copy.target_groups, copy.skills, copy.network) == (["workers"], ["esco:tig"], network)
    client.post(reverse("networks:gap_copy"), data)
    assert company.gaps.filter(copied_from=closed).count() == 1
    assert not left.copies.exists()
    detail = client.get(reverse("networks:gap_detail", args=[copy.public_id])).content.decode()
    assert "Overgenomen van TIG-lassen" in detail


def test_the_gaps_of_the_year_that_was_chosen_are_taken_over(client: Any, company: Organisation) -> None:
    old, new = (make_gap(organisation=company, title=title, state="closed") for title in ("Lassen", "Boren"))
    type(old).objects.filter(pk=old.pk).update(
        created_at=old.created_at.replace(year=old.created_at.year - 1)
    )
    page = client.get(reverse("networks:gap_copy")).content.decode()
    years = re.findall(r'href="(\?year=[^"]+)"', page)
    for query in [f"?year={new.created_at.year}", f"?year={new.created_at.year - 1}"]:
        chosen = client.get(reverse("networks:gap_copy") + query).content.decode()
        action = re.search(r'action="(\?year=[^"]+)"', chosen)
        assert action is not None
        assert action[1] == query
        assert ("Lassen" in chosen) is query.endswith(str(new.created_at.year - 1))
    assert years
    assert all(re.fullmatch(r"\?year=\d{4}", one) for one in years)


def test_one_gap_of_a_suspended_network_keeps_no_other_back(client: Any, company: Organisation) -> None:
    """It comes without its network, and the page says which one and why."""
    still = make_network(name="Rustend netwerk")
    lies_still = make_gap(organisation=company, network=still, title="Frezen", state="closed")
    other = make_gap(organisation=company, network=make_network(), title="Boren", state="closed")
    still.state = "suspended"
    still.save()
    data = {f"gap-{gap.pk}-take": "on" for gap in (lies_still, other)}
    page = client.post(reverse("networks:gap_copy"), data, follow=True).content.decode()
    assert (lies_still.copies.get().network, other.copies.get().network) == (None, other.network)
    assert "“Frezen” is overgenomen zonder netwerk. Rustend netwerk staat op “geschorst”" in page
    assert "2 kloven overgenomen als ontwerp" in page


def test_a_gap_that_todays_rules_refuse_says_so_at_its_row(client: Any, company: Organisation) -> None:
    old = make_gap(organisation=company, title="Van vroeger", state="closed", language="xx")
    good = make_gap(organisation=company, title="Van nu", state="closed")
    data = {f"gap-{gap.pk}-take": "on" for gap in (old, good)}
    page = client.post(reverse("networks:gap_copy"), data).content.decode()
    assert good.copies.count() == 1
    assert not old.copies.exists()
    row = page[page.index("Van vroeger") :]
    assert "errorlist" in row[: row.index("</th>")]


def test_a_draft_is_the_companys_own_until_it_is_registered(
    client: Any, client_for: Any, company: Organisation
) -> None:
    network = make_network()
    draft = make_gap(organisation=company, network=network, title="Nog een ontwerp", state="draft")
    manager = client_for(Role.NETWORK_MANAGER, network=network)
    url = reverse("networks:gap_detail", args=[draft.public_id])
    assert manager.get(url).status_code == 404
    assert "Alleen uw bedrijf ziet dit ontwerp" in client.get(url).content.decode()
    client.post(reverse("networks:drafts_register"))
    draft.refresh_from_db()
    assert draft.state == Gap.State.OPEN
    assert manager.get(url).status_code == 200


def test_gaps_of_others_are_not_taken_over(client: Any, company: Organisation) -> None:
    foreign = make_gap(title="Van een ander")
    make_gap(organisation=company, title="Eigen")
    client.post(reverse("networks:gap_copy"), {f"gap-{foreign.pk}-take": "on"})
    assert not Gap.objects.filter(copied_from=foreign).exists()
    assert "Van een ander" not in client.get(reverse("networks:gap_copy")).content.decode()


def test_a_grid_beyond_its_size_is_refused(client: Any, company: Organisation) -> None:
    data = grid({"title": "Lassen"}) | {"row-TOTAL_FORMS": "100000"}
    assert client.post(reverse("networks:gap_grid"), data).status_code == 200
    assert not company.gaps.exists()
