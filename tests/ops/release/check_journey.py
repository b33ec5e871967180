"""A whole cohort, from registration to accreditation, on the pods of the production overlay.

21 months have to pass in minutes: for this alone the clock is simulated (stand_ins.TIME).
"""

from pathlib import Path

import pytest
from cluster import Cluster
from dockerfile import Image
from ground import Servers, ground
from load import Books
from rendered import overlay

from cli.demo import journey
from cli.demo.stage import Stage
from cli.demo.story import ADMISSIONS, in_london
from kit import clock
from kit.transport.rpc_client import RpcClient

pytestmark = pytest.mark.timeout(3_600)


def test_a_cohort_goes_from_registration_to_accreditation_by_mail(
    backing: Servers, images: dict[str, Image], tmp_path: Path
) -> None:
    hand = tmp_path / "clock"
    hand.write_text(in_london(ADMISSIONS, 8).isoformat())
    clock.use(f"file:{hand}")
    try:
        with ground(overlay("production"), backing, tmp_path, clock=hand) as place:
            cluster = Cluster(overlay("production"), place, images.__getitem__)
            books, client = Books(place), RpcClient(place.operator)
            try:
                assert set(cluster.release().values()) == {0}
                cluster.start(cluster.least_replicas())
                pages = [
                    f"http://127.0.0.1:{pod.port('health')}/metrics" for pod in cluster.all_pods()
                ]
                stage = Stage(client, books.ledger, place.dfe, tmp_path, pages)
                summary = journey.play(
                    stage, 2026, lambda _day: None
                )  # raises if it does not add up
                ended = cluster.stop()
            finally:
                client.close()
                books.close()
                cluster.close()
            mails = list(place.mail.glob("*.eml"))
    finally:
        clock.use_wall_clock()

    assert summary["participants"]["accepted"] == 58
    assert summary["dfe"]["completed"] > 0
    assert len(mails) == summary["messages"]["sent"]
    assert [each.code for each in ended] == [0] * 8
