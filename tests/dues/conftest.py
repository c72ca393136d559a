import pytest

from coalition.access.viewer import as_viewer
from coalition.dues.actions.accounts import account_of
from coalition.dues.models import Invoice, OpenItem
from coalition.members.models import Organisation


@pytest.fixture
def as_treasurer(treasurer):
    with as_viewer(treasurer):
        yield treasurer


def organisation(slug) -> Organisation:
    return Organisation.objects.select_related("category", "audience", "finance").get(slug=slug)


def account(slug):
    return account_of(organisation(slug))


def open_invoice(slug) -> Invoice:
    return OpenItem.objects.select_related("invoice__account").get(organisation__slug=slug).invoice
