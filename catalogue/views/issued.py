"""The register of issued credentials of one microcredential, and how many are renewed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext_lazy

from catalogue.forms import DATE, LinesField
from catalogue.models import IssuedCredential, Microcredential
from catalogue.reading import issued_credential
from catalogue.rules import may_change_offer
from catalogue.services.issuing import issue_credentials, renewal_of, withdraw_issued
from networks.models import Organisation
from networks.views.helpers import explain
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.enterprise_number import InvalidEnterpriseNumberError, parse
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import percent
from skillnet.ui import Fact, Link

SOON_DAYS = 90


def _state(issued: IssuedCredential) -> tuple[str, str]:
    """The state for the tag and its word: renewed, expired, expiring or valid."""
    today = timezone.localdate()
    if getattr(issued, "renewal", None) is not None:
        return "done", _("verlengd")
    if issued.expires_on is None:
        return "valid", _("geldig, vervalt niet")
    if issued.expires_on < today:
        return "expired", _("vervallen")
    if (issued.expires_on - today).days <= SOON_DAYS:
        return "expiring", _("vervalt binnenkort")
    return "valid", _("geldig")


ISSUED_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Kenmerk"), lambda issued: issued.pseudonym, sort="pseudonym"),
        ListColumn(
            gettext_lazy("Bedrijf"),
            lambda issued: issued.organisation.name if issued.organisation else "",
            sort="organisation__name",
        ),
        ListColumn(
            gettext_lazy("Uitgereikt"), lambda issued: issued.issued_on, kind="date", sort="issued_on"
        ),
        ListColumn(
            gettext_lazy("Geldig tot"),
            lambda issued: issued.expires_on or _("vervalt niet"),
            kind="date",
            sort="expires_on",
        ),
        ListColumn(
            gettext_lazy("Toestand"),
            lambda issued: _state(issued)[1],
            kind="state",
            state=lambda issued: _state(issued)[0],
        ),
        ListColumn(
            gettext_lazy("Verlenging van"),
            lambda issued: issued.renewed_from.issued_on if issued.renewed_from else _("eerste bewijs"),
            kind="date",
        ),
        ListColumn(
            gettext_lazy("Digitaal bewijs"),
            lambda issued: "JSON-LD",
            url=page_of("catalogue:issued_document"),
        ),
    ],
    noun=npgettext_lazy("count", "bewijs", "bewijzen"),
    filename="uitgereikte-bewijzen",
    filterset=simple_filterset("pseudonym", "organisation__name"),
    order=("-issued_on", "-pk"),
)


MY_LIST = replace(
    ISSUED_LIST,
    columns=[
        ListColumn(
            gettext_lazy("Bewijs"),
            lambda issued: issued.microcredential.title,
            sort="microcredential__title",
            url=page_of("catalogue:microcredential_detail", "microcredential"),
        ),
        *(column for column in ISSUED_LIST.columns if column.sort != "organisation__name"),
    ],
    filename="bewijzen",
    order=("expires_on", "pk"),
)


class IssueForm(forms.Form):
    """Who got it on one day: references only, no names."""

    pseudonyms = LinesField(
        label=gettext_lazy("Kenmerken"),
        help_text=gettext_lazy("Eén per regel: uw eigen kenmerk, geen naam, adres of rijksregisternummer."),
    )
    issued_on = forms.DateField(
        label=gettext_lazy("Uitgereikt op"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    company = forms.CharField(
        label=gettext_lazy("Ondernemingsnummer van het bedrijf"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Dan krijgt ook het bedrijf bericht voor het bewijs vervalt."),
    )

    def clean_company(self) -> Organisation | None:
        text = self.cleaned_data["company"].strip()
        if not text:
            return None
        try:
            number = parse(text)
        except InvalidEnterpriseNumberError as error:
            raise forms.ValidationError(
                _("Dit is geen geldig ondernemingsnummer. Kijk de tien cijfers na.")
            ) from error
        found = Organisation.objects.filter(enterprise_number=number, merged_into=None).first()
        if found is None:
            raise forms.ValidationError(
                _("Dit bedrijf is hier niet bekend. Laat het veld leeg of kijk het na.")
            )
        return found


class WithdrawForm(forms.Form):
    """Which entry was a mistake, and why."""

    prefix = "mistake"
    pseudonym = forms.CharField(label=gettext_lazy("Kenmerk"), max_length=40)
    issued_on = forms.DateField(label=gettext_lazy("Uitgereikt op"), widget=forms.DateInput(attrs=DATE))
    reason = forms.CharField(
        label=gettext_lazy("Motivering"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def _withdraw(request: HttpRequest, actor: Actor, credential: Microcredential, form: WithdrawForm) -> bool:
    values = form.cleaned_data
    rows = IssuedCredential.objects.visible_to(actor).filter(microcredential=credential)
    row = rows.filter(pseudonym=values["pseudonym"].strip(), issued_on=values["issued_on"]).first()
    if row is None:
        form.add_error("pseudonym", _("Op die dag is er geen bewijs met dit kenmerk uitgereikt."))
        return False
    try:
        withdraw_issued(actor=actor, issued=row, reason=values["reason"])
    except ValidationError as error:
        explain(form, error)
        return False
    messages.success(request, _("Het bewijs is weggehaald. De geschiedenis bewaart het."))
    return True


def issued(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was issued, what expires, the renewal rate, and entering more."""
    actor = actor_of(request)
    credential = _own(actor, public_id)
    is_mistake = "withdraw" in request.POST
    mistake = WithdrawForm(request.POST if is_mistake else None)
    if is_mistake and mistake.is_valid() and _withdraw(request, actor, credential, mistake):
        return redirect("catalogue:issued", public_id=public_id)
    entered = None if is_mistake else request.POST or None
    form = IssueForm(entered, initial={"issued_on": timezone.localdate()})
    if (
        request.method == "POST"
        and not is_mistake
        and form.is_valid()
        and _issue(request, actor, credential, form)
    ):
        return redirect("catalogue:issued", public_id=public_id)
    rows = IssuedCredential.objects.visible_to(actor).filter(microcredential=credential)
    context: dict[str, Any] = {
        "page_title": _("Uitgereikte bewijzen"),
        "breadcrumbs": [
            Link(_("Mijn aanbod"), reverse("catalogue:my_offers")),
            Link(credential.title, reverse("catalogue:microcredential_detail", args=[credential.public_id])),
            Link(_("Uitgereikt")),
        ],
        "credential": credential,
        "facts": _facts(credential),
        "issue_form": form,
        "withdraw_form": mistake,
    }
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/issued.html",
        queryset=rows.select_related("organisation", "renewed_from", "renewal"),
        spec=ISSUED_LIST,
        context=context,
    )


def issued_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The credential as a European Digital Credential, unsigned, for its issuer and the company of its holder."""
    rows = IssuedCredential.objects.visible_to(actor_of(request)).select_related(
        "microcredential__offer__provider__organisation"
    )
    row = get_object_or_404(rows, public_id=public_id)
    response = JsonResponse(
        issued_credential(row),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = f'attachment; filename="bewijs-{row.issued_on}.jsonld"'
    response["Cache-Control"] = "private, no-store"
    return response


def my_credentials(request: HttpRequest) -> HttpResponse:
    """What the people of a company hold and when it expires, by the issuer's references."""
    actor = actor_of(request)
    rows = IssuedCredential.objects.visible_to(actor).filter(organisation=actor.organisation_id)
    return list_response(  # type: ignore[return-value]
        request,
        template="catalogue/my_credentials.html",
        queryset=rows.select_related("microcredential", "renewed_from", "renewal"),
        spec=MY_LIST,
        context={"page_title": _("Bewijzen van mijn mensen")},
    )


def _issue(request: HttpRequest, actor: Actor, credential: Microcredential, form: IssueForm) -> bool:
    try:
        entered = issue_credentials(
            actor=actor,
            credential=credential,
            pseudonyms=form.cleaned_data["pseudonyms"],
            issued_on=form.cleaned_data["issued_on"],
            organisation=form.cleaned_data["company"],
        )
    except ValidationError as error:
        explain(form, error)
        return False
    added = ngettext("%(n)d bewijs toegevoegd.", "%(n)d bewijzen toegevoegd.", len(entered))
    messages.success(request, added % {"n": len(entered)})
    return True


def _facts(credential: Microcredential) -> list[Fact]:
    today = timezone.localdate()
    renewal = renewal_of(credential, today)
    rows = credential.issued.all()
    open_rows = rows.filter(renewal=None)
    soon = open_rows.filter(expires_on__range=(today, today + timedelta(days=SOON_DAYS)))
    return [
        Fact(_("Uitgereikt"), rows.count()),
        Fact(_("Vervalt binnen negentig dagen"), soon.count()),
        Fact(
            _("Verlengd na afloop"),
            percent(renewal.rate) if renewal.rate is not None else _("nog niets afgelopen"),
            hint=_("%(renewed)d van %(ended)d") % {"renewed": renewal.renewed, "ended": renewal.ended},
        ),
        Fact(
            _("Geldig"),
            _("%(months)d maanden") % {"months": credential.validity_months}
            if credential.validity_months
            else _("vervalt niet"),
        ),
    ]


def _own(actor: Actor, public_id: str) -> Microcredential:
    found = Microcredential.objects.visible_to(actor).select_related(
        "offer__provider__organisation", "refresher"
    )
    credential = get_object_or_404(found, public_id=public_id)
    if not may_change_offer(actor, credential.offer):
        return get_object_or_404(found.none(), public_id=public_id)
    return credential
