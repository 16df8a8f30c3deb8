"""Many gaps at once: a grid to fill in or paste into, earlier gaps to take over, drafts to register."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.grid import Cells, LostCell, fill_down, is_heading, known_choices, parse_cells
from networks.grid_forms import EMPTY_ROWS, GRID_COLUMNS, CopyRowForm, GapGrid, GridRowForm
from networks.models import Gap, Network, Organisation
from networks.own import own_organisation
from networks.rules import may_confirm_gap
from networks.services.gap_batches import (
    RowsRefused,
    confirm_gaps,
    copy_gaps,
    register_drafts,
    register_gaps,
)
from networks.suggesting import language_of
from networks.views.gap_company import chosen_company, pick_company
from skillnet.kernel.actor import Actor, actor_of
from skillnet.ui import Link

PREFIX = "row"
NOT_YET = (Gap.State.DRAFT, Gap.State.TO_CONFIRM)
"""What the company did not say is its own yet: nothing to take over."""


def gap_grid(request: HttpRequest) -> HttpResponse:
    """Ten empty rows, more when asked; pasted cells fill down; all good rows go in together or none."""
    if chosen_company(request, actor_of(request)) is None:
        return pick_company(request, actor_of(request), _("Veel kloven tegelijk"))
    if request.method != "POST":
        return _grid_page(request, GapGrid(initial=[{}] * EMPTY_ROWS, prefix=PREFIX))
    if "add" in request.POST:
        return _grid_page(request, _filled(_typed(request) + [{}] * EMPTY_ROWS))
    if "fill" in request.POST:
        return _pasted(request)
    return _save_grid(request)


def gap_copy(request: HttpRequest) -> HttpResponse:
    """Take over gaps of an earlier year as drafts, with what changed since."""
    actor = actor_of(request)
    company = own_organisation(actor)
    years = _years(actor)
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdigit() and int(wanted) in years else next(iter(years), None)
    gaps = _earlier(actor, year)
    posted = request.POST if request.method == "POST" else None
    rows = [CopyRowForm(posted, gap=gap) for gap in gaps]
    if posted is not None:
        done = _copy(request, actor, rows)
        if done is not None:
            return done
    context = {
        "page_title": _("Kloven van vroeger overnemen"),
        "breadcrumbs": _crumbs(_("Kloven van vroeger overnemen")),
        "company": company,
        "rows": rows,
        "years": years,
        "year": year,
    }
    return render(request, "networks/gap_copy.html", context)


def drafts_register(request: HttpRequest) -> HttpResponse:
    """All drafts of the own company become open gaps."""
    actor = actor_of(request)
    drafts = list(_own(actor).filter(state=Gap.State.DRAFT))
    count, refused = register_drafts(actor=actor, drafts=drafts)
    said = ngettext("%d kloof geregistreerd.", "%d kloven geregistreerd.", count) % count
    return _taken(request, count, said, drafts, refused)


def gaps_confirm(request: HttpRequest) -> HttpResponse:
    """The company's word on all that a manager wrote for it."""
    actor = actor_of(request)
    waiting = list(_own(actor).filter(state=Gap.State.TO_CONFIRM).select_related("organisation", "network"))
    count, refused = confirm_gaps(actor=actor, gaps=waiting)
    said = ngettext("%d kloof bevestigd.", "%d kloven bevestigd.", count) % count
    return _taken(request, count, said, waiting, refused)


def _taken(
    request: HttpRequest, count: int, said: str, gaps: list[Gap], refused: dict[int, str]
) -> HttpResponse:
    """How many took the step, and of each that could not, why."""
    if count:
        messages.success(request, said)
    for gap in gaps:
        if gap.pk in refused:
            messages.warning(request, f"“{gap.title}”: {refused[gap.pk]}")
    return redirect("networks:gaps")


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """The cells of the grid as they were posted, unchecked."""
    total = request.POST.get(f"{PREFIX}-TOTAL_FORMS", "0")
    count = min(int(total) if total.isdigit() else 0, GapGrid.absolute_max)
    return [
        {name: request.POST.get(f"{PREFIX}-{number}-{name}", "") for name in GRID_COLUMNS}
        for number in range(count)
    ]


def _filled(rows: list[dict[str, str]]) -> Any:
    """A grid that shows these cells; nothing in it was checked yet."""
    return GapGrid(initial=rows[: GapGrid.absolute_max], prefix=PREFIX)


def _pasted(request: HttpRequest) -> HttpResponse:
    """What was copied from a spreadsheet, from the cell on where it was pasted."""
    row, _sep, column = request.POST.get("paste_at", "").partition(":")
    cells = _without_heading(parse_cells(request.POST.get("pasted", "")))
    rows = fill_down(
        _typed(request),
        cells,
        columns=GRID_COLUMNS,
        at_row=int(row) if row.isdigit() else 0,
        at_column=column or GRID_COLUMNS[0],
    )
    choices = {
        name: [(str(value), str(label)) for value, label in field.choices]
        for name, field in GridRowForm.base_fields.items()
        if hasattr(field, "choices")
    }
    rows, lost = known_choices(rows, choices)
    return _grid_page(request, _filled(rows), lost=lost)


def _without_heading(cells: Cells) -> Cells:
    names = {name: [name, str(field.label)] for name, field in GridRowForm.base_fields.items()}
    return cells[1:] if cells and is_heading(cells[0], names) else cells


def _save_grid(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    company = chosen_company(request, actor)
    assert company is not None  # noqa: S101  the view chose it
    # Cells that hold nothing make no row, so that only rows with something in them are checked.
    typed = _typed(request)
    grid = GapGrid(request.POST, initial=[{}] * len(typed), prefix=PREFIX)
    for form in grid.forms:
        form.empty_permitted = True
    if not grid.is_valid():
        return _grid_page(request, grid)
    filled = {number: form.cleaned_data for number, form in enumerate(grid.forms) if form.has_changed()}
    if not filled:
        messages.warning(request, _("Er staat nog niets in het rooster. Vul minstens één rij in."))
        return _grid_page(request, grid)
    given = _given(request, actor, company)
    rows = {
        number: given | values | {"language": language_of(values["title"]) or company.language or "nl"}
        for number, values in filled.items()
    }
    try:
        saved = register_gaps(actor=actor, organisation=company, rows=rows)
    except RowsRefused as refusal:
        for number, errors in refusal.errors.items():
            for name, text in errors.items():
                grid.forms[number].add_error(name if name in GRID_COLUMNS else None, text)
        return _grid_page(request, grid)
    if saved[0].state == Gap.State.TO_CONFIRM:
        messages.success(request, _("Bewaard. %s krijgt de vraag om te bevestigen.") % company.name)
        return redirect("networks:gaps")
    said = ngettext(
        "%d kloof bewaard. Ze staat bovenaan; de matcher zoekt nu wat past.",
        "%d kloven bewaard. Ze staan bovenaan; de matcher zoekt nu wat past.",
        len(saved),
    )
    messages.success(request, said % len(saved))
    return redirect("networks:gaps")


def _given(request: HttpRequest, actor: Actor, company: Organisation) -> dict[str, Any]:
    """What every row has: where the company is; the network, where a manager writes for a member."""
    given: dict[str, Any] = {"regions": [company.region]} if company.region else {}
    chosen = request.POST.get("network", "")
    networks = _networks_for(actor, company)
    if networks:
        given["network"] = next((one for one in networks if str(one.pk) == chosen), networks[0])
    return given


def _networks_for(actor: Actor, company: Organisation | None) -> list[Network]:
    """The networks for which a manager may write for this member; none where the company writes itself."""
    if company is None or may_confirm_gap(actor, company.pk):
        return []
    managed = Network.objects.visible_to(actor).managed_by(actor)
    return list(managed.filter(members__organisation=company, members__state="active").order_by("name"))


def _grid_page(request: HttpRequest, grid: Any, *, lost: list[LostCell] | None = None) -> HttpResponse:
    labels = {name: str(field.label) for name, field in GridRowForm.base_fields.items()}
    actor = actor_of(request)
    company = chosen_company(request, actor)
    context = {
        "company": company,
        "networks": _networks_for(actor, company),
        "page_title": _("Veel kloven tegelijk"),
        "breadcrumbs": _crumbs(_("Veel kloven tegelijk")),
        "grid": grid,
        "labels": labels.values(),
        "bad_rows": [
            number for number, form in enumerate(grid.forms, start=1) if grid.is_bound and form.errors
        ],
        "lost": [(cell, labels[cell.column]) for cell in lost or []],
        "columns": list(labels.items()),
    }
    return render(request, "networks/gap_grid.html", context)


def _copy(request: HttpRequest, actor: Actor, rows: list[CopyRowForm]) -> HttpResponse | None:
    if not all(row.is_valid() for row in rows):
        return None
    wanted = {row.gap: row.cleaned_data for row in rows if row.cleaned_data["take"]}
    if not wanted:
        messages.warning(request, _("Kies minstens één kloof om over te nemen."))
        return None
    names = ("learners", "urgency", "horizon")
    changes = {gap: {name: data[name] for name in names} for gap, data in wanted.items()}
    copies = copy_gaps(actor=actor, changes=changes)
    titles = {gap.pk: gap.title for gap in wanted}
    for pk, why in copies.apart.items():
        said = _("“%(title)s” is overgenomen zonder netwerk. %(why)s")
        messages.warning(request, said % {"title": titles[pk], "why": why})
    for row in rows:
        if row.gap.pk in copies.refused:
            row.add_error(None, copies.refused[row.gap.pk])
    if copies.made:
        said = ngettext(
            "%d kloof overgenomen als ontwerp. Kijk ze na en registreer ze.",
            "%d kloven overgenomen als ontwerp. Kijk ze na en registreer ze.",
            len(copies.made),
        )
        messages.success(request, said % len(copies.made))
    if copies.refused:
        return None
    return redirect(reverse("networks:gaps") + "?state=draft")


def _own(actor: Actor) -> Any:
    return Gap.objects.visible_to(actor).filter(organisation=actor.organisation_id)


def _years(actor: Actor) -> list[int]:
    """Years in which the company registered gaps, the latest finished one first, this year last."""
    dates = _own(actor).exclude(state__in=NOT_YET).dates("created_at", "year", order="DESC")
    found = [day.year for day in dates]
    this = timezone.localdate().year
    return [year for year in found if year != this] + [year for year in found if year == this]


def _earlier(actor: Actor, year: int | None) -> list[Gap]:
    gaps = _own(actor).exclude(state__in=NOT_YET).filter(created_at__year=year)
    return list(gaps.with_living_copies().order_by("title"))


def _crumbs(title: str) -> list[Link]:
    return [Link(_("Competentiekloven"), reverse("networks:gaps")), Link(title)]
