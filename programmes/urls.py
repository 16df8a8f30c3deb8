from django.urls import path

from programmes.claim_urls import urlpatterns as claim_patterns
from programmes.delivery_urls import delivery_urlpatterns
from programmes.views import commitments, dossier, drafting, invoices, ledger, programmes, sme

app_name = "programmes"
urlpatterns = [
    path("programmas/", programmes.programme_list, name="programmes"),
    path("programmas/uitvoer/", dossier.export_proposals, name="export_proposals"),
    path("programmas/nieuw/<uuid:pool>/", drafting.programme_new, name="programme_new"),
    path("programmas/deelname/<uuid:participation>/", commitments.commit, name="commit"),
    path("programmas/deelname/<uuid:participation>/terugtrekken/", commitments.withdraw, name="withdraw"),
    path(
        "programmas/deelname/<uuid:participation>/verbintenis/",
        commitments.commitment_print,
        name="commitment_print",
    ),
    path(
        "programmas/deelname/<uuid:participation>/kmo-verklaring/",
        commitments.sme_declaration,
        name="sme_declaration",
    ),
    path(
        "programmas/deelname/<uuid:participation>/de-minimisverklaring/",
        commitments.de_minimis_declaration,
        name="de_minimis_declaration",
    ),
    path("programmas/<uuid:public_id>/", programmes.programme_detail, name="programme_detail"),
    path("programmas/<uuid:public_id>/stap/", programmes.programme_action, name="programme_action"),
    path("programmas/<uuid:public_id>/opmerking/", programmes.programme_comment, name="programme_comment"),
    path("programmas/<uuid:public_id>/aanpassen/", drafting.programme_edit, name="programme_edit"),
    path("programmas/<uuid:public_id>/wat-als/", drafting.programme_what_if, name="programme_what_if"),
    path("programmas/<uuid:public_id>/dossier/", dossier.programme_print, name="programme_print"),
    path("grootte/", sme.sme, name="sme"),
    path("grootte/cijfers/", sme.sme_figures, name="sme_figures"),
    path("grootte/eigenaars/", sme.sme_owners, name="sme_owners"),
    path("grootte/verbonden/", sme.sme_linked, name="sme_linked"),
    path("grootte/verklaring/", sme.sme_statement, name="sme_statement"),
    path("grootte/<uuid:public_id>/", sme.sme_of, name="sme_of"),
    path("de-minimis/", ledger.ledger_list, name="ledger"),
    path("de-minimis/register/", ledger.register_list, name="ledger_register"),
    path("de-minimis/register/<uuid:public_id>/", ledger.register_entry, name="ledger_registered"),
    path("de-minimis/<uuid:public_id>/", ledger.ledger_detail, name="ledger_detail"),
    path("de-minimis/<uuid:public_id>/aangeven/", ledger.ledger_declare, name="ledger_declare"),
    *claim_patterns,
    *delivery_urlpatterns,
    path("facturatie/", invoices.invoice_list, name="invoices"),
    path("facturatie/<uuid:public_id>/", invoices.invoice, name="invoice"),
]
