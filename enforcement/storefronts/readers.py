from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _principal(event):
    return [event.data["members"]]


def _told(event):
    """Whoever is named, where somebody is."""
    return [event.data.get("members")]


verb("storefront.came_back", _("put on the record: {what}, a new shop of {earlier}"))
verb("storefront.appealed", _("noted an appeal against: {what}, on {day}"), tells=_told)
verb("storefront.appeal_decided", _("decided an appeal against: {what}, {how}, on {day}"), tells=_told)
verb("platform.step_set", _("set the ladder of {name}: {what} at {strikes} strikes"), tells=_told)
verb("platform.step_ended", _("took a step off the ladder of {name}: {what} at {strikes} strikes"), tells=_told)
verb("storefront.acted", _("noted: {what}, on {day}"), tells=_principal)
verb("storefront.recorded", _("put on the record: {what}, on {day}"))
verb("storefront.reversed", _("took back: {what}, from {day}: {reason}"), tells=_principal)
verb("storefront.struck", _("took back from the record: {what}, from {day}"))
