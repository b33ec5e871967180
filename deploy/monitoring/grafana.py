"""Boards as Grafana has them. It lays panels out by itself: three to a line, numbers six."""

from itertools import count

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import prometheus, stat, timeseries
from grafana_foundation_sdk.builders.common import ReduceDataOptions, VizLegendOptions
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import DashboardLinkType, DataSourceRef

from deploy.monitoring.board import SHARE, Board, Panel

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
OURS = '{job=~"enrolment|sessions|assessment|notifications"}'
LINE, FIGURE = 8, 4
"""Widths, of 24."""


def drawn(board: Board) -> str:
    """The dashboard as JSON."""
    built = (
        dashboards.Dashboard(board.title)
        .uid(board.uid)
        .description(board.says)
        .tags(["headship"])
        .readonly()
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("Europe/London")
        .with_variable(
            dashboards.DatasourceVariable("datasource").label("Prometheus").type("prometheus")
        )
        .annotation(_restarts())
        .link(_others())
    )
    ids = count(1)
    for row in board.rows:
        built = built.with_row(dashboards.Row(row.title).id(next(ids)))
        for panel in row.panels:
            built = built.with_panel(_panel(panel).id(next(ids)))
    return JSONEncoder(sort_keys=True, indent=1).encode(built.build()) + "\n"


def _panel(panel: Panel) -> stat.Panel | timeseries.Panel:
    if panel.number:
        shown: stat.Panel | timeseries.Panel = (
            stat.Panel()
            .span(FIGURE)
            .height(5)
            .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
        )
    else:
        legend = (
            VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        shown = timeseries.Panel().span(LINE).height(8).min(0).legend(legend)
    shown = shown.title(panel.title).description(panel.says).unit(panel.unit).datasource(SOURCE)
    if panel.unit == SHARE:
        shown = shown.decimals(2)
    for number, query in enumerate(panel.queries):
        told = prometheus.Dataquery().expr(query.expr).legend_format(query.legend)
        shown = shown.with_target(told.datasource(SOURCE).ref_id(chr(ord("A") + number)))
    return shown


def _restarts() -> dashboards.AnnotationQuery:
    """A mark where a replica started: a release, a crash."""
    return (
        dashboards.AnnotationQuery()
        .name("Starts")
        .datasource(SOURCE)
        .enable(True)
        .icon_color("blue")
        .expr(f"time() - process_start_time_seconds{OURS} < 120")
    )


def _others() -> dashboards.DashboardLink:
    return (
        dashboards.DashboardLink("Headship")
        .type(DashboardLinkType.DASHBOARDS)
        .tags(["headship"])
        .as_dropdown(True)
    )
