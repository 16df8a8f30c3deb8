"""Organisations: what they say of themselves, and two records of one organisation made one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import AnnualAccounts, Membership, Organisation
from networks.services.joining import join_all
from networks.services.onboarding import check_committees
from networks.services.parties import known_organisation
from networks.services.undertakings import refresh_undertakings
from skillnet.kernel.actor import Actor
from skillnet.kernel.importing import changes_of
from skillnet.kernel.models import Decision
from skillnet.kernel.relations import columns_naming
from skillnet.kernel.transitions import check_person, record_decision


def save_organisation(*, organisation: Organisation, values: Mapping[str, Any]) -> Organisation:
    """Change what an organisation says of itself; raises ValidationError."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        changed = changes_of(organisation, dict(values))
        if "further_committees" in changed:
            check_committees(organisation.further_committees)
        if "iban" in changed:
            organisation.iban_since = timezone.localdate() if organisation.iban else None
        if changed:
            organisation.full_clean(exclude=["public_id", "normalised_name", "undertaking", "merged_into"])
            organisation.save()
    return organisation


def save_accounts(*, organisation: Organisation, year: int, values: Mapping[str, Any]) -> AnnualAccounts:
    """Approved figures of one year; empty is unknown. Saving again replaces them."""
    with transaction.atomic():
        accounts = (
            AnnualAccounts.objects.select_for_update(of=("self",))
            .filter(organisation=organisation, year=year)
            .first()
        ) or AnnualAccounts(organisation=organisation, year=year)
        changes_of(accounts, dict(values))
        _check_figures(accounts)
        if not 2000 <= year <= timezone.localdate().year:
            raise ValidationError({"year": _("Geef een boekjaar dat al begonnen is.")})
        accounts.full_clean(exclude=["organisation"])
        accounts.save()
    return accounts


def _check_figures(accounts: AnnualAccounts) -> None:
    """A year that says nothing, or less than nothing, is a slip; raises ValidationError beside the field."""
    figures = {name: getattr(accounts, name) for name in ("headcount", "turnover", "balance_sheet")}
    below = {
        name: _("Een getal onder nul kan niet: schrijf het zonder minteken.")
        for name, figure in figures.items()
        if figure is not None and figure < 0
    }
    if below:
        raise ValidationError(below)
    if accounts._state.adding and set(figures.values()) == {None}:
        raise ValidationError({"headcount": _("Vul minstens één cijfer in; wat u niet kent, laat u leeg.")})


def set_verified(*, organisation: Organisation, actor: Actor) -> Organisation:
    """An administrator looked the organisation up in the register. Doing it twice changes nothing."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        if not organisation.is_verified:
            if not organisation.enterprise_number:
                raise ValidationError(_("Zonder ondernemingsnummer valt er niets na te kijken."))
            organisation.is_verified = True
            organisation.save(update_fields=["is_verified", "normalised_name", "updated_at"])
            record_decision(
                subject=organisation,
                action="verify",
                from_state="unverified",
                to_state="verified",
                actor=actor,
            )
    return organisation


def merge_by_number(
    *, number: str, duplicate: Organisation, actor: Actor, reason: str
) -> tuple[Organisation, dict[str, int]]:
    """Merge `duplicate` into the organisation with this enterprise number; raises ValidationError."""
    kept = known_organisation(number=number)
    return kept, merge_organisations(kept=kept, duplicate=duplicate, actor=actor, reason=reason)


def merge_organisations(
    *, kept: Organisation, duplicate: Organisation, actor: Actor, reason: str
) -> dict[str, int]:
    """Everything of `duplicate` goes to `kept`; the duplicate stays, archived, and points to it.

    Two catalogues are joined (`networks.services.joining`). What both have besides (say, a membership of one
    network) stays with the duplicate. Decisions stay where they were
    taken. Nobody merges anything into an organisation that they work for, or out of it. Returns how many rows of
    each kind moved. A person does it, not a key. Raises ValidationError or TransitionRefused; merging again
    changes nothing.
    """
    check_person(actor)
    if kept.pk == duplicate.pk:
        raise ValidationError(_("Kies twee verschillende organisaties."))
    if not reason.strip():
        raise ValidationError(_("Zeg waarom dit dezelfde organisatie is."))
    if not actor.is_system and not actor.own_organisations.isdisjoint((kept.pk, duplicate.pk)):
        raise ValidationError(_("Een eigen organisatie voegt een andere beheerder samen, niet u."))
    with transaction.atomic():
        pair = Organisation.objects.select_for_update(of=("self",)).in_bulk([kept.pk, duplicate.pk])
        kept, duplicate = pair[kept.pk], pair[duplicate.pk]
        if duplicate.merged_into_id == kept.pk:
            return {}
        _check_merge(kept, duplicate)
        joined = join_all(kept=kept, duplicate=duplicate, actor=actor, reason=reason)
        moved, left = _move_rows(kept, duplicate)
        moved += joined
        _take_number(kept, duplicate)
        duplicate.merged_into = kept
        duplicate.save()
        now = timezone.now()
        Membership.objects.filter(organisation=duplicate, ended_at=None).update(ended_at=now, updated_at=now)
        refresh_undertakings()
        record_decision(
            subject=duplicate,
            action="merge",
            from_state="",
            to_state="merged",
            actor=actor,
            reason=reason,
            evidence={"into": str(kept.public_id), "moved": dict(moved), "left": dict(left)},
        )
    return dict(moved)


def _check_merge(kept: Organisation, duplicate: Organisation) -> None:
    if kept.merged_into_id or duplicate.merged_into_id:
        raise ValidationError(_("Een van beide is al samengevoegd met een andere organisatie."))


def _take_number(kept: Organisation, duplicate: Organisation) -> None:
    if kept.enterprise_number or not duplicate.enterprise_number:
        return
    number, duplicate.enterprise_number = duplicate.enterprise_number, None
    duplicate.save(update_fields=["enterprise_number", "normalised_name", "updated_at"])
    kept.enterprise_number = number
    kept.save(update_fields=["enterprise_number", "normalised_name", "updated_at"])


def _move_rows(kept: Organisation, duplicate: Organisation) -> tuple[Counter[str], Counter[str]]:
    moved: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for relation in columns_naming(Organisation, apart_from=(Organisation, Decision)):
        model = relation.model
        for pk in model._base_manager.filter(**{relation.name: duplicate}).values_list("pk", flat=True):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{relation.name: kept})
                moved[model._meta.label] += 1
            except IntegrityError:
                left[model._meta.label] += 1
    return moved, left
