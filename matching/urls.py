from django.urls import path

from matching.views import demand, hand, matches, pools, runs, suggestions, weights

app_name = "matching"
urlpatterns = [
    path("matchen/voorstellen/", suggestions.suggest, name="suggest"),
    path("matchen/kloof/<uuid:public_id>/gelijkend/", suggestions.similar_gaps, name="similar_gaps"),
    path("matchen/kloof/<uuid:public_id>/", matches.gap_matches, name="gap_matches"),
    path("matchen/match/<uuid:public_id>/oordeel/", matches.verdict, name="verdict"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/nieuw/", runs.run_new, name="run_new"),
    path("runs/<uuid:public_id>/", runs.run_detail, name="run_detail"),
    path("runs/<uuid:public_id>/voortgang/", runs.run_progress, name="run_progress"),
    path("runs/<uuid:public_id>/stoppen/", runs.run_cancel, name="run_cancel"),
    path("bundels/", pools.pool_list, name="pools"),
    path("bundels/niet-gebundeld/", pools.unpooled_list, name="unpooled"),
    path("bundels/kloof/<uuid:public_id>/", hand.gap_placement, name="gap_placement"),
    path("bundels/<uuid:public_id>/", pools.pool_detail, name="pool_detail"),
    path("bundels/<uuid:public_id>/ingreep/", hand.pool_action, name="pool_action"),
    path("vraag/", demand.demand_list, name="demand"),
    path("vraag/<uuid:public_id>/", demand.demand_detail, name="demand_detail"),
    path("matchen/gewichten/", weights.weights, name="weights"),
    path("matchen/gewichten/voorbeeld/", weights.weights_preview, name="weights_preview"),
    path("talentstrategie/", weights.strategy, name="strategy"),
    path("talentstrategie/nieuw/", weights.strategy_new, name="strategy_new"),
]
