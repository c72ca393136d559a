from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    name = "groups.engagement"
    label = "engagement"
    verbose_name = "Member Engagement Groups"

    def ready(self):
        from coalition.pages.registry import home_panels
        from coalition.search.registry import kinds
        from groups.engagement.pages import unread_topics

        home_panels["groups"].append(unread_topics)
        kinds.update(group=_("Group"), topic=_("Topic"))
