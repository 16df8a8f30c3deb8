"""Addresses of budgets, claims, audits, outcomes and contingents."""

from django.urls import path

from programmes.views import audits, budgets, claims, contingents, outcomes

PROGRAMME = "programmas/<uuid:public_id>"

urlpatterns = [
    path("budgetten/", budgets.budget_list, name="budgets"),
    path("afrekeningen/", claims.claim_list, name="claims"),
    path(f"{PROGRAMME}/afrekening/", claims.claim, name="claim"),
    path(f"{PROGRAMME}/afrekening/opmaken/", claims.claim_open, name="claim_open"),
    path(f"{PROGRAMME}/afrekening/kosten/", claims.claim_edit, name="claim_edit"),
    path(f"{PROGRAMME}/afrekening/stap/", claims.claim_action, name="claim_action"),
    path(f"{PROGRAMME}/afrekening/betaalopdracht/", claims.payment_request, name="payment_request"),
    path(f"{PROGRAMME}/resultaat/", outcomes.outcome, name="outcome"),
    path("controles/", audits.audit_list, name="audits"),
    path("controles/trekken/", audits.audit_draw, name="audit_draw"),
    path("controles/steekproef/<uuid:public_id>/", audits.audit_sample, name="audit_sample"),
    path("controles/dossier/<uuid:public_id>/", audits.audit_case, name="audit_case"),
    path("controles/dossier/<uuid:public_id>/bevindingen/", audits.audit_findings, name="audit_findings"),
    path("controles/dossier/<uuid:public_id>/stap/", audits.audit_action, name="audit_action"),
    path("controles/dossier/<uuid:public_id>/terugvorderen/", audits.recovery_new, name="recovery_new"),
    path("terugvorderingen/<uuid:public_id>/terugbetaald/", audits.recovery_repay, name="recovery_repay"),
    path("contingenten/", contingents.contingent_list, name="contingents"),
    path("contingenten/voorstel/", contingents.contingent_suggest, name="contingent_suggest"),
    path("contingenten/nieuw/", contingents.contingent_new, name="contingent_new"),
    path("contingenten/<uuid:public_id>/", contingents.contingent_edit, name="contingent_edit"),
]
