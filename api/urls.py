from django.contrib.auth.decorators import login_not_required
from django.urls import path
from ninja import NinjaAPI

from api.v1 import events

v1 = NinjaAPI(title="Miitti", version="1", docs_url=None, urls_namespace="api-v1")
v1.add_router("", events.router)

addresses = v1.urls
for pattern in addresses[0]:  # the API judges its callers itself; the sign-in page is for people
    pattern.callback = login_not_required(pattern.callback)  # type: ignore[type-var]

urlpatterns = [path("api/v1/", addresses)]
