"""What was decided, in the PDF of a programme's file: supplements, votes, signatures, decisions, remarks."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from programmes.services.pdf_document import Document
from skillnet.templatetags.ui import date_long, euro, moment


def write_supplements(document: Document, dossier: dict[str, Any]) -> None:
    """Each supplement with its companies before and after, and the reasoning of the new total."""
    if dossier["supplements"]:
        document.heading(_("Uitbreidingen"), 13)
    for item in dossier["supplements"]:
        document.heading(
            _("%(extra)s meer subsidie: %(state)s")
            % {"extra": euro(item["extra"], 2), "state": item["state_label"]},
            10,
        )
        document.paragraph(f"{item['asked_by']}, {_moment(item['asked_at'])}", small=True)
        document.paragraph(item["reason"])
        document.grid(
            [_("Onderneming"), _("Deelnemers"), _("Kost"), _("Subsidie"), _("Eigen deel"), _("Getekend op")],
            [_company(company) for company in item["companies"]],
            right=[1, 2, 3, 4],
        )
        for company in item["companies"]:
            document.heading(company["company"], 10)
            for sentence in company["sentences"]:
                document.paragraph(f"{sentence['text']} ({sentence['legal_basis']})", small=True)


def _company(company: dict[str, Any]) -> list[str]:
    def both(name: str) -> str:
        before, after = company[name]
        return f"{euro(before, 2)} → {euro(after, 2)}"

    people = " → ".join(str(count) for count in company["learners"])
    signed = date_long(company["signed_at"]) if company["signed_at"] else "–"
    return [company["company"], people, both("cost"), both("grant"), both("own_share"), signed]


def write_decisions(document: Document, dossier: dict[str, Any]) -> None:
    """Votes, signatures, decisions of every kind in the order of their instants, and remarks."""
    document.heading(_("Beslissingen"), 13)
    claim = dossier["claim"] or {"decisions": [], "audit": None}
    for vote in dossier["votes"]:
        said = _("akkoord") if vote["agrees"] else _("niet akkoord")
        note = f": {vote['remark']}" if vote["remark"] else ""
        document.paragraph(
            _("Stuurgroep, %(who)s: %(said)s%(note)s")
            % {"who": vote["organisation"], "said": said, "note": note}
        )
    for signature in dossier["signatures"]:
        note = "" if signature["counts"] else f" ({_('op een vroegere indiening; telt niet meer mee')})"
        document.paragraph(f"{signature['who']}, {_moment(signature['at'])}{note}: {signature['reason']}")
    decisions = [
        *dossier["decisions"],
        *(d for p in dossier["participations"] for d in p["decisions"]),
        *claim["decisions"],
        *(d for s in dossier["supplements"] for d in s["decisions"]),
        *(claim["audit"] or {"decisions": []})["decisions"],
    ]
    for decision in sorted(decisions, key=lambda d: d["at"]):
        document.heading(decision["label"], 10)
        document.paragraph(f"{decision['who']}, {_moment(decision['at'])}", small=True)
        if decision["reason"]:
            document.paragraph(decision["reason"])
    if dossier["comments"]:
        document.heading(_("Opmerkingen"), 13)
    for comment in dossier["comments"]:
        document.paragraph(f"{comment['who']}, {_moment(comment['at'])}", small=True)
        document.paragraph(comment["text"])


def _moment(text: str) -> str:
    return moment(datetime.fromisoformat(text))


__all__ = ["write_decisions", "write_supplements"]
