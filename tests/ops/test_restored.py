"""The databases restored beside the ones that are there, as docs/runbooks/restore.md has it."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from operators import DATABASE, NEEDED, let_through, problems_of
from rendered import K8S, Rendered, called, matches, overlay, render, template

RESTORED = "../../components/postgresql/restored"
RUNBOOK = Path(__file__).parents[2] / "docs" / "runbooks" / "restore.md"
INSTANCE = {"cnpg.io/cluster": "headship-restored"}


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The production overlay with the component that the runbook adds to it."""
    deploy = tmp_path_factory.mktemp("restored") / "k8s"
    shutil.copytree(K8S, deploy)
    file = deploy / "overlays" / "production" / "kustomization.yaml"
    told = yaml.safe_load(file.read_text())
    told["components"].append(RESTORED)
    file.write_text(yaml.safe_dump(told))
    return render(file.parent)


def test_the_runbook_adds_it_to_the_overlay() -> None:
    assert RESTORED in RUNBOOK.read_text()


def test_the_cluster_is_as_the_old_one_and_begins_with_its_backups(restored: Rendered) -> None:
    (old,), (new,) = overlay("production").of("Cluster"), restored.of("Cluster")
    new = json.loads(json.dumps(new, default=str))  # a moment is text to Kubernetes
    assert problems_of(new) == []

    source = new["spec"].pop("bootstrap")["recovery"]["source"]
    (external,) = new["spec"].pop("externalClusters")
    (archive,), (former_archive,) = new["spec"].pop("plugins"), old["spec"]["plugins"]
    assert new["metadata"]["name"] == INSTANCE["cnpg.io/cluster"] != old["metadata"]["name"]
    assert new["spec"] == {key: told for key, told in old["spec"].items() if key != "plugins"}

    assert external["name"] == source
    read, written = external["plugin"], archive
    assert read["name"] == written["name"] == former_archive["name"]
    assert read["parameters"] == former_archive["parameters"] | {"serverName": "headship"}
    assert written["parameters"]["serverName"] != read["parameters"]["serverName"]


def test_it_is_backed_up_and_trusted_and_nothing_else_changes(restored: Rendered) -> None:
    for one in restored.of("ScheduledBackup"):
        assert one["spec"]["cluster"]["name"] == INSTANCE["cnpg.io/cluster"]
    for one in restored.workloads():
        assert "headship-ca" not in json.dumps(template(one)), called(one)
        assert "headship-restored-ca" in json.dumps(template(one)), called(one)

    changed = {called(one) for one in restored.all if one not in overlay("production").all}
    ours = {called(one) for one in restored.workloads()}
    assert changed - ours == {"Cluster headship-restored", "ScheduledBackup nightly"}


def test_its_instances_are_let_through_and_watched_before_anything_else_is_done() -> None:
    """Of the overlay as it is: they read the backups first, and Prometheus asks them at once."""
    rendered = overlay("production")
    for needed in NEEDED:
        if needed.pods == DATABASE:
            peer = INSTANCE if needed.peer == DATABASE else needed.peer
            assert needed.ports <= let_through(rendered, INSTANCE, needed.direction, peer)
    for workload in rendered.workloads():
        labels = template(workload)["metadata"]["labels"]
        if labels["app.kubernetes.io/component"] in ("service", "migration"):
            assert 5432 in let_through(rendered, labels, "egress", INSTANCE)
            assert 5432 in let_through(rendered, INSTANCE, "ingress", labels)
    (monitor,) = rendered.of("PodMonitor")
    assert matches(monitor["spec"]["selector"], INSTANCE)
