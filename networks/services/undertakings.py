"""Keeping `Organisation.undertaking` true to the ownership links that hold today."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Organisation, OwnershipLink
from networks.services.parties import find_company
from networks.services.telling import contacts_of, teachers_of, tell
from networks.undertakings import Holding, control_pairs, group_undertakings
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused, record_decision

WHOLE = Decimal(100)
K = OwnershipLink.OwnerKind
PUBLIC_OWNERS = (K.PUBLIC, K.LOCAL_AUTHORITY)
MOST_CLAIMS = 100  # of one organisation that nobody confirmed: each may name a company that is not here yet
JUST_NOW = timedelta(days=30)
LOCK = 0x55_4E_44_45  # one recomputation at a time; any number that nothing else locks by


def refresh_undertakings(*, day: date | None = None) -> int:
    """Group all organisations anew by the control links of `day` (default: today in Brussels).

    One transaction; two at once wait for each other. Returns how many organisations changed.
    """
    day = day or timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        groups = group_undertakings(_control_links(day))
        known = dict(
            Organisation.objects.filter(Q(undertaking__isnull=False) | Q(pk__in=groups)).values_list(
                "pk", "undertaking"
            )
        )
        changed = [pk for pk, undertaking in known.items() if undertaking != groups.get(pk)]
        for root in {groups.get(pk) for pk in changed}:
            members = [pk for pk in changed if groups.get(pk) == root]
            Organisation.objects.filter(pk__in=members).update(undertaking=root)
    return len(changed)


def add_link(
    *, actor: Actor, organisation: Organisation, values: Mapping[str, Any], owned_by_other: bool
) -> OwnershipLink:
    """Record that another organisation owns `organisation`, or is owned by it; undertakings are counted anew.

    What one side says of another is a claim: it binds who says it (its size and its de minimis ceiling, for
    which the law takes its word) and ties the other to nothing until that one, a coordinator or an
    administrator confirms it. In `values`, `number` and `other_name` name the other one. Raises ValidationError.
    """
    with transaction.atomic():
        claimant = _claimant(actor, organisation)
        _check_number_of_claims(claimant)
        details = dict(values)
        kind = Organisation.Kind.COMPANY
        if owned_by_other and details.get("owner_kind") in PUBLIC_OWNERS:
            kind = Organisation.Kind.ADMINISTRATION
        other = find_company(number=details.pop("number"), name=details.pop("other_name", ""), kind=kind)
        owner, owned = (other, organisation) if owned_by_other else (organisation, other)
        if owner == owned:
            raise ValidationError({"number": _("Een organisatie bezit zichzelf niet.")})
        link = OwnershipLink(owner=owner, owned=owned, claimed_by_id=claimant, **details)
        _check_link(link)
        link.full_clean()
        link.save()
        refresh_undertakings()
        state = "claimed" if link.claimed_by_id else "recorded"
        record_decision(subject=link, action="add", from_state="", to_state=state, actor=actor)
        if link.claimed_by_id:
            _ask(link)
    return link


def confirm_link(*, link_id: int, actor: Actor) -> OwnershipLink:
    """The other side, a coordinator or an administrator says that a claim is true; undertakings are counted
    anew. Twice the same changes nothing. Raises TransitionRefused."""
    with transaction.atomic():
        link = OwnershipLink.objects.select_for_update(of=("self",)).get(pk=link_id)
        if link.claimed_by_id is None:
            return link
        if not OwnershipLink.objects.to_confirm_by(actor).filter(pk=link.pk).exists():
            raise TransitionRefused(_("De andere organisatie bevestigt deze band, of een coördinator."))
        link.claimed_by = None
        link.save(update_fields=["claimed_by", "updated_at"])
        refresh_undertakings()
        record_decision(
            subject=link, action="confirm", from_state="claimed", to_state="recorded", actor=actor
        )
    return link


def _claimant(actor: Actor, organisation: Organisation) -> int | None:
    """Whose word a new link stands on; nobody's where a person of an authority records it."""
    if actor.is_system or (actor.user is not None and actor.has(Role.ADMINISTRATOR, Role.COORDINATOR)):
        return None
    return actor.organisation_id or organisation.pk


def _check_number_of_claims(claimant: int | None) -> None:
    """Nobody fills the register with companies that nobody knows, nor by ending what was said just now;
    ValidationError."""
    if claimant is None:
        return
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=claimant)
    counts = Q(until=None) | Q(created_at__gt=timezone.now() - JUST_NOW)
    if OwnershipLink.objects.filter(counts, claimed_by=claimant).count() >= MOST_CLAIMS:
        raise ValidationError(
            _("Er wachten al %(n)d banden op bevestiging. Vraag eerst de anderen om ze te bevestigen.")
            % {"n": MOST_CLAIMS}
        )


def _ask(link: OwnershipLink) -> None:
    """Tell the people of the other side, or both where a third one said it, what was said of them."""
    for side in (link.owner, link.owned):
        if side.pk != link.claimed_by_id:
            tell(
                contacts_of(side.pk) or teachers_of(side.pk),
                key=f"link-claimed:{link.pk}:{side.pk}",
                template="organisation_link_claimed",
                address=reverse("networks:organisation"),
                organisation=side.name,
                owner=link.owner.name,
                owned=link.owned.name,
                percent=str(link.percent),
            )


def _check_link(link: OwnershipLink) -> None:
    """What no share register can say: more than the whole in one hand, or the same holding twice."""
    percent = Decimal(link.percent) if link.percent is not None else Decimal(0)
    if not 0 <= percent <= WHOLE:
        raise ValidationError({"percent": _("Een percentage ligt tussen 0 en 100.")})
    if link.owner.kind == Organisation.Kind.ADMINISTRATION and link.owner_kind not in PUBLIC_OWNERS:
        raise ValidationError(
            {
                "owner_kind": _("%(owner)s is een overheid: kies dat als soort eigenaar.")
                % {"owner": link.owner}
            }
        )
    if link.owner_kind != K.LOCAL_AUTHORITY and (link.owner_budget, link.owner_inhabitants) != (None, None):
        raise ValidationError(
            {"owner_kind": _("Begroting en inwoners vult u alleen in voor een autonoom lokaal bestuur.")}
        )
    # Beside one whose end waits for the other side, what holds instead is said already.
    standing = OwnershipLink.objects.filter(owned=link.owned, until=None, ending_by=None)
    if standing.filter(owner=link.owner).exists():
        raise ValidationError(
            {"number": _("Deze band staat er al. Beëindig de oude eerst als het percentage veranderde.")}
        )


def _control_links(day: date) -> list[tuple[int, int]]:
    """Confirmed links of control that hold on `day`; on its last day a link holds no more.

    A public owner ties nothing together: companies that share no more than a public body stay apart.
    """
    rows = OwnershipLink.objects.exclude(owner_kind__in=PUBLIC_OWNERS).filter(
        Q(claimed_by=None),
        Q(since=None) | Q(since__lte=day),
        Q(until=None) | Q(until__gt=day),
    )
    return control_pairs(
        [
            Holding(
                row.owner_id,
                row.owned_id,
                Decimal(row.percent or 0),
                row.majority_votes or row.board or row.contract,
            )
            for row in rows.order_by("pk")
        ]
    )
