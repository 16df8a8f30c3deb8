"""Putting credentials and recognitions up for revaluing when the demand that they answer changes in urgency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Microcredential, Offer, Provider, Recognition, Revaluation
from catalogue.revaluation_transitions import REVALUATION_TRANSITIONS
from networks.services.telling import reviewers_of, teachers_of, tell
from skillnet.accounts.models import User
from skillnet.kernel.actor import Actor
from skillnet.kernel.transitions import TransitionRefused, run_transition

NAMED = 20  # titles in one message


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is put up; see `Revaluation.grounds`. `shift` is -1..1, more urgent above zero."""

    cause: str
    reference: str
    shift: float
    parts: Mapping[str, Mapping[str, float | None]]

    def is_same(self, kept: Mapping[str, Any]) -> bool:
        return (kept["cause"], kept["reference"]) == (self.cause, self.reference)


def put_up_for_revaluing(*, grounds: Mapping[int, Ground], due_on: date) -> list[Revaluation]:
    """Put up what hangs on these offers (primary key → why); return what was not open before.

    Microcredentials with a maintenance contract (a term of validity) of published offers, and recognitions in
    force that name a day of revaluing. What is open already gets the ground too, and nobody is told twice.
    """
    if not grounds:
        return []
    with transaction.atomic():
        opened = [
            *_credentials(grounds, due_on),
            *_recognitions(grounds, due_on),
        ]
        _tell(opened)
    return opened


def take_revaluation_step(
    *, revaluation: Revaluation, action: str, actor: Actor, reason: str = ""
) -> Revaluation:
    """Keep, adapt or end, with the reason. Raises TransitionRefused.

    A credential is its provider's own, also with a key; a recognition is somebody else's standing, and who
    judges that is a person (docs/adr/0010).
    """
    if revaluation.recognition_id is not None and actor.user is None and not actor.is_system:
        raise TransitionRefused(_("Beslissen doet een persoon die zich aanmeldt, niet een sleutel."))
    return _close(revaluation, action, actor, reason)


def _close(revaluation: Revaluation, action: str, actor: Actor, reason: str) -> Revaluation:
    changed: Revaluation = run_transition(
        table=REVALUATION_TRANSITIONS,
        pk=revaluation.pk,
        action=action,
        actor=actor,
        reason=reason,
        values={"reason": reason.strip()},
    )
    return changed


def close_by_decision(*, recognition: Recognition, actor: Actor) -> None:
    """A new decision on a recognition closes what was put up about the earlier ones on the same subject.

    A refusal of something asked anew leaves what is recognised as it is, and so the revaluation open.
    """
    actions = {Recognition.Outcome.GRANTED.value: "adapt", Recognition.Outcome.WITHDRAWN.value: "end"}
    action = actions.get(recognition.outcome)
    if action is None:
        return
    waiting = Revaluation.objects.open().filter(
        recognition__provider=recognition.provider_id, recognition__scheme__iexact=recognition.scheme
    )
    for row in waiting.order_by("pk"):
        _close(row, action, actor, recognition.reason)


def _credentials(grounds: Mapping[int, Ground], due_on: date) -> list[Revaluation]:
    rows = Microcredential.objects.select_for_update(of=("self",)).filter(
        offer__in=grounds, offer__state=Offer.State.ACTIVE, validity_months__isnull=False
    )
    found = []
    for row in rows.order_by("pk"):
        version = row.events.order_by("-pgh_id").values_list("pgh_id", flat=True).first()  # type: ignore[attr-defined]
        about = {"microcredential": row, "seen_version": version}
        found.append(
            _put_up(about, Revaluation.objects.filter(microcredential=row), grounds[row.offer_id], due_on)
        )
    return [row for row in found if row is not None]


def _recognitions(grounds: Mapping[int, Ground], due_on: date) -> list[Revaluation]:
    strongest: dict[int, Ground] = {}
    for offer, provider in Offer.objects.filter(pk__in=grounds).values_list("pk", "provider").order_by("pk"):
        known = strongest.get(provider)
        if known is None or abs(grounds[offer].shift) > abs(known.shift):
            strongest[provider] = grounds[offer]
    held = Recognition.objects.in_force(timezone.localdate()).filter(provider__in=strongest)
    rows = held.filter(revalue_on__isnull=False).select_for_update(of=("self",))
    newest = _newest(strongest)
    found = []
    for row in rows.order_by("pk"):
        if newest[row.provider_id, row.scheme.casefold()] == row.pk:
            open_ones = Revaluation.objects.filter(recognition=row)
            found.append(_put_up({"recognition": row}, open_ones, strongest[row.provider_id], due_on))
    return [row for row in found if row is not None]


def _newest(providers: Iterable[int]) -> dict[tuple[int, str], int]:
    """The decision that counts of each subject of these providers: a later one replaces it."""
    rows = Recognition.objects.filter(provider__in=list(providers)).exclude(
        outcome=Recognition.Outcome.REFUSED
    )
    ordered = rows.order_by("valid_from", "pk").values_list("provider", "scheme", "pk")
    return {(provider, scheme.casefold()): pk for provider, scheme, pk in ordered}


def _put_up(about: Mapping[str, Any], rows: Any, ground: Ground, due_on: date) -> Revaluation | None:
    """A new one, or None where it was open: then the ground is added to it."""
    today = timezone.localdate()
    entry = {**asdict(ground), "day": today.isoformat()}
    known = rows.open().first()
    if known is None:
        return Revaluation.objects.create(**about, grounds=[entry], opened_on=today, due_on=due_on)
    known.grounds = [*(kept for kept in known.grounds if not ground.is_same(kept)), entry]
    known.save(update_fields=["grounds", "updated_at"])
    return None


def _tell(opened: Sequence[Revaluation]) -> None:
    """One message for each provider and each reviewing organisation, whatever number of things it is about."""
    by_provider: dict[Provider, list[Revaluation]] = defaultdict(list)
    for row in opened:
        if row.microcredential is not None:
            by_provider[row.provider].append(row)
        else:
            _tell_of_recognition(row)
    for provider, rows in by_provider.items():
        tell(
            teachers_of(provider.organisation_id),
            key=f"revaluation:{rows[0].pk}",
            template="credential_revaluation",
            address=address_of(rows),
            count=len(rows),
            titles="\n".join(f"- {row.subject}" for row in rows[:NAMED]),
            day=f"{rows[0].due_on:%d/%m/%Y}",
            cause=rows[0].grounds[-1]["cause"],
        )


def _tell_of_recognition(row: Revaluation) -> None:
    assert row.recognition is not None  # noqa: S101  the caller chose by it
    people = [*teachers_of(row.provider.organisation_id), *reviewers_of(row.recognition.granted_by_id)]
    tell(
        dict.fromkeys(people),
        key=f"revaluation:{row.pk}",
        template="recognition_revaluation",
        address=address_of([row]),
        scheme=row.subject,
        provider=str(row.provider.organisation),
        day=f"{row.due_on:%d/%m/%Y}",
        cause=row.grounds[-1]["cause"],
    )


def deciders_of(row: Revaluation) -> list[User]:
    """The people who can close it: of who awards the credential, or of who recognised."""
    if row.recognition is not None:
        return reviewers_of(row.recognition.granted_by_id)
    return teachers_of(row.provider.organisation_id)


def address_of(rows: Sequence[Revaluation]) -> str:
    """The page of the one, or the list."""
    if len(rows) == 1:
        return reverse("catalogue:revaluation", args=[rows[0].public_id])
    return reverse("catalogue:revaluations")
