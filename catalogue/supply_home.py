"""Things to do about verification and waiting lists, for who verifies, who waits and who teaches."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Provider, Revaluation, WaitingEntry
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.kernel.todo import Section, Todo
from skillnet.templatetags.ui import days_left

MOST = 5  # named one by one


def review_sections(actor: Actor) -> list[Section]:
    """Providers that wait to be verified, or whose term to answer is over."""
    if not actor.has(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    wanted = Q(state=Provider.State.SUBMITTED)
    wanted |= Q(state=Provider.State.ANNOUNCED, respond_until__lt=timezone.localdate())
    waiting = Provider.objects.visible_to(actor).filter(wanted).order_by("updated_at", "pk")[:MOST]
    todos = [
        Todo(
            _("Kijk na: %(name)s") % {"name": provider.organisation.name},
            reverse("catalogue:provider_review", args=[provider.public_id]),
            provider.get_state_display(),
        )
        for provider in waiting
    ]
    return [Section(title=_("Opleidingsverstrekkers"), todos=todos)] if todos else []


def revaluing_sections(actor: Actor) -> list[Section]:
    """What this person has to revalue, the first due first; nothing when there is none."""
    waiting = Revaluation.objects.visible_to(actor).to_close_by(actor).with_subjects()
    todos = [
        Todo(
            _("Herwaardeer: %(subject)s") % {"subject": row.subject},
            reverse("catalogue:revaluation", args=[row.public_id]),
            _("De vraag die dit beantwoordt, is dringender of minder dringend geworden."),
            days_left(row.due_on),
        )
        for row in waiting.order_by("due_on", "pk")[:MOST]
    ]
    if not todos:
        return []
    return [
        Section(
            title=_("Herwaarderen"),
            todos=todos,
            action_label=_("Alle herwaarderingen"),
            action_url=reverse("catalogue:revaluations"),
        )
    ]


def waiting_sections(actor: Actor) -> list[Section]:
    """Seats that are held for the company, and until when."""
    if not actor.has(Role.COMPANY_CONTACT):
        return []
    offered = WaitingEntry.objects.visible_to(actor).editable_by(actor).filter(state="offered")
    todos = [
        Todo(
            _("Er is plaats: %(title)s") % {"title": entry.edition.offer.title},
            reverse("catalogue:waiting", args=[entry.edition.public_id]),
            _("De plaats wordt voor u vrijgehouden."),
            _("tot %(day)s") % {"day": f"{entry.offered_until:%d/%m/%Y}"} if entry.offered_until else "",
        )
        for entry in offered.select_related("edition__offer")[:MOST]
    ]
    return [Section(title=_("Wachtlijsten"), todos=todos)] if todos else []


def verification_todos(actor: Actor) -> list[Todo]:
    """What the provider itself has to do about its verification."""
    texts = {
        "unverified": (_("Laat uw gegevens nakijken"), _("Bedrijven zien dan dat u nagekeken bent.")),
        "returned": (_("Vul uw profiel aan"), _("Uw gegevens kwamen terug met een motivering.")),
        "announced": (_("Antwoord op de aangekondigde schorsing"), _("U hebt daarvoor een termijn.")),
        "suspended": (_("U bent geschorst"), _("Uw aanbod is verborgen. Lees waarom.")),
    }
    provider = Provider.objects.visible_to(actor).of(actor).first()
    if provider is None:
        text = _("Daarna kijkt iemand uw gegevens na, en zien bedrijven wie u bent.")
        return [Todo(_("Vul uw profiel in"), reverse("catalogue:my_provider"), text)]
    if provider.state not in texts:
        return []
    label, text = texts[provider.state]
    until = provider.respond_until
    when = _("tot %(day)s") % {"day": f"{until:%d/%m/%Y}"} if until else ""
    return [Todo(label, reverse("catalogue:my_provider"), text, when)]
