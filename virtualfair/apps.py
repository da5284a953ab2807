from django.apps import AppConfig


class VirtualfairConfig(AppConfig):
    name = "virtualfair"
