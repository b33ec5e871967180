"""What the text of a setting means."""

import typing
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any


def parse(hint: Any, raw: Any) -> Any:
    """The value that `raw` (text, or what YAML made of it) means; ValueError says what is right."""
    if hint == list[str]:
        parts = raw if isinstance(raw, list) else str(raw).split(",")
        given = [str(part).strip() for part in parts if str(part).strip()]
        if not given:
            raise ValueError("is empty")
        return given
    if typing.get_args(hint):  # an optional: X | None
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    text = str(raw).strip()
    if hint is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise ValueError(f"is {text!r}; it must be true or false")
        return text.lower() in {"true", "1", "yes"}
    if hint is int:
        try:
            return int(text)
        except ValueError as error:
            raise ValueError(f"is {text!r}; it must be a whole number") from error
    if hint is Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(f"is {text!r}; it must be a number") from error
        if not number.is_finite():
            raise ValueError(f"is {text!r}; it must be a number")
        return number
    if hint is timedelta:
        try:
            return timedelta(seconds=float(text))
        except (ValueError, OverflowError) as error:
            raise ValueError(f"is {text!r}; it must be a number of seconds") from error
    if hint is Path:
        return Path(text)
    if not text:
        raise ValueError("is empty")
    return text
