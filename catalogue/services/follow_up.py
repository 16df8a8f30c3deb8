"""What time brings to supply: terms that end, recognition and labels to renew, credentials that expire."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from catalogue.models import IssuedCredential, Provider, QualityLabel, Recognition, Revaluation
from catalogue.services import waiting
from catalogue.services.recognition import refresh_label, refresh_recognised
from catalogue.services.revaluing import deciders_of
from networks.services.telling import contacts_of, teachers_of, tell
from skillnet.kernel.rates import value_on
from skillnet.kernel.terms import RECOGNITION_REMINDER, term

REMIND_UNTIL_SET = Decimal(14)  # days before the term of a revaluation, where no row says: time to adapt it
DAYS_A_MONTH = 30
Reminded = type[Recognition] | type[QualityLabel] | type[IssuedCredential] | type[Revaluation]


def sweep_waiting_lists() -> int:
    return waiting.sweep_waiting_lists()


def follow_supply(*, today: date | None = None) -> dict[str, int]:
    """Remind and refresh; run several times a day it reminds once. How many of each."""
    day = today or timezone.localdate()
    return {
        "recognitions": _recognitions(day),
        "labels": _labels(day),
        "credentials": _credentials(day),
        "revaluations": _revaluations(day),
        "refreshed": _refresh(day),
    }


def _recognitions(day: date) -> int:
    """Recognitions that end or are to be revalued soon; of each subject the newest decision counts."""
    until = day + term(RECOGNITION_REMINDER, day)
    soon = Q(valid_until__range=(day, until)) | Q(revalue_on__range=(day, until))
    rows = Recognition.objects.filter(soon, outcome=Recognition.Outcome.GRANTED, reminded_at=None)
    reminded = 0
    for row in rows.select_related("provider"):
        newer = Recognition.objects.filter(provider=row.provider, scheme__iexact=row.scheme)
        if newer.filter(
            Q(valid_from__gt=row.valid_from) | Q(valid_from=row.valid_from, pk__gt=row.pk)
        ).exists():
            continue
        ends = min(end for end in (row.valid_until, row.revalue_on) if end is not None and end >= day)
        if _claim(Recognition, row.pk):
            _tell_end(row.provider, f"recognition:{row.pk}", row.scheme, ends)
            reminded += 1
    return reminded


def _labels(day: date) -> int:
    rows = QualityLabel.objects.filter(
        valid_until__range=(day, day + term(RECOGNITION_REMINDER, day)), ended_at=None, reminded_at=None
    ).select_related("provider")
    reminded = 0
    for row in rows:
        if row.valid_until is not None and _claim(QualityLabel, row.pk):
            _tell_end(row.provider, f"label:{row.pk}", row.name, row.valid_until)
            reminded += 1
    return reminded


def _credentials(day: date) -> int:
    """Issued credentials that expire within the months that their description says and were not renewed."""
    rows = (
        IssuedCredential.objects.filter(reminded_at=None, renewal=None, expires_on__gte=day)
        .select_related("microcredential__offer__provider", "microcredential__refresher")
        .order_by("microcredential", "organisation", "expires_on")
    )
    due = [
        row
        for row in rows
        if row.expires_on
        and row.expires_on <= day + timedelta(days=DAYS_A_MONTH * row.microcredential.remind_months)
    ]
    groups: dict[tuple[int, int | None], list[IssuedCredential]] = {}
    for row in due:
        if _claim(IssuedCredential, row.pk):
            groups.setdefault((row.microcredential_id, row.organisation_id), []).append(row)
    for (_credential, organisation), found in groups.items():
        _tell_expiry(organisation, found)
    return sum(len(found) for found in groups.values())


def _revaluations(day: date) -> int:
    """Open ones whose term is nearly over, told once to who decides."""
    ahead = timedelta(days=int(value_on("revaluation_reminder_days", day, REMIND_UNTIL_SET)))
    rows = Revaluation.objects.open().filter(reminded_at=None, due_on__lte=day + ahead).with_subjects()
    reminded = 0
    for row in rows.order_by("pk"):
        if _claim(Revaluation, row.pk):
            tell(
                deciders_of(row),
                key=f"revaluation:{row.pk}:due",
                template="credential_revaluation_due",
                address=reverse("catalogue:revaluation", args=[row.public_id]),
                title=row.subject,
                day=f"{row.due_on:%d/%m/%Y}",
            )
            reminded += 1
    return reminded


def _refresh(day: date) -> int:
    """Recognitions and labels whose last day has passed leave the lists and the matcher."""
    held = Provider.objects.filter(Q(recognitions__isnull=False) | Q(labels__isnull=False)).distinct()
    changed = 0
    for provider in held:
        changed += refresh_recognised(provider=provider, today=day) | refresh_label(
            provider=provider, today=day
        )
    return changed


def _claim(model: Reminded, pk: int) -> bool:
    """Whether this call is the one that reminds: of two workers only one is."""
    now = timezone.now()
    return model.objects.filter(pk=pk, reminded_at=None).update(reminded_at=now) == 1


def _tell_end(provider: Provider, key: str, what: str, day: date) -> None:
    tell(
        teachers_of(provider.organisation_id),
        key=f"ends:{key}:{day:%Y%m%d}",
        template="recognition_ends",
        address=reverse("catalogue:my_provider"),
        what=what,
        day=f"{day:%d/%m/%Y}",
    )


def _tell_expiry(organisation: int | None, found: list[IssuedCredential]) -> None:
    """One message to the issuer and one to the company, whatever number of credentials it is about."""
    credential = found[0].microcredential
    first = min(row.expires_on for row in found if row.expires_on)
    refresher = credential.refresher
    about = {
        "credential": credential.title,
        "count": len(found),
        "day": f"{first:%d/%m/%Y}",
        "refresher": refresher.title if refresher else "",
        "references": ", ".join(row.pseudonym for row in found[:20]),
    }
    key = f"credential:{min(row.pk for row in found)}"
    tell(
        teachers_of(credential.offer.provider.organisation_id),
        key=f"{key}:issuer",
        template="credential_expires",
        address=reverse("catalogue:issued", args=[credential.public_id]),
        **about,
    )
    if organisation is not None:
        target = refresher or credential.offer
        tell(
            contacts_of(organisation),
            key=f"{key}:company",
            template="credential_expires",
            address=reverse("catalogue:offer_detail", args=[target.public_id]),
            **about,
        )
