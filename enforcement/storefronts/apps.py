from django.apps import AppConfig


class StorefrontsConfig(AppConfig):
    name = "enforcement.storefronts"
    label = "storefronts"
    verbose_name = "Storefronts"

    def ready(self):
        from coalition.pages.registry import home_panels
        from enforcement.market import linking, signals
        from enforcement.market import panels as of_sellers
        from enforcement.notices import panels as of_notices
        from enforcement.notices.models import NoticeItem
        from enforcement.storefronts import ladders, pages
        from enforcement.storefronts.models import Act

        signals.registered.append(pages.seller_signals)
        of_sellers.registered.insert(0, pages.seller_panel)
        of_notices.registered.append(pages.notice_section)
        home_panels["waiting"].append(pages.waiting)
        linking.known += [Act.objects.visible_to, NoticeItem.objects.visible_to]
        linking.consequences.append(ladders.recounted)
