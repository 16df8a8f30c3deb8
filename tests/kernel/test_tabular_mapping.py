"""Suggesting which column is which: Dutch, French and English headers, and slips of the pen."""

import pytest

from catalogue.interchange import ALL_COLUMNS as OFFER_COLUMNS
from networks.interchange import ALL_COLUMNS as GAP_COLUMNS
from skillnet.kernel.tabular import suggest_mapping
from skillnet.kernel.tabular.mapping import _vocabulary


@pytest.mark.parametrize(
    ("header", "kind", "mapping"),
    [
        (
            ["Kenmerk", "Bedrijf", "Titel", "Omschrijving", "Taal", "Aantal deelnemers", "Kleur"],
            "gaps",
            ["external_id", "organisation", "title", "description", "language", "learners", None],
        ),
        (
            ["Référence", "Prestataire", "Intitulé", "Description", "Langue", "Prix", "Date de début"],
            "offers",
            ["external_id", "provider", "title", "description", "language", "price_eur", "starts_on"],
        ),
        (
            ["ID", "Training provider", "Name", "Price (excl. VAT)", "Start date", "URL"],
            "offers",
            ["external_id", "provider", "title", "price_eur", "starts_on", "url"],
        ),
        (
            ["Omschrijvng", "Prijs (€)", "OPLEIDINGSVERSTREKKER"],
            "offers",
            ["description", "price_eur", "provider"],
        ),
        (
            ["titel", "title", "naam", "_line", "_problem", ""],
            "gaps",
            [None, "title", None, None, None, None],
        ),
    ],
)
def test_headers_of_strangers(header: list[str], kind: str, mapping: list[str | None]) -> None:
    expected = {name: column for name, column in zip(header, mapping, strict=True) if column}
    assert suggest_mapping(header, kind) == expected


@pytest.mark.parametrize(("kind", "columns"), [("gaps", GAP_COLUMNS), ("offers", OFFER_COLUMNS)])
def test_the_contract_maps_to_itself_and_has_synonyms(kind: str, columns: tuple[str, ...]) -> None:
    assert suggest_mapping(columns, kind) == {column: column for column in columns}
    assert set(_vocabulary(kind)) == set(columns)
    called = [name for names in _vocabulary(kind).values() for name in set(names)]
    assert len(called) == len(set(called)), "one name would lead to two columns"


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        suggest_mapping(["title"], "people")
