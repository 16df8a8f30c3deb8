"""Sealed personal data: it opens with the right key only, and keys can be changed."""

from typing import Any

import pytest

from skillnet.kernel.sealing import CannotOpen, fingerprint, seal, unseal

PERSON = {"name": "Chloé Dubois", "email": "chloe@werk.example"}


def test_what_is_sealed_opens_and_tells_nothing(settings: Any) -> None:
    settings.FIELD_KEYS = ["een geheim"]
    first, second = seal(PERSON), seal(PERSON)
    assert unseal(first) == unseal(second) == PERSON
    assert first != second
    assert "Dubois" not in first


def test_another_key_opens_nothing_and_a_changed_text_neither(settings: Any) -> None:
    settings.FIELD_KEYS = ["een geheim"]
    text = seal(PERSON)
    with pytest.raises(CannotOpen):
        unseal(text[:-4] + "AAA=")
    settings.FIELD_KEYS = ["een ander geheim"]
    with pytest.raises(CannotOpen):
        unseal(text)


def test_a_new_key_is_put_in_front_of_the_old_one(settings: Any) -> None:
    settings.FIELD_KEYS = ["oud"]
    text, mark = seal(PERSON), fingerprint("learner", "chloe@werk.example")
    settings.FIELD_KEYS = ["nieuw", "oud"]
    assert unseal(text) == PERSON
    assert fingerprint("learner", "chloe@werk.example") == mark  # people are known again
    newer = seal(PERSON)
    settings.FIELD_KEYS = ["nieuw"]
    assert unseal(newer) == PERSON


def test_without_a_key_of_its_own_the_sites_secret_is_stretched(settings: Any) -> None:
    settings.FIELD_KEYS, settings.SECRET_KEY = [], "s" * 50
    text = seal(PERSON)
    settings.SECRET_KEY = "t" * 50
    with pytest.raises(CannotOpen):
        unseal(text)


def test_marks_differ_by_purpose_and_part(settings: Any) -> None:
    settings.FIELD_KEYS = ["een geheim"]
    marks = {
        fingerprint("a", "x", "y"),
        fingerprint("b", "x", "y"),
        fingerprint("a", "xy"),
        fingerprint("a", "x"),
    }
    assert len(marks) == 4
