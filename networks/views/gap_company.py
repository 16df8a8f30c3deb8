"""Whose gap it is that somebody writes down: the own company's, or that of a member for its network manager."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import Organisation
from networks.own import own_organisation
from skillnet.kernel.actor import Actor
from skillnet.kernel.roles import Role
from skillnet.ui import Link

NAME = "bedrijf"  # in the address: the public id of the member


class MemberForm(forms.Form):
    """One of the companies that the manager's networks hold."""

    bedrijf = forms.ModelChoiceField(
        label=gettext_lazy("Bedrijf"),
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        empty_label=gettext_lazy("kies een bedrijf"),
        help_text=gettext_lazy("Het krijgt wat u invult te lezen en bevestigt het, of niet."),
    )


def member_companies(actor: Actor) -> QuerySet[Organisation]:
    """Active members of the networks that the actor manages, its own company apart."""
    return Organisation.objects.members_managed_by(actor).order_by("name")


def chosen_company(request: HttpRequest, actor: Actor) -> Organisation | None:
    """The member that the address names, else the own company; None where one has still to be chosen."""
    if wanted := request.GET.get(NAME, ""):
        try:
            return get_object_or_404(member_companies(actor), public_id=wanted)
        except ValidationError as error:  # no UUID
            raise Http404 from error
    if actor.has(Role.COMPANY_CONTACT) and NAME not in request.GET:
        return own_organisation(actor)
    return None


def address_for(request: HttpRequest, name: str, *args: str) -> str:
    """The address of a page, for the same member as this one."""
    wanted = request.GET.get(NAME, "")
    return reverse(name, args=args) + (f"?{NAME}={wanted}" if wanted else "")


def pick_company(request: HttpRequest, actor: Actor, title: str) -> HttpResponse:
    """Which member it is about; the same address then goes on for that one."""
    form = MemberForm()
    form.fields[NAME].queryset = member_companies(actor)  # type: ignore[attr-defined]
    if not form.fields[NAME].queryset.exists() and actor.has(Role.COMPANY_CONTACT):  # type: ignore[attr-defined]
        return redirect(request.path)
    context = {
        "page_title": title,
        "breadcrumbs": [Link(_("Competentiekloven"), reverse("networks:gaps")), Link(title)],
        "form": form,
        "empty": not form.fields[NAME].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "networks/gap_company.html", context)
