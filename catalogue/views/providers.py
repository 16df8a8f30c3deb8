"""Who teaches: the public list, what those who verify and recognise see, and the labels of a provider."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from catalogue.models import Provider, QualityLabel
from catalogue.provider_forms import LabelForm, ProviderFilter, RecognitionForm
from catalogue.provider_transitions import PROVIDER_TRANSITIONS
from catalogue.rules import may_review_provider
from catalogue.services.recognition import (
    decide_recognition,
    end_label,
    restore_label,
    save_label,
    take_provider_step,
)
from catalogue.views.presenting import provider_properties
from catalogue.views.recognising import review_context
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.terms import SUSPENSION_ANSWER, term
from skillnet.kernel.transitions import TransitionRefused
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Link

PROVIDER_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Verstrekker"),
            lambda provider: provider.organisation.name,
            sort="organisation__name",
            url=page_of("catalogue:provider_detail"),
        ),
        ListColumn(gettext_lazy("Soort"), lambda provider: provider.get_kind_display(), sort="kind"),
        ListColumn(
            gettext_lazy("Gemeente"), lambda provider: provider.organisation.municipality,
            sort="organisation__municipality",
        ),
        ListColumn(gettext_lazy("Opleidingen"), lambda provider: provider.taught, kind="number", sort="taught"),
        ListColumn(
            gettext_lazy("Erkend sinds"), lambda provider: provider.recognised_since, kind="date",
            sort="recognised_since",
        ),
        ListColumn(gettext_lazy("Kwaliteitslabel"), lambda provider: provider.quality_label),
        ListColumn(
            gettext_lazy("Nazicht"),
            lambda provider: provider.get_state_display(),
            kind="state",
            sort="state",
            state=lambda provider: provider.state,
        ),
    ],
    noun=npgettext_lazy("count", "verstrekker", "verstrekkers"),
    filename="opleidingsverstrekkers",
    filterset=ProviderFilter,
    order=("organisation__name", "pk"),
)  # fmt: skip


def providers(request: HttpRequest) -> HttpResponse:
    """Everybody who teaches, with recognition, labels and where their verification stands."""
    actor = actor_of(request)
    found = Provider.objects.visible_to(actor).filter(organisation__merged_into=None)
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/provider_list.html",
        queryset=found.annotate(taught=Count("offers", filter=Q(offers__state="active"))),
        spec=PROVIDER_LIST,
        context={
            "page_title": _("Opleidingsverstrekkers"),
            "breadcrumbs": [
                Link(_("Aanbod"), reverse("catalogue:offers")),
                Link(_("Opleidingsverstrekkers")),
            ],
        },
    )


def provider_review(request: HttpRequest, public_id: str) -> HttpResponse:
    """What who decides needs: what is missing, what was decided and why, and the next step."""
    actor = actor_of(request)
    provider = _provider(actor, public_id)
    return render(
        request,
        "catalogue/provider_review.html",
        {
            "page_title": _("Nazicht van %(name)s") % {"name": provider.organisation.name},
            "breadcrumbs": _crumbs(provider, _("Nazicht")),
            "provider": provider,
            "days": term(SUSPENSION_ANSWER).days,
            "properties": provider_properties(provider),
            **review_context(actor, provider),
            "may_recognise": may_review_provider(actor, provider),
        },
    )


def provider_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """A step of the provider itself, or of who verifies."""
    actor = actor_of(request)
    provider = _provider(actor, public_id)
    action = request.POST.get("action", "")
    if action not in PROVIDER_TRANSITIONS.transitions or not _is_party(actor, provider):
        raise Http404
    try:
        provider = take_provider_step(
            provider=provider, action=action, actor=actor, reason=request.POST.get("reason", "")
        )
        messages.success(request, _("De stap is gezet: %(state)s.") % {"state": provider.get_state_display()})
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
    if may_review_provider(actor, provider):
        return redirect("catalogue:provider_review", public_id=public_id)
    return redirect("catalogue:my_provider")


def recognition_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new decision about recognition; earlier ones stay readable."""
    actor = actor_of(request)
    provider = _provider(actor, public_id)
    if not may_review_provider(actor, provider):
        raise Http404
    form = RecognitionForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            decide_recognition(actor=actor, provider=provider, values=form.values(), scores=form.scores())
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("De beslissing is bewaard en aan de verstrekker gemeld."))
            return redirect("catalogue:provider_review", public_id=public_id)
    return render(
        request,
        "catalogue/recognition_form.html",
        {
            "page_title": _("Beslissen over een erkenning"),
            "breadcrumbs": _crumbs(provider, _("Erkenning")),
            "provider": provider,
            "form": form,
            "pairs": form.pairs(),
            "cancel_url": reverse("catalogue:provider_review", args=[provider.public_id]),
        },
    )


def label_new(request: HttpRequest) -> HttpResponse:
    """A provider adds a label that it holds."""
    actor = actor_of(request)
    provider = get_object_or_404(Provider.objects.visible_to(actor).of(actor))
    form = LabelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save_label(actor=actor, provider=provider, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Het label staat op uw pagina."))
            return redirect("catalogue:my_provider")
    return render(
        request,
        "catalogue/label_form.html",
        {
            "page_title": _("Kwaliteitslabel toevoegen"),
            "breadcrumbs": [
                Link(_("Profiel"), reverse("catalogue:my_provider")),
                Link(_("Kwaliteitslabel")),
            ],
            "form": form,
            "cancel_url": reverse("catalogue:my_provider"),
        },
    )


def label_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a label off the page, or puts it back."""
    actor = actor_of(request)
    label = get_object_or_404(QualityLabel.objects.editable_by(actor), public_id=public_id)
    if request.POST.get("action") == "undo":
        restore_label(actor=actor, label=label)
        messages.success(request, _("Het label staat weer op uw pagina."))
        return redirect("catalogue:my_provider")
    end_label(actor=actor, label=label)
    return redirect(f"{reverse('catalogue:my_provider')}?label={label.public_id}")


def _provider(actor: Actor, public_id: str) -> Provider:
    return get_object_or_404(Provider.objects.visible_to(actor), public_id=public_id)


def _is_party(actor: Actor, provider: Provider) -> bool:
    return may_review_provider(actor, provider) or actor.organisation_id == provider.organisation_id


def _crumbs(provider: Provider, here: str) -> list[Link]:
    return [
        Link(_("Opleidingsverstrekkers"), reverse("catalogue:providers")),
        Link(provider.organisation.name, reverse("catalogue:provider_detail", args=[provider.public_id])),
        Link(here),
    ]
