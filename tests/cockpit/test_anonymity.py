"""What is withheld cannot be found from what is shown: by any adding and subtracting, in exact arithmetic."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.anonymity import Atom, Cube, Key

K = 3


def atom(*key: str, who: range, value: float = 10.0) -> Atom:
    return Atom(tuple(key), frozenset(who), (value,))


def one_axis(*atoms: Atom) -> Cube:
    return Cube(["region"], ["learners"], atoms, K)


def test_a_cell_of_fewer_than_k_undertakings_is_withheld_and_an_empty_one_is_zero() -> None:
    cube = one_axis(atom("a", who=range(2)), atom("b", who=range(9)), atom("c", who=range(20, 22)))
    assert cube.value("learners", region="a") is None
    assert cube.undertakings(region="a") is None
    assert cube.value("learners", region="b") == 10
    assert cube.value("learners", region="nowhere") == 0
    assert cube.value("learners") == 30


def test_one_withheld_cell_takes_the_smallest_other_one_with_it() -> None:
    cube = one_axis(atom("a", who=range(2)), atom("b", who=range(10, 14)), atom("c", who=range(20, 30)))
    assert cube.withheld(region="b")
    assert not cube.withheld(region="c")
    assert cube.value("learners") == 30


def test_two_withheld_cells_of_one_undertaking_together_take_a_third() -> None:
    cube = one_axis(
        atom("a", who=range(1)), atom("b", who=range(1)), atom("c", who=range(20, 25)),
        atom("d", who=range(30, 39)),
    )  # fmt: skip
    assert cube.withheld(region="c")
    assert not cube.withheld(region="d")


def test_linked_companies_count_once() -> None:
    same = frozenset({7})
    cube = one_axis(Atom(("a",), same, (3.0,)), atom("b", who=range(9)))
    assert cube.withheld(region="a")


def test_an_axis_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        one_axis(atom("a", who=range(5))).value("learners", sector="x")


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    sizes = draw(st.sampled_from([(4,), (3, 3), (2, 4), (2, 2, 3)]))
    atoms = []
    for key in product(*(range(size) for size in sizes)):
        who = draw(st.frozensets(st.integers(0, 12), max_size=7))
        if who:
            atoms.append(Atom(tuple(map(str, key)), who, (float(draw(st.integers(1, 50))),)))
    axes = [f"axis{n}" for n in range(len(sizes))]
    levels = draw(st.lists(st.sampled_from(axes).map(str), min_size=1, max_size=2, unique=True))
    return Cube(axes, ["learners"], atoms, K, levels=draw(st.sampled_from([None, axes, [" ".join(levels)]])))


@settings(max_examples=80, deadline=None)
@given(cubes())
def test_no_withheld_cell_follows_from_what_is_shown(cube: Cube) -> None:
    cells = cube.cells()
    atoms = [key for key in cells if None not in key]
    shown = [_parts(key, atoms) for key, value in cells.items() if value is not None]
    basis = _basis(shown)
    for key, value in cells.items():
        if value is None:
            assert any(_reduce(_parts(key, atoms), basis)), f"{key} can be computed"


@settings(max_examples=80, deadline=None)
@given(cubes())
def test_what_is_shown_and_what_remains_of_it_hold_k_undertakings(cube: Cube) -> None:
    cells = cube.cells()
    who = {key: total.undertakings for key, total in cube._totals.items()}
    for key, value in cells.items():
        if value is None:
            continue
        assert len(who[key]) >= K
        for axis in (place for place, part in enumerate(key) if part is None):
            parts = [
                other
                for other in cells
                if other[axis] is not None and (*other[:axis], None, *other[axis + 1 :]) == key
            ]
            hidden = [who[part] for part in parts if cells[part] is None]
            assert not hidden or len(frozenset().union(*hidden)) >= K


@settings(max_examples=60, deadline=None)
@given(cubes())
def test_a_cube_without_small_cells_is_shown_whole(cube: Cube) -> None:
    crowd = frozenset(range(100, 100 + K))
    atoms = [Atom(key, crowd, (1.0,)) for key in cube.cells() if None not in key]  # type: ignore[arg-type]
    assert None not in Cube(cube.axes, ["learners"], atoms, K).cells().values()


def _parts(key: Key, atoms: list[Key]) -> list[Fraction]:
    return [
        Fraction(int(all(part in (None, own) for part, own in zip(key, atom, strict=True)))) for atom in atoms
    ]


def _basis(rows: list[list[Fraction]]) -> list[tuple[int, list[Fraction]]]:
    basis: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        rest = _reduce(row, basis)
        pivot = next((place for place, value in enumerate(rest) if value), None)
        if pivot is not None:
            basis.append((pivot, [value / rest[pivot] for value in rest]))
    return basis


def _reduce(row: list[Fraction], basis: list[tuple[int, list[Fraction]]]) -> list[Fraction]:
    rest = list(row)
    for pivot, base in basis:
        factor = rest[pivot]
        if factor:
            rest = [value - factor * other for value, other in zip(rest, base, strict=True)]
    return rest
