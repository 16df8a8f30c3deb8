"""Two providers turn out to be one: their catalogues are joined, with a trail (`networks` starts it)."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Offer, Provider
from catalogue.services.facts import refresh_offer_facts
from catalogue.services.providers import PROFILE
from catalogue.services.recognition import refresh_label, refresh_recognised
from networks.models import Organisation
from skillnet.kernel.actor import Actor
from skillnet.kernel.changes import announce_change
from skillnet.kernel.relations import columns_naming
from skillnet.kernel.transitions import record_decision

SILENCED = (Provider.State.ANNOUNCED, Provider.State.SUSPENDED)
LONGEST = 94  # of a reference, so that its mark fits too


def join_catalogues(
    *, kept: Organisation, duplicate: Organisation, actor: Actor, reason: str
) -> Counter[str]:
    """Everything of the duplicate's provider goes to the kept one; the emptied profile stays with the duplicate.

    An own reference that both use gets a mark, so that no offer is lost; what the kept profile left empty, the
    other fills. Recognitions go along as decided. Returns how many rows of each kind moved: none unless both
    are providers. Raises ValidationError while one of them is suspended or may be.
    """
    with transaction.atomic():
        providers = Provider.objects.select_for_update(of=("self",)).filter(
            organisation__in=[kept, duplicate]
        )
        by_organisation = {provider.organisation_id: provider for provider in providers.order_by("pk")}
        target, source = by_organisation.get(kept.pk), by_organisation.get(duplicate.pk)
        if target is None or source is None:
            return Counter()
        if target.state in SILENCED or source.state in SILENCED:
            raise ValidationError(
                _("Een van beide verstrekkers is geschorst of wordt dat misschien. Rond dat eerst af.")
            )
        marked = _mark_shared_references(target, source)
        moved: Counter[str] = Counter()
        offers = list(Offer.objects.filter(provider=source).values_list("pk", flat=True))
        for relation in columns_naming(Provider):
            rows = relation.model._base_manager.filter(**{relation.name: source})
            moved[relation.model._meta.label] += rows.update(**{relation.name: target})
        _fill_in(target, source)
        refresh_recognised(provider=target, today=timezone.localdate())
        refresh_label(provider=target, today=timezone.localdate())
        refresh_offer_facts(today=timezone.localdate(), offer_ids=offers)
        announce_change("offer", offers, actor=actor, reason="merge")
        record_decision(
            subject=source,
            action="merge",
            from_state=source.state,
            to_state=source.state,
            actor=actor,
            reason=reason,
            evidence={"into": str(target.public_id), "moved": dict(moved), "renamed": marked},
        )
    return +moved


def _mark_shared_references(target: Provider, source: Provider) -> dict[str, str]:
    """Old → new reference of the offers whose reference the kept catalogue uses too."""
    taken = set(Offer.objects.filter(provider=target).values_list("external_id", flat=True))
    used = taken | set(Offer.objects.filter(provider=source).values_list("external_id", flat=True))
    renamed: dict[str, str] = {}
    for offer in Offer.objects.filter(provider=source, external_id__in=taken).order_by("pk"):
        number = 2
        while (name := f"{offer.external_id[:LONGEST]}-{number}") in used:
            number += 1
        used.add(name)
        renamed[offer.external_id] = name
        offer.external_id = name
        offer.save(update_fields=["external_id", "updated_at"])
    return renamed


def _fill_in(target: Provider, source: Provider) -> None:
    empty = [name for name in PROFILE if not getattr(target, name) and getattr(source, name)]
    for name in empty:
        setattr(target, name, getattr(source, name))
    if empty:
        target.save(update_fields=[*empty, "updated_at"])
