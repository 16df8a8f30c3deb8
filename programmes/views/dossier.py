"""The complete file of a programme, and proposals for other software."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from programmes.rules import sight_of
from programmes.services.dossier import dossier_of, facts_of_dossier
from programmes.services.export import HEADER, proposal_rows, proposals
from skillnet.kernel.actor import actor_of
from skillnet.kernel.tabular.writing import csv_chunks
from skillnet.ui import Action, Fact


def programme_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """The dossier as a page that prints well, as PDF (`?format=pdf`) and as JSON (`?format=json`)."""
    actor = actor_of(request)
    visible = Programme.objects.visible_to(actor).select_related(
        "network__call__coordinator", "strategy", "run"
    )
    programme = get_object_or_404(visible, public_id=public_id)
    sight = sight_of(actor, programme)
    if not sight.money:
        raise Http404
    dossier = dossier_of(programme=programme, sight=sight)
    wanted = request.GET.get("format", "")
    if wanted == "json":
        return JsonResponse(dossier, json_dumps_params={"ensure_ascii": False, "indent": 1})
    if wanted == "pdf":
        # fpdf2 is only for who asks a PDF.
        from programmes.services.pdf import dossier_pdf

        name = f"dossier-{slugify(programme.title)[:60]}.pdf"
        return HttpResponse(
            dossier_pdf(dossier),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    here = reverse("programmes:programme_print", args=[public_id])
    context = {
        "page_title": _("Dossier: %(title)s") % {"title": programme.title},
        "printed_at": timezone.now(),
        "programme": programme,
        "dossier": dossier,
        "properties": [Fact(label, value) for label, value in facts_of_dossier(dossier)],
        "tools": [Action("PDF", f"{here}?format=pdf", download=True), Action("JSON", f"{here}?format=json")],
    }
    return render(request, "programmes/dossier.html", context)


def export_proposals(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Programmes that the reader may see, filtered like the list: a page, JSON (default) or CSV."""
    actor = actor_of(request)
    visible = Programme.objects.visible_to(actor)
    filtered = ProgrammeFilter(request.GET or None, queryset=visible, request=request)
    wanted = request.GET.get("format", "")
    if wanted == "json":
        response: HttpResponse = JsonResponse(
            {"programmes": list(proposals(filtered.qs))},
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
        response["Content-Disposition"] = 'attachment; filename="programmas.json"'
        return response
    if wanted == "csv":
        return StreamingHttpResponse(
            csv_chunks(HEADER, proposal_rows(filtered.qs)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="programmas.csv"'},
        )
    context = {
        "page_title": _("Programma’s uitvoeren"),
        "form": filtered.form,
        "count": filtered.qs.count(),
        "query": request.GET.urlencode(),
    }
    return render(request, "programmes/export.html", context)
