"""The SME status of an organisation as its pages show it: whose figures count, which ones decided, how certain.

The rules are those of `programmes.aid.sme`; here the figures come from the database and the answers of the
questions go back into accounts, ownership links and the company's statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import AnnualAccounts, Membership, Organisation, OwnershipLink
from networks.services.organisations import save_accounts
from networks.services.undertakings import add_link
from programmes.aid.sme import Aggregate, Size, SizeResult, determine_size
from programmes.aid.texts import Reason
from programmes.models import AidStatement
from programmes.reasons import AidSentence, assessment_sentences
from programmes.services.aid_cases import aid_links, aid_organisations, group_of
from programmes.services.law import database_rates
from programmes.services.restating import follow_figures, follow_statement
from skillnet.kernel.actor import Actor

WHOLE = Decimal(100)
# Accounts are approved in the course of the next year: those of two years ago are the last that one may ask.
OLDEST_FOR_CERTAINTY = 2


@dataclass(frozen=True, slots=True)
class CountedEnterprise:
    """One enterprise and the share of its figures that counts, percent; figures of its last year, euro."""

    organisation: Organisation
    relation: str
    share: Decimal
    accounts: AnnualAccounts | None
    answers_itself: bool


@dataclass(frozen=True, slots=True)
class SmeStatus:
    """The size, whether it is certain and what it would take, the figures that decided it, and why."""

    organisation: Organisation
    size: Size
    enterprises: Sequence[CountedEnterprise]
    years: Sequence[Aggregate]
    sentences: Sequence[AidSentence]
    doubts: Sequence[str]
    statement: AidStatement | None
    day: date

    @property
    def is_certain(self) -> bool:
        return not self.doubts

    @property
    def missing(self) -> list[CountedEnterprise]:
        """Counted enterprises without a single year of figures."""
        return [e for e in self.enterprises if e.share and e.accounts is None]


def sme_status(*, organisation: Organisation, day: date | None = None) -> SmeStatus:
    """What the rules say of the organisation's size today, with every figure that decided it."""
    today = day or timezone.localdate()
    group = group_of(organisation)
    described = aid_organisations(group)
    links = aid_links({o.pk for o in group}, today, organisation.pk)
    result = determine_size(str(organisation.pk), described, links, database_rates(), today)
    by_id = {str(o.pk): o for o in group}
    names = {key: o.name for key, o in by_id.items()}
    return SmeStatus(
        organisation=organisation,
        size=result.size,
        enterprises=_enterprises(organisation, result, by_id),
        years=result.years,
        sentences=assessment_sentences({"reasons": [_record(r) for r in result.reasons]}, names),
        doubts=_doubts(organisation, result, today),
        statement=AidStatement.objects.filter(organisation=organisation).first(),
        day=today,
    )


def _enterprises(
    organisation: Organisation, result: SizeResult, by_id: Mapping[str, Organisation]
) -> list[CountedEnterprise]:
    counted = result.counted
    own = str(organisation.pk)
    shares: list[tuple[str, str, Decimal]] = [(own, "self", WHOLE)]
    shares += [(key, "linked", WHOLE) for key in counted.linked if key != own]
    shares += [(key, "partner", p.percent) for p in counted.partners for key in p.members]
    shares += [(key, "exempt", Decimal(0)) for key in counted.exempt]
    known = [row for row in shares if row[0] in by_id]
    pks = [by_id[key].pk for key, _relation, _share in known]
    latest: dict[int, AnnualAccounts] = {}
    for accounts in AnnualAccounts.objects.filter(organisation__in=pks).order_by("year"):
        latest[accounts.organisation_id] = accounts
    claimed = set(
        Membership.objects.filter(organisation__in=pks, ended_at=None).values_list("organisation", flat=True)
    )
    return [
        CountedEnterprise(
            by_id[key],
            relation,
            share,
            latest.get(by_id[key].pk),
            by_id[key].pk in claimed - {organisation.pk},
        )
        for key, relation, share in known
    ]


def _record(item: Reason) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "params": dict(item.params),
        "legal_basis": item.legal_basis,
        "valid_from": item.valid_from,
        "valid_to": item.valid_to,
        "certain": item.certain,
    }


def _doubts(organisation: Organisation, result: SizeResult, today: date) -> list[str]:
    """What keeps the size from being certain; each says what to do."""
    doubts = []
    if result.size is Size.UNKNOWN:
        doubts.append(
            _("Er ontbreken cijfers. Tot ze er zijn, gelden de percentages van een grote onderneming.")
        )
    years = [figures.year for figures in result.years]
    if years and max(years) < today.year - OLDEST_FOR_CERTAINTY:
        doubts.append(
            _("De laatste cijfers zijn van %(year)s. Vul het jongste goedgekeurde boekjaar in.")
            % {"year": max(years)}
        )
    if len(years) == 1:
        doubts.append(
            _(
                "Er is maar één boekjaar bekend: of een drempel twee jaar na elkaar overschreden is, weten we niet."
            )
        )
    if any(item.rule == "size.activity" for item in result.reasons):
        doubts.append(
            _(
                "Of u hiervoor een onderneming bent zoals een andere, zegt alleen een jurist. Bewaar diens antwoord."
            )
        )
    if any(not item.certain and item.rule != "size.activity" for item in result.reasons):
        doubts.append(
            _("Een van de stappen hieronder staat in de rechtspraak nog niet vast; zij is gemarkeerd.")
        )
    if not AidStatement.objects.filter(organisation=organisation).exists():
        doubts.append(
            _("U hebt nog niet verklaard of uw onderneming in moeilijkheden is of steun moet terugbetalen.")
        )
    return doubts


def save_figures(*, organisation: Organisation, years: Mapping[int, Mapping[str, Any]]) -> int:
    """Save the figures of several years at once; a year without any figure is left as it is.

    Returns how many years were saved. Raises ValidationError; then nothing is saved.
    """
    saved = 0
    with transaction.atomic():
        for year, values in sorted(years.items()):
            if any(value is not None for value in values.values()):
                save_accounts(organisation=organisation, year=year, values=values)
                saved += 1
        if saved:
            follow_figures(organisation=organisation)
    return saved


def figures_of_counted(
    *, organisation: Organisation, other_id: int, years: Mapping[int, Mapping[str, Any]]
) -> int:
    """Figures of an enterprise that counts with ours and for which nobody answers here.

    Raises ValidationError for one that does not count, or that has people of its own.
    """
    status = sme_status(organisation=organisation)
    found = next((e for e in status.enterprises if e.organisation.pk == other_id and e.share), None)
    if found is None or found.organisation.pk == organisation.pk:
        raise ValidationError(_("Deze onderneming telt niet mee voor uw grootte."))
    if found.answers_itself:
        raise ValidationError(
            _("%(name)s vult zijn cijfers zelf in. Vraag het aan wie daar verantwoordelijk is.")
            % {"name": found.organisation.name}
        )
    return save_figures(organisation=found.organisation, years=years)


def add_ownership(*, actor: Actor, organisation: Organisation, values: Mapping[str, Any]) -> OwnershipLink:
    """Record one answer to "who owns, or is owned": `direction` is owned, owner or sister.

    A sister is owned by whoever controls us. Raises ValidationError.
    """
    details = dict(values)
    direction = details.pop("direction")
    if direction == "sister":
        parent = _controlling_owner(organisation)
        link = add_link(actor=actor, organisation=parent, values=details, owned_by_other=False)
    else:
        link = add_link(
            actor=actor, organisation=organisation, values=details, owned_by_other=direction == "owned"
        )
    follow_figures(organisation=organisation)
    return link


def _controlling_owner(organisation: Organisation) -> Organisation:
    owners = [
        link.owner
        for link in organisation.owned_by.filter(until=None).select_related("owner")
        if link.is_control
    ]
    if len(owners) != 1:
        raise ValidationError(
            _("Geef eerst op wie uw onderneming voor meer dan de helft bezit; daarna wat die nog bezit.")
        )
    owner: Organisation = owners[0]
    return owner


def declare_statement(
    *, organisation: Organisation, actor: Actor, in_difficulty: bool, recovery_order: bool
) -> AidStatement:
    """The company's own word on the two bars of article 1(4) GBER; saying it again replaces it.

    Its plans that are not yet aid are assessed with it in the same transaction.
    """
    with transaction.atomic():
        statement, _made = AidStatement.objects.update_or_create(
            organisation=organisation,
            defaults={
                "in_difficulty": in_difficulty,
                "recovery_order": recovery_order,
                "declared_by": actor.user,
            },
        )
        follow_statement(organisation=organisation)
    return statement


__all__ = [
    "CountedEnterprise",
    "SmeStatus",
    "add_ownership",
    "declare_statement",
    "figures_of_counted",
    "save_figures",
    "sme_status",
]
