from django.utils.translation import gettext_lazy as _

from coalition.activity.registry import verb

verb("statistics.own_measures", _("said what {platform} removed by itself, {days}"))
verb("statistics.published", _("published the figures of {cohort}"))
