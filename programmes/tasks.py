from celery import shared_task

from programmes.services import reminders


@shared_task
def remind_deadlines() -> None:
    reminders.remind_deadlines()
