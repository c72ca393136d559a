from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("platform.asks", _("lets the form of {name} ask for “{label}”"))
verb("platform.asks_no_more", _("lets the form of {name} ask no more for “{label}”"))
verb("platform.worded", _("wrote how notices to {name} read in {language}"))
verb("platform.standard_wording", _("gave notices to {name} in {language} the standard text again"))
