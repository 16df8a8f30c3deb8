"""Joint committees: the official list as it was last read in, and reading this year's."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

from networks.models import JointCommittee
from networks.services.onboarding import import_joint_committees
from skillnet.kernel.tabular import FileProblem, read_rows
from skillnet.kernel.tabular.problems import render as render_problem
from skillnet.list_filters import simple_filterset
from skillnet.lists import ListColumn, ListSpec, list_response
from skillnet.ui import Action, Link

COMMITTEE_LIST = ListSpec(
    columns=[
        ListColumn(gettext_lazy("Nummer"), lambda c: c.code, sort="code"),
        ListColumn(gettext_lazy("Naam"), lambda c: c.name((get_language() or "nl")[:2])),
        ListColumn(gettext_lazy("Nederlands"), lambda c: c.names.get("nl", ""), export_only=True),
        ListColumn(gettext_lazy("Frans"), lambda c: c.names.get("fr", ""), export_only=True),
        ListColumn(gettext_lazy("Engels"), lambda c: c.names.get("en", ""), export_only=True),
        ListColumn(
            gettext_lazy("Laatst ingelezen"), lambda c: localdate(c.read_at), kind="date", sort="read_at"
        ),
    ],
    noun=npgettext_lazy("count", "paritair comité", "paritaire comités"),
    filename="paritaire-comites",
    filterset=simple_filterset("code", "names__nl", "names__fr", "names__en"),
    order=("code",),
)


class CommitteesForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        help_text=gettext_lazy("CSV of XLSX met de kolommen code, nl, fr en en."),
    )


def committees(request: HttpRequest) -> HttpResponse:
    """The list; organisations choose from it."""
    return list_response(  # type: ignore[return-value]
        request,
        template="networks/committees.html",
        queryset=JointCommittee.objects.all(),
        spec=COMMITTEE_LIST,
        context={
            "page_title": _("Paritaire comités"),
            "breadcrumbs": [
                Link(_("Beheer"), reverse("networks:administration")),
                Link(_("Paritaire comités")),
            ],
            "actions": [Action(_("Lijst inlezen"), reverse("networks:committees_import"), tone="main")],
        },
    )


def committees_import(request: HttpRequest) -> HttpResponse:
    """Read the list of the year in; known codes get their new names and none is taken away."""
    form = CommitteesForm(request.POST or None, request.FILES or None)
    back = reverse("networks:committees")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with read_rows(file, filename=file.name) as table:
                count = import_joint_committees(table)
        except FileProblem as problem:
            form.add_error("file", render_problem(problem, (get_language() or "nl")[:2]))
        else:
            if count:
                messages.success(request, _("%d paritaire comités ingelezen.") % count)
                return redirect(back)
            form.add_error("file", _("Geen enkele rij heeft een code en een naam. Kijk de kolomkoppen na."))
    context = {
        "page_title": _("Lijst inlezen"),
        "subline": _("Paritaire comités"),
        "form": form,
        "cancel_url": back,
        "breadcrumbs": [
            Link(_("Beheer"), reverse("networks:administration")),
            Link(_("Paritaire comités"), back),
            Link(_("Lijst inlezen")),
        ],
    }
    return render(request, "networks/form.html", context)
