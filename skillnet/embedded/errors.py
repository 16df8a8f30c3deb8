"""The one error that the embedded engines raise."""

from __future__ import annotations


class EngineError(RuntimeError):
    """An embedded engine cannot be used. The message says what failed and what a person can do about it."""
