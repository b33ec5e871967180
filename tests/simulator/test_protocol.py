"""What holds for every request: tokens, filters, pages, time, limits, and faults to order."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from time import monotonic

import httpx
import pytest

from dfe_simulator import SeedPlan, Simulator


def bad_request(detail):
    return {"errors": [{"title": "Bad request", "detail": detail}]}


@pytest.mark.parametrize("token", ["wrong", "example"])
def test_without_a_known_token_nothing_is_told(dfe, token):
    dfe.token = token

    answer = dfe.get("npq-applications")

    assert answer.status_code == 401
    assert answer.json() == {"error": "HTTP Token: Access denied"}


@pytest.mark.parametrize(
    ("path", "query", "detail"),
    [
        (
            "npq-applications",
            {"filter[updated_since]": "invalid"},
            "The filter '#/updated_since' must be a valid ISO 8601 date",
        ),
        (
            "participants/npq/outcomes",
            {"filter[created_since]": "2026-13-45T00:00:00Z"},
            "The filter '#/created_since' must be a valid ISO 8601 date",
        ),
        (
            "npq-applications",
            {"filter[participant_id]": "not-a-uuid"},
            "The filter '#/participant_id' must be a comma-delimited list of valid UUIDs",
        ),
        ("npq-applications", {"filter": "cohort"}, "'#/filter' is not a valid field"),
        (
            "statements",
            {"page[page]": "0"},
            "The '#/page[page]' and '#/page[per_page]' parameter values must be a valid positive"
            " number",
        ),
        (
            "delivery-partners",
            {"page[per_page]": "many"},
            "The '#/page[page]' and '#/page[per_page]' parameter values must be a valid positive"
            " number",
        ),
    ],
)
def test_a_filter_or_page_that_cannot_be_read_is_a_bad_request(dfe, path, query, detail):
    answer = dfe.get(path, **query)

    assert (answer.status_code, answer.json()) == (400, bad_request(detail))


def test_a_page_past_the_end_is_empty(dfe):
    assert dfe.get("npq-applications", **{"page[page]": 9}).json() == {"data": []}


def test_a_page_is_capped_without_a_word():
    with Simulator(SeedPlan(applications=3_010)) as simulator:
        headers = {"Authorization": f"Bearer {simulator.token}"}
        url = f"{simulator.url}/api/v3/npq-applications"

        usual = httpx.get(url, headers=headers).json()["data"]
        largest = httpx.get(url, headers=headers, params={"page[per_page]": 9_999}).json()["data"]

    assert (len(usual), len(largest)) == (100, 3_000)


def test_answers_are_not_to_be_stored(dfe):
    assert dfe.get("npq-applications").headers["Cache-Control"] == "no-store"


def test_the_server_date_decides_what_is_the_future(dfe):
    accepted = dfe.an_accepted_application()
    dfe.at = datetime(2026, 10, 4, tzinfo=UTC)
    too_early = dfe.declare(accepted, declaration_date="2026-10-05T09:00:00Z")
    dfe.at = datetime(2026, 10, 5, 9, tzinfo=UTC)

    in_time = dfe.declare(accepted, declaration_date="2026-10-05T09:00:00Z")

    assert (too_early.status_code, in_time.status_code) == (422, 200)


@pytest.mark.parametrize("path", ["nothing", "npq-applications/none", "npq-applications/1/accept"])
def test_what_does_not_exist_is_not_found(dfe, path):
    answer = dfe.get(path)

    assert (answer.status_code, answer.json()) == (404, {"error": "Resource not found"})


def test_a_thousand_requests_in_five_minutes_are_enough():
    with (
        Simulator(SeedPlan(applications=1, not_eligible=0, without_trn=0), rate_limited=True) as it,
        httpx.Client(headers={"Authorization": f"Bearer {it.token}"}) as client,
    ):
        url = f"{it.url}/api/v3/delivery-partners"
        statuses = [client.get(url).status_code for _ in range(1_001)]

    assert statuses[:1_000] == [200] * 1_000
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("kind", "status"),
    [("rate_limited", 429), ("server_error", 500), ("unauthorised", 401), ("unprocessable", 422)],
)
def test_a_fault_refuses_as_often_as_ordered(dfe, kind, status):
    dfe.order({"kind": kind, "times": 2, "path_contains": "npq-applications"})

    statuses = [dfe.get("npq-applications").status_code for _ in range(3)]

    assert statuses == [status, status, 200]
    assert dfe.get("delivery-partners").status_code == 200


def test_a_lost_reply_comes_after_the_change(dfe):
    chosen = dfe.an_application()
    dfe.order({"kind": "reply_lost", "times": 1, "method": "POST"})

    with pytest.raises(httpx.TransportError):
        dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=True)

    told = dfe.get(f"npq-applications/{chosen['id']}").json()["data"]["attributes"]
    assert told["status"] == "accepted"


def test_every_nth_request_can_be_hit(dfe):
    dfe.order({"kind": "server_error", "every": 3})

    statuses = [dfe.get("statements").status_code for _ in range(6)]

    assert statuses == [200, 200, 500, 200, 200, 500]


def test_a_service_that_is_down_changes_nothing(dfe):
    chosen = dfe.an_application()
    dfe.order({"kind": "down", "times": 1})

    with pytest.raises(httpx.TransportError):
        dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=True)

    assert dfe.state()["by_status"] == {"pending": 8}


def test_an_answer_can_be_late_cut_or_no_json(dfe):
    dfe.order({"kind": "latency", "seconds": 0.2, "times": 1})
    began = monotonic()
    assert dfe.get("statements").status_code == 200
    assert monotonic() - began >= 0.2

    dfe.order({"kind": "half", "times": 1})
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        dfe.get("statements").json()

    dfe.order({"kind": "html", "times": 1})
    assert dfe.get("statements").headers["Content-Type"].startswith("text/html")


def test_faults_end_when_they_are_taken_back(dfe, simulator):
    dfe.order({"kind": "server_error"})

    httpx.delete(f"{simulator.url}/control/faults")

    assert dfe.get("statements").status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "flood"},
        {"kind": "down", "every": 0},
        {"kind": "down", "every": "often"},
        {"kind": "down", "times": "twice"},
        {"kind": "latency", "seconds": -1},
        {"kind": "down", "path_contains": 1},
        {"x": 1},
        ["down"],
    ],
)
def test_an_order_that_is_no_fault_is_refused(simulator, order):
    answer = httpx.post(f"{simulator.url}/control/faults", json=order)

    assert answer.status_code == 400


def test_a_new_seed_replaces_the_world(dfe, simulator):
    url = f"{simulator.url}/control"

    counted = httpx.post(f"{url}/seed", json={"seed": 3, "applications": 30}).json()

    assert counted["applications"] == 30
    assert counted["eligible_for_funding"] == 26
    assert len(httpx.get(f"{url}/schools.csv").text.splitlines()) == 31
    assert httpx.post(f"{url}/seed", json={"aplications": 3}).status_code == 400


def test_two_acceptances_at_once_are_told_apart(dfe):
    chosen = dfe.an_application()
    statuses = []

    def accept():
        path = f"npq-applications/{chosen['id']}/accept"
        statuses.append(dfe.post(path, funded_place=True).status_code)

    threads = [threading.Thread(target=accept) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 422, 422, 422, 422, 422]


def test_it_runs_by_itself_and_stops_when_told():
    command = [sys.executable, "-m", "dfe_simulator", "--applications", "5", "--seed", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]

        counted = httpx.get(f"{url}/control/state").json()
        process.terminate()

        assert counted["applications"] == 5
        assert process.wait(timeout=10) == 0


def test_it_ends_with_the_process_that_started_it_when_asked_to():
    starts = (
        "import subprocess, sys; "
        "subprocess.Popen([sys.executable, '-m', 'dfe_simulator', '--with-parent']); "
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", starts]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().split()[-1]
        assert httpx.get(f"{url}/control/state").status_code == 200

        parent.kill()

        assert parent.stdout.read() == ""  # until the simulator, which holds it too, has ended


def test_a_plan_that_cannot_be_met_is_refused_at_start():
    command = [sys.executable, "-m", "dfe_simulator", "--applications", "2", "--not-eligible", "3"]

    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("dfe_simulator: more special cases")
