"""Addresses of supplements."""

from django.urls import path

from programmes.views import supplements

urlpatterns = [
    path("programmas/<uuid:public_id>/uitbreiding/", supplements.supplement_new, name="supplement_new"),
    path("uitbreidingen/", supplements.supplement_list, name="supplements"),
    path("uitbreidingen/<uuid:public_id>/", supplements.supplement, name="supplement"),
    path("uitbreidingen/<uuid:public_id>/stap/", supplements.supplement_action, name="supplement_action"),
    path("uitbreidingen/bedrijf/<uuid:line>/tekenen/", supplements.supplement_sign, name="supplement_sign"),
    path("uitbreidingen/bedrijf/<uuid:line>/afdruk/", supplements.supplement_print, name="supplement_print"),
]
