from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from matching.services.changes import match_changed_gaps, match_changed_offers
        from skillnet.kernel.changes import register_change_handler

        register_change_handler("gap", match_changed_gaps)
        register_change_handler("offer", match_changed_offers)
