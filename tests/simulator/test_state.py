"""A state file: what was answered is there after a restart, however the process ended."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest
from calling_dfe import Caller, no_file_longer_than

from dfe_simulator import SeedPlan, Simulator

PLAN = SeedPlan(
    seed=9, applications=8, not_eligible=2, without_trn=1, also_cohorts={"2027a": "capped"}
)
LISTS = (
    "npq-applications",
    "participants/npq",
    "participant-declarations",
    "participants/npq/outcomes",
    "statements",
    "delivery-partners",
)


@pytest.fixture
def state(tmp_path):
    return tmp_path / "var" / "dfe.jsonl"


def everything(dfe):
    return {path: dfe.get(path).json()["data"] for path in LISTS}


@contextmanager
def running(state, http_client, plan=PLAN):
    with Simulator(plan, state=state) as simulator:
        yield Caller(simulator, http_client, plan.token)


def a_few_weeks(dfe):
    """Acceptances, declarations, an outcome, a deferral, a void, days that pass, a merge."""
    first, second, third = (dfe.an_accepted_application() for _ in range(3))
    for accepted in (first, second):
        dfe.declare(accepted)
    person = first["attributes"]["participant_id"]
    dfe.put(f"participants/npq/{person}/defer", course_identifier="npq-headship", reason="other")
    dfe.at += timedelta(days=20)
    completed = dfe.declare(second, declaration_type="completed", has_passed=True)
    dfe.send("PUT", f"participant-declarations/{completed.json()['data']['id']}/void")
    dfe.put(
        f"participants/npq/{third['attributes']['participant_id']}/change-schedule",
        course_identifier="npq-headship",
        schedule_identifier="npq-leadership-spring",
        cohort="2027",
    )
    dfe.at += timedelta(days=20)
    for change, order in (("register", {"number": 3}), ("merge", {}), ("vanish", {})):
        dfe.control(change, **order)


def test_what_was_changed_is_there_after_a_restart(state, http_client):
    with running(state, http_client) as dfe:
        a_few_weeks(dfe)
        before, at, counted = everything(dfe), dfe.at, dfe.state()

    with running(state, http_client) as dfe:
        dfe.at = at
        after = everything(dfe)

    assert after == before
    assert len(before["participant-declarations"]) == 3
    assert counted["declarations"]["by_state"] == {"paid": 2, "voided": 1}


def test_what_cannot_be_kept_is_not_done(state, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()
        pending = dfe.an_application()
        before = everything(dfe)
        with no_file_longer_than(state.stat().st_size + 20):
            refused = dfe.post(f"npq-applications/{pending['id']}/accept", funded_place=True)
            meanwhile = everything(dfe)
        accepted = dfe.post(f"npq-applications/{pending['id']}/accept", funded_place=True)
        at, after = dfe.at, everything(dfe)

    assert (refused.status_code, accepted.status_code) == (500, 200)
    assert meanwhile == before != after
    with running(state, http_client) as dfe:
        dfe.at = at
        assert everything(dfe) == after


def test_half_a_character_in_a_request_is_kept_as_it_came(state, http_client):
    with running(state, http_client) as dfe:
        person = dfe.an_accepted_application()["attributes"]["participant_id"]
        body = b'{"data": {"attributes": {"course_identifier": "npq-headship", "note": "\\ud800",'
        body += b' "schedule_identifier": "npq-leadership-spring"}}}'
        url = f"{dfe.simulator.url}/api/v3/participants/npq/{person}/change-schedule"
        headers = {"Authorization": f"Bearer {dfe.token}", "Content-Type": "application/json"}
        answer = dfe.client.put(
            url, content=body, headers=headers | {"X-With-Server-Date": dfe.at.isoformat()}
        )
        before = everything(dfe)

    with running(state, http_client) as dfe:
        after = everything(dfe)

    assert answer.status_code == 200
    assert after == before


def test_it_goes_on_after_a_restart_as_if_there_had_been_none(state, tmp_path, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()
    with running(state, http_client) as dfe:
        interrupted = (
            dfe.an_accepted_application()["id"],
            dfe.declare(dfe.an_accepted_application()).json(),
        )
    with running(tmp_path / "another.jsonl", http_client) as dfe:
        dfe.an_accepted_application()
        in_one = (
            dfe.an_accepted_application()["id"],
            dfe.declare(dfe.an_accepted_application()).json(),
        )

    assert interrupted == in_one


def something(dfe, application, random):
    """A call that may do, or be refused; now and then a change by DfE itself."""
    name = random.choice(
        ["accept", "reject", "declare", "defer", "resume", "withdraw", "funding", "revert"]
    )
    if name in ("funding", "revert"):
        dfe.control(name)
    elif name == "declare":
        dfe.declare(application, declaration_date="2026-11-01T09:00:00Z")
    elif name in ("accept", "reject"):
        dfe.post(f"npq-applications/{application['id']}/{name}", funded_place=True)
    else:
        person = application["attributes"]["participant_id"]
        told = {"course_identifier": "npq-headship", "reason": "other"}
        dfe.put(f"participants/npq/{person}/{name}", **told)


def test_any_sequence_of_calls_comes_back(state, http_client):
    random = Random(7)
    with running(state, http_client) as dfe:
        applications = dfe.get("npq-applications").json()["data"]
        for _ in range(150):
            dfe.at += timedelta(hours=random.randrange(30))
            something(dfe, random.choice(applications), random)
        before, at = everything(dfe), dfe.at

    with running(state, http_client) as dfe:
        dfe.at = at
        after = everything(dfe)

    assert after == before


def start(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", "dfe_simulator", "--applications", "20", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, process.stdout.readline().split()[-1]


def test_a_killed_process_has_lost_nothing_that_it_answered(state):
    headers = {"Authorization": "Bearer example-token"}
    process, url = start("--state", state, "--fault", "reply_lost,every=3,method=POST")
    accepted, unanswered = set(), set()
    with process, httpx.Client(headers=headers) as client:
        listed = client.get(f"{url}/api/v3/npq-applications").json()["data"]
        for application in listed[:12]:
            path = f"{url}/api/v3/npq-applications/{application['id']}/accept"
            funded = application["attributes"]["eligible_for_funding"]
            body = {"data": {"attributes": {"funded_place": funded}}}
            try:
                assert client.post(path, json=body).status_code == 200
                accepted.add(application["id"])
            except httpx.TransportError:
                unanswered.add(application["id"])
        process.send_signal(signal.SIGKILL)

    process, url = start("--state", state)
    with process, httpx.Client(headers=headers) as client:
        listed = client.get(f"{url}/api/v3/npq-applications").json()["data"]
        process.terminate()

    there = {a["id"] for a in listed if a["attributes"]["status"] == "accepted"}
    assert there == accepted | unanswered  # a reply is lost after what it replies to is kept
    assert len(unanswered) == 4


def test_a_line_without_an_end_was_not_answered_and_is_cut_off(state, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()
        before = everything(dfe)
    with state.open("a") as file:
        file.write('{"call":["POST","/api/v3/npq-appl')

    with running(state, http_client) as dfe:
        after = everything(dfe)
        dfe.an_accepted_application()

    assert after == before
    assert all(json.loads(line) for line in state.read_text().splitlines())


def test_a_new_seed_begins_the_file_anew(state, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()
        dfe.control("seed", seed=5, applications=4, not_eligible=0)

    with running(state, http_client, SeedPlan(seed=5, applications=4, not_eligible=0)) as dfe:
        assert dfe.state()["by_status"] == {"pending": 4}


def test_the_token_may_be_another_after_a_restart(state, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()

    another = SeedPlan(
        seed=9,
        applications=8,
        not_eligible=2,
        without_trn=1,
        also_cohorts={"2027a": "capped"},
        token="another-secret",
    )
    with running(state, http_client, another) as dfe:
        assert dfe.state()["by_status"]["accepted"] == 1
        assert dfe.get("statements").status_code == 200


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("URN,Name\n1,2\n", "line 1 cannot be read"),
        ('{"format": 2, "plan": {}}\n', "keeps no state of this simulator"),
        ("[]\n", "line 1 is no change"),
        ('{"format": 1, "plan": {"seed": 5}}\n', "another seed"),
        ('{"format": 1, "plan": {"sed": 5}}\n', "a seed plan has no sed"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, content, problem):
    path = tmp_path / "other.jsonl"
    path.write_text(content)

    with pytest.raises(ValueError, match=problem):
        Simulator(PLAN, state=path)

    assert path.read_text() == content


def test_a_change_that_cannot_be_done_again_is_told_by_its_line(state, http_client):
    with running(state, http_client) as dfe:
        dfe.an_accepted_application()
    lines = state.read_text().splitlines(keepends=True)
    state.write_text("".join([*lines, lines[-1]]))  # accepted twice

    with pytest.raises(ValueError, match=f"line {len(lines) + 1} cannot be done again"):
        Simulator(PLAN, state=state)


def test_two_simulators_do_not_keep_one_file(state):
    with Simulator(PLAN, state=state), pytest.raises(ValueError, match="in use"):
        Simulator(PLAN, state=state)


def test_a_day_that_has_passed_has_passed_after_a_restart(state, http_client):
    with running(state, http_client) as dfe:
        made = dfe.declare(dfe.an_accepted_application()).json()["data"]["id"]
        dfe.at = datetime(2026, 12, 28, tzinfo=UTC)
        assert dfe.get(f"participant-declarations/{made}").json()["data"]["attributes"][
            "state"
        ] == ("paid")

    with running(state, http_client) as dfe:
        told = dfe.get(f"participant-declarations/{made}").json()["data"]["attributes"]

    assert told["state"] == "paid"  # though it is asked for a day in November
    assert told["updated_at"] == "2026-12-28T00:00:00Z"
