"""The de minimis ledger: where each undertaking stands, what it declares, what must be registered."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, npgettext_lazy

from networks.models import Organisation
from networks.own import own_organisation
from networks.views.helpers import explain
from programmes.forms import DeclareForm
from programmes.models import DeMinimisAid, LedgerCorrection
from programmes.querysets import ledger_organisations
from programmes.services.declarations import attach_proof
from programmes.services.ledger import (
    REGISTER_DAYS,
    counts_today,
    declare_de_minimis,
    mark_registered,
    register_deadline,
    undertaking_position,
    window_years,
)
from programmes.services.terms import term
from skillnet.formats import enterprise_number
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.addresses import page_of
from skillnet.kernel.roles import Role
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.templatetags.ui import euro
from skillnet.ui import Action, Cell, Column, Link, row

HIGH = 0.8  # from here on a ceiling is near

LEDGER_LIST = ListSpec(
    columns=[
        ListColumn(
            gettext_lazy("Onderneming"),
            lambda o: o.name,
            sort="name",
            url=page_of("programmes:ledger_detail"),
        ),
        ListColumn(
            gettext_lazy("Ondernemingsnummer"),
            lambda o: enterprise_number(o.enterprise_number or ""),
            export_only=True,
        ),
        ListColumn(gettext_lazy("Toekenningen"), lambda o: o.grants, kind="number", sort="grants"),
        ListColumn(gettext_lazy("Bedrag, alle jaren"), lambda o: o.aid, kind="cents", sort="aid"),
    ],
    noun=npgettext_lazy("count", "onderneming", "ondernemingen"),
    filename="de-minimis",
    filterset=simple_filterset("name", "enterprise_number"),
    order=("-aid", "name"),
)

REGISTER_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Onderneming"), lambda a: a.organisation.name, sort="organisation__name"),
        ListColumn(
            gettext_lazy("Ondernemingsnummer"),
            lambda a: enterprise_number(a.organisation.enterprise_number or ""),
            sort="organisation__enterprise_number",
        ),
        ListColumn(gettext_lazy("NACE"), lambda a: a.organisation.nace_code, export_only=True),
        ListColumn(gettext_lazy("Toegekend op"), lambda a: a.granted_on, kind="date", sort="granted_on"),
        ListColumn(gettext_lazy("Bedrag"), lambda a: a.counted, kind="cents", sort="amount"),
        ListColumn(gettext_lazy("Steunverlener"), lambda a: a.granter),
        ListColumn(gettext_lazy("Instrument"), lambda a: _("subsidie"), export_only=True),
        ListColumn(gettext_lazy("Registreren tegen"), register_deadline, kind="deadline", sort="granted_on"),
    ],
    noun=npgettext_lazy("count", "toekenning", "toekenningen"),
    filename="de-minimisregister",
    filterset=simple_filterset("organisation__name", "organisation__enterprise_number", "granter"),
    order=("granted_on", "pk"),
)


def ledger_list(request: HttpRequest) -> HttpResponse:
    """Every undertaking that had aid; a company goes straight to its own."""
    actor = actor_of(request)
    if not actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        own = own_organisation(actor)
        return redirect("programmes:ledger_detail", public_id=own.public_id)
    organisations = ledger_organisations(Organisation.objects.visible_to(actor), actor)
    with_aid = (
        Organisation.objects.visible_to(actor)
        .filter(pk__in=organisations.values("pk"), de_minimis_aid__isnull=False)
        .annotate(grants=Count("de_minimis_aid"), aid=Sum("de_minimis_aid__amount"))
    )
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/ledger_list.html",
        queryset=with_aid,
        spec=LEDGER_LIST,
        context={
            "page_title": _("De-minimissteun"),
            "years": window_years(),
            "actions": [
                Action(_("Te registreren"), reverse("programmes:ledger_register")),
                Action(_("Te publiceren"), reverse("programmes:publications")),
            ],
        },
    )


def ledger_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """What counts against the ceiling today, what no longer does, and how much is left."""
    actor = actor_of(request)
    organisation = _organisation(actor, public_id)
    position = undertaking_position(organisation=organisation)
    is_own = actor.has(Role.COMPANY_CONTACT) and organisation.pk == actor.organisation_id
    context = {
        "page_title": _("De-minimissteun van %(name)s") % {"name": organisation.name},
        "breadcrumbs": _crumbs(actor, organisation),
        "organisation": organisation,
        "position": position,
        "used": float(position.used),
        "ceiling": float(position.ceiling),
        "high": float(position.ceiling) * HIGH,
        "columns": _columns(),
        "rows": _rows(position.counted),
        "expired": _rows(position.expired),
        "is_own": is_own,
        "actions": [
            Action(
                _("Andere steun aangeven"),
                reverse("programmes:ledger_declare", args=[organisation.public_id]),
                tone="main",
            )
        ]
        if is_own
        else [
            Action(
                _("Grootte van de onderneming"), reverse("programmes:sme_of", args=[organisation.public_id])
            )
        ],
    }
    return render(request, "programmes/ledger_detail.html", context)


def ledger_declare(request: HttpRequest, public_id: str) -> HttpResponse:
    """A company says what aid it had elsewhere."""
    actor = actor_of(request)
    own = Organisation.objects.visible_to(actor).filter(pk=actor.organisation_id or 0)
    organisation = get_object_or_404(own, public_id=public_id)
    form = DeclareForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            aid = _declare(organisation, actor, form.cleaned_data)
        except ValidationError as error:
            explain(form, error)
        else:
            if counts_today(aid):
                messages.success(request, _("Aangegeven. Deze steun telt vanaf nu mee."))
            else:
                messages.warning(
                    request,
                    _(
                        "Aangegeven, maar deze steun is ouder dan %(years)s jaar: ze telt niet meer mee. "
                        "Klopt de dag?"
                    )
                    % {"years": window_years()},
                )
            return redirect("programmes:ledger_detail", public_id=public_id)
    context = {
        "page_title": _("Andere de-minimissteun aangeven"),
        "breadcrumbs": [*_crumbs(actor, organisation)[:-1], Link(_("Aangeven"))],
        "organisation": organisation,
        "years": window_years(),
        "form": form,
    }
    return render(request, "programmes/ledger_declare.html", context)


def _declare(organisation: Organisation, actor: Actor, data: dict[str, Any]) -> DeMinimisAid:
    """The aid and its proof, both or neither."""
    values = {name: value for name, value in data.items() if name != "file"}
    with transaction.atomic():
        aid = declare_de_minimis(organisation=organisation, user=actor.user, **values)
        if data["file"]:
            attach_proof(aid_id=aid.pk, upload=data["file"], actor=actor)
    return aid


def register_list(request: HttpRequest) -> HttpResponse:
    """Grants that must stand in the European register in time, the most urgent first."""
    actor = actor_of(request)
    waiting = _to_register(actor)
    return list_response(  # type: ignore[return-value]
        request,
        template="programmes/ledger_register.html",
        queryset=waiting,
        spec=REGISTER_LIST,
        context={
            "page_title": _("Te registreren de-minimissteun"),
            "breadcrumbs": [Link(_("De-minimissteun"), reverse("programmes:ledger")), Link(_("Register"))],
            "may_mark": actor.has(Role.COORDINATOR),
            "workdays": int(term(REGISTER_DAYS, timezone.localdate())),
            "today": timezone.localdate(),
            "corrected": LedgerCorrection.objects.of_coordinator(actor)
            .to_register()
            .select_related("aid__organisation")[:200],
        },
    )


def register_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that a grant was entered in the register."""
    actor = actor_of(request)
    aid = get_object_or_404(_to_register(actor), public_id=public_id)
    mark_registered(aid_id=aid.pk, actor=actor, reference=request.POST.get("reference", ""))
    messages.success(request, _("Genoteerd: deze steun staat in het register."))
    return redirect("programmes:ledger_register")


def _to_register(actor: Actor) -> Any:
    own = (
        Q()
        if actor.has(Role.ADMINISTRATOR)
        else Q(participation__programme__network__call__coordinator=actor.organisation_id)
    )
    visible = DeMinimisAid.objects.visible_to(actor).to_register().filter(own)
    rows = visible.select_related("organisation", "participation__programme").prefetch_related("corrections")
    return rows.order_by("granted_on", "pk")


def _organisation(actor: Actor, public_id: str) -> Organisation:
    from django.http import Http404

    known = ledger_organisations(Organisation.objects.visible_to(actor), actor)
    found: Organisation | None = known.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _crumbs(actor: Actor, organisation: Organisation) -> list[Link]:
    return [Link(_("De-minimissteun"), reverse("programmes:ledger")), Link(organisation.name)]


def _columns() -> list[Column]:
    return [
        Column(_("Onderneming")),
        Column(_("Toegekend op"), kind="date"),
        Column(_("Steunverlener")),
        Column(_("Soort")),
        Column(_("Bedrag"), kind="cents"),
        Column(_("Bron")),
    ]


def _rows(aid: Any) -> list[Any]:
    return [
        row(
            _columns(),
            [
                a.organisation.name,
                a.granted_on,
                a.granter,
                a.get_basis_display(),
                Cell(a.counted, note=_corrected(a)),
                Cell(
                    _("dit netwerk") if a.participation_id else _("eigen verklaring"),
                    url=reverse("programmes:ledger_entry", args=[a.public_id]),
                ),
            ],
        )
        for a in aid
    ]


def _corrected(aid: DeMinimisAid) -> str:
    """The entry stays as it was granted; what was paid less or taken back since is said beside it."""
    if aid.counted == aid.amount:
        return ""
    return _("toegekend %(amount)s, daarna verminderd") % {"amount": euro(aid.amount, 2)}
