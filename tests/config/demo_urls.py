"""The addresses of demo mode, which the tests' own settings leave out."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config.urls import urlpatterns as usual

handler404 = "config.views.not_found"
urlpatterns = [
    *usual,
    *i18n_patterns(path("demo/", include("config.demo.urls")), prefix_default_language=False),
]
