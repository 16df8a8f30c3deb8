from django.urls import path

from networks.views import gaps

app_name = "networks"
urlpatterns = [
    path("kloven/", gaps.gap_list, name="gaps"),
    path("kloven/nieuw/", gaps.gap_new, name="gap_new"),
    path("kloven/<uuid:public_id>/", gaps.gap_detail, name="gap_detail"),
    path("kloven/<uuid:public_id>/aanpassen/", gaps.gap_edit, name="gap_edit"),
    path("kloven/<uuid:public_id>/stap/", gaps.gap_action, name="gap_action"),
]
