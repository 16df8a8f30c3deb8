from celery import shared_task

from programmes.services import invoices, reminders


@shared_task
def remind_deadlines() -> None:
    reminders.remind_deadlines()


@shared_task
def sync_invoice_lines() -> None:
    invoices.sync_all()
