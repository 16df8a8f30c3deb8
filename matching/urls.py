from django.urls import path

from matching.views import matches

app_name = "matching"
urlpatterns = [
    path("matchen/kloof/<uuid:public_id>/", matches.gap_matches, name="gap_matches"),
    path("matchen/match/<uuid:public_id>/oordeel/", matches.verdict, name="verdict"),
]
