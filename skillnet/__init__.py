"""The site: settings, addresses, sign-in, the worker and the building blocks that every app uses."""

from skillnet.celery import app as celery_app

__all__ = ["celery_app"]
