from celery import shared_task

from coalition.activity import actions, letters


@shared_task(ignore_result=True)
def deliver():
    while actions.deliver_batch():
        pass
    letters.send_owed()
    letters.send_owed_outside()


@shared_task(ignore_result=True)
def seal():
    while actions.seal_events():
        pass
