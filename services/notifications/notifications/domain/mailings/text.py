"""From the bytes of a CSV file to its text: UTF-8, UTF-16, or the Windows-1252 of old spreadsheets.

Nobody has to say which: UTF-16 is known by its mark or its zero bytes, and what is no UTF-8 is
Windows-1252.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from headship_contracts.errors import Refused

UTF8_MARK = b"\xef\xbb\xbf"
WIDE_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What the mark of UTF-16 is once it is decoded."""

HEAD_BYTES = 8_192
"""So much of a file is looked at to tell what it is."""

_WIDE_MARKS: Mapping[bytes, str] = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OTHER_FILES: Mapping[bytes, str] = {
    b"PK\x03\x04": "a spreadsheet (.xlsx) or an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (.xls)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed",
}
_DAMAGED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Decoded:
    """A file's text. Where `damaged`, bytes that mean no letter are half surrogate pairs."""

    text: str
    encoding: str  # utf-8 | utf-16 | cp1252 | mixed
    damaged: bool = False


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file, in the encoding given or found.

    Raises Refused `empty_file`, `not_text` or `nul_bytes`.
    """
    if not content.strip():
        raise Refused("empty_file", "the file is empty")
    head = content[:HEAD_BYTES]
    wide = _wide_encoding(head) or ("utf-16-le" if encoding == "utf-16" else None)
    if wide is not None:
        return _decode_wide(content, wide)
    for mark, what in _OTHER_FILES.items():
        if head.startswith(mark):
            raise Refused("not_text", f"the file is {what}: save it as CSV")
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero byte: this is no text")
    content = content.removeprefix(UTF8_MARK)
    try:
        if encoding != "cp1252":
            return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        if encoding == "utf-8" or _has_utf8(content):
            return Decoded(content.decode("utf-8", "surrogateescape"), "mixed", damaged=True)
    text = content.decode("cp1252", "surrogateescape")
    return Decoded(text, "cp1252", damaged=bool(_DAMAGED.search(text)))


def is_damaged(cell: str) -> bool:
    """Whether some of it means no letter."""
    return bool(_DAMAGED.search(cell))


def shown(cell: str) -> str:
    """The beginning of a cell as it can be stored and sent: what means no letter is marked."""
    return _DAMAGED.sub("\N{REPLACEMENT CHARACTER}", cell)[:200]


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 in which order, if it is that."""
    if (marked := _WIDE_MARKS.get(head[:2])) is not None:
        return marked
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.4:
        return "utf-16-le"
    if half and head[0::2].count(0) > half * 0.4:
        return "utf-16-be"
    return None


def _decode_wide(content: bytes, encoding: str) -> Decoded:
    try:
        text = content.decode(encoding).removeprefix(WIDE_MARK)
    except UnicodeDecodeError as error:
        raise Refused("not_text", f"at byte {error.start} the file is no UTF-16") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero character: this is no text")
    return Decoded(text, "utf-16")


def _has_utf8(content: bytes) -> bool:
    """Whether some lines are UTF-8 beyond ASCII: then those that are not were pasted in."""
    for line in content.splitlines():
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return False
