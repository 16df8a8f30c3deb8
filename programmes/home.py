"""What `programmes` asks people to do on their home page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.delivery_home import delivery_sections
from programmes.home_claims import claim_sections
from programmes.invoice_home import invoice_sections
from programmes.models import DeMinimisAid, LedgerCorrection, Participation, Programme
from programmes.services.ledger import register_deadline
from programmes.services.publications import due_for_publication, to_publish
from programmes.services.votes import VOTED_IN
from programmes.supplement_home import supplement_sections
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section
from skillnet.templatetags.ui import date_long, days_left, euro
from skillnet.ui import Todo

S = Programme.State
MOST = 12


def sections(actor: Actor) -> list[Section]:
    """Per role: what to decide, to take on, to confirm or to prepare; most urgent first."""
    found = []
    if actor.has(Role.COORDINATOR):
        found += [_to_decide(actor), _to_register(actor), _to_publish(actor)]
    if actor.has(Role.NETWORK_MANAGER):
        found.append(_to_manage(actor))
    if actor.has(Role.STEERING_MEMBER):
        found.append(_to_vote(actor))
    if actor.has(Role.COMPANY_CONTACT):
        found += [_to_commit(actor), _to_attend(actor), _size_unknown(actor)]
    if actor.has(Role.PROVIDER):
        found.append(_to_teach(actor))
    found += supplement_sections(actor)
    found += [*delivery_sections(actor), *claim_sections(actor), *invoice_sections(actor)]
    return [section for section in found if section.todos or section.empty or section.coming]


def _to_decide(actor: Actor) -> Section:
    own = Programme.objects.visible_to(actor).filter(network__call__coordinator=actor.organisation_id)
    rows = own.to_decide().with_parties().order_by("decide_by", "pk")[:MOST]
    return Section(
        _("Te beslissen"),
        [
            Todo(p.title, _url(p), text=f"{p.network.name} · {euro(p.grant)}", when=days_left(p.decide_by))
            for p in rows
        ],
        empty=_("Er wacht geen programma op uw beslissing."),
    )


def _to_register(actor: Actor) -> Section:
    mine = DeMinimisAid.objects.visible_to(actor).to_register()
    rows = mine.filter(participation__programme__network__call__coordinator=actor.organisation_id)
    url = reverse("programmes:ledger_register")
    todos = [
        Todo(a.organisation.name, url, text=euro(a.amount, 2), when=days_left(register_deadline(a)))
        for a in rows.select_related("organisation").order_by("granted_on")[:MOST]
    ]
    stale = LedgerCorrection.objects.of_coordinator(actor).to_register().select_related("aid__organisation")
    todos += [
        Todo(
            c.aid.organisation.name,
            url,
            text=_("%(less)s minder: verbeter het register.") % {"less": euro(c.amount, 2)},
        )
        for c in stale[:MOST]
    ]
    return Section(_("Te registreren de-minimissteun"), todos[:MOST])


def _to_publish(actor: Actor) -> Section:
    url = reverse("programmes:publications")
    return Section(
        _("Te publiceren steun"),
        [
            Todo(
                d.participation.organisation.name,
                url,
                text=euro(d.participation.grant),
                when=days_left(d.deadline),
            )
            for d in due_for_publication(to_publish(actor)[:MOST])
        ],
    )


def _to_manage(actor: Actor) -> Section:
    mine = Programme.objects.visible_to(actor).managed_by(actor).with_parties()
    returned = mine.filter(state=S.RETURNED).order_by("pk")
    proposals = mine.filter(state=S.PROPOSAL).order_by("-learners", "pk")
    drafts = mine.filter(state=S.DRAFT).order_by("pk")
    groups = ((returned, _("teruggestuurd")), (drafts, _("ontwerp")), (proposals, _("voorstel")))
    todos = [
        Todo(p.title, _url(p), text=p.network.name, when=str(label))
        for rows, label in groups
        for p in rows[:MOST]
    ]
    return Section(
        _("Uw programma’s"),
        todos[:MOST],
        empty=_("Geen voorstel wacht op u. Bundels die een aanbod kan sluiten, worden hier een voorstel."),
    )


def _to_vote(actor: Actor) -> Section:
    """Plans that can still change, on which the own organisation has not voted as they stand."""
    rows = (
        Programme.objects.visible_to(actor)
        .filter(network__in=actor.steered_networks, state__in=VOTED_IN, cost__isnull=False)
        .exclude(votes__organisation=actor.organisation_id)
        .with_parties()
        .order_by("starts_on", "pk")[:MOST]
    )
    return Section(
        _("Programma’s om over te stemmen"),
        [
            Todo(p.title, f"{_url(p)}#stemming", text=f"{p.network.name} · {euro(p.cost)}", when=_begins(p))
            for p in rows
        ],
    )


def _begins(programme: Programme) -> str:
    return _("begint op %s") % date_long(programme.starts_on) if programme.starts_on else ""


def _to_commit(actor: Actor) -> Section:
    rows = (
        Participation.objects.of(actor)
        .filter(state=Participation.State.PROPOSED, programme__state__in=["submitted", "approved"])
        .select_related("programme__network")
        .order_by("programme__starts_on", "pk")[:MOST]
    )
    return Section(
        _("Te bevestigen"),
        [
            Todo(
                p.programme.title,
                reverse("programmes:commit", args=[p.public_id]),
                text=_("%(n)s deelnemers, u betaalt %(own)s")
                % {"n": p.learners, "own": euro(p.own_share, 2)},
                when=_("vóór %(day)s") % {"day": date_long(p.programme.starts_on)}
                if p.programme.starts_on
                else "",
            )
            for p in rows
        ],
    )


def _to_attend(actor: Actor) -> Section:
    """What the company's people go to: nothing to do, but dates to know."""
    rows = (
        Participation.objects.of(actor)
        .filter(
            state=Participation.State.COMMITTED,
            programme__state__in=[S.APPROVED, S.RUNNING],
            programme__starts_on__gte=timezone.localdate(),
        )
        .select_related("programme__network")
        .order_by("programme__starts_on", "pk")[:MOST]
    )
    return Section(
        _("Uw opleidingen"),
        coming=[
            Todo(
                p.programme.title,
                reverse("programmes:commit", args=[p.public_id]),
                text=_("%s deelnemers") % p.learners,
                when=_("begint op %s") % date_long(p.programme.starts_on),
            )
            for p in rows
        ],
    )


def _size_unknown(actor: Actor) -> Section:
    """Without figures a company gets the rates of a large one: asked as soon as a programme concerns it."""
    own = Participation.objects.of(actor).live()
    asks = own.exists() and not own.filter(organisation__accounts__isnull=False).exists()
    todos = [
        Todo(
            _("Hoe groot is uw onderneming?"),
            reverse("programmes:sme_figures"),
            text=_("Zonder cijfers rekenen we met de lagere steun voor een grote onderneming."),
        )
    ]
    return Section(_("Uw steun"), todos if asks else [])


def _to_teach(actor: Actor) -> Section:
    today = timezone.localdate()
    rows = Programme.objects.visible_to(actor).filter(
        programme_editions__edition__offer__provider__organisation=actor.organisation_id,
        state__in=[S.APPROVED, S.RUNNING],
    )
    return Section(
        _("Programma’s op uw edities"),
        [
            Todo(
                p.title,
                _url(p),
                text=p.network.name,
                when=date_long(p.starts_on)
                if p.starts_on and p.starts_on >= today
                else str(p.get_state_display()),
            )
            for p in rows.with_parties().distinct().order_by("starts_on", "pk")[:MOST]
        ],
    )


def _url(programme: Programme) -> str:
    return reverse("programmes:programme_detail", args=[programme.public_id])
