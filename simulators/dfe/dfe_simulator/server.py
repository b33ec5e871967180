"""The HTTP side: a thread that serves the service and its controls, and the faults in between."""

import json
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from dfe_simulator.answers import RETRY_LATER, Json, Text
from dfe_simulator.control import Controls
from dfe_simulator.errors import BadRequest
from dfe_simulator.faults import DRIFT, Fault
from dfe_simulator.limits import REQUESTS_OF_A_TOKEN, RateLimit
from dfe_simulator.planning import SeedPlan
from dfe_simulator.service import Call, Service
from dfe_simulator.spoiling import ConnectionLost, refusal, spoil
from dfe_simulator.world import World
from enrolment.domain.dfe.filters import bad_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

LARGEST_BODY = 1_048_576  # bytes
SERVER_DATE = "X-With-Server-Date"
CONTROL = "/control/"


class Simulator:
    """The simulated service. `start()` serves it from a thread; `close()` ends that.

    `now` is the server's own clock; without it, it is the machine's. A request's
    `X-With-Server-Date` goes before both. `state` is a file that keeps what was changed.
    """

    def __init__(
        self,
        plan: SeedPlan | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        rate_limited: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        state: Path | None = None,
        faults: Iterable[Fault] = (),
    ) -> None:
        self.service = Service(plan or SeedPlan(), state=state)
        self.faults = list(faults)
        self.answered: Counter[int] = Counter()
        self.limit = RateLimit(REQUESTS_OF_A_TOKEN if rate_limited else None)
        self._controls = Controls(self.service, self.faults, self.limit, self.answered)
        self._now = now
        self._lock = threading.Lock()  # of the faults and the counts
        with ExitStack() as undo:
            undo.callback(self.service.close)
            self._server: BaseWSGIServer = make_server(
                host, port, self.application, threaded=True, request_handler=QuietHandler
            )
            undo.pop_all()
        self._thread: threading.Thread | None = None

    @property
    def plan(self) -> SeedPlan:
        """What the world was made of."""
        return self.service.plan

    @property
    def world(self) -> World:
        """What the service knows."""
        return self.service.world

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
        """Stop serving, free the port, and let the state file go."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(timeout=5)
        self._server.server_close()
        self.service.close()

    def __enter__(self) -> "Simulator":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.close()

    def application(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The WSGI entry."""
        request = Request(environ)
        request.max_content_length = LARGEST_BODY
        try:
            response = self._respond(request)
        except ConnectionLost:
            connection: socket.socket = environ["werkzeug.socket"]
            connection.shutdown(socket.SHUT_RDWR)
            response = Response(status=204)
        except RequestEntityTooLarge:
            response = _respond_with(413, {"error": f"more than {LARGEST_BODY} bytes"})
            response.headers["Connection"] = "close"
        except BadRequest as error:
            response = _respond_with(error.status, error.body)
        except Exception:
            log.exception("a request failed")
            response = _respond_with(500, {"error": "Internal server error"})
        with self._lock:
            self.answered[response.status_code] += 1
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        body = request.get_data()  # in any case, else the connection's next request begins with it
        at = self._time_of(request)
        if request.path.startswith(CONTROL):
            return self._control(request, body, at)
        authorization = request.headers.get("Authorization", "")
        if not self.limit.allows(authorization, request.remote_addr or ""):
            return _respond_with(429, RETRY_LATER)
        call = Call(
            method=request.method,
            path=request.path,
            at=at,
            authorization=authorization,
            query={name: values[-1] for name, values in request.args.lists()},  # as Rack
            body=body if request.is_json else b"",  # as Rails, which looks at the type first
            time_told=SERVER_DATE in request.headers,
        )
        with self._lock:
            struck = [f for f in self.faults if f.strikes(request.method, request.path)]
        return self._answer(call, struck)

    def _answer(self, call: Call, struck: list[Fault]) -> Response:
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
            elif fault.kind in DRIFT:
                self.service.change(DRIFT[fault.kind], {}, call.at)
        kinds = {fault.kind for fault in struck}
        refused = refusal(kinds)
        if refused is not None:
            return _respond_with(*refused)
        status, body = self.service.answer(call)
        if status == 200:
            for fault in struck:
                body = spoil(fault, body, call, self.service.answer)
        if "reply_lost" in kinds:
            raise ConnectionLost
        response = _respond_with(status, body)
        if "half" in kinds:
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        return response

    def _time_of(self, request: Request) -> datetime:
        text = request.headers.get(SERVER_DATE)
        if text is None:
            return self._now()
        try:
            told = datetime.fromisoformat(text)
            return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise BadRequest(bad_request(f"{SERVER_DATE} is no date: {text}")) from error

    def _control(self, request: Request, body: bytes, at: datetime) -> Response:
        try:
            order = json.loads(body or b"{}")
            if not isinstance(order, dict):
                raise ValueError("an order is a JSON object")
            name = request.path.removeprefix(CONTROL)
            with self._lock:
                return _respond_with(*self._controls.answer(request.method, name, order, at))
        except KeyError as error:
            return _respond_with(400, {"error": f"{error.args[0]} is missing"})
        except (ValueError, TypeError) as error:
            return _respond_with(400, {"error": str(error)})


class QuietHandler(WSGIRequestHandler):
    """One connection for many requests, without a line of log for each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not a line: the counts are in `/control/state`."""


def _respond_with(status: int, body: Json | Text) -> Response:
    if isinstance(body, Text):
        response = Response(body.content, status, mimetype=body.kind)
    else:
        text = json.dumps(body, ensure_ascii=False)
        encoded = text.encode(errors="backslashreplace")  # half a character, as JSON escapes it
        response = Response(encoded, status, mimetype="application/json")
    if status == 302:
        response.headers["Location"] = "/sign-in"
    response.headers["Cache-Control"] = "no-store"
    return response
