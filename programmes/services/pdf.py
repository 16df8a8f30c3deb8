"""The dossier as PDF: what the page shows, so that a stranger can audit from either alone."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from programmes.services.dossier import facts_of_dossier
from programmes.services.pdf_decisions import write_decisions, write_supplements
from programmes.services.pdf_document import Document
from skillnet.kernel.law_names import law_name
from skillnet.kernel.sentences import joined
from skillnet.templatetags.ui import date_long, enterprise_number, euro, moment, number


def dossier_pdf(dossier: dict[str, Any]) -> bytes:
    """The file of a programme as a PDF document."""
    programme = dossier["programme"]
    document = Document(programme["title"])
    document.heading(programme["title"], 18)
    document.grid([_("Gegeven"), _("Waarde")], [list(pair) for pair in facts_of_dossier(dossier)])
    _demand(document, dossier)
    _supply(document, dossier)
    _prices(document, dossier)
    _costs(document, dossier["costs"])
    _money(document, dossier)
    _seats(document, dossier)
    _companies(document, dossier)
    _delivered(document, dossier["delivery"])
    if dossier["claim"]:
        _claimed(document, dossier["claim"])
    _evaluated(document, dossier)
    write_supplements(document, dossier)
    write_decisions(document, dossier)
    return bytes(document.output())


def _demand(document: Document, dossier: dict[str, Any]) -> None:
    document.heading(_("Waarom dit programma"), 13)
    for sentence in dossier["reasons"]:
        document.paragraph(sentence)
    document.heading(_("Competentiekloven"), 13)
    for gap in dossier["gaps"]:
        document.heading(gap["company"], 10)
        document.paragraph(joined([gap["title"], gap["description"]]))


def _supply(document: Document, dossier: dict[str, Any]) -> None:
    document.heading(_("Wat wordt gekocht"), 13)
    document.grid(
        [_("Opleiding"), _("Verstrekker"), _("Wanneer"), _("Voor wie"), _("Plaatsen")],
        [
            [e["offer"], e["provider"], e["when"], _for_whom(e["companies"]), str(e["seats"])]
            for e in dossier["editions"]
        ],
        right=[4],
    )
    if dossier["matches"]:
        document.heading(_("Matches"), 13)
        document.grid(
            [_("Bedrijf"), _("Opleiding"), _("Plaats"), _("Score")],
            [
                [m["company"], m["offer"], str(m["rank"]), str(round(m["score"] * 100))]
                for m in dossier["matches"]
            ],
            right=[2, 3],
        )
    if dossier["alternatives"]:
        document.heading(_("Andere mogelijkheden, en waarop zij verloren"), 13)
        document.grid(
            [_("Opleiding"), _("Verstrekker"), _("Score"), _("Waarom niet")],
            [
                [a["offer"], a["provider"], str(round(a["fit"] * 100)), a["sentence"]]
                for a in dossier["alternatives"]
            ],
            right=[2],
        )


def _for_whom(companies: dict[str, int]) -> str:
    return ", ".join(f"{name} ({learners})" for name, learners in companies.items())


def _costs(document: Document, costs: list[dict[str, Any]]) -> None:
    """The cost plan, line by line, with what of it is eligible; refundable VAT stands apart."""
    document.heading(_("Kosten"), 13)
    document.grid(
        [_("Kost"), _("Bedrijf"), _("Btw"), _("Telt mee")],
        [
            [
                line["description"],
                line["company"] or (_("werkzoekenden") if line["group"] == "jobseekers" else ""),
                euro(line["vat"], 2),
                euro(line["eligible"], 2),
            ]
            for line in costs
        ],
        right=[2, 3],
    )


def _money(document: Document, dossier: dict[str, Any]) -> None:
    document.heading(_("Wie betaalt wat"), 13)
    document.grid(
        [_("Bedrijf"), _("Deelnemers"), _("Kost"), _("Subsidie"), _("Eigen deel")],
        [
            [p["company"], str(p["learners"]), *(euro(p[name], 2) for name in ("cost", "grant", "own_share"))]
            for p in dossier["participations"]
        ],
        right=[1, 2, 3, 4],
    )
    document.heading(_("Waar het geld vandaan komt"), 13)
    document.grid(
        [_("Bron"), _("Bedrijf"), _("Bedrag"), _("Grondslag")],
        [
            [f["name"], f["company"] or "", euro(f["amount"], 2), law_name(f["legal_basis"])]
            for f in dossier["funding"]
        ],
        right=[2],
    )


def _companies(document: Document, dossier: dict[str, Any]) -> None:
    document.heading(_("Steunbeoordeling per bedrijf"), 13)
    for p in dossier["participations"]:
        document.heading(f"{p['company']}: {p['state_label']}", 11)
        if p["enterprise_number"]:
            document.paragraph(f"{_('Ondernemingsnummer')} {enterprise_number(p['enterprise_number'])}")
        if p["applied_at"]:
            document.paragraph(_("Aanvraag van %(when)s.") % {"when": _moment(p["applied_at"])})
        for place, sentence in enumerate(p["sentences"], start=1):
            document.paragraph(f"{place}. {sentence['text']}")
            document.paragraph(f"{sentence['legal_basis']} {sentence['period']}".strip(), small=True)
        _applied(document, p["application"])
        for sentence in p["recalculations"]:
            document.paragraph(sentence)
        _ledger(document, p["ledger"])
        if p["replays"] is not None:
            document.paragraph(
                _("Herhaald met dezelfde gegevens en regels: hetzelfde besluit.")
                if p["replays"]
                else _("Herhaald met dezelfde gegevens en regels: een ander besluit. Kijk dit na.")
            )


def _applied(document: Document, application: dict[str, Any] | None) -> None:
    """The items of article 6(2); an application of before they were kept by category has none."""
    items = [item for item in (application or {}).get("costs", []) if item.get("amount")]
    document.grid(
        [_("Aangevraagde kosten (artikel 6, lid 2)"), _("Grondslag"), _("Excl. btw")],
        [[item["label"], law_name(item["legal_basis"]), euro(item["amount"], 2)] for item in items],
        right=[2],
    )


def _ledger(document: Document, ledger: dict[str, Any] | None) -> None:
    """Where the undertaking stood when it was decided; others read whether there was room enough."""
    if ledger is None:
        return
    if ledger["used"] is not None:
        document.paragraph(
            _(
                "De-minimisstand waarop de beslissing steunt, van %(day)s: %(used)s van %(ceiling)s, nog %(left)s."
            )
            % {
                "day": date_long(ledger["day"]),
                "used": euro(ledger["used"], 2),
                "ceiling": euro(ledger["ceiling"], 2),
                "left": euro(ledger["left"], 2),
            }
        )
    document.paragraph(ledger["sentence"])


def _prices(document: Document, dossier: dict[str, Any]) -> None:
    if not dossier["prices"]:
        return
    document.heading(_("Is het een marktprijs?"), 13)
    for price in dossier["prices"]:
        paid = _("%(paid)s per deelnemer.") % {"paid": euro(price["paid_per_learner"], 2)}
        document.paragraph(joined([price["when"], f"{paid} {price['sentence']}"]))
        document.grid(
            [_("Van wie"), _("Wat het is"), _("Stuk"), _("Waarom"), _("Per deelnemer")],
            [
                [
                    f"{p['supplier']} ({_('gekozen')})" if p["is_chosen"] else p["supplier"],
                    p["kind_label"],
                    p["where"],
                    p["why"] or "",
                    euro(p["amount"], 2),
                ]
                for p in price["proofs"]
            ],
            right=[4],
        )


def _seats(document: Document, dossier: dict[str, Any]) -> None:
    """Who waited, what jobseekers take, and what providers bill."""
    if dossier["jobseekers"]:
        document.heading(_("Plaatsen voor werkzoekenden"), 13)
        for seat in dossier["jobseekers"]["seats"]:
            document.paragraph(f"{seat['offer']}: {seat['seats']}")
        document.paragraph(
            _("Kost: %(cost)s, uit de afgeschermde lijn van de oproep; telt bij geen bedrijf.")
            % {"cost": euro(dossier["jobseekers"]["cost"], 2)}
        )
    if dossier["waiting"]:
        document.heading(_("Wachtlijst"), 13)
        document.grid(
            [_("Bedrijf"), _("Opleiding"), _("Toestand"), _("Deelnemers")],
            [[w["company"], w["offer"], w["state_label"], str(w["learners"])] for w in dossier["waiting"]],
            right=[3],
        )
    if dossier["invoices"]:
        document.heading(_("Facturen aan de bedrijven"), 13)
        document.grid(
            [_("Bedrijf"), _("Opleiding"), _("Factuur"), _("Toestand"), _("Excl. btw")],
            [
                [
                    i["company"] or _("werkzoekenden"),
                    i["offer"],
                    i["invoice"] or "",
                    i["state_label"],
                    euro(i["amount"], 2),
                ]
                for i in dossier["invoices"]
            ],
            right=[4],
        )


def _evaluated(document: Document, dossier: dict[str, Any]) -> None:
    """What the companies said of their gaps, and what the network concludes."""
    if dossier["outcomes"]:
        document.heading(_("Wat het opleverde"), 13)
    for tally in dossier["outcomes"]:
        counts = {name: tally[name] for name in ("yes", "gaps", "partly", "no")}
        said = _("%(yes)s van %(gaps)s kloven gesloten, %(partly)s gedeeltelijk, %(no)s niet.") % counts
        document.paragraph(f"{tally['label']}: {said}")
        for row in tally["answers"]:
            why = f". {row['why']}" if row["why"] else ""
            document.paragraph(f"{row['company']}, {row['gap']}: {row['answer_label']}{why}")
    evaluation = dossier["evaluation"]
    if evaluation is None:
        return
    document.heading(_("Evaluatie van het netwerk"), 13)
    document.paragraph(evaluation["worked"])
    if evaluation["to_change"]:
        document.paragraph(f"{_('Wat anders moet')}: {evaluation['to_change']}")
    document.paragraph(f"{_('Opnieuw inrichten?')} {evaluation['again_label']}")


def _delivered(document: Document, delivery: dict[str, Any]) -> None:
    if delivery["enrolments"]:
        document.heading(_("Wie kwam"), 13)
    document.grid(
        [_("Kenmerk"), _("Bedrijf"), _("Toestand"), _("Uren")],
        [
            [e["reference"], e["company"] or "", e["state_label"], e["hours"] or _("onbekend")]
            for e in delivery["enrolments"]
        ],
        right=[3],
    )
    if delivery["counted"]:
        document.heading(_("Werkzoekenden die geteld zijn"), 13)
    document.grid(
        [_("Opleiding"), _("Dienst"), "SHA-256", _("Personen"), _("Uren")],
        [
            [row["offer"], row["service"], row["sha256"], str(row["people"]), number(row["hours"])]
            for row in delivery["counted"]
        ],
        right=[3, 4],
    )
    if delivery["evidence"]:
        document.heading(_("Bewijsstukken"), 13)
    document.grid(
        [_("Bewijsstuk"), _("Soort"), "SHA-256"],
        [[f["filename"], f["kind_label"], f["sha256"]] for f in delivery["evidence"]],
    )


def _claimed(document: Document, claim: dict[str, Any]) -> None:
    document.heading(f"{_('Afrekening')}: {claim['state_label']}", 13)
    document.grid(
        [_("Punt"), _("Uitkomst"), _("Wat we zien")],
        [[c["label"], c["outcome_label"], c["sentence"]] for c in claim["checks"]],
    )
    document.grid(
        [_("Kost"), _("Bedrijf"), _("Bewijsstuk"), _("Excl. btw")],
        [
            [
                line["description"],
                line["company"],
                ", ".join([line["invoice"] or "", *line["evidence"]]).strip(", "),
                euro(line["amount"], 2),
            ]
            for line in claim["lines"]
        ],
        right=[3],
    )
    for share in claim["shares"]:
        document.heading(f"{share['company']}: {euro(share['payable'], 2)}", 10)
        for place, sentence in enumerate(share["sentences"], start=1):
            document.paragraph(f"{place}. {sentence['text']}")
            document.paragraph(sentence["legal_basis"], small=True)
    _jobseekers_paid(document, claim["jobseekers"])
    if claim["reference"]:
        document.paragraph(
            _("Betaalopdracht %(reference)s: %(amount)s.")
            % {"reference": claim["reference"], "amount": euro(claim["payable"], 2)}
        )
    if claim["paid_on"]:
        document.paragraph(
            _("Betaald op %(day)s, kenmerk %(reference)s.")
            % {"day": date_long(claim["paid_on"]), "reference": claim["payment_reference"]}
        )
    if claim["audit"]:
        _audited(document, claim["audit"])


def _jobseekers_paid(document: Document, paid: dict[str, Any] | None) -> None:
    """What the ring-fenced line pays, by edition and for the network's own costs."""
    if paid is None:
        return
    own = paid["own_costs"]
    rows = [[row["offer"], row["provider"], row["invoice"] or "–", row] for row in paid["editions"]]
    rows += [[_("Eigen kosten van het netwerk"), own["payee"], _("zie de kostenlijnen"), own]] if own else []
    document.heading(_("Werkzoekenden, uit de afgeschermde lijn"), 10)
    document.paragraph(law_name(paid["legal_basis"]), small=True)
    document.grid(
        [_("Waarvoor"), _("Betaald aan"), _("Factuur"), _("Bijgewoond"), _("Te betalen")],
        [
            [
                what,
                payee,
                invoice,
                _("%(came)s van %(seats)s") % {"came": row["used"], "seats": row["seats"]},
                euro(row["payable"], 2),
            ]
            for what, payee, invoice, row in rows
        ],
        right=[4],
    )


def _audited(document: Document, audit: dict[str, Any]) -> None:
    document.heading(f"{_('Controle')}: {audit['state_label']}", 11)
    sample = audit["sample"]
    document.paragraph(
        _("Geloot uit %(population)s afrekeningen, methode %(method)s, zaad %(seed)s.")
        % {"population": sample["population"], "method": sample["method"], "seed": sample["seed"]}
    )
    document.grid(
        [_("Kost"), _("Voor wie"), _("Bevinding"), _("Toelichting")],
        [[i["line"], i["for"], i["verdict_label"], i["note"] or ""] for i in audit["items"]],
    )
    for text in (audit["findings"], audit["answer"]):
        if text:
            document.paragraph(text)
    for recovery in audit["recoveries"]:
        document.paragraph(
            f"{recovery['company']}: {euro(recovery['amount'], 2)}, {recovery['state_label']}. {recovery['reason']}"
        )
        for payment in recovery["repayments"]:
            document.paragraph(
                _("%(amount)s terugbetaald op %(day)s")
                % {"amount": euro(payment["amount"], 2), "day": date_long(payment["paid_on"])}
            )


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


__all__ = ["dossier_pdf"]
