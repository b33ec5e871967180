"""One provider's requests to a running simulator."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from dfe_simulator import Simulator


@dataclass
class Caller:
    """One provider's requests to a running simulator, at the instant `at`."""

    simulator: Simulator
    client: httpx.Client
    token: str
    at: datetime = datetime(2026, 11, 15, 12, tzinfo=UTC)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        headers["X-With-Server-Date"] = self.at.isoformat()
        return self.client.request(
            method, f"{self.simulator.url}/api/v3/{path}", headers=headers, **options
        )

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.send("GET", path, params=query)

    def post(self, path: str, **attributes: Any) -> httpx.Response:
        return self.send("POST", path, json={"data": {"attributes": attributes}})

    def put(self, path: str, **attributes: Any) -> httpx.Response:
        return self.send("PUT", path, json={"data": {"attributes": attributes}})

    def an_application(self, **wanted: Any) -> dict[str, Any]:
        """The first pending application whose attributes are as wanted."""
        wanted = {"status": "pending", "eligible_for_funding": True} | wanted
        listed = self.get("npq-applications", **{"page[per_page]": 3000}).json()["data"]
        return next(a for a in listed if wanted.items() <= a["attributes"].items())

    def an_accepted_application(self, **attributes: Any) -> dict[str, Any]:
        chosen = self.an_application()
        told = {"funded_place": True} | attributes
        answer = self.post(f"npq-applications/{chosen['id']}/accept", **told)
        assert answer.status_code == 200, answer.text
        accepted: dict[str, Any] = answer.json()["data"]
        return accepted

    def declare(self, application: dict[str, Any], **attributes: Any) -> httpx.Response:
        partner = self.get("delivery-partners").json()["data"][0]["id"]
        told = {
            "participant_id": application["attributes"]["participant_id"],
            "course_identifier": application["attributes"]["course_identifier"],
            "declaration_type": "started",
            "declaration_date": "2026-10-05T09:00:00Z",
            "delivery_partner_id": partner,
        }
        return self.post("participant-declarations", **(told | attributes))

    def control(self, name: str, **order: Any) -> dict[str, Any]:
        """Order something of the simulator itself."""
        headers = {"X-With-Server-Date": self.at.isoformat()}
        url = f"{self.simulator.url}/control/{name}"
        answer = self.client.post(url, json=order, headers=headers)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def order(self, fault: dict[str, Any]) -> None:
        answer = self.client.post(f"{self.simulator.url}/control/faults", json=fault)
        assert answer.status_code == 200, answer.text

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get(f"{self.simulator.url}/control/state").json()
        return told


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """As on a disk that is full: the last piece that fits is written."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
