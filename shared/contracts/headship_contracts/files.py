"""Files that go up in pieces below the message limit, and what is wrong with their rows."""

import base64
import binascii
import hashlib

from headship_contracts.errors import Invalid
from headship_contracts.messages import Page
from headship_contracts.shape import Shape, items, shape

PIECE_BYTES = 524_288
"""The most bytes of a file in one piece; in base64 that is two thirds of the message limit."""

SHA256 = r"^[0-9a-f]{64}$"


@shape
class RowProblem(Shape):
    """What is wrong with a row. Rows are counted as a spreadsheet does: the header is row 1."""

    row: int
    field: str
    code: str
    message: str
    value: str = ""


@shape
class RowProblemPage(Page):
    """Problems by row: all of up to `limit` rows."""

    items: list[RowProblem] = items(most=15_000)


def packed(piece: bytes) -> dict[str, str]:
    """The fields `content` and `sha256` with which a piece travels."""
    return {
        "content": base64.b64encode(piece).decode(),
        "sha256": hashlib.sha256(piece).hexdigest(),
    }


def unpacked(content: str, sha256: str) -> bytes:
    """The bytes of a piece. Raises Invalid, naming the field, for one that did not arrive whole."""
    try:
        piece = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _wrong("content", "is not base64") from error
    if len(piece) > PIECE_BYTES or not piece:
        raise _wrong("content", f"has {len(piece)} bytes; 1 to {PIECE_BYTES} make a piece")
    if hashlib.sha256(piece).hexdigest() != sha256:
        raise _wrong("sha256", "is not that of the content: it was damaged on its way")
    return piece


def _wrong(name: str, problem: str) -> Invalid:
    return Invalid("invalid_fields", "the piece is not right", {name: [problem]})
