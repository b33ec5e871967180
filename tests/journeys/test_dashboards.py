"""Every panel has something to show: a Prometheus read the platform while a journey ran on it."""

import re

import pytest
from drawing import draw, keep_console
from watching import Watch

from deploy.monitoring.board import Board
from deploy.monitoring.boards import BOARDS, OVERVIEW

pytestmark = [pytest.mark.alone, pytest.mark.timeout(1_200)]  # of the journeys' runs

METRIC = re.compile(
    r"\b(?:(?:headship|enrolment|sessions|assessment|notifications|rabbitmq|cnpg|barman|process)"
    r"[_:][a-z0-9_:]+|ALERTS\b)"
)
EACH_BOARD = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)


@EACH_BOARD
def test_every_panel_has_data(watch: Watch, board: Board) -> None:
    empty = [
        f"{panel.title}: {query.expr}"
        for panel in board.panels
        for query in panel.queries
        if not watch.has_data(query.expr)
    ]

    assert empty == [], watch.problem


@EACH_BOARD
def test_any_metric_that_is_misspelt_leaves_its_panel_empty(watch: Watch, board: Board) -> None:
    unnoticed = []
    for expr in [query.expr for panel in board.panels for query in panel.queries]:
        for found in METRIC.finditer(expr):
            misspelt = f"{expr[: found.end() - 1]}{expr[found.end() :]}"
            if watch.has_data(misspelt):
                unnoticed.append(misspelt)
        assert METRIC.search(expr), expr

    assert unnoticed == []


@EACH_BOARD
def test_every_board_can_be_looked_at(watch: Watch, board: Board) -> None:
    page = draw(watch, board).read_text(encoding="utf-8")

    assert page.count("<section>") == len(list(board.panels))
    assert "no data" not in page


def test_every_panel_of_the_console_showed_something(watch: Watch) -> None:
    keep_console(watch)

    assert watch.console == {panel.title: True for panel in OVERVIEW.panels}
