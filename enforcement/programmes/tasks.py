from celery import shared_task

from enforcement.programmes import actions


@shared_task(ignore_result=True)
def watch_good_faith():
    actions.watch()
