"""For whom training is meant: ten groups, as need, offer and indicator name them.

The list is a parameter: `SKILLNET_TARGET_GROUPS` says which groups, and in which order, a register offers.
What was chosen earlier stays readable when a group leaves the list.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

MAX_CODE = 24
NAMES: dict[str, Any] = {
    "school_leavers": _("schoolverlaters"),
    "jobseekers": _("werkzoekenden"),
    "inactive": _("niet-beroepsactieven"),
    "long_term_ill": _("langdurig zieken"),
    "newcomers": _("nieuwkomers en anderstaligen"),
    "short_schooled": _("kortgeschoolde werknemers"),
    "workers": _("werknemers in hun huidige functie"),
    "job_changers": _("werknemers die van functie veranderen"),
    "self_employed": _("zelfstandigen en bedrijfsleiders"),
    "retired": _("gepensioneerden"),
}


def target_group_choices() -> list[tuple[str, Any]]:
    """(code, name) of the groups that may be chosen now."""
    return [(code, NAMES.get(code, code)) for code in settings.TARGET_GROUPS]


def target_group_names(codes: Iterable[str]) -> list[str]:
    """The names of these groups in the language of the page."""
    return [str(NAMES.get(code, code)) for code in codes]
