from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    name = "groups.engagement"
    label = "engagement"
    verbose_name = "Member Engagement Groups"

    def ready(self):
        from coalition.members.registry import Use, uses
        from coalition.pages.registry import home_panels
        from coalition.register.uses import acts_of
        from coalition.search.registry import kinds
        from groups.engagement.pages import unread_topics

        home_panels["groups"].append(unread_topics)
        kinds.update(group=_("Group"), topic=_("Topic"))
        uses.append(Use(_("Topics begun and answered in groups"), acts_of("topic.started", "topic.replied")))
