"""A company's commitment: read what it means, confirm, withdraw, and print what is signed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import AnnualAccounts
from networks.views.helpers import events_of, explain
from programmes import presenting, presenting_money, presenting_steps
from programmes.forms import CommitForm
from programmes.guards import can_be_committed, can_be_removed, can_be_withdrawn
from programmes.models import Participation, SupplementLine
from programmes.reasons import assessment_sentences, basis_text, size_text
from programmes.rules import may_commit, may_read_declarations, may_read_ledger, sight_of
from programmes.services.applications import cost_items
from programmes.services.commitments import (
    commit_participation,
    consequences_of,
    remove_participation,
    withdraw_participation,
)
from programmes.services.keeping import years_kept
from programmes.services.ledger import undertaking_position
from programmes.services.outcomes import outcome_term
from programmes.services.plans import seats_of_programme
from programmes.services.sme_status import sme_status
from programmes.services.waiting import OPEN, seats_left
from programmes.transitions import PARTICIPATION_TRANSITIONS
from programmes.views import sme
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.transitions import TransitionRefused
from skillnet.templatetags.ui import date_long, enterprise_number, euro, moment
from skillnet.ui import Fact, Link


def commit(request: HttpRequest, participation: str) -> HttpResponse:
    """Net cost per learner, what is signed, every deadline and the price of leaving; confirming applies."""
    actor = actor_of(request)
    row = _visible(actor, participation)
    seats = [
        (s.edition, s.learners)
        for s in seats_of_programme(row.programme)
        if s.organisation.pk == row.organisation_id
    ]
    form = _form(request, row, seats)
    if request.method == "POST" and form.is_valid():
        try:
            commit_participation(
                participation_id=row.pk,
                actor=actor,
                learners=form.learners,
                says=form.says,
                declares_de_minimis=form.declares,
            )
        except TransitionRefused as refusal:
            form.add_error(None, list(refusal.reasons))
        except ValidationError as error:
            wanted = form.learners
            form = _form(request, row, seats, asks=True)
            form.is_valid()
            explain(form, error)
            form.refused_seats = _more_asked(row, seats, wanted)
        else:
            messages.success(
                request,
                _("Bevestigd. Uw steunaanvraag is geregistreerd met datum en uur; u kunt ze afdrukken."),
            )
            return redirect("programmes:commit", participation=participation)
    status = 409 if request.method == "POST" else 200
    return render(request, "programmes/commit.html", _page(actor, row, form, seats), status=status)


def _form(request: HttpRequest, row: Participation, seats: list[Any], asks: bool = False) -> CommitForm:
    """What it says of its learners may turn the aid into de minimis: then its word is asked before it counts."""
    asks = asks or row.route == "de_minimis" or "declares_de_minimis" in request.POST
    return CommitForm(
        request.POST or None,
        seats=seats,
        initial={"disadvantaged": row.disadvantaged or None, "hourly_cost": row.hourly_cost},
        de_minimis=asks and row.de_minimis_declared_at is None,
    )


def withdraw(request: HttpRequest, participation: str) -> HttpResponse:
    """What leaving means for the others, and then leaving."""
    actor = actor_of(request)
    own = Participation.objects.of(actor).select_related("programme__network__call", "organisation")
    row = get_object_or_404(own.live(), public_id=participation)
    refused: tuple[str, ...] = tuple(can_be_withdrawn(row))
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            withdraw_participation(participation_id=row.pk, actor=actor, reason=reason)
        except TransitionRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(
                request, _("U neemt niet langer deel. De anderen en de netwerkmanager weten het.")
            )
            return redirect("programmes:programmes")
    context = {
        "page_title": _("Terugtrekken"),
        "breadcrumbs": _crumbs(row, _("Terugtrekken")),
        "participation": row,
        "consequences": consequences_of(row),
        "refused": refused,
        "reason": reason,
    }
    return render(
        request, "programmes/withdraw.html", context, status=409 if request.method == "POST" else 200
    )


def remove(request: HttpRequest, participation: str) -> HttpResponse:
    """What taking a silent company out of the plan means for the others, and then doing it."""
    actor = actor_of(request)
    seen = Participation.objects.visible_to(actor).select_related("programme__network__call", "organisation")
    row = get_object_or_404(
        seen.filter(state=Participation.State.PROPOSED, programme__network__in=actor.managed_networks),
        public_id=participation,
    )
    refused: tuple[str, ...] = tuple(can_be_removed(row))
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            remove_participation(participation_id=row.pk, actor=actor, reason=reason)
        except TransitionRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(
                request,
                _("%(company)s is uit het plan gehaald en weet het.") % {"company": row.organisation.name},
            )
            return redirect("programmes:programme_detail", public_id=row.programme.public_id)
    context = {
        "page_title": _("Uit het plan halen: %(company)s") % {"company": row.organisation.name},
        "breadcrumbs": _crumbs(row, _("Uit het plan halen")),
        "participation": row,
        "consequences": consequences_of(row),
        "refused": refused,
        "reason": reason,
        "removes": True,
    }
    return render(
        request, "programmes/withdraw.html", context, status=409 if request.method == "POST" else 200
    )


def commitment_print(request: HttpRequest, participation: str) -> HttpResponse:
    """The commitment with the aid application of article 6(2), ready to sign."""
    actor = actor_of(request)
    row = _visible(actor, participation)
    if not sight_of(actor, row.programme).sees_money_of(row.organisation_id):
        raise Http404
    items = cost_items(row)
    taken = [s for s in seats_of_programme(row.programme) if s.organisation.pk == row.organisation_id]
    extra = {
        "costs": items,
        "eligible": sum(item.amount for item in items),
        "deadlines": _deadlines(row, [(s.edition, s.learners) for s in taken]),
        "consequences": consequences_of(row) if row.learners else None,
    }
    return _print(request, row, "programmes/print_commitment.html", _("Verbintenis en steunaanvraag"), extra)


def sme_declaration(request: HttpRequest, participation: str) -> HttpResponse:
    """The declaration of size with the figures that decided it."""
    row = _declaring(actor_of(request), participation)
    accounts = AnnualAccounts.objects.filter(organisation=row.organisation).order_by("-year")[:2]
    title = _("Verklaring over de grootte van de onderneming")
    today = sme.result_context(sme_status(organisation=row.organisation), own=False)
    applied = row.assessment.get("size", "")
    extra = {
        "accounts": accounts,
        "counted": today["counted"],
        "years": today["years"],
        "status": today["status"],
        "size_today": size_text({"size": str(today["status"].size)}),
        "has_changed": bool(applied) and applied != str(today["status"].size),
    }
    return _print(request, row, "programmes/print_sme.html", title, extra)


def de_minimis_declaration(request: HttpRequest, participation: str) -> HttpResponse:
    """The declaration of de minimis aid of the single undertaking over three years."""
    row = _declaring(actor_of(request), participation, may_read_ledger)
    position = undertaking_position(organisation=row.organisation)
    title = _("De-minimisverklaring")
    return _print(request, row, "programmes/print_de_minimis.html", title, {"position": position})


def _visible(actor: Actor, public_id: str) -> Participation:
    rows = Participation.objects.visible_to(actor).select_related(
        "programme__network__call__coordinator",
        "programme__network__contracting_organisation",
        "organisation",
        "committed_by",
    )
    return get_object_or_404(rows, public_id=public_id)


def _declaring(
    actor: Actor, public_id: str, may_read: Callable[[Actor, Participation], bool] = may_read_declarations
) -> Participation:
    row = _visible(actor, public_id)
    if not may_read(actor, row):
        raise Http404
    return row


def _page(actor: Actor, row: Participation, form: CommitForm, seats: list[Any]) -> dict[str, Any]:
    programme = row.programme
    mine = may_commit(actor, row)
    names = presenting_money.names_in([row.assessment])
    sentences = assessment_sentences(row.assessment, names, ledger=may_read_ledger(actor, row))
    return {
        "page_title": _("Deelname aan %(title)s") % {"title": programme.title},
        "breadcrumbs": _crumbs(row, _("Uw deelname") if mine else row.organisation.name),
        "participation": row,
        "programme": programme,
        "form": form,
        "facts": _facts(row),
        "signs": _signs(row),
        "deadlines": _deadlines(row, seats),
        "sentences": sentences,
        "doubts": [sentence for sentence in sentences if not sentence.certain],
        "is_mine": mine,
        "reads_declarations": may_read_declarations(actor, row),
        "reads_ledger": may_read_ledger(actor, row),
        "blockers": can_be_committed(row) if row.state == Participation.State.PROPOSED else [],
        "may_withdraw": mine and row.state != Participation.State.WITHDRAWN and not can_be_withdrawn(row),
        "events": events_of(row, PARTICIPATION_TRANSITIONS, presenting_steps.EVENT_LABELS),
        "consequences": consequences_of(row) if mine and row.learners else None,
        "waiting": list(row.waiting_places.filter(state="waiting").select_related("edition__offer")),
        "full": _full(row, seats) if mine else [],
        "supplements": list(
            SupplementLine.objects.visible_to(actor)
            .filter(supplement__programme=programme, organisation=row.organisation)
            .select_related("supplement")
        ),
    }


def _more_asked(
    row: Participation, seats: list[Any], wanted: Mapping[int, int] | None
) -> list[tuple[Any, int]]:
    """Seats beside the decision that were asked and refused: what the network can ask as a supplement."""
    if row.programme.state != "approved" or not wanted:
        return []
    return [(e, wanted[e.pk] - n) for e, n in seats if wanted.get(e.pk, n) > n]


def _full(row: Participation, seats: list[Any]) -> list[Any]:
    """Editions of which the company cannot simply take more seats."""
    if row.state == Participation.State.WITHDRAWN or row.programme.state not in OPEN:
        return []
    decided = row.programme.state in ("submitted", "approved")
    taken = seats_of_programme(row.programme)
    return [e for e, _n in seats if decided or seats_left(row.programme, e, taken) == 0]


def _crumbs(row: Participation, here: str) -> list[Link]:
    return [
        Link(_("Programma’s"), reverse("programmes:programmes")),
        Link(row.programme.title, reverse("programmes:programme_detail", args=[row.programme.public_id])),
        Link(here),
    ]


def _facts(row: Participation) -> list[Fact]:
    per = row.own_share / row.learners if row.learners else None
    return [
        Fact(_("Deelnemers"), row.learners),
        Fact(_("Kost"), euro(row.cost, 2)),
        Fact(_("Subsidie"), euro(row.grant, 2), hint=basis_text(row.assessment)),
        Fact(_("U betaalt"), euro(row.own_share, 2)),
        Fact(_("Netto per deelnemer"), euro(per, 2) if per is not None else _("onbekend")),
    ]


def _signs(row: Participation) -> list[str]:
    """What a company binds itself to by confirming, in plain sentences."""
    return [
        _("%(n)s mensen volgen de opleiding; u laat hen daarvoor vrij.") % {"n": row.learners},
        _("U betaalt %(own)s van de kost van %(cost)s; de rest is subsidie.")
        % {"own": euro(row.own_share, 2), "cost": euro(row.cost, 2)},
        _("U vraagt hiermee %(grant)s steun aan (%(basis)s), vóór de eerste les en vóór elke bestelling.")
        % {"grant": euro(row.grant, 2), "basis": basis_text(row.assessment)},
        _("U verklaart dat de cijfers over de grootte van uw onderneming en over vroegere steun juist zijn."),
        _("U bewaart de bewijsstukken %(years)s jaar.") % {"years": years_kept()},
        *_of_the_public(row),
    ]


def _of_the_public(row: Participation) -> list[str]:
    """A company in public hands may train with the others, as long as public money does not pay its share."""
    if all(reason.get("rule") != "size.public" for reason in row.assessment.get("reasons", ())):
        return []
    return [_("Uw onderneming is in overheidshanden: u betaalt uw eigen deel niet met publiek geld.")]


def _deadlines(row: Participation, seats: list[Any]) -> list[Fact]:
    starts = row.programme.starts_on
    deadlines = [
        Fact(
            _("Bevestigen vóór"),
            date_long(starts) if starts else _("de eerste les"),
            hint=_("Op of na deze dag is geen steun meer mogelijk."),
        )
    ]
    deadlines += [Fact(edition.offer.title, presenting.when_of(edition)) for edition, _learners in seats]
    if row.programme.state == "submitted" and row.programme.decide_by:
        deadlines.append(Fact(_("De coördinator beslist tegen"), date_long(row.programme.decide_by)))
    return [*deadlines, *_afterwards([edition for edition, _learners in seats])]


def _afterwards(editions: list[Any]) -> list[Fact]:
    """What a company is asked once the lessons were given, and when."""
    asked_again = _("na de laatste les, en later opnieuw")
    ends = [day for day in (e.ends_on or e.starts_on for e in editions) if day]
    if ends:
        again = date_long(max(ends) + outcome_term(max(ends)))
        asked_again = _("na de laatste les, en opnieuw vanaf %(day)s") % {"day": again}
    return [
        Fact(
            _("Uw deel betalen"),
            _("op de factuur van de opleider, na de goedkeuring"),
            hint=_("Wat er te betalen is, staat onder Facturatie."),
        ),
        Fact(_("Zeggen of de kloof gesloten is"), asked_again),
    ]


def _application(row: Participation) -> list[Fact]:
    """When and by whom it applied; on a paper that is printed before, that it did not yet."""
    if row.applied_at is None:
        return [Fact(_("Aanvraag ingediend op"), _("nog niet ingediend"))]
    return [
        Fact(_("Aanvraag ingediend op"), moment(row.applied_at)),
        Fact(_("Door"), str(row.committed_by or "")),
    ]


def _print(
    request: HttpRequest, row: Participation, template: str, title: str, extra: dict[str, Any] | None = None
) -> HttpResponse:
    organisation = row.organisation
    context = {
        "page_title": title,
        "printed_at": timezone.now(),
        "participation": row,
        "programme": row.programme,
        "size": size_text(row.assessment),
        "basis": basis_text(row.assessment),
        "signs": _signs(row),
        "sentences": assessment_sentences(row.assessment, presenting_money.names_in([row.assessment])),
        "editions": [
            (s, presenting.where_of(s.edition))
            for s in seats_of_programme(row.programme)
            if s.organisation.pk == row.organisation_id
        ],
        "party": [
            Fact(_("Onderneming"), organisation.name),
            Fact(
                _("Ondernemingsnummer"),
                enterprise_number(organisation.enterprise_number) if organisation.enterprise_number else "",
            ),
            Fact(_("Gemeente"), organisation.municipality),
            *_application(row),
        ],
        **(extra or {}),
    }
    return render(request, template, context)
