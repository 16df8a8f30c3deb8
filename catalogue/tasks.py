from celery import shared_task

from catalogue.services import capacity, follow_up


@shared_task
def expire_capacity() -> None:
    capacity.expire_capacity()


@shared_task
def sweep_waiting_lists() -> None:
    follow_up.sweep_waiting_lists()


@shared_task
def follow_supply() -> None:
    follow_up.follow_supply()
