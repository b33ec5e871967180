"""The kit's own counters, from this process or from the metrics pages of several."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import requests
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

DELIVERIES = "headship_events_handled_total"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class KitCounters:
    """Deliveries that the inbox turned away, and those that had to be tried again."""

    duplicates: int
    retried: int


def read(metrics_urls: Iterable[str]) -> KitCounters:
    """The counters of all processes; of this one, when no page is named."""
    pages = [requests.get(url, timeout=TIMEOUT_SECONDS).text for url in metrics_urls]
    outcomes: Counter[str] = Counter()
    for page in pages or [generate_latest().decode()]:
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                if sample.name == DELIVERIES:
                    outcomes[sample.labels["outcome"]] += int(sample.value)
    return KitCounters(duplicates=outcomes["duplicate"], retried=outcomes["retried"])
