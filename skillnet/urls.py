"""The addresses of the site. Each has a row in an access table (skillnet.access)."""

from django.urls import include, path
from django.views.i18n import set_language

from skillnet import views

urlpatterns = [
    path("", views.home, name="home"),
    path("wissel/", views.switch_role, name="switch_role"),
    path("meldingen/", views.notices, name="notices"),
    path("taal/", set_language, name="set_language"),
    path("health/", views.health, name="health"),
    path("uitnodiging/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("account/", include("skillnet.accounts.urls")),
    path("api/v1/", include("skillnet.api.urls", namespace="api")),
    path("", include("networks.urls", namespace="networks")),
    path("", include("catalogue.urls", namespace="catalogue")),
    path("", include("matching.urls", namespace="matching")),
    path("", include("programmes.urls", namespace="programmes")),
    path("cockpit/", include("cockpit.urls", namespace="cockpit")),
]
