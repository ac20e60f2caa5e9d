from django.urls import path

from exchange.kpis.views import (
    catalogue,
    compare,
    entering,
    importing,
    imports,
    keeping,
    measures,
    organisation,
    proposing,
    reviewing,
    series,
    targets,
    template,
)

app_name = "kpis"
urlpatterns = [
    path("kpis/", catalogue.catalogue, name="catalogue"),
    # Before the pages of indicators: none has this code.
    path("kpis/new/", proposing.new, name="new"),
    path("kpis/<slug:code>/", catalogue.indicator, name="indicator"),
    path("kpis/<slug:code>/report/", keeping.report, name="report"),
    path("kpis/<slug:code>/propose/", proposing.version, name="propose"),
    path("definitions/<uuid:pk>/", proposing.proposal, name="proposal"),
    path("definitions/<uuid:pk>/take-back/", proposing.take_back, name="take_back_proposal"),
    path("series/<uuid:pk>/", series.series, name="series"),
    path("series/<uuid:pk>/edit/", keeping.edit, name="edit"),
    path("series/<uuid:pk>/share/", keeping.share, name="share"),
    path("series/<uuid:pk>/close/", keeping.close, name="close"),
    path("series/<uuid:pk>/reopen/", keeping.reopen, name="reopen"),
    path("series/<uuid:pk>/targets/new/", targets.new, name="new_target"),
    path("targets/<uuid:pk>/edit/", targets.edit, name="edit_target"),
    path("targets/<uuid:pk>/drop/", targets.drop, name="drop_target"),
    *(
        path(f"series/<uuid:pk>/values.{format}", series.values, {"format": format}, name=format)
        for format in ("csv", "xlsx")
    ),
    path("series/<uuid:pk>/values/<str:period>/", series.history, name="history"),
    path("series/<uuid:pk>/values/<str:period>/enter/", entering.one, name="enter_one"),
    path("series/<uuid:pk>/values/<str:period>/take-back/", entering.take_back, name="take_back"),
    path("compare/", compare.compare, name="compare"),
    *(
        path(
            f"compare/values.{format}", compare.values, {"format": format}, name=f"compare_{format}"
        )
        for format in ("csv", "xlsx")
    ),
    path("values/enter/", entering.grid, name="enter"),
    path("values/review/", reviewing.review, name="review"),
    path("values/review/<uuid:pk>/", reviewing.decide, name="review_values"),
    path("values/review/imports/<uuid:pk>/", reviewing.decide_import, name="review_import"),
    path("workstreams/<uuid:pk>/kpis/", measures.measures, name="measures"),
    path("workstreams/<uuid:pk>/kpis/choose/", measures.choose, name="choose_measures"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", importing.send, name="send"),
    path("imports/template.xlsx", template.template, name="template"),
    path("imports/<uuid:pk>/", imports.one, name="import"),
    path("imports/<uuid:pk>/answer/", importing.answer, name="answer_import"),
    path("imports/<uuid:pk>/accept/", importing.accept, name="accept_import"),
    path("imports/<uuid:pk>/cancel/", importing.cancel, name="cancel_import"),
    path("imports/<uuid:pk>/undo/", importing.undo, name="undo_import"),
    path("imports/<uuid:pk>/rejected.csv", imports.errors, name="rejected"),
    path("organisations/<uuid:pk>/kpis/", organisation.organisation, name="organisation"),
]
