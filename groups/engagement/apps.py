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
        from groups.engagement.pages import meetings_to_answer, meetings_to_come, minutes_sent_back, minutes_to_review, unread_topics
        from groups.engagement.uses import meetings_attended

        home_panels["groups"].append(unread_topics)
        home_panels["meetings"].append(meetings_to_come)
        home_panels["waiting"] += [minutes_to_review, minutes_sent_back, meetings_to_answer]
        kinds.update(group=_("Group"), topic=_("Topic"), meeting=_("Meeting"))
        uses.append(Use(_("Meetings of groups it was at"), meetings_attended))
        uses.append(Use(_("Topics begun and answered in groups"), acts_of("topic.started", "topic.replied")))
