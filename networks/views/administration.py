"""For administrators: organisations and their duplicates, people and roles, rates."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.filters import OrganisationFilter, UserFilter
from networks.models import Membership, Organisation
from networks.organisation_forms import MergeForm, RoleForm
from networks.querysets import lookalikes_of, merged_into, people_visible_to, rates_visible_to
from networks.services.organisations import merge_by_number, set_verified
from networks.services.people import grant_role_by_number
from networks.transitions import RATE_TRANSITIONS
from networks.views.helpers import events_of, explain
from networks.views.organisation import (
    account_columns,
    account_rows,
    claims_waiting,
    ended_links_of,
    links_of,
    properties_of,
    undertaking_of,
)
from skillnet import formats
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Event, Fact, Link

EVENTS = {"merge": gettext_lazy("Samengevoegd"), "verify": gettext_lazy("Nagekeken")}

ORGANISATION_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Organisatie"),
            lambda o: o.name,
            sort="normalised_name",
            url=page_of("networks:organisation_detail"),
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
            url=page_of("networks:user_detail"),
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
            "ended_links": ended_links_of(organisation),
            "to_confirm": claims_waiting(actor),
            "undertaking": undertaking_of(organisation),
            "people": known_as.select_related("user", "network"),
            "lookalikes": lookalikes_of(organisation),
            "merged": [_merged(one) for one in merged_into(organisation)],
            "form": form,
            "events": events_of(organisation, RATE_TRANSITIONS, EVENTS),
        },
    )


def _merged(record: Organisation) -> tuple[Organisation, Event | None]:
    """A record that went up in another, and who joined them when and why."""
    happened = events_of(record, RATE_TRANSITIONS, EVENTS)
    return record, next((event for event in happened if event.label == EVENTS["merge"]), None)


def _roles_text(user: Any) -> str:
    held = [m for m in user.memberships.all() if m.ended_at is None]
    return "; ".join(f"{m.get_role_display()} ({m.organisation.name})" for m in held)


def _crumbs(*more: Link) -> list[Link]:
    return [Link(_("Beheer"), reverse("networks:administration")), *more]
