"""Normalised names: what counts as the same organisation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillnet.kernel.names import fold, normalise_organisation_name


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Staalwerken Demer N.V.", "staalwerken demer"),
        ("NV Staalwerken  Demer", "staalwerken demer"),
        ("Staalwerken Demer (nv)", "staalwerken demer"),
        ("Opleidingshuis Zénith vzw", "opleidingshuis zenith"),
        ("L'Atelier Noir ASBL", "l atelier noir"),
        ("l’atelier noir", "l atelier noir"),
        ("Bakkerij Œuf & Zoon Besloten Vennootschap", "bakkerij oeuf zoon"),
        ("Groẞe Werke GmbH & Co. KG", "grosse werke"),
        ("SA", "sa"),
        ("A.B.C. Logistiek", "abc logistiek"),
        ("Nova", "nova"),
        ("!!!", "!!!"),
        ("", ""),
    ],
)
def test_legal_form_case_and_accents_do_not_count(name: str, key: str) -> None:
    assert normalise_organisation_name(name) == key


def test_different_names_stay_different() -> None:
    assert normalise_organisation_name("Demer Noord") != normalise_organisation_name("Demer Zuid")


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    key = normalise_organisation_name(text)
    assert normalise_organisation_name(key) == key
    assert fold(fold(text)) == fold(text)
    assert key.strip() == key
