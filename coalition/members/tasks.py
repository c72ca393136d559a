from celery import shared_task

from coalition.members import actions


@shared_task(ignore_result=True)
def answer_wish(email: str):
    actions.answer_wish_for_seat(email)
