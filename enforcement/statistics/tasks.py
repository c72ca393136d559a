import logging

from celery import shared_task

from enforcement.statistics import actions

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def check():
    for difference in actions.differences():
        log.error("A published figure cannot be reproduced: %s", difference)
