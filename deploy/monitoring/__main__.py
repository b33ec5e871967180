"""`make monitoring`: writes what is made from other files here.

rules/service-levels.yml from service_levels.py; the manifests' PrometheusRule from rules/*.yml;
from boards/ the manifests' dashboards, and the overview as a console for Prometheus.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from deploy.monitoring import console, grafana, service_levels
from deploy.monitoring.boards import BOARDS, OVERVIEW

HERE = Path(__file__).parent
RULES = HERE / "rules"
COMPONENT = HERE.parent / "k8s" / "components" / "monitoring"
MANIFEST = COMPONENT / "rules.yaml"
DASHBOARDS = COMPONENT / "dashboards"
CONSOLE = HERE / "consoles" / "headship.html"
RUNBOOKS = "https://headship.example.org/runbooks"
"""Where the operator serves docs/runbooks; an overlay puts its own place before `/runbooks`."""

COUNTED = re.compile(
    r"\b(rabbitmq|cnpg|barman|kubelet|enrolment|sessions|assessment|notifications)_"
)
BOARD_OF = {
    "rabbitmq": "headship-messaging",
    "cnpg": "headship-databases",
    "barman": "headship-databases",
    "kubelet": "headship-databases",
}


def texts() -> dict[Path, str]:
    """Each file that is written, and what is in it."""
    levels = _dump({"groups": service_levels.groups()}, "service_levels.py")
    written = {RULES / "service-levels.yml": levels}
    groups = [group for text in _sources(levels) for group in yaml.safe_load(text)["groups"]]
    for group in groups:
        for rule in group["rules"]:
            if "alert" in rule:
                name = rule["alert"]
                rule["annotations"]["runbook_url"] = f"{RUNBOOKS}/{name}.md"
                rule["annotations"]["dashboard"] = f"/d/{_board(rule)}"
    written[MANIFEST] = _dump(
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": "headship"},
            "spec": {"groups": groups},
        },
        "deploy/monitoring/rules",
    )
    written |= {DASHBOARDS / f"{board.uid}.json": grafana.drawn(board) for board in BOARDS}
    written[CONSOLE] = console.drawn(OVERVIEW)
    return written


def _sources(levels: str) -> list[str]:
    by_hand = sorted(path for path in RULES.glob("*.yml") if path.name != "service-levels.yml")
    return [levels, *(path.read_text(encoding="utf-8") for path in by_hand)]


def _board(rule: dict[str, Any]) -> str:
    """Where to look at what an alert is about: its service's board, or that of what it counts."""
    if "$labels.service" in rule["annotations"]["summary"]:
        return "headship-{{ $labels.service }}"
    found = COUNTED.search(rule["expr"])
    return BOARD_OF.get(found[1], f"headship-{found[1]}") if found else OVERVIEW.uid


def _dump(content: dict[str, Any], source: str) -> str:
    told = f"# Written by `make monitoring` from {source}: change that.\n"
    return told + yaml.safe_dump(content, sort_keys=False, width=1000, allow_unicode=True)


if __name__ == "__main__":
    for path, text in texts().items():
        path.write_text(text, encoding="utf-8")
