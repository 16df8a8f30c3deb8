from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "skillnet.kernel"
    label = "kernel"
    verbose_name = "Kernel"
