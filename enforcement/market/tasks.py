from celery import shared_task

from enforcement.market import allowing, rekeying, working


@shared_task(ignore_result=True)
def work_on_import(pk):
    working.work_on(pk)


@shared_task(ignore_result=True)
def resume_imports():
    for pk in working.imports_waiting():
        work_on_import.delay(pk)


@shared_task(ignore_result=True)
def watch_allow_lists():
    allowing.watch()


@shared_task(ignore_result=True)
def rekey_listings():
    rekeying.rekey()
