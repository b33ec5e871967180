"""A thousand people ask for one of five hundred places at once, of a running service by RPC.

`python -m bench.enrolment.accepting PEOPLE PLACES` does the asking; the service runs beside it.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import os
import sys
from collections import Counter
from uuid import UUID, uuid4

import eventlet

from bench.enrolment.office import COHORT, COURSE, measured
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    ListApplications,
    ListPlaces,
    SetPlaces,
)
from headship_contracts.enrolment.dfe import SyncFromDfe
from headship_contracts.errors import Conflict, ServiceError
from kit.transport.rpc_client import RpcClient


def sync(client: RpcClient) -> None:
    """Read everybody, as soon as the service's own first sync is over."""
    while True:
        try:
            client.call(SyncFromDfe(everything=True), seconds=120)
            return
        except Conflict:
            eventlet.sleep(0.5)


def main(people: int, places: int) -> None:
    client = RpcClient(os.environ["AMQP_URI"])
    sync(client)
    client.call(SetPlaces(cohort=COHORT, course=COURSE, cap=places))
    asking: list[tuple[UUID, bool]] = []
    cursor = None
    while len(asking) < people:
        page = client.call(ListApplications(cohort=COHORT, limit=500, cursor=cursor))
        asking += [(one.application_id, bool(one.eligible_for_funding)) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    answers: Counter[str] = Counter()

    def ask(application_id: UUID, funded: bool) -> None:
        request = AcceptApplication(application_id=application_id, funded_place=funded)
        try:
            client.call(request, seconds=120, idempotency_key=uuid4().hex)
            answers["accepted"] += 1
        except ServiceError as error:
            answers[error.code] += 1

    with measured() as told:
        asked = [eventlet.spawn(ask, *one) for one in asking[:people]]
        for one in asked:
            one.wait()
        told.tell(records=len(asked), answers=dict(answers))
    held = client.call(ListPlaces(cohort=COHORT, course=COURSE)).items[0]
    if held.held != places:
        sys.exit(f"{held.held} places are held of {places}: {dict(answers)}")
    client.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
