"""`@http`: pages for people, on the public port of the service.

One listening server per port serves all services of the process. TLS ends at the Ingress before
it, or here, with HTTP_CERTIFICATE_FILE; health and metrics are on another port. A path may hold a
key, so it is never logged.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, TypeVar

import eventlet
from eventlet import wsgi
from eventlet.event import Event
from eventlet.greenpool import GreenPool
from nameko.extensions import Entrypoint, register_entrypoint
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.routing import Map, Rule

from headship_contracts.errors import ServiceError
from kit import correlation, log, metrics, tls
from kit.audit import trail
from kit.pages import Request, Response, http_problem, problem
from kit.transport import worker
from kit.transport.ports import listen, showing
from kit.transport.resources import Resources

MOST_BYTES: Final = 1_048_576
"""Size of a request's body, where its page names no other limit."""

SILENT_SECONDS: Final = 30.0
"""Who sends or takes nothing for so long is hung up on."""

TURN_BYTES: Final = 262_144
"""So much of a body is read before others have their turn."""

CONNECTIONS: Final = 200
CLOSING_SECONDS: Final = 5.0

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class Pages:
    """The decorator `@http(method, path)`, with `http.Request` and `http.Response` beside it."""

    Request, Response = Request, Response

    def __call__(
        self, verb: str, path: str, *, most_bytes: int = MOST_BYTES
    ) -> Callable[[FunctionT], FunctionT]:
        """Answer `verb` on `path`, where `<name>` is an argument: `method(self, request, name)`.

        The method gives back a Response and opens its own transactions. What it raises becomes a
        page of one line without a stack: NotFound 404, Invalid 400, Refused and Conflict 409 (an
        expired link 410), Unavailable 503, anything else 500.
        """

        def decorate(function: FunctionT) -> FunctionT:
            register_entrypoint(function, Page(verb, path, most_bytes))
            return function

        return decorate


http = Pages()


class Page(Entrypoint):
    """One verb and path of one service."""

    resources = Resources()

    def __init__(self, verb: str, path: str, most_bytes: int, **options: Any) -> None:
        super().__init__(**options)
        self.verb, self.path, self.most_bytes = verb, path, most_bytes

    def setup(self) -> None:
        self._labels = {"service": self.container.service_name, "route": self.path}
        metrics.touch(metrics.http_requests, {**self._labels, "status": metrics.HTTP_STATUSES})
        metrics.touch(metrics.http_duration, self._labels)
        _enter(self.resources.settings.http_port, self)

    def start(self) -> None:
        """Nobody is answered before the whole service is set up."""
        _serve(self.resources.settings.http_port)

    def stop(self) -> None:
        _leave(self.resources.settings.http_port, self)

    def kill(self) -> None:
        self.stop()

    def answer(self, request: Request, named: dict[str, str]) -> Response:
        """Have a worker answer, and wait for it."""
        request.max_content_length = self.most_bytes
        answered = Event()
        worker.spawn(self.container, self, partial(self._work, request, named, answered))
        response: Response = answered.wait()
        return response

    def _work(self, request: Request, named: dict[str, str], answered: Any, service: Any) -> None:
        started = time.monotonic()
        traced = correlation.of_traceparent(request.headers.get("traceparent"))
        came = trail.coming_through(f"page {self.method_name}")
        with correlation.bind(traced, None) as story, came:
            response, bug = self._response(service, request, named, story)
        seconds = time.monotonic() - started
        status = f"{response.status_code // 100}xx"
        metrics.http_requests.labels(**self._labels, status=status).inc()
        metrics.http_duration.labels(**self._labels).observe(seconds)
        log.ran(
            service.name,
            self.method_name,
            outcome=str(response.status_code),
            seconds=seconds,
            correlation_id=story,
            error=bug,
        )
        answered.send(response)

    def _response(
        self, service: Any, request: Request, named: dict[str, str], story: str
    ) -> tuple[Response, BaseException | None]:
        try:
            response = getattr(service, self.method_name)(request, **named)
            if not isinstance(response, Response):
                raise TypeError(f"{self.method_name} gave {type(response).__name__}, no Response")
        except ServiceError as error:
            return problem(error), None
        except HTTPException as error:
            return http_problem(error), None
        except (Exception, eventlet.Timeout) as error:
            return http_problem(InternalServerError(f"If you report it, quote {story}.")), error
        return response, None


class Body:
    """A request's body that lets others run while it is read. What has arrived already is read
    without waiting for anything: 20 MiB at once would hold up the whole process.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        piece: bytes = self._stream.read(size)
        self._since += len(piece)
        if self._since >= TURN_BYTES:
            self._since = 0
            eventlet.sleep(0)
        return piece


class Server:
    """The public HTTP server of a port, for all pages that have entered."""

    def __init__(self, port: int) -> None:
        self.pages: list[Page] = []
        self._socket = showing(tls.server_certificate(), listen("HTTP_PORT", port))
        self._clients = GreenPool(CONNECTIONS)
        self._routes = Map()
        self._thread: Any = None

    def enter(self, page: Page) -> None:
        """Take a page in. Raises ValueError when another one has its place."""
        for known in self.pages:
            if (known.verb, known.path) == (page.verb, page.path):
                owner = known.container.service_name
                raise ValueError(f"{page.verb} {page.path} is a page of {owner} already")
        self.pages.append(page)
        self._route()

    def leave(self, page: Page) -> None:
        """Take a page out."""
        self.pages.remove(page)
        self._route()

    def serve(self) -> None:
        """Begin to answer."""
        if self._thread is None:
            self._thread = eventlet.spawn(
                wsgi.server,
                self._socket,
                self.answer,
                custom_pool=self._clients,
                socket_timeout=SILENT_SECONDS,
                keepalive=False,
                log_output=False,
                debug=False,
            )

    def close(self) -> None:
        """Listen no more, and give those being answered a moment."""
        if self._thread is not None:
            self._thread.kill()
        self._socket.close()
        with eventlet.Timeout(CLOSING_SECONDS, exception=False):
            self._clients.waitall()

    def answer(self, environ: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application."""
        environ["wsgi.input"] = Body(environ["wsgi.input"])
        request = Request(environ)
        try:
            page, named = self._routes.bind_to_environ(environ).match()
            if any("\x00" in value for value in named.values()):  # no database takes one
                raise PageNotFound
            response = page.answer(request, named)
        except HTTPException as error:
            response = http_problem(error)
            log.ran("http", "no_page", outcome=str(response.status_code), seconds=0)
        return response(environ, respond)

    def _route(self) -> None:
        self._routes = Map(
            [Rule(page.path, methods=[page.verb], endpoint=page) for page in self.pages],
            strict_slashes=False,
            merge_slashes=False,  # or it would redirect
        )


_servers: dict[int, Server] = {}


def _enter(port: int, page: Page) -> None:
    if port == 0:
        return
    if port not in _servers:
        _servers[port] = Server(port)
    _servers[port].enter(page)


def _serve(port: int) -> None:
    if port in _servers:
        _servers[port].serve()


def _leave(port: int, page: Page) -> None:
    server = _servers.get(port)
    if server is None or page not in server.pages:
        return
    server.leave(page)
    if not server.pages:
        _servers.pop(port).close()
