"""A legal basis reads in the language of the page, and what rows of law keep stays as it is."""

import re

import pytest
from django.utils import translation

from programmes.aid.double_funding import load_matrix
from programmes.aid.rates import load_rates
from programmes.aid.register import load_instruments
from skillnet.kernel.law_names import _file, _known, law_name

ARTICLE = re.compile(r"^(art\. |Bijlage I, |Annexe I, |Annex I, )")


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("nl", "art. 31(4)(b) Verord. (EU) nr. 651/2014; netwerkoproep: subsidiepercentage"),
        ("fr", "art. 31(4)(b) Règl. (UE) n° 651/2014 ; appel aux réseaux : taux de subvention"),
        ("en", "art. 31(4)(b) Reg. (EU) No 651/2014; call for networks: grant rate"),
    ],
)
def test_articles_keep_their_number_and_acts_their_name_in_the_language(language: str, wanted: str) -> None:
    kept = "art. 31(4)(b) Reg. (EU) 651/2014; netwerkoproep: subsidiepercentage"
    assert law_name(kept, language) == wanted
    with translation.override(language):
        assert law_name(kept) == wanted


def test_what_somebody_wrote_is_shown_as_it_was_written() -> None:
    assert law_name("decreet van 12 mei 2027, art. 4", "fr") == "decreet van 12 mei 2027, art. 4"


def test_an_annex_and_a_scheme_read_in_french() -> None:
    assert law_name("Annex I art. 3(3), al. 4, Reg. (EU) 651/2014", "fr") == (
        "Annexe I, art. 3(3), quatrième alinéa, Règl. (UE) n° 651/2014"
    )
    assert law_name("Vlaams opleidingsverlof: forfait", "fr") == (
        "Vlaams opleidingsverlof (congé de formation flamand) : forfait"
    )


def test_no_basis_of_the_files_is_left_in_dutch() -> None:
    bases = {row.legal_basis for row in load_rates()} | {row.legal_basis for row in load_matrix()}
    for part in {part for basis in bases for part in basis.split("; ")}:
        scheme, colon, subject = part.partition(": ")
        halves = colon and _known(scheme, "fr") and _known(subject, "fr")
        assert _known(part, "fr") or halves or ARTICLE.match(law_name(part, "fr")), part
        if ARTICLE.match(law_name(part, "fr")):
            assert "Reg." not in law_name(part, "fr"), part
            assert "Verord" not in law_name(part, "en"), part


def test_every_name_is_there_in_three_languages_and_funders_read_in_each() -> None:
    for group in _file().values():
        for text, names in group.items():
            assert len(names) == 3, text
            assert all(name.strip() for name in names), text
    same_everywhere = {"VDAB", "VLAIO"}
    for instrument in load_instruments().values():
        assert instrument.funder in same_everywhere or _known(instrument.funder, "fr"), instrument.funder
