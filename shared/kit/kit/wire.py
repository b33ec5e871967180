"""JSON that comes from elsewhere: of one content type, of a bounded depth, and nothing but JSON.

Its size is bounded by whoever takes it, before it comes here.
"""

import json
from typing import Any, Final, NoReturn

import orjson

CONTENT_TYPE: Final = "application/json"

DEEPEST: Final = 32
"""Lists and objects within each other. Contracts need four or five."""


class NotJson(ValueError):
    """The text names what is wrong, and quotes no values."""


def parse(body: bytes | str, content_type: str | None = None) -> Any:
    """The JSON value of a message. Raises NotJson.

    A message may say nothing of its content type; what says another is refused unread.
    """
    if content_type is not None and content_type.partition(";")[0].strip() != CONTENT_TYPE:
        raise NotJson(f"its content type is not {CONTENT_TYPE}")
    try:
        text = body if isinstance(body, str) else body.decode()
        value = _read(text)
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from error
    except (ValueError, RecursionError) as error:
        raise NotJson(type(error).__name__) from error
    if text.count("[") + text.count("{") > DEEPEST:  # else it cannot be too deep
        _require_shallow(value)
    return value


def _read(text: str) -> Any:
    """By the fast reader, in a third of the time. What that refuses Python's own may take (half a
    surrogate pair, which the contracts refuse by its field), or it says what is wrong and where."""
    try:
        return orjson.loads(text)
    except ValueError:
        return _DECODER.decode(text)


def _require_shallow(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            child
            for parent in level
            if isinstance(parent, (list, dict))
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (list, dict))
        ]
        if not level:
            return
    raise NotJson(f"more than {DEEPEST} lists and objects lie within each other")


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
