"""Arrays that several processes of a host need: each part is made by who comes first, and mapped by all.

A part is a safetensors file. While one process makes a part the others make the parts that are left, and wait
only when there are none. Who dies leaves no half file behind, and the kernel frees its lock.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from matching.embedder.mapped import map_tensors
from skillnet.embedded import locks

Arrays = dict[str, NDArray[Any]]
Maker = Callable[[], Arrays]
BETWEEN = "\x1f"  # in no word, code or address


def share(folder: Path, makers: Mapping[str, Maker]) -> dict[str, Arrays]:
    """The arrays of each part, not writeable; `makers` in the order in which to make them, the longest first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in makers.items():
        with locks.if_free(folder / f"{name}.lock") as mine:
            if mine:
                _make(folder / name, make)
    for name, make in makers.items():
        with locks.exclusive(folder / f"{name}.lock"):  # made by now, unless its maker failed or died
            _make(folder / name, make)
    return {name: map_tensors(folder / name) for name in makers}


def _make(file: Path, make: Maker) -> None:
    if file.exists():
        return
    draft = file.with_suffix(".new")
    save_file({name: np.ascontiguousarray(array) for name, array in make().items()}, draft)
    draft.replace(file)


def keep_newest(folder: Path, count: int) -> None:
    """Remove the older folders in this one; who has mapped a file of theirs keeps what it mapped."""
    found = sorted((path for path in folder.iterdir() if path.is_dir()), key=_changed, reverse=True)
    for old in found[count:]:
        with suppress(FileNotFoundError):  # another process removes it too
            shutil.rmtree(old)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def as_bytes(texts: list[str]) -> NDArray[np.uint8]:
    """Texts as an array; at least one, for no text and one empty text look the same."""
    return np.frombuffer(BETWEEN.join(texts).encode(), dtype=np.uint8)


def as_texts(array: NDArray[np.uint8]) -> list[str]:
    """What `as_bytes` was given."""
    return array.tobytes().decode().split(BETWEEN)
