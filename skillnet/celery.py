"""The Celery application. Redis is a doorbell only: every piece of work is a row in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skillnet.settings")


class SkillnetCelery(Celery):
    """Celery that wakes the embedded Redis before it connects, also after that Redis was killed."""

    def connection_for_write(self, *args: Any, **kwargs: Any) -> Any:
        _ensure_broker()
        return super().connection_for_write(*args, **kwargs)

    def connection_for_read(self, *args: Any, **kwargs: Any) -> Any:
        _ensure_broker()
        return super().connection_for_read(*args, **kwargs)


def _ensure_broker() -> None:
    from django.conf import settings

    if settings.EMBEDDED_REDIS:
        from skillnet.embedded import ensure_redis

        ensure_redis(settings.LOCAL_DIR)


app = SkillnetCelery("skillnet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _ring_at_start(**_: Any) -> None:
    """A worker that starts looks at once for work that nobody holds; beat does so every few seconds."""
    from matching.tasks import ring_pending

    ring_pending.delay()
