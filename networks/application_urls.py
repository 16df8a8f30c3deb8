"""Addresses of applications, reviews, the ranking, annual plans, and coming in."""

from django.urls import path

from networks.views import applications, criteria, onboarding, plans, ranking, reviews

application_urlpatterns = [
    path("oproepen/<uuid:public_id>/criteria/nieuw/", criteria.criterion_new, name="criterion_new"),
    path(
        "oproepen/<uuid:public_id>/criteria/<uuid:criterion_id>/",
        criteria.criterion_edit,
        name="criterion_edit",
    ),
    path(
        "oproepen/<uuid:public_id>/criteria/<uuid:criterion_id>/weg/",
        criteria.criterion_remove,
        name="criterion_remove",
    ),
    path("oproepen/<uuid:public_id>/aanvragen/", applications.application_start, name="application_start"),
    path("oproepen/<uuid:public_id>/rangschikking/", ranking.call_ranking, name="call_ranking"),
    path("aanvragen/<uuid:public_id>/", applications.application_detail, name="application_detail"),
    path("aanvragen/<uuid:public_id>/aanpassen/", applications.application_edit, name="application_edit"),
    path("aanvragen/<uuid:public_id>/stap/", applications.application_action, name="application_action"),
    path(
        "aanvragen/<uuid:public_id>/ontvankelijkheid/",
        applications.application_checklist,
        name="application_checklist",
    ),
    path(
        "aanvragen/<uuid:public_id>/voorwaarden/<uuid:condition_id>/",
        applications.condition_settle,
        name="condition_settle",
    ),
    path("aanvragen/<uuid:public_id>/beoordelaars/", reviews.reviewer_assign, name="reviewer_assign"),
    path("beoordelingen/", reviews.review_list, name="reviews"),
    path("beoordelingen/<uuid:public_id>/", reviews.review, name="review"),
    path("beoordelingen/<uuid:public_id>/weg/", reviews.reviewer_unassign, name="reviewer_unassign"),
    path("netwerken/<uuid:public_id>/jaarplannen/", plans.plan_new, name="plan_new"),
    path("jaarplannen/<uuid:public_id>/", plans.plan_detail, name="plan_detail"),
    path("jaarplannen/<uuid:public_id>/doelen/", plans.plan_edit, name="plan_edit"),
    path("jaarplannen/<uuid:public_id>/lijnen/", plans.plan_line_new, name="plan_line_new"),
    path("jaarplannen/<uuid:public_id>/lijnen/<uuid:line_id>/", plans.plan_line_edit, name="plan_line_edit"),
    path(
        "jaarplannen/<uuid:public_id>/lijnen/<uuid:line_id>/weg/",
        plans.plan_line_remove,
        name="plan_line_remove",
    ),
    path("jaarplannen/<uuid:public_id>/stap/", plans.plan_action, name="plan_action"),
    path("aanmelden/", onboarding.onboard, name="onboard"),
    path("toegang/<uuid:public_id>/", onboarding.access_answer, name="access_answer"),
    path("organisatie/vestigingen/nieuw/", onboarding.establishment_new, name="establishment_new"),
    path(
        "organisatie/vestigingen/<uuid:establishment_id>/sluiten/",
        onboarding.establishment_close,
        name="establishment_close",
    ),
]
