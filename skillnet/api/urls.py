"""The addresses below /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter

from catalogue.api import EditionView, OfferEditionView, OfferStepView, OfferView
from catalogue.api_capacity import CapacityRequestView, CapacityView
from catalogue.api_providers import LabelView, ProviderView
from catalogue.api_revaluations import RevaluationView
from catalogue.api_search import OfferCompletenessView, OfferSearchView
from catalogue.api_supply import IssuedView, MicrocredentialView, WaitingView
from matching.api import MatchView, PoolView, RunView
from matching.api_bid_comparison import BidComparisonView
from matching.api_bids import BidView
from matching.api_demand import DemandCardView, DemandView
from matching.api_shortages import ShortageView
from matching.api_similar import SimilarGapView
from networks.api import GapView
from networks.api_applications import ApplicationView, ReviewView
from networks.api_call_writing import CallWritingView, NetworkWritingView, PlanWritingView
from networks.api_gap_reading import GapCopyView, GapPriorityView, GapSuggestionView
from networks.api_gap_steps import GapBatchView, GapStepView, TransferStepView
from networks.api_links import OwnershipLinkView
from networks.api_members import MemberView
from networks.api_needs import NeedsView
from networks.api_people import EstablishmentView, InvitationView, MembershipView, OrganisationView
from programmes.api import ProgrammeView
from programmes.api_aid import AidAssessmentView
from programmes.api_audits import AuditView, RecoveryView, SampleView
from programmes.api_budgets import BudgetLineView, CallBudgetView, NetworkBudgetView
from programmes.api_claims import ClaimView
from programmes.api_delivery import EnrolmentView, EvidenceView
from programmes.api_invoices import InvoiceLineView
from programmes.api_jobseekers import ProgrammeJobseekersView
from programmes.api_ledger import DeMinimisView
from programmes.api_money import InstrumentsView, ProgrammeAdviceView, ProgrammeCostsView, SmeStatusView
from programmes.api_other_edition import OtherEditionView
from programmes.api_outcomes import OtherFundingView, OutcomeView, PublicationView
from programmes.api_prices import ProgrammeEvaluationView, ProgrammePricesView
from programmes.api_steps import DossierView, ParticipationView, ProgrammeStepView
from programmes.api_supplements import ProgrammeSupplementView, SupplementView
from programmes.api_votes import ProgrammeVotesView
from skillnet.api.docs import DocsView, SchemaView
from skillnet.api.imports import ImportView
from skillnet.api.views import UnknownAddress

router = SimpleRouter()
router.register("gaps", GapView, basename="gaps")
router.register("offers", OfferView, basename="offers")
router.register("gap-priorities", GapPriorityView, basename="gap-priorities")
router.register("offer-search", OfferSearchView, basename="offer-search")
router.register("editions", EditionView, basename="editions")
router.register("imports", ImportView, basename="imports")
router.register("providers", ProviderView, basename="providers")
router.register("quality-labels", LabelView, basename="quality-labels")
router.register("waiting-entries", WaitingView, basename="waiting-entries")
router.register("microcredentials", MicrocredentialView, basename="microcredentials")
router.register("issued-credentials", IssuedView, basename="issued-credentials")
router.register("revaluations", RevaluationView, basename="revaluations")
router.register("matches", MatchView, basename="matches")
router.register("pools", PoolView, basename="pools")
router.register("runs", RunView, basename="runs")
router.register("programmes", ProgrammeView, basename="programmes")
router.register("participations", ParticipationView, basename="participations")
router.register("de-minimis", DeMinimisView, basename="de-minimis")
router.register("demand", DemandView, basename="demand")
router.register("demand-cards", DemandCardView, basename="demand-cards")
router.register("bids", BidView, basename="bids")
router.register("capacity", CapacityView, basename="capacity")
router.register("capacity-requests", CapacityRequestView, basename="capacity-requests")
router.register("enrolments", EnrolmentView, basename="enrolments")
router.register("evidence", EvidenceView, basename="evidence")
router.register("claims", ClaimView, basename="claims")
router.register("supplements", SupplementView, basename="supplements")
router.register("audit-samples", SampleView, basename="audit-samples")
router.register("audits", AuditView, basename="audits")
router.register("recoveries", RecoveryView, basename="recoveries")
router.register("other-funding", OtherFundingView, basename="other-funding")
router.register("publications", PublicationView, basename="publications")
router.register("network-budgets", NetworkBudgetView, basename="network-budgets")
router.register("call-budgets", CallBudgetView, basename="call-budgets")
router.register("budget-lines", BudgetLineView, basename="budget-lines")
router.register("invoice-lines", InvoiceLineView, basename="invoice-lines")
router.register("calls", CallWritingView, basename="calls")
router.register("applications", ApplicationView, basename="applications")
router.register("reviews", ReviewView, basename="reviews")
router.register("needs-analyses", NeedsView, basename="needs-analyses")
router.register("networks", NetworkWritingView, basename="networks")
router.register("organisations", OrganisationView, basename="organisations")
router.register("establishments", EstablishmentView, basename="establishments")
router.register("ownership-links", OwnershipLinkView, basename="ownership-links")
router.register("memberships", MembershipView, basename="memberships")
router.register("invitations", InvitationView, basename="invitations")
router.register("network-members", MemberView, basename="network-members")
router.register("annual-plans", PlanWritingView, basename="annual-plans")
router.register("shortage-occupations", ShortageView, basename="shortage-occupations")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    # Before the router: own references may hold slashes, as "2026/014" does.
    re_path(
        r"^offers/(?P<offer>.+)/editions/(?P<id>.+)/$",
        OfferEditionView.as_view({"put": "update"}),
        name="offer-edition",
    ),
    re_path(r"^offers/(?P<id>.+)/steps/$", OfferStepView.as_view({"post": "step"}), name="offer-steps"),
    re_path(
        r"^gaps/(?P<id>.+)/transfer/steps/$",
        TransferStepView.as_view({"post": "step"}),
        name="transfer-steps",
    ),
    re_path(r"^gaps/(?P<id>.+)/steps/$", GapStepView.as_view({"post": "step"}), name="gap-steps"),
    re_path(r"^gaps/(?P<id>.+)/similar/$", SimilarGapView.as_view({"get": "retrieve"}), name="gap-similar"),
    re_path(
        r"^offers/(?P<id>.+)/completeness/$",
        OfferCompletenessView.as_view({"get": "retrieve"}),
        name="offer-completeness",
    ),
    path("gap-suggestions/", GapSuggestionView.as_view({"post": "create"}), name="gap-suggestions"),
    path("gap-copies/", GapCopyView.as_view({"post": "create"}), name="gap-copies"),
    path("gap-batches/", GapBatchView.as_view({"post": "create"}), name="gap-batches"),
    path(
        "pools/<uuid:id>/bid-comparison/",
        BidComparisonView.as_view({"get": "retrieve"}),
        name="bid-comparison",
    ),
    path("outcomes/", OutcomeView.as_view({"get": "list", "post": "create"}), name="outcomes"),
    path("aid-assessments/", AidAssessmentView.as_view(), name="aid-assessments"),
    path("instruments/", InstrumentsView.as_view(), name="instruments"),
    path("sme-status/", SmeStatusView.as_view(), name="sme-status"),
    path("programmes/<uuid:id>/advice/", ProgrammeAdviceView.as_view(), name="programme-advice"),
    path("programmes/<uuid:id>/steps/", ProgrammeStepView.as_view(), name="programme-steps"),
    path(
        "programmes/<uuid:id>/editions/<uuid:edition>/instead/",
        OtherEditionView.as_view(),
        name="programme-other-edition",
    ),
    path(
        "programmes/<uuid:id>/supplements/",
        ProgrammeSupplementView.as_view(),
        name="programme-supplements",
    ),
    path("programmes/<uuid:id>/votes/", ProgrammeVotesView.as_view(), name="programme-votes"),
    path("programmes/<uuid:id>/dossier/", DossierView.as_view(), name="programme-dossier"),
    path("programmes/<uuid:id>/prices/", ProgrammePricesView.as_view(), name="programme-prices"),
    path("programmes/<uuid:id>/evaluation/", ProgrammeEvaluationView.as_view(), name="programme-evaluation"),
    path("programmes/<uuid:id>/jobseekers/", ProgrammeJobseekersView.as_view(), name="programme-jobseekers"),
    path("programmes/<uuid:id>/cost-lines/", ProgrammeCostsView.as_view(), name="programme-cost-lines"),
    path("", include(router.urls)),
    re_path(r"^.*$", UnknownAddress.as_view(), name="unknown"),
]
