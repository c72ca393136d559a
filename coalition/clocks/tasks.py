from celery import shared_task

from coalition.clocks import actions


@shared_task(ignore_result=True)
def sweep():
    actions.sweep()
