import logging

from celery import shared_task

from coalition.access.viewer import as_system
from coalition.dues.actions import payments, reminders, renewals

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def run():
    """The day's renewals, then its reminders; said again, nothing is done twice."""
    renewals.run_renewals()
    reminders.run_reminders()


@shared_task(ignore_result=True)
def check_books():
    with as_system("count the books again"):
        faults = payments.check_books()
    for fault in faults:
        log.error("The books do not add up: %s", fault)
