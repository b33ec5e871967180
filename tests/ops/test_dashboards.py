"""Dashboards and alerts name metrics that the code counts, and say what they show."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY
from rendered import overlay
from test_alerts import promtool

from cli.services import SERVICES, service_classes
from deploy.monitoring.__main__ import CONSOLE, DASHBOARDS, RULES
from deploy.monitoring.board import Board
from deploy.monitoring.boards import BOARDS, OVERVIEW

OURS = re.compile(rf"\b(?:headship|{'|'.join(SERVICES)})_[a-z0-9_]+\b")
EACH_BOARD = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)


def counted() -> set[str]:
    """Every name under which the code tells something, as Prometheus sees it."""
    assert [each.name for each in service_classes()] == list(SERVICES)  # all metrics are imported
    names = set()
    for family in REGISTRY.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
        names |= {family.name + end for end in endings.get(family.type, [""])}
    return names


def expressions() -> Iterator[str]:
    for board in BOARDS:
        for panel in board.panels:
            yield from (query.expr for query in panel.queries)
    for file in RULES.glob("*.yml"):
        for group in yaml.safe_load(file.read_text())["groups"]:
            yield from (rule["expr"] for rule in group["rules"])


def test_metrics_of_ours_are_counted_by_the_code() -> None:
    known = counted()

    asked = {name for expr in expressions() for name in OURS.findall(expr)}

    assert len(asked) > 60
    assert asked - known == set()


def test_every_series_of_a_service_is_there_from_the_start() -> None:
    """Those of the kit appear as a service sets up (tests/shared/runtime/test_health.py), figures
    with their first reading."""
    assert [each.name for each in service_classes()] == list(SERVICES)
    own = re.compile(rf"(?:{'|'.join(SERVICES)})_\w+")
    missing = [
        family.name
        for family in REGISTRY.collect()
        if own.fullmatch(family.name) and family.type != "gauge" and not family.samples
    ]

    assert missing == []


def test_no_label_of_ours_is_one_that_prometheus_gives_to_whom_it_asks() -> None:
    """It would be renamed. `service` is the same word in both."""
    given = {"job", "instance", "namespace", "pod", "container", "endpoint"}
    ours = [family for family in REGISTRY.collect() if OURS.fullmatch(family.name)]

    assert len(ours) > 60
    for family in ours:
        assert not {label for sample in family.samples for label in sample.labels} & given, family


@EACH_BOARD
def test_each_panel_says_what_it_means(board: Board) -> None:
    for panel in board.panels:
        assert panel.says.endswith("."), panel.title
        assert panel.unit, panel.title
        assert all(query.legend for query in panel.queries), panel.title
        for query in panel.queries:
            windows = set(re.findall(r"\[(.*?)\]\)", query.expr))
            assert windows <= {"$__rate_interval", "1h", "1d", "30d"}, query.expr


def test_each_board_reaches_the_cluster_under_an_address_of_its_own() -> None:
    shipped = [
        json.loads(text)
        for one in overlay("production").of("ConfigMap")
        if one["metadata"].get("labels", {}).get("grafana_dashboard") == "1"
        for text in one["data"].values()
    ]

    assert sorted(each["uid"] for each in shipped) == sorted(board.uid for board in BOARDS)
    assert len({board.uid for board in BOARDS}) == len(BOARDS)
    assert {file.stem for file in DASHBOARDS.iterdir()} == {board.uid for board in BOARDS}


@EACH_BOARD
def test_grafana_gets_every_panel_and_asks_the_source_that_was_chosen(board: Board) -> None:
    told = json.loads((DASHBOARDS / f"{board.uid}.json").read_text())
    panels = [each for each in told["panels"] if each["type"] != "row"]

    assert [each["title"] for each in panels] == [panel.title for panel in board.panels]
    assert len({each["id"] for each in told["panels"]}) == len(told["panels"])
    assert {each["datasource"]["uid"] for each in panels} == {"${datasource}"}
    (variable,) = told["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in told["panels"]]
    assert len(set(places)) == len(places)


def test_a_replica_that_starts_is_marked_be_it_of_a_new_pod_or_an_old_one(tmp_path: Path) -> None:
    (told,) = {
        mark["expr"]
        for file in DASHBOARDS.iterdir()
        for mark in json.loads(file.read_text())["annotations"]["list"]
    }
    started = 'process_start_time_seconds{job="sessions",pod="'
    samples = {"old": "0x29 1800x30", "new": "_x30 1800x30", "untouched": "0x60"}
    test = {
        "interval": "1m",
        "input_series": [
            {"series": f'{started}{pod}"}}', "values": values} for pod, values in samples.items()
        ],
        "promql_expr_test": [
            {"expr": f"count({told}) or vector(0)", "eval_time": at, "exp_samples": [marked]}
            for at, number in (("29m", 0), ("31m", 2), ("45m", 0))
            for marked in ({"labels": "{}", "value": number},)
        ],
    }
    file = tmp_path / "marks.yml"
    file.write_text(yaml.safe_dump({"rule_files": [], "tests": [test]}))

    promtool("test", "rules", str(file))


def test_the_console_shows_what_the_overview_does() -> None:
    page = CONSOLE.read_text()

    assert page.count("<section>") == len(list(OVERVIEW.panels))
    assert "$__" not in page
