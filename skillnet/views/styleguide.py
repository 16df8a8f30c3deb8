"""The style guide: every component as it is used, with content as it could be. All names are invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from skillnet import charts, ui

THEMES = ("light", "dark")
WHEN = dt.datetime(2026, 11, 9, 10, 24, tzinfo=dt.UTC)


class SampleForm(forms.Form):
    """The kinds of field that a page has; shown with two answers missing."""

    title = forms.CharField(
        label=gettext_lazy("Wat moeten uw mensen kunnen?"),
        help_text=gettext_lazy("Eén zin, in de taal van de werkvloer."),
    )
    description = forms.CharField(label=gettext_lazy("Toelichting"), widget=forms.Textarea, required=False)
    learners = forms.IntegerField(label=gettext_lazy("Aantal mensen"), min_value=1)
    urgency = forms.ChoiceField(
        label=gettext_lazy("Hoe dringend is het?"),
        widget=forms.RadioSelect,
        choices=[
            ("high", gettext_lazy("Dit kwartaal")),
            ("medium", gettext_lazy("Dit jaar")),
            ("low", gettext_lazy("Later")),
        ],
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Waar?"),
        choices=[("BE25", "West-Vlaanderen"), ("BE23", "Oost-Vlaanderen")],
        required=False,
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Liefst vanaf"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("Ik mag dit namens mijn bedrijf invullen."),
        help_text=gettext_lazy("Een collega met tekenbevoegdheid bevestigt later."),
        required=False,
    )


class SampleFilter(forms.Form):
    """The filters of a list."""

    q = forms.CharField(
        label=gettext_lazy("Zoeken"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("Alle")),
            ("open", gettext_lazy("Open")),
            ("draft", gettext_lazy("Ontwerp")),
        ],
    )
    region = forms.ChoiceField(
        label=gettext_lazy("Regio"),
        required=False,
        choices=[("", gettext_lazy("Alle")), ("BE25", "West-Vlaanderen")],
    )


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page, light beside dark; ``?theme=dark`` shows one of them alone."""
    return render(request, "styleguide/index.html", context(request.GET.get("theme", "")))


def context(theme: str = "") -> dict[str, Any]:
    """What the style guide shows, in one theme or (any other value) in both."""
    themes = (theme,) if theme in THEMES else THEMES
    return {
        "page_title": _("Stijlgids"),
        "themes": themes,
        **_reading(),
        **_doing(),
        **_pictures(),
    }


def _reading() -> dict[str, Any]:
    gap = (
        "Onze onderhoudstechniekers zien de storing in de Siemens-sturing, maar kunnen niets zelf aanpassen."
    )
    french = "Nos techniciens de maintenance doivent pouvoir modifier un programme d’automate."
    offer = "Na deze opleiding lees, wijzig en test je een PLC-programma in TIA Portal."
    return {
        "crumbs": [ui.Link(_("Programma’s"), "#"), ui.Link("Netwerk Hout en Meubel West")],
        "facts": [
            ui.Fact(_("Bedrijven"), 5, "#"),
            ui.Fact(_("Deelnemers"), 14, "#"),
            ui.Fact(_("Kost"), "€\u00a038.640"),
            ui.Fact(_("Netwerksubsidie"), "€\u00a019.320"),
            ui.Fact(_("Per gesloten kloof"), "€\u00a02.760", hint="7 kloven in 3 bundels"),
            ui.Fact(_("Start"), "12\u00a0jan. 2027"),
        ],
        "quotes": [
            _quote(
                "Meubelfabriek Leiedal, Wielsbeke",
                "nl",
                gap,
                "onderhoudstechniekers",
                "Siemens-sturing",
                "kunnen niets zelf aanpassen",
            ),
            _quote("Panneaux du Canal, Mouscron", "fr", french, "modifier un programme d’automate"),
            _quote("Vormingsfonds Hout", "nl", offer, "lees, wijzig en test", "PLC-programma", kind="offer"),
        ],
        "matches": [
            ui.MatchRow(
                0.86,
                "PLC Siemens S7 voor onderhoud",
                "#",
                "Vormingsfonds Hout · 5 dagen · Roeselare · microcredential · 16 plaatsen",
                "€\u00a01.180 p.p.",
                [
                    ui.ScorePart("Betekenis", 0.91, "zegt hetzelfde als alle vijf de kloven"),
                    ui.ScorePart("Vaardigheden", 0.83, "5 van 6, zonder “veiligheidsrelais”"),
                    ui.ScorePart("Plaats", 0.78, "gemiddeld 24 minuten rijden"),
                    ui.ScorePart("Niveau", None),
                ],
                certainty=0.9,
            ),
            ui.MatchRow(
                0.71,
                "Industriële automatisering, basis",
                "#",
                "Avondschool De Schakel · 10 avonden · Kortrijk",
                "€\u00a0640 p.p.",
                sentence="Goedkoper, maar alleen ’s avonds en zonder het wijzigen van bestaande programma’s.",
            ),
        ],
        "lines": [
            _line(
                "Meubelfabriek Leiedal", "Middelgroot", 5, 13800, 6900, "AGVV art. 31, hoogstens 60\u00a0%"
            ),
            _line("Panneaux du Canal", "Groot", 4, 11040, 5520, "AGVV art. 31, hoogstens 50\u00a0%"),
            _line("Drie kleinere", "Klein", 5, 13800, 6900, "AGVV art. 31, hoogstens 70\u00a0%"),
        ],
        "total": {"learners": 14, "cost": 38640, "grant": 19320, "own": 19320},
        "details": [
            ui.Fact(_("Ondernemingsnummer"), "0123.456.749"),
            ui.Fact(_("Paritair comité"), "126.00 Stoffering en houtbewerking"),
            ui.Fact(_("Balanstotaal"), None),
        ],
    }


def _quote(source: str, language: str, text: str, *marked: str, kind: str = "") -> dict[str, Any]:
    spans = [(text.index(words), text.index(words) + len(words)) for words in marked]
    return {"source": source, "language": language, "text": text, "spans": spans, "kind": kind}


def _line(company: str, size: str, learners: int, cost: int, grant: int, basis: str) -> dict[str, Any]:
    return {
        "company": company,
        "size": size,
        "learners": learners,
        "cost": cost,
        "grant": grant,
        "own": cost - grant,
        "basis": basis,
    }


def _doing() -> dict[str, Any]:
    columns = [
        ui.Column(_("Competentiekloof"), sort="title"),
        ui.Column(_("Bedrijf"), sort="company"),
        ui.Column(_("Mensen"), "number", sort="learners"),
        ui.Column(_("Budget"), "euro", sort="budget"),
        ui.Column(_("Tegen"), "date"),
        ui.Column(_("Status"), "state"),
    ]
    values = [
        (
            "PLC-programma’s wijzigen",
            "Meubelfabriek Leiedal",
            5,
            6000,
            dt.date(2027, 1, 12),
            ui.Cell(_("Open"), state="open"),
        ),
        (
            "Modifier un programme d’automate",
            "Panneaux du Canal",
            4,
            None,
            dt.date(2027, 3, 1),
            ui.Cell(_("Te bevestigen"), state="pending"),
        ),
        (
            "Veilig werken met verfrobots",
            "Schrijnwerk Mandel",
            12,
            14400,
            None,
            ui.Cell(_("Ontwerp"), state="draft"),
        ),
        (
            "Vorkheftruck: herhaling",
            "Houthandel De Knoop",
            3,
            0,
            dt.date(2026, 12, 4),
            ui.Cell(_("Ingetrokken"), state="withdrawn"),
        ),
    ]
    form = SampleForm({"title": "", "learners": "0", "urgency": "high"})
    page = Paginator(range(228), 25).page(4)
    return {
        "columns": columns,
        "rows": [
            ui.row(columns, [ui.Cell(title, "#"), *rest], id=str(i))
            for i, (title, *rest) in enumerate(values)
        ],
        "footer": ui.row(columns, [_("Samen"), "", 24, 20400, "", ""]),
        "filter_form": SampleFilter(),
        "chips": [ui.Link(_("West-Vlaanderen"), "#"), ui.Link(_("Dit kwartaal"), "#")],
        "page": page,
        "form": form,
        "header_actions": [ui.Action(_("Exporteren"), "#"), ui.Action(_("Nieuwe kloof"), "#", "main")],
        "decisions": [
            ui.Action(_("Goedkeuren"), value="approve", tone="main"),
            ui.Action(_("Terugsturen"), value="return"),
            ui.Action(
                _("Afwijzen"),
                value="reject",
                tone="stop",
                confirm=_("Het netwerk krijgt uw motivering meteen te lezen."),
            ),
        ],
        "bulk_actions": [
            ui.Action(_("Bevestigen"), value="confirm"),
            ui.Action(_("Intrekken"), value="withdraw", tone="stop"),
        ],
        "steps": [
            ui.Step(_("Behoefte gevalideerd"), "done", "3 november"),
            ui.Step(_("Door de stuurgroep ingediend"), "done", "9 november"),
            ui.Step(_("Beslissing"), "current", _("nog 11 dagen")),
            ui.Step(_("Inschrijven")),
            ui.Step(_("Geven")),
            ui.Step(_("Afrekenen")),
        ],
        "tabs": [
            ui.Tab(_("Kloven"), "#", True, 7),
            ui.Tab(_("Aanbod"), "#", count=3),
            ui.Tab(_("Beslissingen"), "#"),
        ],
        "events": [
            ui.Event(_("Ingediend"), "Stuurgroep Hout en Meubel West", WHEN),
            ui.Event(
                _("Teruggestuurd"),
                "Ann Verstraete, coördinator",
                WHEN + dt.timedelta(days=2),
                "De prijs van de tweede reeks ontbreekt.",
                "care",
            ),
            ui.Event(
                _("Goedgekeurd"),
                "Ann Verstraete, coördinator",
                WHEN + dt.timedelta(days=9),
                "De vraag is gevalideerd en het aanbod is het beste van drie.",
                "good",
            ),
        ],
        "todos": [
            ui.Todo(
                "PLC-sturingen onderhouden en aanpassen",
                "#",
                "5 bedrijven, 14 deelnemers, € 38.640",
                _("nog 11 dagen"),
            ),
            ui.Todo(
                "Warmtepompen plaatsen en afstellen",
                "#",
                "Netwerk Bouw Kempen vraagt uw advies",
                _("vandaag"),
            ),
        ],
        "job": ui.Job(
            "1", _("Voorstellen opstellen"), "", 130, 300, failed=2, seconds_left=75.0, cancel_url="#"
        ),
        "preview_columns": ["external_id", "title", "price_eur"],
        "preview_rows": [
            {"number": 2, "cells": ["A-1", "PLC Siemens S7", "1180"], "errors": []},
            {
                "number": 3,
                "cells": ["A-2", "", "-20"],
                "errors": [
                    _("title is leeg: vul een titel in."),
                    _("price_eur is negatief: geef 0 of meer."),
                ],
            },
        ],
    }


def _pictures() -> dict[str, Any]:
    return {
        "bars": charts.bars(
            [
                ("Automatisering", 48, "#"),
                ("Lassen", 31, "#"),
                ("Warmtepompen", 12),
                ("Zorg voor dementie", 0),
                ("Nederlands op de werkvloer", None),
            ]
        ),
        "stack": charts.stacked_bars(
            ["Netwerksubsidie", "Sectorfonds", "Bedrijven"],
            [
                ("Hout en Meubel West", [19320, 4200, 15120]),
                ("Bouw Kempen", [8000, 0, 8000]),
                ("Zorg Gent", [22000, 9000, 3000]),
            ],
        ),
        "heat": charts.heatmap(
            ["Techniek", "Digitaal", "Zorg", "Talen"],
            [
                ("West-Vlaanderen", [48, 12, 7, 3]),
                ("Oost-Vlaanderen", [22, 31, 18, None]),
                ("Limburg", [9, 0, 25, 11]),
            ],
            urls={(0, 0): "#", (1, 1): "#"},
        ),
        "matrix": charts.matrix(
            [
                charts.MatrixItem("PLC-programma’s wijzigen", 0.9, 0.8, 14, "#"),
                charts.MatrixItem("Lassen van aluminium", 0.5, 0.75, 6, "#"),
                charts.MatrixItem("Verkoopgesprekken in het Frans", 0.3, 0.25, 9, "#"),
                charts.MatrixItem("Warmtepompen afstellen", 0.9, 0.82, 4, "#"),
            ],
            across_label=_("Dringendheid"),
            up_label=_("Impact"),
            size_label=_("Mensen"),
        ),
        "trend": charts.sparkline([12, 18, 17, None, 26, 31, 48]),
        "calendar": charts.calendar(
            [
                charts.Period(
                    "PLC Siemens S7, reeks 1",
                    dt.date(2027, 1, 12),
                    dt.date(2027, 2, 9),
                    "#",
                    "Roeselare, 16 plaatsen",
                ),
                charts.Period(
                    "PLC Siemens S7, reeks 2",
                    dt.date(2027, 3, 2),
                    dt.date(2027, 3, 30),
                    "#",
                    "Kortrijk, 12 plaatsen",
                ),
                charts.Period(
                    "Verfrobots, volzet",
                    dt.date(2027, 5, 20),
                    dt.date(2027, 7, 12),
                    "#",
                    "Waregem, wachtlijst",
                    "care",
                ),
            ],
            starts_on=dt.date(2026, 12, 1),
            ends_on=dt.date(2027, 6, 30),
            today=dt.date(2027, 2, 1),
        ),
    }
