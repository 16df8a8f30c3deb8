"""Level, transition, target groups and occupation by the words of four languages; why, in the person's words."""

from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from matching import phrases as phrases_module
from matching.clues import level_hint, target_group_hints, transition_hint
from matching.models import Occupation, ShortageList, ShortageOccupation, Skill
from matching.phrases import found_phrases, phrase_spans
from matching.services.gap_reading import read_gap
from matching.services.occupations import occupation_in
from networks.suggesting import GapText, Suggested, take
from skillnet.kernel.actor import SYSTEM

TEXTS = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "language", "level", "transition", "groups"),
    [
        ("Onze operatoren lezen data van de cobot", "nl", "4", "digital", ["workers"]),
        ("Nos soudeurs passent à l’hydrogène", "fr", "4", "green", ["workers"]),
        ("Team leaders must plan heat pumps with software", "en", "5", "both", []),
        ("Arbeitslose werden Schichtleiter", "de", "5", "", ["jobseekers"]),
        ("Werknemers die van werk naar werk gaan", "nl", "", "", ["workers", "job_changers"]),
        ("Onze verkopers moeten met de kassa leren werken", "nl", "", "", ["workers"]),
        ("Nos caristes doivent conduire en chambre froide", "fr", "3", "", ["workers"]),
        ("Our mechanics have to maintain the presses", "en", "4", "", ["workers"]),
        ("Unsere Instandhalter müssen Lecks selbst finden", "de", "4", "", ["workers"]),
        ("Geen digitale kennis", "nl", "", "", []),
        ("", "", "", "", []),
    ],
)
def test_what_words_say(text: str, language: str, level: str, transition: str, groups: list[str]) -> None:
    assert level_hint(text, language).value == level
    assert transition_hint(text, language).value == transition
    assert [hint.value for hint in target_group_hints(text, language)] == groups


@given(TEXTS, st.sampled_from(["nl", "fr", "en", "de", "tr", ""]))
def test_any_text_gives_a_known_answer(text: str, language: str) -> None:
    assert level_hint(text, language).value in ("", *map(str, range(1, 9)))
    assert transition_hint(text, language).value in ("", "digital", "green", "both")
    assert len(target_group_hints(text, language)) <= 3


@given(TEXTS, st.lists(st.sampled_from(["lass*", "twee dagen", "plc*", "onze operator*"]), max_size=3))
def test_marked_words_lie_in_the_text_and_say_the_phrase(text: str, phrases: list[str]) -> None:
    written = f"{text} onze operatoren lassen"
    spans = phrase_spans(written, phrases)
    assert all(0 <= start < end <= len(written) for start, end in spans)
    assert all(found_phrases(written[start:end], phrases) for start, end in spans)


def test_a_long_text_is_gone_through_once_and_not_once_for_each_phrase(monkeypatch: Any) -> None:
    compared: list[str] = []

    def matches(wanted: str, word: str) -> bool:
        compared.append(word)
        return real(wanted, word)

    real = phrases_module._matches
    monkeypatch.setattr(phrases_module, "_matches", matches)
    text = "de operatoren " * 700 + "geen lasser " * 700
    assert transition_hint(text, "nl").value == ""
    assert target_group_hints(text, "nl")
    assert len(compared) < 20 * len(text.split()), "each word once or a few times"


WORDS = st.lists(
    st.sampled_from(["geen", "korte", "kort", "opleiding", "de", "lassen", "las", "é"]), max_size=9
)


@given(WORDS)
def test_a_phrase_is_found_where_its_words_stand_in_a_row(spoken: list[str]) -> None:
    for phrase in ("kort* opleiding", "de lassen", "las*", "de de"):
        wanted = phrase.split()
        windows = [spoken[at : at + len(wanted)] for at in range(len(spoken) - len(wanted) + 1)]
        hits = [at for at, window in enumerate(windows) if all(map(phrases_module._matches, wanted, window))]
        said = bool(hits) and "geen" not in spoken[max(0, hits[0] - 2) : hits[0]]
        assert bool(found_phrases(" ".join(spoken), [phrase])) == said
        assert bool(phrase_spans(" ".join(spoken), [phrase])) == bool(hits)


@pytest.fixture
def welders(db: None) -> Occupation:
    for uri, label in [("esco:tig", "TIG-lassen uitvoeren"), ("esco:inox", "roestvrij staal lassen")]:
        Skill.objects.create(uri=uri, labels={"nl": label})
    Occupation.objects.create(uri="esco:plooier", labels={"nl": "plooier"}, essential=["esco:tig"])
    return Occupation.objects.create(
        uri="esco:lasser",
        labels={"nl": "lasser", "fr": "soudeur/soudeuse", "en": "welder"},
        essential=["esco:tig", "esco:inox", "esco:meten"],
    )


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Zes lassers gezocht", "nl", "lassers"),
        ("Nous cherchons une soudeuse", "fr", "soudeuse"),
        ("Our welders retire", "en", "welders"),
    ],
)
def test_an_occupation_by_its_name(welders: Occupation, text: str, language: str, said: str) -> None:
    found = occupation_in(text=text, language=language, skills=[], shown_in="nl")
    assert found is not None
    assert (found.uri, found.label) == ("esco:lasser", "lasser")
    assert found.span is not None
    assert text[slice(*found.span)] == said


def test_an_occupation_by_most_of_its_skills(welders: Occupation) -> None:
    found = occupation_in(text="iets", language="nl", skills=["esco:tig", "esco:inox"], shown_in="fr")
    assert found is not None
    assert (found.uri, found.span) == ("esco:lasser", None)
    assert occupation_in(text="iets", language="nl", skills=["esco:tig"], shown_in="nl") is None


def read(description: str, **values: Any) -> Suggested:
    return read_gap(
        GapText(title="", description=description, language="", shown_in="nl", actor=SYSTEM, values=values)
    )


def test_a_shortage_occupation_is_said_with_its_year(welders: Occupation) -> None:
    listing = ShortageList.objects.create(year=timezone.localdate().year, region="BE2")
    ShortageOccupation.objects.create(
        listing=listing,
        key="lasser",
        names={"nl": "lasser"},
        occupation=welders,
        skills=["esco:tig"],
        link="name",
    )
    found = {one.field: one for one in read("Wij zoeken lassers die TIG-lassen uitvoeren.").suggestions}
    assert found["occupation"].value == "lasser"
    assert "U noemt “lassers”." in found["occupation"].why
    assert f"lijst van knelpuntberoepen {listing.year}" in found["occupation"].why


def test_taking_all_never_replaces_what_was_chosen(welders: Occupation) -> None:
    text = "Onze operatoren moeten een korte bijscholing krijgen over de PLC."
    chosen = {"depth": ["deep"], "target_groups": ["newcomers"], "skills": ["esco:tig"]}
    taken = take(chosen, "*", read(text, **chosen))
    assert taken["depth"] == ["deep"]
    assert taken["target_groups"] == ["newcomers", "workers"]
    assert taken["skills"][0] == "esco:tig"
    assert taken["direction"] == ["upskilling"]
    back = take(taken, "target_groups=workers", read(text, **taken))
    assert back["target_groups"] == ["newcomers"]
