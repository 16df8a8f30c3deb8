"""Shortage occupations: the list of a year and region, what changed since, importing, linking by hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from matching.filters import ShortageFilter
from matching.models import Occupation
from matching.rules import may_manage_shortages
from matching.services.occupation_proposals import propose_occupations
from matching.services.shortage_import import import_shortages
from matching.services.shortage_links import link_occupation
from matching.services.shortages import change_since_last_year
from matching.shortage_models import ShortageList, ShortageOccupation
from skillnet.kernel import regions
from skillnet.kernel.actor import Actor, actor_of
from skillnet.kernel.tabular import read_rows
from skillnet.kernel.tabular.problems import FileProblem
from skillnet.kernel.tabular.problems import render as render_problem
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Fact, Link, Tab

REGION_CHOICES = [
    ("BE2", "Vlaams Gewest"),
    ("BE1", "Brussels Hoofdstedelijk Gewest"),
    ("BE3", "Waals Gewest"),
]


def _language() -> str:
    return (get_language() or "nl")[:2]


def _address(row: ShortageOccupation) -> str:
    return reverse("matching:shortage", args=[row.public_id])


SHORTAGE_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Beroep"), lambda r: r.name(_language()), sort="key", url=_address),
        ListColumn(gettext_lazy("Beroepsgroep"), lambda r: r.group, sort="group"),
        ListColumn(gettext_lazy("Oorzaken"), lambda r: ", ".join(short_causes(r)) or None),
        ListColumn(
            gettext_lazy("Arbeidsmigratie"),
            lambda r: _("ja") if r.is_ministerial else _("nee"),
            sort="is_ministerial",
        ),
        ListColumn(
            gettext_lazy("Koppeling"),
            lambda r: r.get_link_display(),
            kind="state",
            sort="link",
            state=lambda r: "draft" if r.link == "none" else "active",
        ),
        ListColumn(gettext_lazy("Vaardigheden"), lambda r: len(r.skills), kind="number"),
        ListColumn(gettext_lazy("Code"), lambda r: r.code, export_only=True),
        ListColumn(
            gettext_lazy("ESCO-beroep"), lambda r: r.occupation.uri if r.occupation else "", export_only=True
        ),
    ],
    noun=npgettext_lazy("count", "beroep", "beroepen"),
    filename="knelpuntberoepen",
    filterset=ShortageFilter,
    order=("key",),
)


class ImportForm(forms.Form):
    year = forms.IntegerField(
        label=gettext_lazy("Jaar"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    region = forms.ChoiceField(label=gettext_lazy("Regio"), choices=REGION_CHOICES)
    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        help_text=gettext_lazy(
            "CSV of XLSX met een kolom occupation, en als u ze hebt: region, group, code, causes, "
            "ministerial_list, occupation_uri."
        ),
    )
    accept_loss = forms.BooleanField(
        label=gettext_lazy("Meer dan de helft van de vorige lijst viel weg: dat klopt"), required=False
    )


class LinkForm(forms.Form):
    occupation = forms.ChoiceField(label=gettext_lazy("ESCO-beroep"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, proposals: list[Occupation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = _language()
        self.fields["occupation"].choices = [  # type: ignore[attr-defined]
            (row.uri, row.labels.get(language) or str(row)) for row in proposals
        ]


def cause_words(row: ShortageOccupation) -> list[str]:
    return [str(ShortageOccupation.Cause(cause).label) for cause in row.causes]


def short_causes(row: ShortageOccupation) -> list[str]:
    """The causes in a word each; the page of the occupation explains them."""
    return [word.partition(":")[0] for word in cause_words(row)]


def shortages(request: HttpRequest) -> HttpResponse:
    """The newest list, or the one that is asked for, with what changed since the year before."""
    actor = actor_of(request)
    lists = list(ShortageList.objects.all())
    listing = _chosen(request, lists)
    change = change_since_last_year(listing) if listing else None
    context = {
        "page_title": _("Knelpuntberoepen"),
        "listing": listing,
        "tabs": [
            Tab(
                f"{regions.display_name(row.region, _language())} {row.year}",
                f"?list={row.public_id}",
                current=listing is not None and row.pk == listing.pk,
            )
            for row in lists
        ],
        "list_url": f"?list={listing.public_id}" if listing else "",
        "change": change,
        "language": _language(),
        "facts": _facts(listing) if listing else [],
        "has_esco": Occupation.objects.exclude(essential=[]).exists(),
        "may_import": may_manage_shortages(actor),
        "actions": [Action(_("Lijst inlezen"), reverse("matching:shortage_import"), tone="main")]
        if may_manage_shortages(actor)
        else [],
    }
    return list_response(  # type: ignore[return-value]
        request,
        template="matching/shortages.html",
        queryset=_rows(listing),
        spec=SHORTAGE_LIST,
        context=context,
    )


def shortage(request: HttpRequest, shortage_id: str) -> HttpResponse:
    """One occupation: its causes, its skills, and linking it to ESCO."""
    actor = actor_of(request)
    row = get_object_or_404(
        ShortageOccupation.objects.select_related("listing", "occupation"), public_id=shortage_id
    )
    may_link = may_manage_shortages(actor)
    wanted = request.GET.get("q", "").strip()[:200]
    proposals = propose_occupations(wanted or row.name(_language()), _language()) if may_link else []
    form = LinkForm(request.POST or None, proposals=proposals)
    if request.method == "POST":
        if not may_link:
            raise Http404
        if form.is_valid() and _linked(request, actor, row, form):
            return redirect("matching:shortage", shortage_id=row.public_id)
    back = f"{reverse('matching:shortages')}?list={row.listing.public_id}"
    context = {
        "page_title": row.name(_language()),
        "breadcrumbs": [Link(_("Knelpuntberoepen"), back), Link(row.name(_language()))],
        "row": row,
        "causes": list(zip(row.causes, cause_words(row), strict=True)),
        "skills": _skill_names(row),
        "form": form if may_link and proposals else None,
        "may_link": may_link,
        "wanted": wanted,
    }
    return render(request, "matching/shortage.html", context)


def shortage_import(request: HttpRequest) -> HttpResponse:
    """Read a yearly list in."""
    actor = actor_of(request)
    form = ImportForm(
        request.POST or None, request.FILES or None, initial={"year": timezone.localdate().year}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with read_rows(data["file"], filename=data["file"].name) as table:
                report = import_shortages(
                    table,
                    year=data["year"],
                    region=data["region"],
                    actor=actor,
                    source=data["file"].name,
                    accept_loss=data["accept_loss"],
                )
        except FileProblem as problem:
            form.add_error("file", render_problem(problem, _language()))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            for line, what in report.problems[:20]:
                messages.warning(request, _("Regel %(line)d: %(what)s.") % {"line": line, "what": what})
            messages.success(
                request,
                _("%(created)d nieuw, %(changed)d gewijzigd, %(dropped)d weg; %(linked)d gekoppeld aan ESCO.")
                % {
                    "created": report.created,
                    "changed": report.changed,
                    "dropped": report.dropped,
                    "linked": report.linked,
                },
            )
            listing = ShortageList.objects.get(year=data["year"], region=data["region"])
            return redirect(f"{reverse('matching:shortages')}?list={listing.public_id}")
    back = reverse("matching:shortages")
    context = {
        "page_title": _("Lijst inlezen"),
        "subline": _("Knelpuntberoepen"),
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [Link(_("Knelpuntberoepen"), back), Link(_("Lijst inlezen"))],
    }
    return render(request, "networks/form.html", context)


def _linked(request: HttpRequest, actor: Actor, row: ShortageOccupation, form: LinkForm) -> bool:
    try:
        link_occupation(row=row, occupation_uri=form.cleaned_data["occupation"], actor=actor)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Gekoppeld: de prioriteiten rekenen ermee."))
    return True


def _chosen(request: HttpRequest, lists: list[ShortageList]) -> ShortageList | None:
    wanted = request.GET.get("list", "")
    found = next((row for row in lists if str(row.public_id) == wanted), None)
    flemish = next((row for row in lists if row.region == "BE2"), None)
    return found or flemish or (lists[0] if lists else None)


def _rows(listing: ShortageList | None) -> QuerySet[ShortageOccupation]:
    rows = ShortageOccupation.objects.filter(is_listed=True).select_related("occupation")
    return rows.filter(listing=listing) if listing else rows.none()


def _facts(listing: ShortageList) -> list[Fact]:
    listed = listing.occupations.filter(is_listed=True)
    total, open_ones = listed.count(), listed.filter(link="none").count()
    return [
        Fact(_("Beroepen"), total),
        Fact(_("Gekoppeld aan ESCO"), total - open_ones, hint=_("tellen mee in de prioriteit")),
        Fact(_("Nog te koppelen"), open_ones),
    ]


def _skill_names(row: ShortageOccupation) -> list[str]:
    from matching.models import Skill

    language = _language()
    return sorted(skill.label(language) for skill in Skill.objects.filter(uri__in=row.skills))
