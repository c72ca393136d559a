from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "enforcement.statistics"
    label = "statistics"
    verbose_name = "Statistics"
