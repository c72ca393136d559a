from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _principal(event):
    return [event.data["members"]]


verb("storefront.acted", _("noted: {what}, on {day}"), tells=_principal)
verb("storefront.recorded", _("put on the record: {what}, on {day}"))
verb("storefront.reversed", _("took back: {what}, from {day}: {reason}"), tells=_principal)
verb("storefront.struck", _("took back from the record: {what}, from {day}"))
