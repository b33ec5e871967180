"""nameko's own proxy, in the hands of somebody who has none of our code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desk.requests import Lend
from desk.running import Desk
from nameko.standalone.rpc import ClusterRpcProxy

from headship_contracts.errors import Invalid, Refused

SCRIPT = """
import json, sys
import eventlet; eventlet.monkey_patch()
from nameko.standalone.rpc import ClusterRpcProxy
from nameko.exceptions import MethodNotFound, RemoteError

uri, service, method, args, kwargs = sys.argv[1:]
with ClusterRpcProxy({"AMQP_URI": uri}, timeout=10) as proxy:
    try:
        told = {"result": getattr(proxy[service], method)(*json.loads(args), **json.loads(kwargs))}
    except RemoteError as error:
        told = {"exc_type": error.exc_type, "value": error.value}
    except Exception as error:
        told = {"raised": type(error).__name__, "value": str(error)}
    assert not any(name.split(".")[0] in ("kit", "headship_contracts") for name in sys.modules)
print(json.dumps(told))
"""


def by_a_stranger(desk: Desk, method: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """What a process without our code gets."""
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, desk.amqp_uri, "desk", method]
    ran = subprocess.run(
        [*command, json.dumps(args), json.dumps(kwargs)],
        capture_output=True,
        check=True,
        timeout=120,
    )
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_a_stranger_calls_with_named_and_with_ordered_arguments(open_desk: Desk) -> None:
    given, key = {"book": "a stranger's", "due_on": "2027-03-01"}, "a stranger's key"

    named = by_a_stranger(open_desk, "lend", **given, idempotency_key=key)
    ordered = by_a_stranger(open_desk, "lend", *given.values(), idempotency_key=key)

    assert named["result"]["book"] == "a stranger's"
    assert ordered == named
    assert open_desk.loans()["a stranger's"] == 1


def test_a_stranger_gets_stable_types_and_codes(open_desk: Desk) -> None:
    refused = by_a_stranger(open_desk, "lend", book="Emma", trouble="refused")
    invalid = by_a_stranger(open_desk, "lend", due_on="soon")
    crowded = by_a_stranger(open_desk, "lend", "Emma", "2027-03-01", "", "too", "many")
    doubled = by_a_stranger(open_desk, "lend", "Emma", book="Emma")
    unknown = by_a_stranger(open_desk, "burn")

    assert refused == {"exc_type": "Refused", "value": "book_is_out: come back on Monday"}
    assert invalid["exc_type"] == "Invalid"
    assert invalid["value"].startswith("invalid_fields: ")
    assert "due_on: Not a valid date." in invalid["value"]
    assert crowded["value"].startswith("invalid_fields: ")
    assert doubled["value"].endswith("book: is given twice")
    assert unknown == {"raised": "MethodNotFound", "value": "burn"}


def test_a_call_that_names_no_user_is_an_operators(open_desk: Desk) -> None:
    said = by_a_stranger(open_desk, "say", words="who am I?")

    assert said["result"]["caller"] == "operator:unnamed"
    assert '"caller": "operator:unnamed"' in open_desk.log()


def test_where_the_kit_is_there_the_proxy_raises_our_classes(open_desk: Desk) -> None:
    with ClusterRpcProxy({"AMQP_URI": open_desk.amqp_uri}, timeout=10) as proxy:
        with pytest.raises(Refused) as refused:
            proxy.desk.lend(book="Emma", trouble="refused")
        with pytest.raises(Invalid) as invalid:
            proxy.desk.lend()

    assert refused.value.code == "book_is_out"
    assert invalid.value.fields == {"book": ["Missing data for required field."]}


def test_the_desk_runs_under_nameko_run(a_desk: Desk, tmp_path: Path) -> None:
    config = tmp_path / "desk.yaml"
    settings = {
        "HEADSHIP_ENV": "development",
        "AMQP_URI": a_desk.amqp_uri,
        "DATABASE_URL": a_desk.database_url,
        "HEALTH_PORT": 0,
        "HTTP_PORT": 0,
        "RETRY_DELAYS": 1,
    }
    config.write_text("".join(f"{name}: {value!r}\n" for name, value in settings.items()))
    nameko = [str(Path(sys.executable).with_name("nameko")), "run", "desk.service"]

    process = a_desk.run([*nameko, "--config", str(config)], without=settings)
    a_desk.wait_for_consumers(1)

    assert a_desk.client.call(Lend(book="Emma")).book == "Emma"
    assert a_desk.stop(process) == 0
