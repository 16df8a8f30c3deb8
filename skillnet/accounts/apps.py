from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "skillnet.accounts"
    label = "accounts"
