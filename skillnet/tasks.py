from celery import shared_task

from skillnet.imports import services


@shared_task
def work_import(file_id: int) -> None:
    services.work_import(file_id=file_id)


@shared_task
def ring_silent_imports() -> None:
    services.ring_silent_imports()
