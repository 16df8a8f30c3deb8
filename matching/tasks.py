from celery import shared_task

from matching.services import demand_cards, revaluing, runs


@shared_task
def work_run(run_id: int) -> None:
    runs.work_turn(run_id=run_id)


@shared_task
def ring_pending() -> None:
    runs.ring_pending()


@shared_task
def start_nightly_run() -> None:
    runs.queue_nightly()


@shared_task
def keep_demand_cards() -> None:
    demand_cards.keep_cards()


@shared_task
def count_new_lists() -> None:
    revaluing.count_new_lists()
