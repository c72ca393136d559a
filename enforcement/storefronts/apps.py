from django.apps import AppConfig


class StorefrontsConfig(AppConfig):
    name = "enforcement.storefronts"
    label = "storefronts"
    verbose_name = "Storefronts"

    def ready(self):
        from enforcement.market import panels as of_sellers
        from enforcement.market import signals
        from enforcement.notices import panels as of_notices
        from enforcement.storefronts import pages

        signals.registered.append(pages.seller_signals)
        of_sellers.registered.insert(0, pages.seller_panel)
        of_notices.registered.append(pages.notice_section)
