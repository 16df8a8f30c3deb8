from celery import shared_task

from catalogue.services import capacity


@shared_task
def expire_capacity() -> None:
    capacity.expire_capacity()
