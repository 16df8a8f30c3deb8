from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"

    def ready(self) -> None:
        from catalogue.search import register_meaning_search
        from matching.services.changes import match_changed_gaps, match_changed_offers
        from matching.services.gap_reading import read_gap
        from matching.services.search import search_by_meaning_and_words
        from matching.services.skill_linking import names_of_skills
        from matching.spoken import language_of
        from networks.suggesting import register_reader, register_skill_names
        from skillnet.kernel.changes import register_change_handler

        register_change_handler("gap", match_changed_gaps)
        register_change_handler("offer", match_changed_offers)
        register_meaning_search(search_by_meaning_and_words)
        register_reader(suggest=read_gap, language_of=language_of)
        register_skill_names(names_of_skills)
