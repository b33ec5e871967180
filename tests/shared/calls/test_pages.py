"""Pages on the public port, of a service in a process of its own."""

import socket
from io import BytesIO

import eventlet
import pytest
import requests
from desk.running import Desk, wait_until

from kit.transport.web import TURN_BYTES, Body


@pytest.fixture
def address(open_desk: Desk) -> str:
    """Where the desk shows its pages."""
    return f"http://127.0.0.1:{open_desk.settings['HTTP_PORT']}"


def test_a_page_is_shown_with_headers_that_protect_it(address: str) -> None:
    shown = requests.get(f"{address}/loans/emma", timeout=5)

    assert (shown.status_code, shown.text) == (200, "<p>emma</p>")
    assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert shown.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert shown.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_an_errors_page_is_protected_like_any_other(address: str) -> None:
    for path in ("/loans/persuasion", "/loans/jammed", "/nowhere"):
        shown = requests.get(f"{address}{path}", timeout=5)

        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "Traceback" not in shown.text


def test_errors_are_plain_pages_without_a_stack(open_desk: Desk, address: str) -> None:
    def shown(path: str, method: str = "GET") -> tuple[int, str]:
        answer = requests.request(method, f"{address}{path}", timeout=5)
        return answer.status_code, answer.text

    assert shown("/loans/persuasion") == (404, "book_not_found\n")
    assert shown("/loans/expired") == (410, "link_expired: it was good until yesterday\n")
    assert shown("/nowhere")[0] == 404
    assert shown("/loans/%00")[0] == 404
    assert shown("/loans/emma", "DELETE")[0] == 405
    status, told = shown("/loans/jammed")
    assert status == 500
    assert "secret" not in told
    assert "the drawer is jammed" in open_desk.log()


def test_a_form_is_read_up_to_its_pages_limit(address: str) -> None:
    small = requests.post(f"{address}/loans", {"book": "Emma"}, timeout=5)
    large = requests.post(f"{address}/loans", {"book": "x" * 2_000}, timeout=5)
    nonsense = requests.post(f"{address}/loans", b"\xff\x00", timeout=5)

    assert (small.status_code, small.text) == (200, "Emma is back")
    assert large.status_code == 413
    assert nonsense.status_code == 400


def test_others_have_their_turn_while_a_large_body_is_read() -> None:
    body, turns = Body(BytesIO(bytes(20 * TURN_BYTES))), 0

    def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            eventlet.sleep(0)

    beside = eventlet.spawn(another)
    read = 0
    while piece := body.read(65_536):
        read += len(piece)
    beside.kill()

    assert read == 20 * TURN_BYTES
    assert turns >= 20


def test_each_request_has_one_line_in_the_log_and_no_address(open_desk: Desk, address: str) -> None:
    def lines() -> int:
        return open_desk.log().count('"entrypoint": "show_loan"')

    before = lines()

    requests.get(f"{address}/loans/emma", timeout=5)

    wait_until(lambda: lines() == before + 1)
    assert "emma" not in open_desk.log()


def test_a_request_with_a_w3c_trace_is_logged_under_it(open_desk: Desk, address: str) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    requests.get(
        f"{address}/loans/emma",
        headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
        timeout=5,
    )

    wait_until(lambda: f'"correlation_id": "{trace}"' in open_desk.log())


def test_a_page_under_way_when_the_service_stops_is_shown(a_desk: Desk, port: int) -> None:
    process = a_desk.start_and_wait(HTTP_PORT=str(port))
    reading = eventlet.spawn(requests.get, f"http://127.0.0.1:{port}/slow", timeout=10)
    a_desk.wait_for_trouble()

    assert a_desk.stop(process) == 0

    assert reading.wait().text == "at last"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/slow", timeout=5)


def test_a_port_in_use_stops_the_start_and_is_named(a_desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]

        process = a_desk.start(HTTP_PORT=str(port))

        assert process.wait(60) == 1
    assert f"HTTP_PORT: cannot listen on port {port}: it is in use" in a_desk.log()
