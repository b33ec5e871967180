"""The same for pods and who makes them, as kube-state-metrics tells it."""

from alert_cases import Case

WAITS = 'kube_pod_container_status_waiting_reason{{namespace="headship",pod="p",reason="{}"}}'
RESTARTS = 'kube_pod_container_status_restarts_total{namespace="headship",pod="p"}'
WANTED, AT_WORK = (
    f'kube_deployment_{told}{{{{namespace="headship",deployment="{{}}"}}}}'
    for told in ("spec_replicas", "status_replicas_available")
)

POD_CASES = (
    Case(
        "CrashLoop",
        ((RESTARTS, "0+1x90"),),
        ((RESTARTS, "1x90"),),
        "45m",
    ),
    Case(  # after a while it is started each five minutes only
        "CrashLoop",
        ((WAITS.format("CrashLoopBackOff"), "_ 1 1 1 1 " * 30), (RESTARTS, "6x4 7x4 8x4 9x80")),
        ((WAITS.format("ContainerCreating"), "1x120"), (RESTARTS, "6x4 7x4 8x4 9x80")),
        "80m",
    ),
    Case(
        "ReplicasMissing",
        ((WANTED.format("sessions"), "3x90"), (AT_WORK.format("sessions"), "2x90")),
        (
            (WANTED.format("sessions"), "3x90"),
            (AT_WORK.format("sessions"), "3x20 2x10 3x60"),
            (WANTED.format("enrolment"), "0x90"),
            (AT_WORK.format("enrolment"), "0x90"),
        ),
        "40m",
    ),
)
