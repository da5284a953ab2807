from django.urls import path
from ninja import NinjaAPI

from api.v1 import events

v1 = NinjaAPI(title="Miitti", version="1", docs_url=None, urls_namespace="api-v1")
v1.add_router("", events.router)

urlpatterns = [path("api/v1/", v1.urls)]
