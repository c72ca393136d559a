from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("token.made", _("made the API token {name}"))
verb("token.revoked", _("revoked the API token {name}"))
