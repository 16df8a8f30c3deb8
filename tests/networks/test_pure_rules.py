"""Single undertakings, votes, differences between versions and pasted lists: rules without a database."""

from hypothesis import given
from hypothesis import strategies as st

from networks.addresses import read_addresses
from networks.needs import by_pool, compare, learners_level, priority_order, tally
from networks.undertakings import count_independent, group_undertakings
from tests.factories import make_enterprise_number

links = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=25)


def reachable(pairs: list[tuple[int, int]], start: int) -> set[int]:
    """By the definition: whoever can be reached over links in either direction."""
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        near = {b for a, b in pairs if a == here} | {a for a, b in pairs if b == here}
        todo += near - found
        found |= near
    return found


@given(links)
def test_an_undertaking_is_whoever_can_be_reached_over_control(pairs: list[tuple[int, int]]) -> None:
    groups = group_undertakings(pairs)
    for organisation in range(1, 13):
        group = reachable(pairs, organisation)
        expected = min(group) if len(group) > 1 else None
        assert groups.get(organisation) == expected


@given(links, st.randoms(use_true_random=False))
def test_the_order_of_the_links_does_not_matter(pairs: list[tuple[int, int]], random: object) -> None:
    mixed = [(b, a) for a, b in pairs]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert group_undertakings(mixed) == group_undertakings(pairs)


def test_a_circle_of_owners_is_one_undertaking() -> None:
    groups = group_undertakings([(7, 3), (3, 5), (5, 7)])
    assert groups == {3: 3, 5: 3, 7: 3}
    assert count_independent([3, 5, 7, 9], groups) == 2


def test_a_link_to_itself_ties_nothing() -> None:
    assert group_undertakings([(4, 4)]) == {}


def test_quorum_is_more_than_half_or_three() -> None:
    assert [tally([], members=n).needed for n in (0, 1, 2, 3, 4, 5, 30)] == [1, 1, 2, 2, 3, 3, 3]
    assert not tally([True, True], members=30).has_quorum
    assert tally([True, True], members=3).is_accepted


def test_a_tie_is_no_majority() -> None:
    assert tally([True, True, False, False], members=4).has_quorum
    assert not tally([True, True, False, False], members=4).is_accepted
    assert tally([True, True, False], members=9).is_accepted


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 60))
def test_nothing_is_accepted_against_the_majority(votes: list[bool], members: int) -> None:
    count = tally(votes, members=members)
    assert count.cast == len(votes)
    if count.is_accepted:
        assert sum(votes) > len(votes) / 2
        assert len(votes) > members / 2 or len(votes) >= 3


def record(key: str, **values: object) -> dict[str, object]:
    return {"id": key, "title": "Lassen", "learners": 3, "urgency": "high"} | values


def test_differences_name_what_came_went_and_changed() -> None:
    then = [record("a"), record("b", learners=None), record("c")]
    now = [record("b", learners=4, urgency="critical"), record("c"), record("d")]
    found = compare(then, now)
    assert [gap["id"] for gap in found.added] == ["d"]
    assert [gap["id"] for gap in found.removed] == ["a"]
    assert [(c.gap["id"], c.columns) for c in found.changed] == [
        ("b", {"learners": (None, 4), "urgency": ("high", "critical")})
    ]
    assert compare(now, now).is_empty


def test_unknown_and_empty_are_the_same_unknown() -> None:
    assert compare([record("a", horizon="")], [record("a", horizon=None)]).is_empty


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_learners_never_stand_lower(few: int, more: int) -> None:
    few, more = sorted((few, more))
    assert 0.0 <= learners_level(few, 500) <= learners_level(more, 500) <= 1.0


def test_most_urgent_first_then_most_learners() -> None:
    rows = [
        record("few", learners=2),
        record("unknown", urgency=""),
        record("many", learners=9),
        record("critical", urgency="critical", learners=None),
    ]
    ordered = [row["id"] for row in sorted(rows, key=priority_order)]
    assert ordered == ["critical", "many", "few", "unknown"]


def test_a_pasted_list_is_read_as_people_write_it() -> None:
    number = make_enterprise_number()
    text = (
        f"An Peeters <an@lasbedrijf.example>; BE {number[:4]}.{number[4:7]}.{number[7:]} Lasbedrijf De Vonk\n"
        "\n"
        "PIET@houtzagerij.example\n"
        "piet@houtzagerij.example\n"
        "geen adres\n"
        "wie@fout.example 0123.456.700\n"
    )
    found = read_addresses(text)
    assert [(i.email, i.number) for i in found.invitees] == [
        ("an@lasbedrijf.example", number),
        ("piet@houtzagerij.example", ""),
    ]
    assert "De Vonk" in found.invitees[0].company
    assert [line for line, _text in found.unread] == [5, 6]


def test_a_list_as_a_mail_program_gives_it_loses_nobody() -> None:
    number = make_enterprise_number()
    text = f"An <an@een.example>; piet@twee.example, An <an@een.example>\nels@drie.example, jan@drie.example {number}"
    found = read_addresses(text)
    assert [(i.email, i.number, i.line) for i in found.invitees] == [
        ("an@een.example", "", 1),
        ("piet@twee.example", "", 1),
        ("els@drie.example", number, 2),
        ("jan@drie.example", number, 2),
    ]
    assert found.repeats == [(1, "an@een.example")]


def test_what_is_too_much_at_once_comes_back() -> None:
    found = read_addresses("\n".join(f"p{n}@een.example" for n in range(502)))
    assert (len(found.invitees), found.rest) == (500, "p500@een.example\np501@een.example")
    crowd = ";".join(f"p{n}@een.example" for n in range(600))
    again = read_addresses(crowd)
    assert len(again.invitees) == 500
    assert len(read_addresses(again.rest).invitees) == 100


@given(st.text(max_size=300))
def test_any_text_can_be_pasted(text: str) -> None:
    found = read_addresses(text)
    assert all("@" in invitee.email for invitee in found.invitees)
    assert len({invitee.email for invitee in found.invitees}) == len(found.invitees)


def test_gaps_stand_under_their_pool_and_lonely_ones_last() -> None:
    gaps = [
        record("a", company="X", learners=3),
        record("b", company="X", pool="Lassen", pool_id="p1", learners=2),
        record("c", company="Y", pool="Lassen", pool_id="p1", learners=None),
        record("d", company="Y", pool="Lassen", pool_id="p2"),
        record("e", company="Z", pool="Van vroeger"),
    ]
    groups = by_pool(gaps)
    assert [(g.title, g.pool, len(g.gaps)) for g in groups] == [
        ("Lassen", "p1", 2),
        ("Lassen", "p2", 1),
        ("Van vroeger", None, 1),
        (None, None, 1),
    ]
    assert (groups[0].companies, groups[0].learners) == (2, 2)


def test_what_earlier_versions_did_not_keep_is_no_change_but_a_new_word_is() -> None:
    old, wide = record("a"), record("a", skills=["x"], impact=3, target_groups=["youth"])
    assert compare([old], [wide]).is_empty
    (change,) = compare([wide], [wide | {"skills": ["x", "y"]}]).changed
    assert set(change.columns) == {"skills"}
