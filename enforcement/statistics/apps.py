from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "enforcement.statistics"
    label = "statistics"
    verbose_name = "Statistics"

    def ready(self):
        from coalition.pages.registry import front_sentences
        from enforcement.programmes.registry import tell_accuracy
        from enforcement.statistics.accuracy import count
        from enforcement.statistics.actions import headline

        front_sentences.append(headline)
        tell_accuracy(count)
