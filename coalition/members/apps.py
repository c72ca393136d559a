from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "coalition.members"
    label = "members"
    verbose_name = "Members"

    def ready(self):
        from coalition.activity import letters, readers
        from coalition.members import handings, registry, viewers

        letters.viewer_of = viewers.viewer_of_audience
        readers.addresses_of = viewers.addresses_of
        registry.handings.extend(handings.HANDINGS)
