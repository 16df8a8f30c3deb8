"""Columns and filters of a list: chosen in the address, kept for a person, and what an export then holds."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from skillnet.kernel.roles import Role
from skillnet.list_settings import MOST_FILTERS
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]
PAGE = "catalogue:offers"


def heads(client: Any, **query: Any) -> list[str]:
    return [column.label for column in client.get(reverse(PAGE), query).context["columns"]]


def settle(client: Any, action: str, **values: Any) -> Any:
    back = values.pop("back", reverse(PAGE))
    return client.post(
        reverse("list_settings"), {"list_page": PAGE, "list_action": action, "list_back": back, **values}
    )


def test_an_address_says_which_columns_and_means_the_same_to_everyone(client_for: Clients) -> None:
    make_offer(title="TIG-lassen")
    nobody = client_for(None)
    assert "Lesvorm" in heads(nobody)
    assert heads(nobody, columns="uren,kenmerk,onzin") == ["Aanbod", "Uren", "Kenmerk"]
    nobody.cookies["django_language"] = "en"
    assert len(heads(nobody, columns="uren,kenmerk")) == 3


def test_columns_are_kept_for_one_person_and_one_page(client_for: Clients) -> None:
    make_offer()
    client, other = client_for(Role.COMPANY_CONTACT), client_for(Role.COMPANY_CONTACT)
    settle(client, "columns", columns=["verstrekker", "uren"])
    assert heads(client) == ["Aanbod", "Verstrekker", "Uren"]
    assert "Lesvorm" in heads(other)
    assert heads(client, columns="lesvorm") == ["Aanbod", "Lesvorm"], "an address goes before what is kept"
    settle(client, "reset")
    assert "Lesvorm" in heads(client)


def test_an_export_holds_the_columns_that_were_chosen(client_for: Clients) -> None:
    make_offer(title="TIG-lassen", hours=24)
    answer = client_for(None).get(reverse(PAGE), {"columns": "uren", "export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Aanbod", "Uren"]
    whole = client_for(None).get(reverse(PAGE), {"export": "csv"})
    assert "Omschrijving" in next(iter(whole.streaming_content)).decode("utf-8-sig")


def test_showing_columns_makes_an_address_and_keeps_the_filter(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    answer = settle(client, "show", columns=["uren"], back=f"{reverse(PAGE)}?mode=online")
    assert answer["Location"] == f"{reverse(PAGE)}?mode=online&columns=uren"
    away = settle(client, "show", columns=["uren"], back="https://elders.example/")
    assert away["Location"] == "/?columns=uren"


def test_a_filter_is_kept_by_name_and_dropped(client_for: Clients) -> None:
    make_offer(mode="online")
    client = client_for(Role.COMPANY_CONTACT)
    settle(client, "keep", list_filter="Van thuis uit", list_query="mode=online")
    page = client.get(reverse(PAGE)).content.decode()
    assert f'href="{reverse(PAGE)}?mode=online">Van thuis uit</a>' in page
    settle(client, "drop", list_filter="Van thuis uit")
    assert "Van thuis uit" not in client.get(reverse(PAGE)).content.decode()
    for number in range(MOST_FILTERS + 2):
        settle(client, "keep", list_filter=f"F{number}", list_query="mode=online")
    client.actor.user.refresh_from_db()
    assert len(client.actor.user.list_settings[PAGE]["filters"]) == MOST_FILTERS


def test_a_page_that_is_not_ours_keeps_nothing(client_for: Clients) -> None:
    client = client_for(Role.COMPANY_CONTACT)
    answer = client.post(reverse("list_settings"), {"list_page": "onzin", "list_action": "reset"})
    assert answer.status_code == 404
    assert client_for(None).post(reverse("list_settings"), {}).status_code == 302


def test_a_chip_names_what_was_chosen_within_a_group(client_for: Clients) -> None:
    make_offer()
    answer = client_for(None).get(reverse(PAGE), {"region": "BE234", "price_max": "100"})
    assert [chip.label for chip in answer.context["chips"]] == ["Waar: Gent", "Hoogste prijs: 100"]
    assert answer.context["more_filters_on"] is True


def test_filtering_keeps_the_columns_of_the_address(client_for: Clients) -> None:
    make_offer()
    page = client_for(None).get(reverse(PAGE), {"columns": ["uren", "prijs"]}).content.decode()
    assert '<input type="hidden" name="columns" value="uren,prijs">' in page


def test_an_address_holds_no_filter_that_was_left_empty(client_for: Clients) -> None:
    """Without script a browser sends every field of the form; the address that is shared has what was filled in."""
    make_offer(title="TIG-lassen")
    client, page = client_for(None), reverse(PAGE)
    answer = client.get(page, {"q": "", "sort": "", "mode": "", "page": "1", "utm": "", "columns": "uren"})
    assert (answer.status_code, answer.url) == (302, f"{page}?page=1&utm=&columns=uren")
    assert client.get(page, {"q": ""}).url == page
    assert client.get(page, {"q": "lassen"}).status_code == 200
    assert client.get(page, {"q": ""}, headers={"HX-Request": "true"}).status_code == 200


def test_a_page_has_as_many_rows_as_the_address_says(client_for: Clients) -> None:
    provider = make_provider()
    for number in range(30):
        make_offer(provider=provider, title=f"Les {number}")
    client = client_for(None)
    assert [
        len(client.get(reverse(PAGE), {"rows": rows}).context["rows"]) for rows in ("", "50", "7", "x")
    ] == [*(25, 30, 25, 25)]
    whole = client.get(reverse(PAGE), {"rows": "50"}).content.decode()
    assert '<a href="?rows=25' in whole, "there is a way back to short pages where all fit on one"
    assert '<input type="hidden" name="rows" value="50">' in whole, "a filter keeps the length of the page"
    assert "Rijen per bladzijde" not in client.get(reverse(PAGE), {"q": "Les 7"}).content.decode()
