"""For administrators: organisations and their duplicates, people and roles, rates."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import OrganisationFilter, RateFilter, UserFilter
from networks.models import Membership, Organisation
from networks.organisation_forms import MergeForm, RateForm, RoleForm
from networks.querysets import lookalikes_of, people_visible_to, rates_visible_to
from networks.services.organisations import merge_by_number, set_verified
from networks.services.people import grant_role_by_number
from networks.services.rates import propose_rate, take_rate_action
from networks.transitions import RATE_TRANSITIONS
from networks.views.helpers import events_of, explain
from networks.views.organisation import (
    account_columns,
    account_rows,
    claims_waiting,
    links_of,
    properties_of,
    undertaking_of,
)
from skillnet import formats
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Fact, Link

ORGANISATION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Organisatie"),
            lambda o: o.name,
            sort="normalised_name",
            url=lambda o: reverse("networks:organisation_detail", args=[o.public_id]),
        ),
        ListColumn(
            gettext_lazy("Ondernemingsnummer"),
            lambda o: formats.enterprise_number(o.enterprise_number or ""),
            sort="enterprise_number",
        ),
        ListColumn(gettext_lazy("Soort"), lambda o: o.get_kind_display(), sort="kind"),
        ListColumn(gettext_lazy("Gemeente"), lambda o: o.municipality, sort="municipality"),
        ListColumn(
            gettext_lazy("Geverifieerd"),
            lambda o: _("ja") if o.is_verified else _("nee"),
            kind="state",
            sort="is_verified",
            state=lambda o: "confirmed" if o.is_verified else "unverified",
        ),
    ],
    noun=npgettext_lazy("count", "organisatie", "organisaties"),
    filename="organisaties",
    filterset=OrganisationFilter,
    order=("normalised_name", "pk"),
)

USER_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Naam"),
            lambda u: str(u),
            sort="name",
            url=lambda u: reverse("networks:user_detail", args=[u.public_id]),
        ),
        ListColumn(gettext_lazy("E-mailadres"), lambda u: u.email, sort="email"),
        ListColumn(gettext_lazy("Rollen"), lambda u: _roles_text(u)),
        ListColumn(gettext_lazy("Laatst aangemeld"), lambda u: u.last_login, kind="date", sort="last_login"),
    ],
    noun=npgettext_lazy("count", "mens", "mensen"),
    filename="mensen",
    filterset=UserFilter,
    order=("name", "email"),
)

RATE_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Tarief"),
            lambda r: r.key.name,
            sort="key__name",
            url=lambda r: reverse("networks:rate_detail", args=[r.public_id]),
        ),
        ListColumn(gettext_lazy("Waarde"), lambda r: r.value, kind="number", sort="value"),
        ListColumn(gettext_lazy("Eenheid"), lambda r: r.key.unit),
        ListColumn(gettext_lazy("Vanaf"), lambda r: r.period.lower, kind="date", sort="period"),
        ListColumn(gettext_lazy("Tot"), lambda r: r.period.upper or _("nader order"), kind="text"),
        ListColumn(gettext_lazy("Rechtsgrond"), lambda r: r.legal_basis),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda r: r.get_state_display(),
            kind="state",
            sort="state",
            state=lambda r: r.state,
        ),
        ListColumn(gettext_lazy("Bron"), lambda r: r.source, export_only=True),
    ],
    noun=npgettext_lazy("count", "tarief", "tarieven"),
    filename="tarieven",
    filterset=RateFilter,
    order=("key__name", "-period"),
)


def administration(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    organisations = Organisation.objects.visible_to(actor).filter(merged_into=None)
    rates = rates_visible_to(actor)
    unverified = f"{reverse('networks:organisations')}?is_verified=false"
    return render(
        request,
        "networks/administration.html",
        {
            "page_title": _("Beheer"),
            "facts": [
                Fact(_("Organisaties"), organisations.count(), url=reverse("networks:organisations")),
                Fact(_("Niet geverifieerd"), organisations.filter(is_verified=False).count(), url=unverified),
                Fact(_("Mensen"), people_visible_to(actor).count(), url=reverse("networks:users")),
                Fact(
                    _("Voorgestelde tarieven"),
                    rates.filter(state="proposed").count(),
                    url=f"{reverse('networks:rates')}?state=proposed",
                ),
            ],
        },
    )


def organisations(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/administration_list.html",
        queryset=Organisation.objects.visible_to(actor).filter(merged_into=None),
        spec=ORGANISATION_LIST,
        context={"page_title": _("Organisaties"), "breadcrumbs": _crumbs(Link(_("Organisaties")))},
    )


def organisation_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    organisation = _organisation(actor, public_id)
    return _organisation_page(request, actor, organisation, MergeForm())


def organisation_verify(request: HttpRequest, public_id: str) -> HttpResponse:
    """The organisation was looked up in the register."""
    actor = actor_of(request)
    try:
        set_verified(organisation=_organisation(actor, public_id), actor=actor)
        messages.success(request, _("Genoteerd als nagekeken."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("networks:organisation_detail", public_id=public_id)


def organisation_merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make this record one with another, which stays."""
    actor = actor_of(request)
    duplicate = _organisation(actor, public_id)
    form = MergeForm(request.POST)
    if form.is_valid():
        try:
            kept, moved = merge_by_number(duplicate=duplicate, actor=actor, **form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(
                request,
                _("%(old)s is samengevoegd met %(new)s; %(count)d gegevens zijn overgebracht.")
                % {"old": duplicate.name, "new": kept.name, "count": sum(moved.values())},
            )
            return redirect("networks:organisation_detail", public_id=kept.public_id)
    return _organisation_page(request, actor, duplicate, form)


def users(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/administration_list.html",
        queryset=people_visible_to(actor).prefetch_related("memberships__organisation").distinct(),
        spec=USER_LIST,
        context={"page_title": _("Mensen en rollen"), "breadcrumbs": _crumbs(Link(_("Mensen en rollen")))},
    )


def user_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person's roles, and a form to give one."""
    actor = actor_of(request)
    person = get_object_or_404(people_visible_to(actor), public_id=public_id)
    form = RoleForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            membership = grant_role_by_number(
                user=person,
                number=form.cleaned_data["number"],
                role=Role(form.cleaned_data["role"]),
                actor=actor,
            )
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("%(who)s is nu %(role)s voor %(organisation)s.") % {
                "who": person, "role": str(membership.get_role_display()).lower(),
                "organisation": membership.organisation.name})  # fmt: skip
            return redirect("networks:user_detail", public_id=public_id)
    memberships = Membership.objects.visible_to(actor).current().filter(user=person)
    return render(
        request,
        "networks/user_detail.html",
        {
            "page_title": str(person),
            "breadcrumbs": _crumbs(Link(_("Mensen en rollen"), reverse("networks:users")), Link(str(person))),
            "person": person,
            "memberships": memberships.select_related("organisation", "network"),
            "form": form,
        },
    )


def rates(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/administration_list.html",
        queryset=rates_visible_to(actor).select_related("key"),
        spec=RATE_LIST,
        context={
            "page_title": _("Tarieven"),
            "breadcrumbs": _crumbs(Link(_("Tarieven"))),
            "lede": _(
                "Percentages, plafonds en drempels, telkens met de dagen waarop ze gelden en hun rechtsgrond."
            ),
            "actions": [Action(_("Tarief voorstellen"), reverse("networks:rate_new"), tone="main")],
        },
    )


def rate_new(request: HttpRequest) -> HttpResponse:
    """Propose a rate; a second person confirms it."""
    actor = actor_of(request)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rate = propose_rate(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Voorgesteld. Een tweede beheerder moet het nog bevestigen."))
            return redirect("networks:rate_detail", rate_id=rate.public_id)
    context = {
        "page_title": _("Tarief voorstellen"),
        "breadcrumbs": _crumbs(Link(_("Tarieven"), reverse("networks:rates")), Link(_("Voorstellen"))),
        "form": form,
        "cancel_url": reverse("networks:rates"),
    }
    return render(request, "networks/form.html", context)


def rate_detail(request: HttpRequest, rate_id: str) -> HttpResponse:
    actor = actor_of(request)
    known = rates_visible_to(actor).select_related("key", "proposed_by", "confirmed_by")
    rate = get_object_or_404(known, public_id=rate_id)
    steps = RATE_TRANSITIONS.available(rate, actor)
    return render(
        request,
        "networks/rate_detail.html",
        {
            "page_title": rate.key.name,
            "breadcrumbs": _crumbs(Link(_("Tarieven"), reverse("networks:rates")), Link(rate.key.name)),
            "rate": rate,
            "properties": _rate_properties(rate),
            "steps": [
                Action(str(step.label), value=action, tone=step.style, confirm=str(step.confirm))  # type: ignore[arg-type]
                for action, step in steps.items()
            ],
            "waits_for_other": rate.state == "proposed" and "confirm" not in steps,
            "events": events_of(rate, RATE_TRANSITIONS, {"propose": _("Voorgesteld"), "end": _("Afgelopen")}),
        },
    )


def rate_action(request: HttpRequest, rate_id: str) -> HttpResponse:
    actor = actor_of(request)
    rate = get_object_or_404(rates_visible_to(actor), public_id=rate_id)
    action = request.POST.get("action", "")
    if action not in RATE_TRANSITIONS.transitions:
        raise Http404
    try:
        rate = take_rate_action(rate=rate, action=action, actor=actor, reason=request.POST.get("reason", ""))
        messages.success(request, _("Het tarief staat nu op “%s”.") % rate.get_state_display())
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("networks:rate_detail", rate_id=rate.public_id)


def _organisation(actor: Actor, public_id: str) -> Organisation:
    known = Organisation.objects.visible_to(actor).select_related("merged_into", "undertaking")
    return get_object_or_404(known, public_id=public_id)


def _organisation_page(
    request: HttpRequest, actor: Actor, organisation: Organisation, form: MergeForm
) -> HttpResponse:
    known_as = Membership.objects.visible_to(actor).current().filter(organisation=organisation)
    return render(
        request,
        "networks/organisation_detail.html",
        {
            "page_title": organisation.name,
            "breadcrumbs": _crumbs(
                Link(_("Organisaties"), reverse("networks:organisations")), Link(organisation.name)
            ),
            "organisation": organisation,
            "properties": properties_of(organisation),
            "columns": account_columns(),
            "rows": account_rows(organisation),
            "links": links_of(organisation),
            "to_confirm": claims_waiting(actor),
            "undertaking": undertaking_of(organisation),
            "people": known_as.select_related("user", "network"),
            "lookalikes": lookalikes_of(organisation),
            "form": form,
            "events": events_of(
                organisation, RATE_TRANSITIONS, {"merge": _("Samengevoegd"), "verify": _("Nagekeken")}
            ),
        },
    )


def _rate_properties(rate: Any) -> list[Fact]:
    from skillnet.templatetags.ui import date_long, number

    until = date_long(rate.period.upper) if rate.period.upper else _("nader order")
    return [
        Fact(_("Waarde"), f"{number(rate.value, 6)} {rate.key.unit}"),
        Fact(_("Geldt vanaf"), date_long(rate.period.lower)),
        Fact(_("Tot"), until, hint=_("deze dag niet meer inbegrepen") if rate.period.upper else ""),
        Fact(_("Rechtsgrond"), rate.legal_basis),
        Fact(_("Bron"), rate.source),
        Fact(_("Staat vast"), _("ja") if rate.is_certain else _("nee, nog te bevestigen in de praktijk")),
        Fact(_("Voorgesteld door"), str(rate.proposed_by or "")),
        Fact(_("Bevestigd door"), str(rate.confirmed_by or "")),
        Fact(_("Wat het is"), rate.key.description),
    ]


def _roles_text(user: Any) -> str:
    held = [m for m in user.memberships.all() if m.ended_at is None]
    return "; ".join(f"{m.get_role_display()} ({m.organisation.name})" for m in held)


def _crumbs(*more: Link) -> list[Link]:
    return [Link(_("Beheer"), reverse("networks:administration")), *more]
