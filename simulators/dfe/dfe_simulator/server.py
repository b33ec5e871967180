"""The HTTP side: tokens, the server's time, faults, and the control endpoints."""

import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from dfe_simulator import control
from dfe_simulator.asking import Asking
from dfe_simulator.errors import FILTER, ApiError, BadRequest, Missing, Unauthorised
from dfe_simulator.faults import Fault, read_fault
from dfe_simulator.limits import RateLimit
from dfe_simulator.routes import ROUTES
from dfe_simulator.seeding import SeedPlan, seed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

LARGEST_BODY = 1_048_576  # bytes
HTML = "<!doctype html><title>Sorry</title><h1>Sorry, there is a problem with the service</h1>"


class ConnectionLost(Exception):
    """A fault: the caller's connection ends without an answer."""


class Simulator:
    """The simulated service. `start()` serves it from a thread; `close()` ends that.

    `at` freezes or moves the server's own clock; without it, it is the machine's. A request's
    `X-With-Server-Date` goes before both.
    """

    def __init__(
        self,
        plan: SeedPlan | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        rate_limited: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.plan = plan or SeedPlan()
        self.world = seed(self.plan)
        self.faults: list[Fault] = []
        self.answered: Counter[int] = Counter()
        self.limit = RateLimit() if rate_limited else None
        self._now = now
        self._ids = Random(f"{self.plan.seed} made later")
        self._server: BaseWSGIServer = make_server(
            host, port, self.application, threaded=True, request_handler=QuietHandler
        )
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is served: `http://127.0.0.1:41234`."""
        return f"http://{self._server.host}:{self._server.port}"

    @property
    def token(self) -> str:
        """The bearer token of the provider that the plan is for."""
        return self.plan.token

    def start(self) -> "Simulator":
        """Serve from a thread of its own."""
        self._thread = threading.Thread(target=self.serve, name="dfe-simulator", daemon=True)
        self._thread.start()
        return self

    def serve(self) -> None:
        """Serve until closed."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving, and free the port."""
        self._server.shutdown()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._server.server_close()

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.close()

    def application(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The WSGI entry."""
        request = Request(environ)
        try:
            response = self._answer(request)
        except ConnectionLost:
            connection: socket.socket = environ["werkzeug.socket"]
            connection.shutdown(socket.SHUT_RDWR)
            response = Response(status=204)
        with self.world.lock:
            self.answered[response.status_code] += 1
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith("/simulator/"):
            return self._control(request)
        with self.world.lock:
            struck = [f for f in self.faults if f.strikes(request.method, request.path)]
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
        kinds = {fault.kind for fault in struck}
        refused = self._refused_by_fault(kinds)
        if refused is not None:
            return refused
        response = self._called(request)
        if "reply_lost" in kinds:
            raise ConnectionLost
        if "half" in kinds:
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        return response

    def _refused_by_fault(self, kinds: set[str]) -> Response | None:
        if "down" in kinds:
            raise ConnectionLost
        if "rate_limited" in kinds:
            return _rate_limited()
        if "server_error" in kinds:
            return _json(500, {"error": "Internal server error"})
        if "unauthorised" in kinds:
            return _json(401, Unauthorised().body)
        if "unprocessable" in kinds:
            told = {"title": "base", "detail": "Refused by order, to see what you do."}
            return _json(422, {"errors": [told]})
        if "html" in kinds:
            return Response(HTML, mimetype="text/html")
        return None

    def _called(self, request: Request) -> Response:
        try:
            endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
            token = _bearer(request)
            if self.limit is not None and not self.limit.allows(token):
                return _rate_limited()
            with self.world.lock:
                asking = self._asking(request, token)
                self.world.roll_to(asking.at.date(), asking.at)
                return _json(200, {"data": endpoint(asking, **arguments)})
        except (NotFound, MethodNotAllowed):
            return _json(404, Missing().body)
        except ApiError as error:
            return _json(error.status, error.body)
        except Exception:
            log.exception("a request failed")
            return _json(500, {"error": "Internal server error"})

    def _asking(self, request: Request, token: str) -> Asking:
        lead_provider = self.world.tokens.get(token)
        if lead_provider is None:
            raise Unauthorised
        if "filter" in request.args:
            raise BadRequest(FILTER)
        return Asking(
            world=self.world,
            lead_provider=lead_provider,
            at=self._time_of(request),
            query=request.args,
            body=request.get_data(),
            new_id=lambda: str(UUID(int=self._ids.getrandbits(128), version=4)),
        )

    def _time_of(self, request: Request) -> datetime:
        text = request.headers.get("X-With-Server-Date")
        if text is None:
            return self._now()
        try:
            told = datetime.fromisoformat(text)
        except ValueError as error:
            raise BadRequest(f"X-With-Server-Date is no date: {text}") from error
        return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)

    def _control(self, request: Request) -> Response:
        try:
            order = json.loads(request.get_data() or b"{}")
            with self.world.lock:
                return self._controlled(request, order)
        except (ValueError, TypeError, KeyError) as error:
            return _json(400, {"error": str(error)})

    def _controlled(self, request: Request, order: dict[str, Any]) -> Response:
        match request.method, request.path.removeprefix("/simulator/"):
            case "GET", "state":
                told = control.counts(self.world, self.plan.lead_provider)
                answered = {str(status): n for status, n in sorted(self.answered.items())}
                return _json(200, told | {"requests": answered})
            case "GET", "schools.csv":
                return Response(control.schools_csv(self.world), mimetype="text/csv")
            case "GET", "faults":
                return _json(200, {"faults": [vars(fault) for fault in self.faults]})
            case "POST", "faults":
                self.faults.append(read_fault(order))
                return _json(200, {"faults": len(self.faults)})
            case "DELETE", "faults":
                self.faults.clear()
                return _json(200, {"faults": 0})
            case "POST", "seed":
                self.plan = control.read_plan(order)
                self.world = seed(self.plan)
                return _json(200, control.counts(self.world, self.plan.lead_provider))
            case "POST", "merge":
                at = self._time_of(request)
                self.world.merge(order["from_participant_id"], order["to_participant_id"], at)
                return _json(200, {"merged": True})
            case _:
                return _json(404, {"error": "no such control"})


class QuietHandler(WSGIRequestHandler):
    """One connection for many requests, without a line of log for each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not a line: the counts are in `/simulator/state`."""


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() not in ("bearer", "token") or not token.strip():
        raise Unauthorised
    return token.strip()


def _json(status: int, body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _rate_limited() -> Response:
    return Response("Retry later\n", 429, mimetype="text/plain")
