"""How data go to a job's process and back: JSON, with bytes in base64. Never pickle."""

import base64
import json
from typing import Any, Final

TOO_BIG: Final = 3
"""Exit code of a child that ran out of memory."""

_BYTES: Final = "base64 bytes"


def encode(data: Any) -> bytes:
    """Raises TypeError for what is neither JSON nor bytes."""
    return json.dumps(data, default=_from_bytes).encode()


def decode(wire: bytes) -> Any:
    """Raises ValueError for what `encode` did not make."""
    return json.loads(wire, object_hook=_to_bytes)


def _from_bytes(value: Any) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(f"a job takes and gives JSON values and bytes, not {type(value).__name__}")
    return {_BYTES: base64.b64encode(value).decode()}


def _to_bytes(found: dict[str, Any]) -> Any:
    return base64.b64decode(found[_BYTES]) if set(found) == {_BYTES} else found
