from django.urls import path

from matching.views import matches, suggestions

app_name = "matching"
urlpatterns = [
    path("matchen/voorstellen/", suggestions.suggest, name="suggest"),
    path("matchen/kloof/<uuid:public_id>/gelijkend/", suggestions.similar_gaps, name="similar_gaps"),
    path("matchen/kloof/<uuid:public_id>/", matches.gap_matches, name="gap_matches"),
    path("matchen/match/<uuid:public_id>/oordeel/", matches.verdict, name="verdict"),
]
