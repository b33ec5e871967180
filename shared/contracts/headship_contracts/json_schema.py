"""JSON Schemas of shapes, for whoever speaks to us from another language."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Union
from uuid import UUID

from headship_contracts.messages import REQUESTS, Request
from headship_contracts.shape import BIGGEST, MAX_ITEMS, MAX_TEXT, Shape

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_TEXTS: Final[dict[type, dict[str, Any]]] = {
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    bool: {"type": "boolean"},
}


def schema(shape: type[Shape], *, closed: bool) -> dict[str, Any]:
    """Of one shape. `closed`: no other fields may be given."""
    hints = typing.get_type_hints(shape)
    members = [member for member in dataclasses.fields(shape) if member.init]
    told: dict[str, Any] = {
        "type": "object",
        "description": " ".join((shape.__doc__ or "").split()),
        "properties": {
            member.name: _of_type(hints[member.name], member.metadata, closed=closed)
            for member in members
        },
        "required": [member.name for member in members if _required(member)],
    }
    return told | {"additionalProperties": False} if closed else told


def for_hubs() -> dict[str, Any]:
    """Every method that hubs may call, with its request and its result, by routing key."""
    return {
        "$schema": DRAFT,
        "title": "What hubs may ask",
        "methods": {
            f"{request.wire.service}.{request.wire.method}": _method(request)
            for request in sorted(
                hub_requests(), key=lambda one: (one.wire.service, one.wire.method)
            )
        },
    }


def hub_requests() -> list[type[Request[Any]]]:
    """All requests of the contracts that are for hubs."""
    return [request for request in REQUESTS.values() if request.wire.for_hubs]


def _method(request: type[Request[Any]]) -> dict[str, Any]:
    return {
        "writes": request.wire.writes,
        "request": schema(request, closed=True),
        "result": schema(request.wire.reply, closed=False),
    }


def _required(member: "dataclasses.Field[Any]") -> bool:
    return member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING


def _of_type(hint: Any, limits: Mapping[str, Any], *, closed: bool) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = [one for one in arguments if one is not type(None)]
        return {"anyOf": [_of_type(inner, limits, closed=closed), {"type": "null"}]}
    if origin is list:
        inner_limits = {name: value for name, value in limits.items() if name != "most_items"}
        return {
            "type": "array",
            "items": _of_type(arguments[0], inner_limits, closed=closed),
            "maxItems": limits.get("most_items", MAX_ITEMS),
        }
    if issubclass(hint, Shape):
        return schema(hint, closed=False)
    if issubclass(hint, Enum):
        return {"enum": [each.value for each in hint]}
    if hint is str:
        told: dict[str, Any] = {"type": "string", "maxLength": limits.get("longest", MAX_TEXT)}
        return told | {"pattern": limits["pattern"]} if limits.get("pattern") else told
    if hint is int:
        least, most = limits.get("least"), limits.get("most")
        return {
            "type": "integer",
            "minimum": -BIGGEST if least is None else least,
            "maximum": BIGGEST if most is None else most,
        }
    return dict(_TEXTS[hint])
