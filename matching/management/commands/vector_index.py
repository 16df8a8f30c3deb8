"""Makes or drops the index of the vectors, as the setting says."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from matching.services.nearest import build_index, drop_index, has_index, uses_index
from matching.services.vectors import active_revision


class Command(BaseCommand):
    """`manage.py vector_index`: after SKILLNET_VECTOR_INDEX changed, or another model became active."""

    help = _(
        "Maakt de HNSW-index op de vectoren van het aanbod, of ruimt hem op: naar SKILLNET_VECTOR_INDEX."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Bring the index in line with the setting and say what was done."""
        revision = active_revision()
        if revision is None:
            raise CommandError(_("Er zijn nog geen vectoren. Start eerst een run: manage.py match."))
        if not uses_index():
            drop_index(revision)
            self.stdout.write(_("Geen index: elke zoekvraag bekijkt alle vectoren."))
            return
        if has_index(revision):
            self.stdout.write(_("De index staat er al."))
            return
        started = time.monotonic()
        self.stdout.write(_("De index wordt gemaakt; het zoeken gaat intussen door."))
        build_index(revision)
        seconds = round(time.monotonic() - started, 1)
        self.stdout.write(_("De index staat er na %(seconds)s s.") % {"seconds": seconds})
