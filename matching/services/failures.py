"""Why a run failed: kept as a code with its figures, told in the language of who reads it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from matching.models import MatchRun


class RunError(Exception):
    """The run cannot go on, and trying again does not help; `code` and its figures say why."""

    def __init__(self, code: str, **figures: Any) -> None:
        super().__init__(f"{code} {figures}")
        self.code = code
        self.figures = figures


def reason_of(code: str, **figures: Any) -> dict[str, Any]:
    """What `MatchRun.summary` keeps of a failure."""
    return {"failure": {"code": code, **figures}}


def failure_sentence(run: MatchRun) -> str:
    """Why this run failed, as a sentence, with what the machine said of it; empty when it did not fail."""
    known: Mapping[str, Any] = run.summary.get("failure") or {}
    sentence = _sentence(known) if known else ""
    return f"{sentence} {run.failure}".strip()


def _sentence(known: Mapping[str, Any]) -> str:
    if known["code"] == "other_model":
        return _("Deze run begon met model %(begun)s, deze worker heeft %(here)s. Start een nieuwe run.") % {
            "begun": known["begun"],
            "here": known["here"],
        }
    return _("Stap %(step)s mislukte %(times)s keer.") % {"step": known["step"], "times": known["times"]}
