from celery import shared_task

from enforcement.rights.watch import watch


@shared_task(ignore_result=True)
def watch_ends():
    watch()
