"""Databases: PostgreSQL by CloudNativePG's own metrics, and the services' pools."""

from deploy.monitoring.board import (
    BYTES,
    PER_SECOND,
    SECONDS,
    SHARE,
    SHORT,
    WINDOW,
    Board,
    Row,
    lines,
    number,
    rate,
)

BACKUP = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp"
STAT = "cnpg_pg_stat_database"

DATABASES = Board(
    "headship-databases",
    "Headship: databases",
    "Each service has a database of its own on one PostgreSQL of three instances.",
    (
        Row(
            "Connections",
            (
                lines(
                    "By state",
                    "idle in transaction for long: somebody holds locks and does nothing.",
                    SHORT,
                    ("sum by (state) (cnpg_backends_total)", "{{state}}"),
                ),
                lines(
                    "By database",
                    "Whose they are.",
                    SHORT,
                    ("sum by (datname) (cnpg_backends_total)", "{{datname}}"),
                ),
                lines(
                    "Share of max_connections",
                    "Above four fifths: DatabaseConnectionsNearLimit.",
                    SHARE,
                    (
                        "sum by (pod) (cnpg_backends_total) / on (pod) "
                        'cnpg_pg_settings_setting{name="max_connections"}',
                        "{{pod}}",
                    ),
                ),
                lines(
                    "The services' pools",
                    "Connections in use, of those allowed.",
                    SHARE,
                    (
                        'sum by (service) (headship_database_connections{state="in_use"})'
                        ' / sum by (service) (headship_database_connections{state="allowed"})',
                        "{{service}}",
                    ),
                ),
            ),
        ),
        Row(
            "Work",
            (
                lines(
                    "Transactions",
                    "Committed and rolled back.",
                    PER_SECOND,
                    (rate(f"{STAT}_xact_commit", "datname"), "{{datname}} committed"),
                    (rate(f"{STAT}_xact_rollback", "datname"), "{{datname}} rolled back"),
                ),
                lines(
                    "Longest transaction",
                    "Minutes: find it in pg_stat_activity; it keeps rows from being cleaned.",
                    SECONDS,
                    ("max by (datname) (cnpg_backends_max_tx_duration_seconds)", "{{datname}}"),
                ),
                lines(
                    "Waiting for a lock",
                    "Backends that another one blocks.",
                    SHORT,
                    ("sum by (pod) (cnpg_backends_waiting_total)", "{{pod}}"),
                ),
                lines(
                    "Deadlocks",
                    "None is expected: rows are locked in one order.",
                    PER_SECOND,
                    (rate(f"{STAT}_deadlocks", "datname"), "{{datname}}"),
                ),
                lines(
                    "Found in memory",
                    "The share of blocks that were in shared_buffers. Falling: give it more.",
                    SHARE,
                    (
                        f"sum by (datname) (rate({STAT}_blks_hit[{WINDOW}])) / (sum by (datname) "
                        f"(rate({STAT}_blks_hit[{WINDOW}])) + sum by (datname) "
                        f"(rate({STAT}_blks_read[{WINDOW}])))",
                        "{{datname}}",
                    ),
                ),
                lines(
                    "Temporary files",
                    "Bytes a second that sorts wrote to disk.",
                    BYTES,
                    (rate(f"{STAT}_temp_bytes", "datname"), "{{datname}}"),
                ),
            ),
        ),
        Row(
            "Size and safety",
            (
                lines(
                    "Size",
                    "On disk.",
                    BYTES,
                    ("max by (datname) (cnpg_pg_database_size_bytes)", "{{datname}}"),
                ),
                lines(
                    "Age of the oldest transaction number",
                    "At 2,000 million PostgreSQL stops. Rising without end: vacuum does not run.",
                    SHORT,
                    ("max by (datname) (cnpg_pg_database_xid_age)", "{{datname}}"),
                ),
                lines(
                    "Replicas behind",
                    "What a failover would lose, in time: DatabaseReplicaBehind.",
                    SECONDS,
                    ("max by (pod) (cnpg_pg_replication_lag)", "{{pod}}"),
                ),
                number(
                    "Replicas that stream",
                    "Two, as seen by the primary.",
                    SHORT,
                    ("max(cnpg_pg_replication_streaming_replicas)", "replicas"),
                ),
                number(
                    "Last whole backup",
                    "Older than 30 hours: BackupTooOld.",
                    SECONDS,
                    (f"time() - max({BACKUP})", "ago"),
                ),
            ),
        ),
    ),
)
