"""What `networks` asks people to do on their home page."""

from collections.abc import Callable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.application_home import (
    company_todos,
    coordinator_todos,
    manager_todos,
    review_todos,
    steering_todos,
)
from networks.models import (
    Call,
    Gap,
    Invitation,
    Membership,
    NeedsAnalysis,
    Network,
    NetworkMember,
    WorkTransfer,
)
from networks.network_transitions import competes, lacks_application, what_a_renewal_lacks
from networks.querysets import GapQuerySet, NetworkMemberQuerySet, WorkTransferQuerySet, rates_visible_to
from networks.rate_words import value_words
from networks.services.onboarding import committees_are_of
from skillnet.kernel.actor import Actor
from skillnet.kernel.law_names import law_name
from skillnet.kernel.rate_names import rate_name
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo
from skillnet.templatetags.ui import date_short, days_left
from skillnet.ui import Fact, Link

TO_DECIDE = (Network.State.SUBMITTED, Network.State.RENEWAL)
SHOWN = 5  # rows of one kind; more of them become one line that opens the list


def sections(actor: Actor) -> list[Section]:
    """One section for each role of the actor that `networks` has work for."""
    builders = {
        Role.COMPANY_CONTACT: _company,
        Role.NETWORK_MANAGER: _manager,
        Role.STEERING_MEMBER: _steering,
        Role.COORDINATOR: _coordinator,
        Role.ANALYST: _reviewer,
        Role.ADMINISTRATOR: _administrator,
    }
    return [build(actor) for role, build in builders.items() if actor.has(role)]


def _company(actor: Actor) -> Section:
    own = Gap.objects.visible_to(actor).filter(organisation=actor.organisation_id)
    todos = [
        Todo(
            _("Bevestig: %s") % gap.title,
            reverse("networks:gap_detail", args=[gap.public_id]),
            text=_("Uw netwerkmanager schreef deze kloof voor u op."),
        )
        for gap in own.filter(state=Gap.State.TO_CONFIRM)[:SHOWN]
    ]
    todos += [
        Todo(
            _("%s vraagt uw bedrijf om mee te doen") % member.network.name,
            reverse("networks:network_detail", args=[member.network.public_id]),
        )
        for member in _own_members(actor).filter(state=NetworkMember.State.INVITED)[:SHOWN]
    ]
    todos += [
        Todo(
            _("%s vraagt u om mensen over te nemen") % transfer.gap.organisation.name,
            reverse("networks:transfer_detail", args=[transfer.public_id]),
            text=transfer.gap.title,
        )
        for transfer in _transfers_in(actor)[:SHOWN]
    ]
    drafts = own.filter(state=Gap.State.DRAFT).count()
    if drafts:
        todos.append(
            Todo(
                ngettext("%d ontwerp van een kloof", "%d ontwerpen van kloven", drafts) % drafts,
                reverse("networks:gaps") + "?state=draft",
                text=_("Kijk ze na en registreer ze: pas dan zoekt de matcher."),
            )
        )
    without = own.open().at_stage("none").count()
    if without:
        todos.append(
            Todo(
                ngettext("%d kloof zonder match", "%d kloven zonder match", without) % without,
                reverse("networks:gaps") + "?state=open&progress=none",
                text=_("Vul ze aan: hoe meer we weten, hoe meer aanbod past."),
            )
        )
    todos += company_todos(actor)
    if not _colleagues(actor):
        todos.append(
            Todo(
                _("Nodig een collega uit"),
                reverse("networks:people"),
                text=_("U bent er de enige van uw bedrijf."),
            )
        )
    return Section(
        title=_("Uw bedrijf"),
        todos=todos,
        empty=_("Alles is ingevuld. Hebt u een nieuwe kloof?"),
        action_label=_("Kloof registreren"),
        action_url=reverse("networks:gap_new"),
        facts=_standing(own),
        coming=_closing_calls(actor),
        more=[
            Link(_("Overnemen van vorig jaar"), reverse("networks:gap_copy")),
            Link(_("Veel kloven tegelijk"), reverse("networks:gap_grid")),
            Link(_("Zelf in het aanbod zoeken"), reverse("catalogue:offers")),
        ],
    )


def _standing(own: GapQuerySet) -> list[Fact]:
    """Where the company's gaps are on their way, each figure with the rows that it counts; none: nothing."""
    counts = own.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state=Gap.State.OPEN)),
        closed=Count("pk", filter=Q(state=Gap.State.CLOSED)),
        pooled=Count("pk", filter=Q(state=Gap.State.OPEN, pool_gap__isnull=False)),
    )
    if not counts["all"]:
        return []
    url = reverse("networks:gaps")
    matched = own.open().at_stage("matched").count()
    return [
        Fact(_("Open kloven"), counts["open"], f"{url}?state=open"),
        Fact(_("Met aanbod dat past"), matched, f"{url}?state=open&progress=matched"),
        Fact(_("Gebundeld met andere bedrijven"), counts["pooled"], f"{url}?state=open&progress=pooled"),
        Fact(_("Gesloten"), counts["closed"], f"{url}?state=closed"),
    ]


def _closing_calls(actor: Actor) -> list[Todo]:
    """Calls that still take applications, the first to close first."""
    today = timezone.localdate()
    calls = Call.objects.visible_to(actor).filter(state=Call.State.OPEN, closes_on__gte=today)
    return [
        Todo(
            call.title,
            reverse("networks:call_detail", args=[call.public_id]),
            text=_("Deze oproep loopt: netwerken kunnen nog aanvragen."),
            when=days_left(call.closes_on),
        )
        for call in calls.order_by("closes_on", "pk")[:SHOWN]
    ]


def _manager(actor: Actor) -> Section:
    networks = list(
        Network.objects.visible_to(actor).managed_by(actor).select_related("call").order_by("name")
    )
    todos: list[Todo] = []
    for network in networks:
        todos += _network_todos(actor, network)
    todos += manager_todos(actor)
    return Section(
        title=_("Uw netwerken"),
        todos=todos,
        empty=_("In uw netwerken wacht er niets op u."),
        action_label=_("Naar de netwerken"),
        action_url=reverse("networks:networks"),
    )


def _network_todos(actor: Actor, network: Network) -> list[Todo]:
    members_url = reverse("networks:network_members", args=[network.public_id])
    members = NetworkMember.objects.visible_to(actor).filter(network=network)
    counts: list[tuple[int, Callable[[int], str], str]] = [
        (
            members.filter(state=NetworkMember.State.REQUESTED).count(),
            lambda n: ngettext("%d bedrijf wil aansluiten", "%d bedrijven willen aansluiten", n) % n,
            members_url,
        ),
        (
            members.active().without_gaps().count(),
            lambda n: ngettext("%d lid zonder kloven", "%d leden zonder kloven", n) % n,
            members_url + "?sort=open_gaps",
        ),
        (
            Gap.objects.visible_to(actor).filter(network=network, state=Gap.State.TO_CONFIRM).count(),
            lambda n: (
                ngettext(
                    "%d kloof wacht op het woord van haar bedrijf",
                    "%d kloven wachten op het woord van hun bedrijf",
                    n,
                )
                % n
            ),
            f"{reverse('networks:gaps')}?state=to_confirm&network={network.pk}",
        ),
        (
            _unanswered(actor, network),
            lambda n: ngettext("%d uitnodiging zonder antwoord", "%d uitnodigingen zonder antwoord", n) % n,
            reverse("networks:network_unanswered", args=[network.public_id]),
        ),
    ]
    todos = [Todo(words(count), url, text=network.name) for count, words, url in counts if count]
    if network.state == Network.State.DRAFT and not competes(network):
        todos.append(
            Todo(
                _("Dien uw netwerk in"),
                reverse("networks:network_detail", args=[network.public_id]),
                text=network.name,
                when=_deadline(network),
            )
        )
    if network.call is not None and lacks_application(network):
        url = reverse("networks:application_start", args=[network.call.public_id])
        todos.append(
            Todo(
                _("Schrijf de aanvraag voor de oproep"),
                f"{url}?network={network.pk}",
                text=network.name,
                when=_deadline(network),
            )
        )
    if network.state == Network.State.RENEWAL:
        todos.append(
            Todo(
                _("Bereid de verlenging voor"),
                reverse("networks:network_detail", args=[network.public_id]),
                text=" ".join([network.name + ".", *what_a_renewal_lacks(network)]),
            )
        )
    return todos + _needs_todos(actor, network)


def _needs_todos(actor: Actor, network: Network) -> list[Todo]:
    """Where the needs analysis stands, while it is not frozen."""
    state = NeedsAnalysis.State
    analysis = NeedsAnalysis.objects.visible_to(actor).filter(network=network).order_by("-version").first()
    if analysis is None:
        if network.state != Network.State.ACTIVE:
            return []
        url = reverse("networks:needs", args=[network.public_id])
        return [Todo(_("Begin de opleidingsbehoefteanalyse"), url, text=network.name)]
    words = {
        state.COLLECTING: _("Voeg de opleidingsbehoeften samen"),
        state.CONSOLIDATED: _("Volg de stemming van de stuurgroep"),
        state.VALIDATED: _("Bevries de opleidingsbehoeften"),
    }
    if analysis.state not in words:
        return []
    url = reverse("networks:needs_detail", args=[analysis.public_id])
    return [Todo(words[state(analysis.state)], url, text=network.name)]


def _steering(actor: Actor) -> Section:
    to_vote = (
        NeedsAnalysis.objects.visible_to(actor)
        .filter(state=NeedsAnalysis.State.CONSOLIDATED, network__in=actor.steered_networks)
        .exclude(votes__organisation=actor.organisation_id)
        .select_related("network")
    )
    return Section(
        title=_("De stuurgroep"),
        todos=[
            Todo(
                _("Stem over de opleidingsbehoeften"),
                reverse("networks:needs_detail", args=[analysis.public_id]),
                text=analysis.network.name,
            )
            for analysis in to_vote
        ]
        + steering_todos(actor),
        empty=_("Er ligt geen opleidingsbehoefte, jaarplan of programma voor om over te stemmen."),
    )


def _coordinator(actor: Actor) -> Section:
    waiting = (
        Network.objects.visible_to(actor)
        .filter(state__in=TO_DECIDE, call__coordinator=actor.organisation_id)
        .order_by("submitted_at")
    )
    return Section(
        title=_("Netwerken om te beslissen"),
        todos=[
            Todo(
                network.name,
                reverse("networks:network_detail", args=[network.public_id]),
                text=network.sector,
                when=_waits_since(network),
            )
            for network in waiting
        ]
        + coordinator_todos(actor),
        empty=_("Geen enkel netwerk wacht op uw beslissing."),
        action_label=_("Naar de oproepen"),
        action_url=reverse("networks:calls"),
    )


def _waits_since(network: Network) -> str:
    if network.state == Network.State.RENEWAL:
        return str(network.get_state_display())
    if network.submitted_at is None:
        return ""
    return _("ingediend op %s") % date_short(timezone.localdate(network.submitted_at))


def _reviewer(actor: Actor) -> Section:
    """What an analyst was asked to review; coordinators read theirs in their own section."""
    return Section(
        title=_("Aanvragen om te beoordelen"),
        todos=[] if actor.has(Role.COORDINATOR) else review_todos(actor),
        empty=_("U hoeft niets te beoordelen."),
        action_label=_("Uw beoordelingen"),
        action_url=reverse("networks:reviews"),
    )


def _administrator(actor: Actor) -> Section:
    waiting = [
        rate
        for rate in rates_visible_to(actor).filter(state="proposed").select_related("key")
        if actor.user is None or rate.proposed_by_id != actor.user.pk
    ]
    return Section(
        title=_("Beheer"),
        todos=[
            Todo(
                _("Bevestig het tarief “%s”") % rate_name(rate.key.name),
                reverse("networks:rate_detail", args=[rate.public_id]),
                text=f"{value_words(rate.value, rate.key.unit)} · {law_name(rate.legal_basis)}",
                when=_("vanaf %(day)s") % {"day": date_short(rate.period.lower)},
            )
            for rate in waiting[:SHOWN]
        ]
        + _committees_todo(),
        empty=_("Geen enkel tarief wacht op uw bevestiging."),
        action_label=_("Naar het beheer"),
        action_url=reverse("networks:administration"),
    )


def _committees_todo() -> list[Todo]:
    """The official list of joint committees is read in once a year."""
    year = timezone.localdate().year
    if committees_are_of(year):
        return []
    return [
        Todo(
            _("Lees de paritaire comités van %d in") % year,
            reverse("networks:committees_import"),
            text=_("Organisaties kiezen uit deze lijst."),
        )
    ]


def _own_members(actor: Actor) -> NetworkMemberQuerySet:
    own = NetworkMember.objects.visible_to(actor).filter(organisation=actor.organisation_id)
    return own.select_related("network")


def _transfers_in(actor: Actor) -> WorkTransferQuerySet:
    """Passages from work to work that wait for the word of the own company."""
    transfers = WorkTransfer.objects.visible_to(actor).with_parties()
    return transfers.filter(receiving=actor.organisation_id, state=WorkTransfer.State.PROPOSED)


def _colleagues(actor: Actor) -> bool:
    others = Membership.objects.visible_to(actor).current().filter(organisation=actor.organisation_id)
    waiting = Invitation.objects.visible_to(actor).unanswered().filter(organisation=actor.organisation_id)
    return others.exclude(user=actor.user).exists() or waiting.exists()


def _unanswered(actor: Actor, network: Network) -> int:
    companies = network.members.filter(state__in=["active", "invited"]).values("organisation")
    waiting = Invitation.objects.visible_to(actor).unanswered()
    return (
        waiting.filter(network=network) | waiting.filter(network=None, organisation__in=companies)
    ).count()


def _deadline(network: Network) -> str:
    if network.call is None or network.call.closes_on is None:
        return ""
    return _("tegen %s") % date_short(network.call.closes_on)
