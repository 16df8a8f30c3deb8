from celery import shared_task

from skillnet.kernel import outbox


@shared_task
def send_outbox() -> None:
    outbox.send_pending()
