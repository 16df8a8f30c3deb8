"""The addresses of the site. Each has a row in an access table (skillnet.access)."""

from django.urls import include, path

from skillnet import views
from skillnet.views import crawlers, differences, imports
from skillnet.views.language import set_language
from skillnet.views.styleguide import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    path("wissel/", views.switch_role, name="switch_role"),
    path("meldingen/", views.notices, name="notices"),
    path("meldingen/voorkeuren/", views.notice_preferences, name="notice_preferences"),
    path("meldingen/afmelden/<str:token>/", views.unsubscribe_view, name="unsubscribe"),
    path("lijst/", views.list_settings, name="list_settings"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<int:number>.xml", crawlers.sitemap, name="sitemap_part"),
    path("taal/", set_language, name="set_language"),
    path("health/", views.health, name="health"),
    path("uitnodiging/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("import/", imports.imports, name="imports"),
    path("import/nieuw/<str:kind>/", imports.import_new, name="import_new"),
    path("import/voorbeeld/<str:kind>/", imports.import_example, name="import_example"),
    path("import/<uuid:public_id>/", imports.import_detail, name="import_detail"),
    path("import/<uuid:public_id>/verschillen/", differences.import_differences, name="import_differences"),
    path("import/<uuid:public_id>/stap/", imports.import_action, name="import_action"),
    path("import/<uuid:public_id>/voortgang/", imports.import_progress, name="import_progress"),
    path(
        "import/<uuid:public_id>/verbeterd.<str:extension>", imports.import_corrected, name="import_corrected"
    ),
    path("uitvoer/<str:kind>.<str:extension>", imports.interchange_export, name="interchange_export"),
    path("styleguide/", styleguide, name="styleguide"),
    path("account/", include("skillnet.accounts.urls")),
    path("api/v1/", include("skillnet.api.urls", namespace="api")),
    path("", include("networks.urls", namespace="networks")),
    path("", include("catalogue.urls", namespace="catalogue")),
    path("", include("matching.urls", namespace="matching")),
    path("", include("programmes.urls", namespace="programmes")),
    path("cockpit/", include("cockpit.urls", namespace="cockpit")),
]
