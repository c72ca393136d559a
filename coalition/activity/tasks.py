from celery import shared_task

from coalition.activity import actions, letters, once


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


@shared_task(ignore_result=True)
def forget_sent_forms():
    once.forget_sent_forms()
