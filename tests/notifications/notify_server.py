"""GOV.UK Notify as far as a client sees it: its API for e-mail, and its callbacks.

Checks the token, the body and the template as Notify does; `answers` are given instead, once each:
a status code, with or without Notify's word for the error and what it says of it, or `drop` (the
connection ends after the mail was taken).
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt
import requests

SERVICE, SECRET = str(uuid4()), str(uuid4())
API_KEY = f"tests-{SERVICE}-{SECRET}"
TEMPLATE = str(uuid4())


class Notify(ThreadingHTTPServer):
    """What it has taken, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[dict[str, Any]] = []
        self.answers: list[Any] = []
        self.outage = False
        self.became: dict[str, str] = {}  # id → status, once it is no longer sending

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def call_back(self, address: str, token: str, number: int, status: str) -> int:
        """Tell what became of a mail, as Notify does; the answer's status code."""
        mail = self.taken[number]
        told = {
            "id": mail["id"],
            "reference": mail["reference"],
            "to": mail["email_address"],
            "status": status,
            "created_at": "2026-11-03T10:00:00.000000Z",
            "completed_at": "2026-11-03T10:00:05.000000Z",
            "sent_at": "2026-11-03T10:00:01.000000Z",
            "notification_type": "email",
            "template_id": TEMPLATE,
            "template_version": 1,
        }
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(address, json=told, headers=headers, timeout=5).status_code


class Handler(BaseHTTPRequestHandler):
    server: Notify

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._may() or self.path != "/v2/notifications/email":
            self._answer(403, error("AuthError", "Invalid token: signature"))
            return
        given = self.server.answers.pop(0) if self.server.answers else 201
        if isinstance(given, tuple):
            self._answer(given[0], error(*given[1:]))
            return
        if given not in (201, "drop"):
            self._answer(given, error("Error", f"answer {given}"))
            return
        problem = wrong_with(asked)
        if problem is not None:
            self._answer(400, problem)
            return
        mail = asked | {"id": str(uuid4())}
        self.server.taken.append(mail)
        if given == "drop":
            self.close_connection = True
            return
        self._answer(201, {"id": mail["id"], "reference": asked.get("reference")})

    def do_GET(self) -> None:
        if (told := self._told_of(urlsplit(self.path).path.rpartition("/")[2])) is not None:
            self._answer(*told)
            return
        wanted = parse_qs(urlsplit(self.path).query).get("reference")
        found = [
            {"id": mail["id"], "reference": mail["reference"], "status": "sending"}
            for mail in self.server.taken
            if self._may() and (wanted is None or mail["reference"] in wanted)
        ]
        self._answer(200, {"notifications": found, "links": {}})

    def _told_of(self, notify_id: str) -> tuple[int, dict[str, Any]] | None:
        """The answer about one mail; None: it was asked for many."""
        if notify_id == "notifications":
            return None
        if self.server.outage:
            return 503, error("Unavailable", "Try again")
        for mail in self.server.taken:
            if mail["id"] == notify_id and self._may():
                return 200, {
                    "id": notify_id,
                    "status": self.server.became.get(notify_id, "sending"),
                }
        return 404, error("NoResultFound", "No result found")

    def _may(self) -> bool:
        token = self.headers.get("Authorization", "").partition(" ")[2]
        try:
            return bool(jwt.decode(token, SECRET, ["HS256"])["iss"] == SERVICE)
        except jwt.InvalidTokenError:
            return False

    def _answer(self, code: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


def wrong_with(asked: dict[str, Any]) -> dict[str, Any] | None:
    """What Notify would refuse."""
    if asked["template_id"] != TEMPLATE:
        return error("BadRequestError", "Template not found")
    missing = {"subject", "body"} - asked.get("personalisation", {}).keys()
    if missing:
        return error("BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    if "@" not in asked["email_address"] or asked["email_address"].startswith("refused"):
        return error("ValidationError", "email_address Not a valid email address")
    return None


def error(kind: str, message: str) -> dict[str, Any]:
    """An error as Notify tells it."""
    return {"status_code": 400, "errors": [{"error": kind, "message": message}]}


@contextmanager
def running() -> Iterator[Notify]:
    """A server for the block."""
    server = Notify()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
