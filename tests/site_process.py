"""A real Celery worker with a Redis of its own, on the database of the running test."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from skillnet.embedded import ensure_redis
from skillnet.embedded.redis import Redis


class Site:
    """A worker process, startable and killable, that no other test or site can hear."""

    def __init__(self, folder: Path) -> None:
        connection.ensure_connection()
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        # How this process itself reaches the test database, spelled as a DATABASE_URL.
        where = connection.settings_dict
        self.url = f"postgres://{where['USER']}@/{where['NAME']}?host={where['HOST']}&port={where['PORT']}"

    def start(self) -> None:
        env = {
            **os.environ,
            "DATABASE_URL": self.url,
            "SKILLNET_LOCAL_DIR": str(self.folder),
            "SKILLNET_PROCESS": "worker",
        }
        command = ["-m", "celery", "-A", "skillnet", "worker", "--concurrency", "1", "--loglevel", "ERROR"]
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=env, start_new_session=True
        )

    def ring_from_here(self, patch: pytest.MonkeyPatch) -> None:
        """What this process rings from now on, this worker hears: Celery reads its broker from these."""
        from skillnet.celery import app

        url = ensure_redis(self.folder).celery_url(0)
        patch.setenv("CELERY_BROKER_URL", url)
        patch.setenv("CELERY_BROKER_WRITE_URL", url)
        patch.setattr(app, "_pool", None)
        patch.setattr(app.amqp, "_producer_pool", None)

    def children(self) -> list[int]:
        """The processes in which the worker does its work."""
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """The worker and its Redis, gone."""
        self.kill()
        Redis(self.folder).stop()
