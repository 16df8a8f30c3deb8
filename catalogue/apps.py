from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "catalogue"

    def ready(self) -> None:
        from catalogue.services.merging import join_catalogues
        from networks.services.joining import register_joiner

        register_joiner(join_catalogues)
