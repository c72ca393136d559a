from celery import shared_task

from enforcement.market import actions, allowing


@shared_task(ignore_result=True)
def work_on_import(pk):
    actions.work_on(pk)


@shared_task(ignore_result=True)
def resume_imports():
    for pk in actions.imports_waiting():
        work_on_import.delay(pk)


@shared_task(ignore_result=True)
def watch_allow_lists():
    allowing.watch()
