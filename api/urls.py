from django.urls import path

from api.views import reference, tokens

app_name = "api"

urlpatterns = [
    path("api/", reference.show, name="reference"),
    path("desk/tokens/", tokens.show, name="tokens"),
    path("desk/tokens/<int:token_pk>/revoke/", tokens.revoke, name="revoke_token"),
]
