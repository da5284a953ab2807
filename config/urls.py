from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config import hooks, views
from events.views import feeds

urlpatterns = [
    path("healthz", views.healthy, name="healthy"),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", feeds.sitemap, name="sitemap"),
    path("hooks/bounces/", hooks.bounces, name="bounces"),
    path("api/v1/", include("api.v1.urls")),
    *i18n_patterns(
        path("", include("events.urls")),
        path("", include("esf.urls")),
        path("", include("registrations.urls")),
        path("", include("virtualfair.urls")),
        path("", include("workspace.urls")),
        path("", include("api.urls")),
        path("privacy/", views.privacy, name="privacy"),
        path("privacy/<slug:purpose>/<int:version>/", views.privacy_version, name="privacy_version"),
        path("account/", include("allauth.urls")),
        *([path("demo/", include("config.demo.urls"))] if settings.DEMO else []),
        prefix_default_language=False,
    ),
]

handler404 = "config.views.not_found"
handler500 = "config.views.broken"
