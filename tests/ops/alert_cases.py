"""For each alert, what makes it fire and what leaves it silent: series in promtool's notation.

A series is (selector, values), a sample a minute: `0+5x60` is 0, 5, 10 … for an hour.
"""

from dataclasses import dataclass

Series = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """`at` is when the alert is looked at; after 120 minutes it is asked each half hour only."""

    alert: str
    fires: Series
    silent: Series
    at: str
    severity: str = ""


ALL_UP = tuple(
    (f'up{{job="{job}"}}', "1x90")
    for job in ("enrolment", "sessions", "assessment", "notifications")
)
BACKUP = "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp"
ARCHIVER = "cnpg_pg_stat_archiver"
ARCHIVED = f'{ARCHIVER}_last_archived_time{{pod="p"}}'
VOLUME = 'kubelet_volume_stats_available_bytes{{namespace="headship",persistentvolumeclaim="{}"}}'
CERTIFICATE = (
    'certmanager_certificate_expiration_timestamp_seconds{{namespace="{namespace}",name="c"{more}}}'
)
EXPORTED = ',exported_namespace="headship"'
UNWATCHED = 'up{{namespace="headship",job="{}",pod="{}"}}'

CASES = (
    Case("ServiceDown", (*ALL_UP[:3], ('up{job="notifications"}', "0x90")), ALL_UP, "10m"),
    Case(
        "NotReady",
        (('headship_ready{service="sessions",pod="a"}', "0x90"),),
        (
            ('headship_ready{service="sessions",pod="a"}', "0x90"),
            ('headship_ready{service="sessions",pod="b"}', "1x90"),
        ),
        "10m",
    ),
    Case(
        "BrokerDisconnected",
        (('headship_broker_connected{service="sessions"}', "0x90"),),
        (('headship_broker_connected{service="sessions"}', "1x90"),),
        "10m",
    ),
    Case(
        "DatabaseUnreachable",
        (('headship_database_connected{service="sessions",pod="a"}', "0x90"),),
        (
            ('headship_database_connected{service="sessions",pod="a"}', "0x90"),
            ('headship_database_connected{service="sessions",pod="b"}', "1x90"),
        ),
        "10m",
    ),
    Case(
        "DeadLetters",
        (('rabbitmq_detailed_queue_messages{vhost="headship",queue="sessions.dead"}', "1x90"),),
        (
            ('rabbitmq_detailed_queue_messages{vhost="headship",queue="sessions.dead"}', "0x90"),
            ('rabbitmq_detailed_queue_messages{vhost="headship",queue="sessions.keep"}', "9x90"),
        ),
        "60m",
    ),
    Case(
        "QueueWithoutConsumers",
        (
            ('rabbitmq_detailed_queue_consumers{vhost="headship",queue="sessions.keep"}', "0x90"),
            ('rabbitmq_detailed_queue_messages{vhost="headship",queue="sessions.keep"}', "7x90"),
        ),
        (
            ('rabbitmq_detailed_queue_consumers{vhost="headship",queue="sessions.dead"}', "0x90"),
            ('rabbitmq_detailed_queue_messages{vhost="headship",queue="sessions.dead"}', "7x90"),
        ),
        "10m",
    ),
    Case(
        "QueueWithoutConsumers",
        (
            ('rabbitmq_detailed_queue_consumers{vhost="hubs",queue="hub-sessions"}', "0x90"),
            ('rabbitmq_detailed_queue_messages{vhost="hubs",queue="hub-sessions"}', "7x90"),
        ),
        (
            ('rabbitmq_detailed_queue_consumers{vhost="hubs",queue="hub-sessions"}', "2x90"),
            ('rabbitmq_detailed_queue_messages{vhost="hubs",queue="hub-sessions"}', "7x90"),
            ('rabbitmq_detailed_queue_messages{vhost="headship",queue="hub-sessions"}', "7x90"),
        ),
        "10m",
    ),
    Case(
        "QueueGrowing",
        (('rabbitmq_detailed_queue_messages_ready{queue="sessions.keep"}', "6000+50x90"),),
        (('rabbitmq_detailed_queue_messages_ready{queue="sessions.keep"}', "9000-50x90"),),
        "45m",
    ),
    Case(
        "LoopHeld",
        (
            ('headship_loop_lag_seconds_bucket{service="s",le="1.0"}', "0+1x90"),
            ('headship_loop_lag_seconds_bucket{service="s",le="2.5"}', "0+10x90"),
            ('headship_loop_lag_seconds_bucket{service="s",le="+Inf"}', "0+10x90"),
        ),
        (
            ('headship_loop_lag_seconds_bucket{service="s",le="0.02"}', "0+10x90"),
            ('headship_loop_lag_seconds_bucket{service="s",le="+Inf"}', "0+10x90"),
        ),
        "30m",
    ),
    Case(
        "WorkersExhausted",
        (
            ('headship_workers_busy{service="s",pod="a"}', "10x90"),
            ('headship_workers_max{service="s",pod="a"}', "10x90"),
        ),
        (
            ('headship_workers_busy{service="s",pod="a"}', "9x90"),
            ('headship_workers_max{service="s",pod="a"}', "10x90"),
        ),
        "30m",
    ),
    Case(
        "DatabasePoolExhausted",
        (
            ('headship_database_connections{service="s",instance="a",state="in_use"}', "16x90"),
            ('headship_database_connections{service="s",instance="a",state="allowed"}', "16x90"),
        ),
        (
            ('headship_database_connections{service="s",instance="a",state="in_use"}', "3x90"),
            ('headship_database_connections{service="s",instance="a",state="allowed"}', "16x90"),
        ),
        "30m",
    ),
    Case(
        "TimerFailing",
        (('headship_timers_total{service="s",timer="t",outcome="failed"}', "0+1x90"),),
        (('headship_timers_total{service="s",timer="t",outcome="ok"}', "0+1x90"),),
        "45m",
    ),
    Case(
        "JobsFailing",
        (('headship_jobs_total{service="s",function="f",outcome="too_long"}', "0+1x90"),),
        (('headship_jobs_total{service="s",function="f",outcome="ok"}', "0+1x90"),),
        "45m",
    ),
    Case(
        "FiguresOld",
        (
            (
                'headship_figures_read_timestamp_seconds{service="sessions",figures="figures"}',
                "0x90",
            ),
        ),
        (
            (
                'headship_figures_read_timestamp_seconds{service="sessions",figures="figures"}',
                "0+60x90",
            ),
        ),
        "30m",
    ),
    Case(
        "ServersUnwatched",
        (
            (UNWATCHED.format("broker", "a"), "1x90"),
            (UNWATCHED.format("broker-queues", "a"), "0x90"),
            (UNWATCHED.format("broker-queues", "b"), "0x90"),
        ),
        (
            (UNWATCHED.format("broker-queues", "a"), "0x90"),
            (UNWATCHED.format("broker-queues", "b"), "1x90"),
            (UNWATCHED.format("headship/databases", "a"), "0x3 1x87"),
        ),
        "10m",
    ),
    Case(
        "BrokerAlarm",
        (('rabbitmq_alarms_memory_used_watermark{instance="b"}', "1x90"),),
        (('rabbitmq_alarms_memory_used_watermark{instance="b"}', "0x90"),),
        "10m",
    ),
    Case(
        "BrokerNodesMissing",
        tuple((f'rabbitmq_build_info{{instance="{n}"}}', "1x90") for n in "ab"),
        tuple((f'rabbitmq_build_info{{instance="{n}"}}', "1x90") for n in "abc"),
        "30m",
    ),
    Case(
        "BrokerDiskFullSoon",
        (('rabbitmq_disk_space_available_bytes{instance="b"}', "10000-100x90"),),
        (('rabbitmq_disk_space_available_bytes{instance="b"}', "10000-1x90"),),
        "85m",
    ),
    Case(
        "DatabaseConnectionsNearLimit",
        (
            ('cnpg_backends_total{pod="p"}', "90x90"),
            ('cnpg_pg_settings_setting{pod="p",name="max_connections"}', "100x90"),
        ),
        (
            ('cnpg_backends_total{pod="p"}', "20x90"),
            ('cnpg_pg_settings_setting{pod="p",name="max_connections"}', "100x90"),
        ),
        "30m",
    ),
    Case(
        "DatabaseReplicaBehind",
        (('cnpg_pg_replication_lag{pod="p"}', "90x90"),),
        (('cnpg_pg_replication_lag{pod="p"}', "1x90"),),
        "30m",
    ),
    Case(
        "BackupTooOld",
        ((BACKUP, "0x2100"),),
        ((BACKUP, "100000x2100"),),
        "1980m",
    ),
    Case(
        "BackupTooOld",
        (("cnpg_collector_up", "1x90"),),
        (("cnpg_collector_up", "1x90"), (BACKUP, "0x90")),
        "30m",
    ),
    Case(
        "ArchivingFails",
        ((f'{ARCHIVER}_last_failed_time{{pod="p"}}', "60x90"), (ARCHIVED, "-1x90")),
        ((f'{ARCHIVER}_last_failed_time{{pod="p"}}', "60x90"), (ARCHIVED, "0+60x90")),
        "30m",
    ),
    Case(
        "DatabaseDiskFullSoon",
        ((VOLUME.format("headship-1-wal"), "10000-100x90"),),
        (
            (VOLUME.format("headship-1-wal"), "10000-1x90"),
            (VOLUME.format("persistence-broker-server-0"), "10000-100x90"),
        ),
        "85m",
    ),
    Case(
        "MigrationFailed",
        (
            (
                'kube_job_failed{namespace="headship",job_name="migrate-sessions-2",'
                'condition="true"}',
                "1x90",
            ),
        ),
        (
            ('kube_job_failed{namespace="headship",job_name="other",condition="true"}', "1x90"),
            ('kube_job_status_failed{namespace="headship",job_name="migrate-sessions-2"}', "1x90"),
            ('kube_job_complete{namespace="headship",job_name="migrate-sessions-2"}', "1x90"),
        ),
        "10m",
    ),
    Case(
        "CertificateExpires",
        ((CERTIFICATE.format(namespace="headship", more=""), "90000x90"),),
        ((CERTIFICATE.format(namespace="headship", more=""), "9000000x90"),),
        "80m",
    ),
    Case(  # as Prometheus names it where cert-manager's own labels give way to those of its pod
        "CertificateExpires",
        ((CERTIFICATE.format(namespace="cert-manager", more=EXPORTED), "90000x90"),),
        ((CERTIFICATE.format(namespace="cert-manager", more=""), "90000x90"),),
        "80m",
    ),
)
