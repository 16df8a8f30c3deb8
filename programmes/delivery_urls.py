"""The addresses of delivery: learners, attendance, evidence, and what providers deliver."""

from django.urls import path

from programmes.views import attendance, deliveries, enrolments, evidence, jobseekers, learners, other_edition

delivery_urlpatterns = [
    path("leveringen/", deliveries.deliveries, name="deliveries"),
    path("programmas/<uuid:public_id>/deelnemers/", enrolments.enrolments, name="enrolments"),
    path("programmas/<uuid:public_id>/werkzoekenden/", jobseekers.jobseekers, name="jobseekers"),
    path("programmas/<uuid:public_id>/aanwezigheid/", attendance.attendance, name="attendance"),
    path(
        "programmas/<uuid:public_id>/aanwezigheid/<uuid:edition>/lijst/",
        attendance.sign_sheet,
        name="sign_sheet",
    ),
    path("programmas/<uuid:public_id>/bewijsstukken/", evidence.evidence, name="evidence"),
    path(
        "programmas/<uuid:public_id>/andere-editie/<uuid:edition>/",
        other_edition.other_edition,
        name="other_edition",
    ),
    path("inschrijvingen/<uuid:public_id>/", enrolments.enrolment_detail, name="enrolment_detail"),
    path(
        "inschrijvingen/<uuid:public_id>/opleidingsbewijs/",
        learners.enrolment_record,
        name="enrolment_record",
    ),
    path("inschrijvingen/<uuid:public_id>/bewijs/", evidence.enrolment_evidence, name="enrolment_evidence"),
    path("bewijsstukken/<uuid:public_id>/", evidence.evidence_file, name="evidence_file"),
    path("bewijsstukken/<uuid:public_id>/wissen/", evidence.evidence_remove, name="evidence_remove"),
    path("deelnemer/<str:token>/", learners.learner_answer, name="learner_answer"),
    path("deelnemer/<str:token>/bewijs/", learners.learner_record, name="learner_record"),
]
