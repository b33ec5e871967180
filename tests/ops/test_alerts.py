"""Every alert fires when it should and is silent when it should not, and tells what to do."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from alert_cases import CASES, Case, Series
from burn_cases import BURN_CASES
from hub_cases import HUB_CASES
from outbox_cases import OUTBOX_CASES
from page_cases import PAGE_CASES
from pod_cases import POD_CASES
from programme_cases import PROGRAMME_CASES
from rendered import overlay

from cli.backing.packages import prometheus_programs
from deploy.monitoring.__main__ import RULES, texts
from deploy.monitoring.boards import BOARDS

REPOSITORY = Path(__file__).parents[2]
FILES = sorted(RULES.glob("*.yml"))
EVERY_CASE = (
    *CASES,
    *OUTBOX_CASES,
    *PAGE_CASES,
    *POD_CASES,
    *PROGRAMME_CASES,
    *HUB_CASES,
    *BURN_CASES,
)
LABEL = re.compile(r"\$labels\.(\w+)")
ALWAYS = {"Watchdog"}
"""Fires whatever happens."""


def alerts(*files: Path) -> list[dict[str, Any]]:
    """Every alerting rule of these files, of all by default."""
    return [
        rule
        for file in files or FILES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


NAMED = {rule["alert"]: LABEL.findall(rule["annotations"]["summary"]) for rule in alerts()}
"""Labels that an alert's summary tells."""


def test_what_is_written_from_other_files_is_up_to_date() -> None:
    """`make monitoring` writes it."""
    assert [path.name for path, text in texts().items() if path.read_text() != text] == []


def test_prometheus_takes_the_rules() -> None:
    promtool("check", "rules", *map(str, FILES))


def test_each_alert_has_cases() -> None:
    assert {case.alert for case in EVERY_CASE} | ALWAYS == {rule["alert"] for rule in alerts()}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("least", "most", "every"), [(0, 120, "1m"), (121, 9_999, "30m")])
@pytest.mark.parametrize("rules", FILES, ids=lambda path: path.stem)
def test_each_alert_fires_and_is_silent_when_it_should(
    rules: Path, least: int, most: int, every: str, tmp_path: Path
) -> None:
    """A file of rules at a time, as promtool works out all that it is given for each case. Those
    that look back for days are asked each half hour: each minute would take long."""
    here = {rule["alert"] for rule in alerts(rules)}
    chosen = [
        case
        for case in EVERY_CASE
        if case.alert in here and least <= int(case.at.removesuffix("m")) <= most
    ]
    tests = [
        looked_at(case, series, wanted)
        for case in chosen
        for series, wanted in ((case.fires, 1), (case.silent, 0))
    ]
    file = tmp_path / "tests.yml"
    told = {"rule_files": [str(rules)], "evaluation_interval": every, "tests": tests}
    file.write_text(yaml.safe_dump(told))

    promtool("test", "rules", str(file))


@pytest.mark.parametrize("alert", sorted({rule["alert"] for rule in alerts()}))
def test_each_alert_has_a_runbook_that_names_commands(alert: str) -> None:
    runbook = REPOSITORY / "docs" / "runbooks" / f"{alert}.md"

    told = runbook.read_text(encoding="utf-8")

    assert told.startswith(f"# {alert}\n")
    for part in ("## What it means", "## What to do"):
        assert part in told
    assert "`headship " in told or "`kubectl " in told or "```" in told


@pytest.mark.parametrize("name", ["production", "staging"])
def test_each_alert_leads_to_a_board_and_to_its_runbook_where_the_overlay_says(name: str) -> None:
    (told,) = overlay(name).of("PrometheusRule")
    place = told["metadata"]["annotations"]["runbooks"]
    sent = [rule for group in told["spec"]["groups"] for rule in group["rules"] if "alert" in rule]

    assert {rule["alert"] for rule in sent} == set(NAMED)
    for rule in sent:
        assert rule["annotations"]["runbook_url"] == f"https://{place}/runbooks/{rule['alert']}.md"
        board = rule["annotations"]["dashboard"].removeprefix("/d/")
        if board == "headship-{{ $labels.service }}":  # a label that each case makes sure of
            assert "service" in NAMED[rule["alert"]]
        else:
            assert board in {each.uid for each in BOARDS}, rule["alert"]
    assert [without_address(rule) for rule in sent if without_address(rule) not in alerts()] == []


def test_each_alert_is_for_somebody() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket", "none"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]


def without_address(rule: dict[str, Any]) -> dict[str, Any]:
    """An alert as it was written, before it was said where to look."""
    kept = {key: rule["annotations"][key] for key in ("summary",)}
    return rule | {"annotations": kept}


def looked_at(case: Case, series: Series, wanted: int) -> dict[str, Any]:
    """A unit of promtool: whether the alert is firing at the time of the case, and what its summary
    names is known."""
    severity = f',severity="{case.severity}"' if case.severity else ""
    named = "".join(f',{label}!=""' for label in NAMED[case.alert])
    firing = f'ALERTS{{alertname="{case.alert}",alertstate="firing"{severity}{named}}}'
    return {
        "name": f"{case.alert} at {case.at}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series],
        "promql_expr_test": [
            {
                "expr": f"(count({firing}) > bool 0) or vector(0)",
                "eval_time": case.at,
                "exp_samples": [{"labels": "{}", "value": wanted}],
            }
        ],
    }


def promtool(*words: str) -> None:
    """Run it; what it says, if it is not content."""
    done = subprocess.run(
        [prometheus_programs() / "promtool", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
