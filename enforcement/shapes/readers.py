from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb


def _of_platform(event):
    """The people of the platform's organisation, where it is told in their office."""
    return [event.data.get("members")]


verb("platform.asks", _("lets the form of {name} ask for “{label}”"), tells=_of_platform)
verb("platform.asks_no_more", _("lets the form of {name} ask no more for “{label}”"), tells=_of_platform)
verb("platform.worded", _("wrote how notices to {name} read in {language}"), tells=_of_platform)
verb("platform.standard_wording", _("gave notices to {name} in {language} the standard text again"), tells=_of_platform)
verb("platform.reasons", _("wrote what the statements of reasons of {name} say"), tells=_of_platform)
verb("platform.policy_linked", _("linked a document by which {name} decides: {title}"), tells=_of_platform)
verb("platform.policy_unlinked", _("links a document of {name} no more: {title}"), tells=_of_platform)
