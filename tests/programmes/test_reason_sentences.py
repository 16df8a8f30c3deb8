"""What a proposal says of itself: who gets no seat, how alike the gaps are, what is weak and what is unknown."""

from django.utils.translation import override

from programmes.evidence import _average
from programmes.losses import loss_sentence
from programmes.reasons import reason_sentences


def test_people_without_a_seat_are_told_with_the_reason() -> None:
    with override("nl"):
        full, short = reason_sentences(
            [
                {"key": "without_seat", "learners": 11, "of": 19, "full": True},
                {"key": "without_seat", "learners": 1, "of": 9, "full": False},
            ]
        )
    assert full == "11 van de 19 deelnemers krijgen geen plaats: de gekozen edities zijn dan vol."
    assert short.startswith("1 van de 9 deelnemers krijgt geen plaats: voor meer was er")


def test_gaps_that_are_less_alike_are_not_said_to_ask_the_same() -> None:
    alike = {"key": "together", "gaps": 3, "companies": 3, "cohesion": 0.6}
    with override("nl"):
        same, other = reason_sentences([alike, alike | {"cohesion": 0.31}])
    assert "vragen hetzelfde" in same
    assert "niet precies hetzelfde. Lees ze na." in other
    assert "31 op 100" in other


def test_a_component_tells_the_weakest_gap_and_what_is_unknown() -> None:
    told = [(0.73, "De beschrijvingen zijn gelijk."), (0.14, "De beschrijvingen verschillen."), (None, "")]
    with override("nl"):
        part = _average("Betekenis", told)
        blank = _average("Prijs", [(None, "De prijs is niet bekend.")])
    assert part.value == (0.73 + 0.14) / 2
    assert part.sentence == (
        "Van 14 tot 73, naargelang de kloof. Bij de zwakste: de beschrijvingen verschillen. "
        "Bij 1 van de 3 kloven onbekend."
    )
    assert (blank.value, blank.sentence) == (None, "De prijs is niet bekend.")


def test_points_lost_are_the_difference_of_the_scores_shown_and_name_where() -> None:
    record = {"lost_on": "fit", "fit": 0.594, "by": 0.2815, "parts": ["meaning", "words"]}
    with override("nl"):
        said = loss_sentence(record)
    assert said == "Past minder goed: 29 punten lager. Het meest verloren op: betekenis, woorden."
