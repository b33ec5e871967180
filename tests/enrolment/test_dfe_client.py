"""The client alone: what it sends, and what it makes of answers that DfE's API never gives."""

import gzip
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest

from enrolment.dfe import errors
from enrolment.dfe.client import DfeClient
from kit import clock

STAMP = "2026-11-08T12:00:00Z"
ID = UUID("00000000-0000-4000-8000-000000000001")


class AnyServer(HTTPServer):
    """Answers every request with what it is told to, and remembers the headers it was sent."""

    status, body, headers, drips = 200, b"{}", {}, False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), AnyAnswer)
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class AnyAnswer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        self.send_response(self.server.status)
        for name, value in {"Content-Type": "application/json", **self.server.headers}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        size = 1 if self.server.drips else len(self.server.body) or 1
        for start in range(0, len(self.server.body), size):
            try:
                self.wfile.write(self.server.body[start : start + size])
            except OSError:
                return  # the client has had enough
            if self.server.drips:
                time.sleep(0.05)

    def log_message(self, *_line):
        """Not into the test's output."""


@pytest.fixture
def server():
    with AnyServer() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def client(server):
    with DfeClient(server.url, "a token", timeout=timedelta(seconds=0.5)) as made:
        yield made


def test_the_servers_date_is_sent_only_while_time_is_simulated(server, client):
    server.body = b'{"data": []}'
    client.delivery_partners()
    clock.set_simulated(datetime(2027, 1, 5, 9, tzinfo=UTC))
    try:
        client.delivery_partners()
    finally:
        clock.use_wall_clock()

    real, simulated = server.asked
    assert "X-With-Server-Date" not in real
    assert simulated["X-With-Server-Date"] == "2027-01-05T09:00:00Z"
    assert real["Authorization"] == "Bearer a token"


def test_a_login_of_the_host_is_not_sent_in_place_of_the_token(
    server, client, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.body = b'{"data": []}'

    client.delivery_partners()

    assert server.asked[0]["Authorization"] == "Bearer a token"


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "told"),
    [
        (302, {"Location": "http://127.0.0.1:1/"}, b"", errors.DfeNonsense, "302, a redirect"),
        (204, {}, b"", errors.DfeNonsense, "204"),
        (418, {}, b"{}", errors.DfeNonsense, "418, which its API never does"),
        (503, {}, b"<h1>Sorry</h1>", errors.DfeBroken, "503"),
        (200, {}, b"[]", errors.DfeNonsense, "no data"),
        (200, {}, b'{"data": {}}', errors.DfeNonsense, "no attributes"),
        (200, {}, b"\xff\xfe", errors.DfeNonsense, "not JSON"),
        (429, {"Retry-After": "7"}, b"later", errors.DfeBusy, "429"),
        (404, {}, b'{"error": "Resource not found"}', errors.DfeRefused, "Resource not found"),
        (422, {}, b'{"errors": []}', errors.DfeRefused, "no reason given"),
        (
            422,
            {},
            b'{"errors": [{"title": "reason", "detail": "no"}]}',
            errors.DfeRefused,
            "422 reason: no",
        ),
    ],
)
def test_an_answer_becomes_the_error_that_it_means(
    server, client, status, headers, body, kind, told
):
    server.status, server.headers, server.body = status, headers, body

    with pytest.raises(kind, match=told):
        client.application(ID)


@pytest.mark.parametrize("length", [2, 300_000])
def test_a_compressed_answer_in_chunks_is_read(server, client, length):
    told = gzip.compress(json.dumps({"data": [], "filler": "x" * length}).encode())
    half = len(told) // 2
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (told[:half], told[half:], b"")]
    server.headers = {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}
    server.body = b"".join(chunks)

    assert client.delivery_partners() == []


def test_an_answer_that_breaks_off_is_no_answer(server, client):
    server.headers, server.body = {"Content-Length": "400"}, b'{"data": ['

    with pytest.raises(errors.DfeUnanswered, match="broke"):
        client.application(ID)


@pytest.mark.parametrize(
    ("wish", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("9" * 30, timedelta(hours=1)),
        ("7200", timedelta(hours=1)),
        ("\u00b2", None),  # a digit, and no number
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_dfes_wish_to_wait_is_heard_within_reason(server, client, wish, wait):
    server.status, server.headers = 429, {"Retry-After": wish}

    with pytest.raises(errors.DfeBusy) as busy:
        client.application(ID)

    assert busy.value.retry_after == wait


@pytest.mark.parametrize(
    "ask",
    [lambda client: client.delivery_partners(), lambda client: client.outcomes_of(ID)],
)
def test_a_list_that_is_one_page_over_and_over_is_no_list(server, client, ask):
    partner = {"name": "A hub", "cohort": [2026], "created_at": STAMP, "updated_at": STAMP}
    outcome = {"state": "passed", "completion_date": "2026-11-08", "participant_id": str(ID)}
    told = {"course_identifier": "npq-headship", **partner, **outcome}
    server.body = json.dumps({"data": [{"id": str(ID), "attributes": told}]}).encode()

    with pytest.raises(errors.DfeNonsense, match=r"page 3 of .* is the same as those before it"):
        ask(client)

    assert len(server.asked) == 3


def test_an_answer_that_drips_is_cut_off(server, client):
    server.body, server.drips = b" " * 1_000, True
    started = time.monotonic()

    with pytest.raises(errors.DfeUnanswered, match="not complete within"):
        client.application(ID)

    assert time.monotonic() - started < 5
