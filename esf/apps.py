from django.apps import AppConfig


class EsfConfig(AppConfig):
    name = "esf"
