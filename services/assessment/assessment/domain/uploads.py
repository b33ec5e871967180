"""What a file is, by its bytes, and why one is refused before anybody reads it."""

import lzma
import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

LARGEST_FILE = 600 * 1024
"""Bytes of an upload by RPC: in base64 it fits a message of 1 MiB."""

MOST_PARTS = 2_000
LARGEST_PART = 24 * 1024 * 1024
LARGEST_UNPACKED = 64 * 1024 * 1024
"""Bytes that the parts of a docx may unpack to, each and together."""

_DAMAGED = (
    *(BadZipFile, EOFError, OSError, ValueError, NotImplementedError),
    *(zlib.error, lzma.LZMAError, struct.error, KeyError, OverflowError),
)
"""What zipfile raises for archives that are not right."""

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # old Word files, and encrypted new ones
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1


class Unreadable(Exception):
    """A file that cannot be taken; `reason` is a stable code, `detail` is for its author."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def kind_of(filename: str, content: bytes) -> str:
    """`docx` or `txt`. Raises Unreadable for anything else, or where name and bytes differ."""
    if not content:
        raise Unreadable("file_empty", "the file holds nothing")
    if len(content) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024
        raise Unreadable("file_too_large", f"{len(content) // 1024} KiB; the limit is {limit} KiB")
    _, _, ending = filename.strip().lower().rpartition(".")
    if ending in ("docm", "dotm"):
        raise Unreadable("file_has_macros", "save it as .docx, without macros")
    if ending not in ("docx", "txt"):
        raise Unreadable("file_type_not_taken", "send a Word file (.docx) or plain text (.txt)")
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise Unreadable("file_encrypted", "remove the password and send it again")
        raise Unreadable("file_type_mismatch", "this is an old Word file; save it as .docx")
    is_archive = content.startswith(_ZIP)
    if ending == "docx" and not is_archive:
        raise Unreadable("file_type_mismatch", "its name ends in .docx, but it is no Word file")
    if ending == "txt" and (is_archive or content.startswith(b"%PDF-") or _is_binary(content)):
        raise Unreadable("file_type_mismatch", "its name ends in .txt, but it is no plain text")
    return ending


def text_of(content: bytes) -> tuple[str, str]:
    """Plain text and the encoding it was read in: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise Unreadable("file_corrupt", "the text breaks off within a character") from error
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def parts_of(content: bytes) -> dict[str, bytes]:
    """The XML parts of a docx, by name. Raises Unreadable for an unsafe archive."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _require_safe(entries)
            wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
            return {entry.filename: _read(archive, entry) for entry in wanted}
    except _DAMAGED as error:
        raise Unreadable("file_corrupt", "the file is damaged; save it again") from error
    except RuntimeError as error:  # zipfile's answer to a part that needs a password
        raise Unreadable("file_encrypted", "remove the password and send it again") from error


def _require_safe(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise Unreadable("file_encrypted", "remove the password and send it again")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise Unreadable("file_has_macros", "save it as .docx, without macros")
    unpacked = sum(entry.file_size for entry in entries)
    largest = max((entry.file_size for entry in entries), default=0)
    if len(entries) > MOST_PARTS or unpacked > LARGEST_UNPACKED or largest > LARGEST_PART:
        raise Unreadable("file_expands_too_far", "unpacked, the file is far too large for a script")


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    # The size in the directory may lie, so the limit holds for what is really unpacked.
    with archive.open(entry) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Unreadable("file_expands_too_far", "unpacked, the file is far too large for a script")
    return content


def _is_binary(content: bytes) -> bool:
    return b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
