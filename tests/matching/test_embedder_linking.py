"""Skills in a text, with the words that say so."""

import time

import pytest

from matching.embedder.linking import SkillLinker
from matching.embedder.static import StaticEmbedder
from tests.matching.embedder_models import small_model

URIS = ("weld", "account", "drive", "care", "python", "solar")
LABELS = {
    "en": ("welding", "accounting", "drive a forklift", "wound care", "Python (programming)", "solar panels"),
    "nl": (["lassen", "metaal lassen"], "boekhouden", "heftruck besturen", "", "", "zonnepanelen plaatsen"),
}


@pytest.fixture(scope="module")
def linker():
    return SkillLinker(URIS, LABELS, StaticEmbedder(small_model()))


def test_a_label_in_the_text_is_found_with_its_place(linker):
    text = "Onze mensen moeten een heftruck besturen. Ook boekhouden."
    found = {skill.uri: text[skill.start : skill.end] for skill in linker.link(text, "nl", 2)}
    assert found == {"drive": "heftruck besturen", "account": "boekhouden"}


def test_a_skill_without_a_label_in_the_language_is_found_by_its_english_one(linker):
    best = linker.link("we zoeken iemand met Python", "nl", 1)[0]
    assert (best.uri, best.score) == ("python", 1.0)


def test_meaning_is_found_across_languages(linker):
    text = "soudage"
    best = linker.link(text, "en", 1, minimum=0.3)[0]
    assert best.uri == "weld"
    assert "soudage" in text[best.start : best.end]


def test_a_span_stays_inside_its_sentence(linker):
    text = "Wij kunnen een heftruck. Besturen doet een ander."
    assert all("." not in text[skill.start : skill.end] for skill in linker.link(text, "nl", 5, minimum=0.0))


def test_best_first_no_skill_twice_no_more_than_asked_none_below_the_minimum(linker):
    text = "lassen, lassen en metaal lassen; boekhouden"
    found = linker.link(text, "nl", 6, minimum=0.0)
    assert len({skill.uri for skill in found}) == len(found) <= 6
    assert [skill.score for skill in found] == sorted((skill.score for skill in found), reverse=True)
    assert len(linker.link(text, "nl", 1)) == 1
    assert all(skill.score >= 0.9 for skill in linker.link(text, "nl", 6, minimum=0.9))


def test_nothing_in_gives_nothing_out(linker):
    assert linker.link("", "nl", 5) == []
    assert linker.link("…", "fr", 5) == []
    assert SkillLinker((), {}, StaticEmbedder(small_model())).link("lassen", "nl", 5) == []


def test_a_page_of_text_against_fourteen_thousand_skills_takes_less_than_fifty_milliseconds():
    uris = [f"skill:{number}" for number in range(14_000)]
    labels = {"nl": [f"lassen van onderdeel {number} en boekhouden" for number in range(14_000)]}
    linker = SkillLinker(uris, labels, StaticEmbedder(small_model()))
    text = "Onze ploeg moet lassen en boekhouden en een heftruck besturen in het magazijn. " * 8
    linker.link(text, "nl", 10)
    taken = []
    for _ in range(5):
        started = time.process_time()
        linker.link(text, "nl", 10)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.05
