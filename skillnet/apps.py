from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "skillnet"
    label = "site_app"
    verbose_name = "Skillnet"

    def ready(self) -> None:
        from skillnet import checks  # noqa: F401  registers the system checks
