"""The own organisation: what it is, its figures, who owns whom."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from networks.models import Establishment, JointCommittee, Network, Organisation, OwnershipLink
from networks.organisation_forms import AccountsForm, LinkForm, OrganisationForm
from networks.own import own_organisation
from networks.rules import may_edit_organisation
from networks.services.link_warnings import warnings_about
from networks.services.organisations import save_accounts, save_organisation
from networks.services.undertakings import add_link, confirm_link
from networks.views.helpers import explain
from skillnet import formats
from skillnet.kernel import iban, regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.fields import LANGUAGES
from skillnet.kernel.roles import Role
from skillnet.templatetags.ui import date_long
from skillnet.ui import Action, Column, Fact, Link, Row, row


def organisation(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = own_organisation(actor)
    may_edit = may_edit_organisation(actor)
    actions = [
        Action(_("Aanpassen"), reverse("networks:organisation_edit"), tone="main"),
        Action(_("Cijfers invullen"), reverse("networks:accounts_save")),
        Action(_("Band met een andere organisatie"), reverse("networks:link_new")),
    ]
    return render(
        request,
        "networks/organisation.html",
        {
            "page_title": own.name,
            "organisation": own,
            "actions": actions if may_edit else [],
            "asks_size": actor.has(Role.COMPANY_CONTACT),
            "may_edit": may_edit,
            "properties": properties_of(own, sees_account=True),
            "columns": account_columns(),
            "rows": account_rows(own),
            "links": links_of(own),
            "to_confirm": claims_waiting(actor) if may_edit else set(),
            "ended_links": ended_links_of(own),
            "undertaking": undertaking_of(own),
            "establishments": Establishment.objects.visible_to(actor).of(actor),
            "networks": Network.objects.visible_to(actor).filter(members__organisation=own).distinct(),
        },
    )


def organisation_edit(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = _editable(actor)
    form = OrganisationForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        try:
            save_organisation(organisation=own, values=form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard."))
            return redirect("networks:organisation")
    return _form_page(request, form, _("Organisatie aanpassen"), own)


def accounts_save(request: HttpRequest) -> HttpResponse:
    """Figures of one year; the year that is asked for is filled in."""
    actor = actor_of(request)
    own = _editable(actor)
    wanted = request.GET.get("year", "")
    known = own.accounts.filter(year=wanted).first() if wanted.isdigit() and len(wanted) == 4 else None
    form = AccountsForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            save_accounts(organisation=own, year=values.pop("year"), values=values)
        except ValidationError as error:
            explain(form, error)
        else:
            messages.success(request, _("Bewaard. De kmo-grootte wordt ermee berekend."))
            return redirect("networks:organisation")
    return _form_page(request, form, _("Cijfers van een boekjaar"), own)


def link_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    own = _editable(actor)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        owned_by_other = values.pop("direction") == "owned"
        try:
            link = add_link(actor=actor, organisation=own, values=values, owned_by_other=owned_by_other)
        except ValidationError as error:
            explain(form, error, name="other_name")
        else:
            messages.success(request, _("Bewaard. Voor de andere telt de band zodra zij hem bevestigt."))
            for sentence in warnings_about(link, own):
                messages.warning(request, sentence)
            return redirect("networks:organisation")
    return _form_page(request, form, _("Band met een andere organisatie"), own)


def link_confirm(request: HttpRequest, link_id: str) -> HttpResponse:
    """The other side of a claim says that it is true; so may a coordinator or an administrator."""
    actor = actor_of(request)
    if not may_edit_organisation(actor):
        raise Http404
    claims = OwnershipLink.objects.to_confirm_by(actor).select_related("owned")
    link = get_object_or_404(claims, public_id=link_id)
    confirm_link(link_id=link.pk, actor=actor)
    messages.success(request, _("Bevestigd. Wie als één onderneming telt, is opnieuw berekend."))
    if actor.has(Role.ADMINISTRATOR):
        return redirect("networks:organisation_detail", public_id=link.owned.public_id)
    return redirect("networks:organisation")


def claims_waiting(actor: Actor) -> set[int]:
    """The links that this person may confirm."""
    return set(OwnershipLink.objects.to_confirm_by(actor).values_list("pk", flat=True))


def properties_of(organisation: Organisation, *, sees_account: bool = False) -> list[Fact]:
    verified = _("nagekeken in het register") if organisation.is_verified else _("nog niet nagekeken")
    return [
        Fact(
            _("Ondernemingsnummer"),
            formats.enterprise_number(organisation.enterprise_number or ""),
            hint=verified,
        ),
        Fact(_("Soort"), organisation.get_kind_display()),
        Fact(_("Taal"), dict(LANGUAGES).get(organisation.language, organisation.language)),
        Fact(_("Regio"), regions.display_name(organisation.region) if organisation.region else ""),
        Fact(_("Gemeente"), organisation.municipality),
        Fact(
            _("NACE-code"),
            organisation.nace_code,
            hint=organisation.nace_version if organisation.nace_code else "",
        ),
        Fact(_("Paritair comité"), ", ".join(committees_of(organisation))),
        *([_account(organisation)] if sees_account else []),
    ]


def _account(organisation: Organisation) -> Fact:
    since = organisation.iban_since
    return Fact(
        _("Rekeningnummer"),
        iban.grouped(organisation.iban),
        hint=_("sinds %(day)s") % {"day": date_long(since)} if since else "",
    )


def committees_of(organisation: Organisation) -> list[str]:
    """The committees with their names, as far as the list knows them."""
    language = (get_language() or "nl")[:2]
    codes = [organisation.joint_committee, *organisation.further_committees]
    wanted = [code for code in dict.fromkeys(codes) if code]
    names = {row.code: row.name(language) for row in JointCommittee.objects.filter(code__in=wanted)}
    return [f"{code} {names.get(code, '')}".strip() for code in wanted]


def account_columns() -> list[Column]:
    return [
        Column(_("Boekjaar")),
        Column(_("Personeel (VTE)"), "number"),
        Column(_("Omzet"), "euro"),
        Column(_("Balanstotaal"), "euro"),
    ]


def account_rows(organisation: Organisation) -> list[Row]:
    columns = account_columns()
    return [
        row(columns, [str(year.year), year.headcount, year.turnover, year.balance_sheet])
        for year in organisation.accounts.all()
    ]


def links_of(organisation: Organisation) -> list[OwnershipLink]:
    """Links to either side that count, owners first."""
    counts = Q(until=None) | Q(until__gt=timezone.localdate())
    owners = organisation.owned_by.filter(counts).select_related("owner", "owned", "ending_by")
    owned = organisation.owns.filter(counts).select_related("owner", "owned", "ending_by")
    return [*owners, *owned]


def ended_links_of(organisation: Organisation) -> list[OwnershipLink]:
    """Those that count no more, the last one first."""
    rows = OwnershipLink.objects.filter(Q(owner=organisation) | Q(owned=organisation))
    return list(
        rows.filter(until__lte=timezone.localdate())
        .select_related("owner", "owned")
        .order_by("-until", "-pk")
    )


def undertaking_of(organisation: Organisation) -> list[Organisation]:
    """The other organisations with which it counts as one."""
    root = organisation.undertaking or organisation
    members = [root, *root.undertaking_members.all()]
    return [member for member in members if member.pk != organisation.pk]


def _editable(actor: Actor) -> Organisation:
    if not may_edit_organisation(actor):
        raise Http404
    return own_organisation(actor)


def _form_page(request: HttpRequest, form: object, title: str, own: Organisation) -> HttpResponse:
    back = reverse("networks:organisation")
    return render(
        request,
        "networks/form.html",
        {
            "page_title": title,
            "form": form,
            "cancel_url": back,
            "subline": own.name,
            "breadcrumbs": [Link(_("Mijn organisatie"), back), Link(title)],
        },
    )
