"""What a page is made of: the request, the response, and the plain page that tells of an error."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from werkzeug import Request as WerkzeugRequest
from werkzeug import Response as WerkzeugResponse
from werkzeug.exceptions import HTTPException

from headship_contracts.errors import (
    Conflict,
    Invalid,
    NotFound,
    Refused,
    ServiceError,
    Unavailable,
)

HTML: Final = "text/html; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"

SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # the address of a page is a key to it
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=31536000",  # browsers heed it where they came by TLS
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Headers of every response; a page may set its own."""

_STATUS: Final = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.BAD_REQUEST),
    (Refused, HTTPStatus.CONFLICT),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
GONE: Final = "link_expired"


class Request(WerkzeugRequest):
    """What a browser asks: `args`, `form`, `files`, `headers`, `get_data()`."""


class Response(WerkzeugResponse):
    """What it gets. `body` is text (sent as UTF-8) or bytes."""

    def __init__(
        self,
        status: int = 200,
        body: str | bytes = "",
        headers: Mapping[str, str] | None = None,
        content_type: str | None = None,
    ) -> None:
        told = dict(headers or {})
        kind = content_type or told.pop("Content-Type", HTML)
        super().__init__(body, status=status, headers=told, content_type=kind)
        for name, value in SECURITY.items():
            self.headers.setdefault(name, value)


def plain(status: int, told: str, headers: Mapping[str, str] | None = None) -> Response:
    """A response of one line of text."""
    return Response(status, f"{told}\n", headers, TEXT)


def problem(error: ServiceError) -> Response:
    """The plain page of an error: its code, and what its detail and fields tell a person."""
    if error.code == GONE:
        return plain(HTTPStatus.GONE, str(error))
    known = (status for kind, status in _STATUS if isinstance(error, kind))
    status = next(known, HTTPStatus.INTERNAL_SERVER_ERROR)
    return plain(status, str(error))


def http_problem(error: HTTPException) -> Response:
    """The plain page of an error in the request itself: no such page, too large, and the like."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    kept: dict[str, Any] = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Location")
    }
    return plain(status, f"{error.name}. {error.description or ''}".strip(), kept)
