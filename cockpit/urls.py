from django.urls import path

from cockpit.views import balance, money, overlap, overview, unmet

app_name = "cockpit"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("vraag-en-aanbod/", balance.supply_demand, name="supply_demand"),
    path("hiaten/", unmet.unmet, name="unmet"),
    path("overlap/", overlap.overlap, name="overlap"),
    path("dubbelfinanciering/", money.double_funding_page, name="double_funding"),
    path("budgetten/", money.budget, name="budget"),
]
