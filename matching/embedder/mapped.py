"""A safetensors file as arrays that the processes of a host share: mapped into memory, not read into it.

The format is eight bytes for the size of its header, the header as JSON, and the numbers (huggingface/safetensors,
"Format"). The library copies what it reads; a model's table would then stand in memory once for each process.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS: dict[str, np.dtype[Any]] = {
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
    "I32": np.dtype("<i4"),
    "I64": np.dtype("<i8"),
}


def map_tensors(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors by name, not writeable. Raises OSError, or ValueError where the file is not whole."""
    whole: NDArray[np.uint8] = np.asarray(np.memmap(file, dtype=np.uint8, mode="r"))
    size = int.from_bytes(whole[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(whole[8 : 8 + size].tobytes())
    return {name: _tensor(whole, 8 + size, about) for name, about in header.items() if name != "__metadata__"}


def _tensor(whole: NDArray[np.uint8], start: int, about: dict[str, Any]) -> NDArray[Any]:
    low, high = about["data_offsets"]
    if start + high > len(whole):
        raise ValueError("the file ends before its numbers do")
    tensor: NDArray[Any] = np.frombuffer(whole[start + low : start + high], dtype=_KINDS[about["dtype"]])
    return tensor.reshape(about["shape"])
