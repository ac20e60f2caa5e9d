from django.urls import path

from exchange.kpis.views import (
    catalogue,
    entering,
    imports,
    organisation,
    reviewing,
    series,
    template,
)

app_name = "kpis"
urlpatterns = [
    path("kpis/", catalogue.catalogue, name="catalogue"),
    path("kpis/<slug:code>/", catalogue.indicator, name="indicator"),
    path("series/<uuid:pk>/", series.series, name="series"),
    path("series/<uuid:pk>/values/<str:period>/", series.history, name="history"),
    path("series/<uuid:pk>/values/<str:period>/enter/", entering.one, name="enter_one"),
    path("series/<uuid:pk>/values/<str:period>/take-back/", entering.take_back, name="take_back"),
    path("values/enter/", entering.grid, name="enter"),
    path("values/review/", reviewing.review, name="review"),
    path("values/review/<uuid:pk>/", reviewing.decide, name="review_values"),
    path("values/review/imports/<uuid:pk>/", reviewing.decide_import, name="review_import"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.send, name="send"),
    path("imports/template.xlsx", template.template, name="template"),
    path("imports/<uuid:pk>/", imports.one, name="import"),
    path("imports/<uuid:pk>/answer/", imports.answer, name="answer_import"),
    path("imports/<uuid:pk>/accept/", imports.accept, name="accept_import"),
    path("imports/<uuid:pk>/cancel/", imports.cancel, name="cancel_import"),
    path("imports/<uuid:pk>/undo/", imports.undo, name="undo_import"),
    path("imports/<uuid:pk>/rejected.csv", imports.errors, name="rejected"),
    path("organisations/<uuid:pk>/kpis/", organisation.organisation, name="organisation"),
]
