"""Arrays that processes share: made once, whole, and by somebody else where the first one fails or dies."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Lock

import numpy as np
import pytest

from matching.services.shared_arrays import Arrays, as_bytes, as_texts, keep_newest, share

PARTS = ("words", "facts", "vectors")


def test_who_asks_at_once_makes_each_part_once_and_gets_the_same(tmp_path: Path) -> None:
    made: list[str] = []
    askers, lock = 6, Lock()
    start = Barrier(askers)

    def maker(name: str) -> Arrays:
        with lock:
            made.append(name)
        return {"numbers": np.arange(7) * len(name), "empty": np.zeros((0, 3), dtype=np.float32)}

    def ask(_: int) -> dict[str, Arrays]:
        start.wait()
        return share(tmp_path / "run", {name: lambda name=name: maker(name) for name in PARTS})

    with ThreadPoolExecutor(askers) as threads:
        found = list(threads.map(ask, range(askers)))
    assert sorted(made) == sorted(PARTS)
    for parts in found:
        assert list(parts) == list(PARTS)
        for name in PARTS:
            np.testing.assert_array_equal(parts[name]["numbers"], np.arange(7) * len(name))
            assert parts[name]["empty"].shape == (0, 3)
            with pytest.raises(ValueError, match="read-only"):
                parts[name]["numbers"][0] = 1


def test_a_part_that_failed_is_made_by_the_next(tmp_path: Path) -> None:
    def fails() -> Arrays:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        share(tmp_path, {"a": fails})
    assert share(tmp_path, {"a": lambda: {"x": np.ones(2)}})["a"]["x"].sum() == 2


def test_who_dies_while_making_leaves_nothing_half(tmp_path: Path) -> None:
    child = os.fork()
    if not child:
        share(tmp_path, {"a": lambda: {"x": np.ones(2)}, "b": lambda: os._exit(7)})
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    again: list[str] = []

    def maker() -> Arrays:
        again.append("b")
        return {"x": np.full(2, 3.0)}

    def never() -> Arrays:
        raise AssertionError("made already")

    found = share(tmp_path, {"a": never, "b": maker})
    assert (found["a"]["x"].sum(), found["b"]["x"].sum(), again) == (2, 6, ["b"])


def test_the_newest_stay_and_who_has_an_older_one_keeps_it(tmp_path: Path) -> None:
    kept = share(tmp_path / "0", {"a": lambda: {"x": np.arange(5)}})["a"]["x"]
    for number in range(4):
        (tmp_path / str(number)).mkdir(exist_ok=True)
        os.utime(tmp_path / str(number), (number, number))
    keep_newest(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2", "3"]
    assert kept.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("texts", [[""], ["nl"], ["", "a b", "ç"], ["", ""]])
def test_texts_come_back(texts: list[str]) -> None:
    assert as_texts(as_bytes(texts)) == texts
