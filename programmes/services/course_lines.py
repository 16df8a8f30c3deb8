"""What a cost line of an edition is called: after its course, with the first day where two would be called alike."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from catalogue.models import Edition
from programmes.models import CostLine, Programme
from skillnet.templatetags.ui import date_short


def course_titles(editions: Iterable[Edition]) -> dict[int, str]:
    """{edition: its course, told apart from other editions of the same course}"""
    rows = list(editions)
    times = Counter(edition.offer_id for edition in rows)
    return {edition.pk: _title(edition, alone=times[edition.offer_id] == 1) for edition in rows}


def line_words(title: str, *, jobseekers: bool = False) -> str:
    """The description of the line."""
    words = _("Werkzoekenden: %(title)s") if jobseekers else _("Opleiding: %(title)s")
    return words % {"title": title}


def name_lines_anew(programme: Programme) -> None:
    """An edition moved, or another one came in its place: its lines say the day that holds now."""
    lines = programme.cost_lines.filter(is_manual=False).exclude(edition=None)
    known = list(lines.select_related("edition__offer"))
    titles = course_titles({line.edition_id: line.edition for line in known if line.edition}.values())
    for line in known:
        title = titles[line.edition_id or 0]
        if not line.description.endswith(title):  # what is right stays, in the language it was written in
            line.description = line_words(title, jobseekers=line.group == CostLine.Group.JOBSEEKERS)
            line.save(update_fields=["description"])


def _title(edition: Edition, *, alone: bool) -> str:
    title = edition.offer.title[:250]
    return title if alone or not edition.starts_on else f"{title} ({date_short(edition.starts_on)})"


__all__ = ["course_titles", "line_words", "name_lines_anew"]
