from django.urls import path

from catalogue.views import (
    calendars,
    capacity,
    editions,
    issued,
    microcredentials,
    own,
    providers,
    public,
    waiting,
)

app_name = "catalogue"
urlpatterns = [
    path("aanbod/", public.offers, name="offers"),
    path("aanbod/<uuid:public_id>/", public.offer_detail, name="offer_detail"),
    path("aanbod/<uuid:public_id>/course.jsonld", public.course_jsonld, name="course_jsonld"),
    path("aanbod/<uuid:public_id>/course.oeapi.json", public.course_oeapi, name="course_oeapi"),
    path(
        "aanbod/<uuid:public_id>/course-offerings.oeapi.json",
        public.course_oeapi_offerings,
        name="course_oeapi_offerings",
    ),
    path("aanbod/<uuid:public_id>/edities.ics", public.offer_calendar, name="offer_calendar"),
    path("aanbod/verstrekkers/", providers.providers, name="providers"),
    path("aanbod/verstrekkers/<uuid:public_id>/", public.provider_detail, name="provider_detail"),
    path("aanbod/verstrekkers/<uuid:public_id>/nazicht/", providers.provider_review, name="provider_review"),
    path("aanbod/verstrekkers/<uuid:public_id>/stap/", providers.provider_step, name="provider_step"),
    path(
        "aanbod/verstrekkers/<uuid:public_id>/erkenning/", providers.recognition_new, name="recognition_new"
    ),
    path("mijn-aanbod/profiel/label/", providers.label_new, name="label_new"),
    path("mijn-aanbod/profiel/label/<uuid:public_id>/", providers.label_end, name="label_end"),
    path(
        "aanbod/verstrekkers/<uuid:public_id>/edities.ics", public.provider_calendar, name="provider_calendar"
    ),
    path(
        "aanbod/microcredentials/<uuid:public_id>/",
        microcredentials.microcredential_detail,
        name="microcredential_detail",
    ),
    path(
        "aanbod/microcredentials/<uuid:public_id>/elm.jsonld",
        microcredentials.microcredential_elm,
        name="microcredential_elm",
    ),
    path("aanbod/<uuid:public_id>/kalender/", calendars.offer_month, name="offer_month"),
    path("aanbod/wachtlijsten/", waiting.my_waiting, name="my_waiting"),
    path("aanbod/edities/<uuid:public_id>/wachtlijst/", waiting.waiting, name="waiting"),
    path("aanbod/wachtlijsten/<uuid:public_id>/stap/", waiting.waiting_step, name="waiting_step"),
    path("agenda/", calendars.my_calendar, name="my_calendar"),
    path("agenda/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("bewijzen/", issued.my_credentials, name="my_credentials"),
    path("mijn-aanbod/bewijzen/<uuid:public_id>/", issued.issued, name="issued"),
    path("mijn-aanbod/", own.my_offers, name="my_offers"),
    path("mijn-aanbod/nieuw/", own.offer_new, name="offer_new"),
    path("mijn-aanbod/kalender/", own.editions_calendar, name="editions_calendar"),
    path("mijn-aanbod/registreren/", own.provider_register, name="provider_register"),
    path("mijn-aanbod/profiel/", own.my_provider, name="my_provider"),
    path("mijn-aanbod/<uuid:public_id>/aanpassen/", own.offer_edit, name="offer_edit"),
    path("mijn-aanbod/<uuid:public_id>/stap/", own.offer_action, name="offer_action"),
    path("mijn-aanbod/<uuid:public_id>/kopie/", own.offer_copy, name="offer_copy"),
    path("mijn-aanbod/<uuid:public_id>/edities/nieuw/", editions.edition_new, name="edition_new"),
    path(
        "mijn-aanbod/<uuid:public_id>/microcredential/",
        editions.microcredential_edit,
        name="microcredential_edit",
    ),
    path("mijn-aanbod/edities/<uuid:public_id>/", editions.edition_edit, name="edition_edit"),
    path("mijn-aanbod/edities/<uuid:public_id>/stap/", editions.edition_action, name="edition_action"),
    path("capaciteit/", capacity.capacity_list, name="capacity"),
    path("capaciteit/nieuw/", capacity.capacity_new, name="capacity_new"),
    path("capaciteit/eigen/", capacity.capacity_own, name="capacity_own"),
    path("capaciteit/eigen/kalender.ics", capacity.capacity_calendar_file, name="capacity_calendar"),
    path("capaciteit/aanvragen/", capacity.capacity_requests, name="capacity_requests"),
    path(
        "capaciteit/aanvragen/<uuid:public_id>/stap/",
        capacity.capacity_request_action,
        name="capacity_request_action",
    ),
    path("capaciteit/<uuid:public_id>/", capacity.capacity_detail, name="capacity_detail"),
    path("capaciteit/<uuid:public_id>/aanpassen/", capacity.capacity_edit, name="capacity_edit"),
    path("capaciteit/<uuid:public_id>/stap/", capacity.capacity_action, name="capacity_action"),
]
