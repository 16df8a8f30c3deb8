from celery import shared_task

from skillnet.kernel import digests, outbox


@shared_task
def send_outbox() -> None:
    outbox.send_pending()


@shared_task
def compose_digests() -> None:
    digests.compose_digests()
