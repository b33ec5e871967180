"""What stands where GOV.UK Notify should: what it answers, or does not, is understood."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import notify_server
import pytest
from loopback import served_by

from headship_contracts.enrolment import events as enrolment


class Proxy(HTTPServer):
    """Stands where Notify should, and answers what it is told to."""

    def __init__(self, code, body):
        super().__init__(("127.0.0.1", 0), Answering)
        self.code, self.body = code, body


class Answering(BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.code)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_told):
        """Say nothing."""


@pytest.fixture
def proxy():
    running = []

    def start(code, body):
        server = Proxy(code, body)
        running.append((server, threading.Thread(target=server.serve_forever, args=(0.05,))))
        running[-1][1].start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def at_notify(an_office, told, url):
    office = an_office(
        MAIL_CHANNEL="notify",
        NOTIFY_API_KEY=notify_server.API_KEY,
        NOTIFY_URL=url,
        NOTIFY_TEMPLATE_ID=notify_server.TEMPLATE,
        NOTIFY_TIMEOUT_SECONDS="3",
    )
    office.hear(type(told)().make(enrolment.ApplicationAccepted))
    office.send()
    return office.messages()[-1].status


def test_notify_that_has_no_name_or_speaks_no_tls_is_tried_again(an_office, told, proxy):
    assert at_notify(an_office, told, "http://no-such-host.invalid") == "sending"
    assert at_notify(an_office, told, proxy(201, b"").replace("http:", "https:")) == "sending"


@pytest.mark.parametrize(
    ("code", "body", "status"),
    [
        (201, b"<html>fine</html>", "unknown"),
        (201, b"{}", "unknown"),
        (200, b"[]", "unknown"),
        (400, b'{"errors": ["no"]}', "permanent-failure"),
        (400, b"<html>no</html>", "permanent-failure"),
    ],
)
def test_what_is_no_answer_of_notify_s_is_understood(an_office, told, proxy, code, body, status):
    assert at_notify(an_office, told, proxy(code, body)) == status


def test_a_connection_that_breaks_after_the_call_may_have_been_taken(an_office, told):
    with served_by(lambda connection: None) as port:
        status = at_notify(an_office, told, f"http://127.0.0.1:{port}")

    assert status == "unknown"
