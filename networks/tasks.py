from celery import shared_task

from networks.services import undertakings


@shared_task
def refresh_undertakings() -> None:
    undertakings.refresh_undertakings()
