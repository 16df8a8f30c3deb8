"""Coming in by enterprise number, answering who asks for access, places of the organisation."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.models import AccessRequest, Establishment
from networks.organisation_forms import EstablishmentForm
from networks.own import own_organisation
from networks.services.onboarding import (
    add_establishment,
    answer_access,
    close_establishment,
    onboard_company,
)
from networks.views.helpers import explain
from skillnet.kernel.actor import SESSION_KEY, actor_of
from skillnet.kernel.roles import Role
from skillnet.kernel.transitions import TransitionRefused
from skillnet.ui import Link


class OnboardForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Wat wilt u doen?"),
        choices=[
            (Role.COMPANY_CONTACT, gettext_lazy("Opleiding zoeken voor mijn mensen (bedrijf)")),
            (Role.PROVIDER, gettext_lazy("Opleidingen aanbieden (opleidingsverstrekker)")),
        ],
        initial=Role.COMPANY_CONTACT,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Doet u allebei, begin dan met het bedrijf; het aanbod voegt u later toe."),
    )
    number = forms.CharField(
        label=gettext_lazy("Ondernemingsnummer"),
        help_text=gettext_lazy("Tien cijfers, bv. 0123.456.749. U vindt het op elke factuur."),
    )
    name = forms.CharField(
        label=gettext_lazy("Naam"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Alleen nodig als we de organisatie nog niet kennen."),
    )
    message = forms.CharField(
        label=gettext_lazy("Boodschap"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Kennen we de organisatie al, dan lezen haar mensen dit bij uw vraag om toegang."
        ),
    )


def onboard(request: HttpRequest) -> HttpResponse:
    """Work for a company or keep a provider's supply: a new one at once, a known one once its people agree."""
    actor = actor_of(request)
    form = OnboardForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and actor.user is not None:
        try:
            values = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
            result = onboard_company(user=actor.user, **values)
        except ValidationError as error:
            explain(form, error)
        else:
            if result.request is None:
                request.session[SESSION_KEY] = result.organisation.pk
                messages.success(
                    request,
                    _("U werkt nu voor %s. Vul de gegevens van uw organisatie aan.")
                    % result.organisation.name,
                )
                return redirect("home")
            messages.success(
                request,
                _("We kennen %s al. Uw vraag om toegang ligt bij de mensen van de organisatie.")
                % result.organisation.name,
            )
            return redirect("networks:onboard")
    context = {
        "page_title": _("Uw organisatie aanmelden"),
        "form": form,
        "requests": AccessRequest.objects.visible_to(actor)
        .filter(user=actor.user)
        .select_related("organisation", "network"),
    }
    return render(request, "networks/onboard.html", context)


def access_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = actor_of(request)
    row = get_object_or_404(AccessRequest.objects.visible_to(actor), public_id=public_id)
    try:
        answered = answer_access(
            request=row,
            grant=request.POST.get("action") == "grant",
            actor=actor,
            reason=request.POST.get("reason", ""),
        )
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{answered.user}: {answered.get_state_display()}.")
    return redirect("networks:people")


def establishment_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    organisation = own_organisation(actor)
    form = EstablishmentForm(request.POST or None)
    back = reverse("networks:organisation")
    if request.method == "POST" and form.is_valid():
        try:
            add_establishment(organisation=organisation, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect(back)
    context = {
        "page_title": _("Vestiging toevoegen"),
        "subline": organisation.name,
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [Link(organisation.name, back), Link(_("Vestiging toevoegen"))],
    }
    return render(request, "networks/form.html", context)


def establishment_close(request: HttpRequest, establishment_id: str) -> HttpResponse:
    actor = actor_of(request)
    place = get_object_or_404(Establishment.objects.visible_to(actor).of(actor), public_id=establishment_id)
    close_establishment(establishment=place, day=timezone.localdate())
    messages.success(request, _("%s is gesloten.") % place.name)
    return redirect("networks:organisation")
