"""What a file is, by its bytes, and why one is refused before anybody reads it."""

import lzma
import re
import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of an upload."""

MOST_PARTS = 2_000
LARGEST_PART = 24 * 1024 * 1024
LARGEST_UNPACKED = 128 * 1024 * 1024
"""Bytes that a part with text may unpack to, and all parts of an archive together."""


_DAMAGED = (
    *(BadZipFile, EOFError, OSError, ValueError, NotImplementedError),
    *(zlib.error, lzma.LZMAError, struct.error, KeyError, OverflowError),
)
"""What zipfile raises for archives that are not right."""

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # old Word files, and encrypted new ones
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1
_PDF = b"%PDF-"
_PDF_ANYWHERE = 1_024
"""Bytes within which a reader of PDF looks for its mark."""

_END_OF_ARCHIVE, _END_RECORD = b"PK\x05\x06", 22
_END_OF_PDF, _AFTER_PDF = b"%%EOF", 1_024
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_READ = (".xml", ".rels")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
_OTHER_MARKUP = (b"{\\rtf", b"<html", b"<!doctype", b"<?xml", b"%!ps")
_MACRO_ENDINGS = ("docm", "dotm", "dot", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm")
_NAMES = {
    "docx": "a Word file",
    "odt": "an OpenDocument text",
    "pdf": "a PDF",
    "txt": "plain text",
}


class Unreadable(Exception):
    """A file that cannot be taken; `reason` is a stable code, `detail` is for its author."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def kind_of(filename: str, content: bytes) -> str:
    """`docx`, `odt`, `pdf` or `txt`. Raises Unreadable where it is none of them, or where its name
    says another one than its bytes, or where it is two at once."""
    if not content:
        raise Unreadable("file_empty", "the file holds nothing")
    if len(content) > LARGEST_FILE:
        size, limit = len(content) / 1024**2, LARGEST_FILE // 1024**2
        raise Unreadable("file_too_large", f"{size:.1f} MiB; the limit is {limit} MiB")
    _, _, ending = filename.strip().lower().rpartition(".")
    if ending in _MACRO_ENDINGS:
        raise Unreadable("file_has_macros", "save it as .docx, without macros")
    if ending not in _NAMES:
        raise Unreadable(
            "file_type_not_taken", "send a Word file (.docx), .odt, .pdf or plain text (.txt)"
        )
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise Unreadable("file_encrypted", "remove the password and send it again")
        raise Unreadable("file_type_mismatch", "this is an old Office file; save it as .docx")
    kind = _kind_by_bytes(content)
    if kind == "zip":
        kind = ending if ending in ("docx", "odt") else "an archive"
    if kind != ending:
        told = _NAMES.get(kind, kind)
        raise Unreadable(
            "file_type_mismatch", f"its name ends in .{ending}, but it is {told}; save it again"
        )
    _require_one_file(kind, content)
    return kind


def _kind_by_bytes(content: bytes) -> str:
    if content.startswith(_ZIP):
        return "zip"
    if content.startswith(_PDF):
        return "pdf"
    if content[:64].lstrip().lower().startswith(_OTHER_MARKUP):
        return "no plain text"
    return "something else" if _is_binary(content) else "txt"


def _require_one_file(kind: str, content: bytes) -> None:
    """Raise Unreadable for a file that another program would read as another kind of file."""
    several = False
    if kind in ("docx", "odt"):
        end = content.rfind(_END_OF_ARCHIVE)
        behind = len(content) - end - _END_RECORD if end >= 0 else 0
        several = _PDF in content[:_PDF_ANYWHERE] or behind > 0
    elif kind == "pdf":
        end = content.rfind(_END_OF_PDF)
        behind = len(content) - end if end >= 0 else 0
        several = _END_OF_ARCHIVE in content[-(65_536 + _END_RECORD) :] or behind > _AFTER_PDF
    else:
        several = _PDF in content[:_PDF_ANYWHERE] or _END_OF_ARCHIVE in content
    if several:
        raise Unreadable("file_is_several", "it holds another file as well; save it again")


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


def parts_of(content: bytes, kind: str = "docx") -> dict[str, bytes]:
    """The XML parts of a docx or odt, by name. Raises Unreadable for an unsafe archive."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _require_safe(entries)
            _require_kind(archive, kind)
            wanted = [entry for entry in entries if entry.filename.endswith(_READ)]
            return {entry.filename: _read(archive, entry) for entry in wanted}
    except _DAMAGED as error:
        raise Unreadable("file_corrupt", "the file is damaged; save it again") from error
    except RuntimeError as error:  # zipfile's answer to a part that needs a password
        raise Unreadable("file_encrypted", "remove the password and send it again") from error


def _require_safe(entries: list[ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries) or "encrypted-package" in names:
        raise Unreadable("file_encrypted", "remove the password and send it again")
    if any(
        name.endswith("vbaproject.bin")
        or "activex/" in name
        or name.startswith(("basic/", "scripts/"))
        or name.rpartition(".")[2] in _MACRO_ENDINGS  # another file, embedded in this one
        for name in names
    ):
        raise Unreadable("file_has_macros", "save it again without macros")
    unpacked = sum(entry.file_size for entry in entries)
    with_text = [entry.file_size for entry in entries if entry.filename.endswith(_READ)]
    if (
        len(entries) > MOST_PARTS
        or unpacked > LARGEST_UNPACKED
        or max(with_text, default=0) > LARGEST_PART
    ):
        raise Unreadable("file_expands_too_far", "unpacked, the file is far too large for a script")


def _require_kind(archive: ZipFile, kind: str) -> None:
    """Raise Unreadable for an archive of another kind than its name says."""
    names = archive.namelist()
    declared = archive.open("mimetype").read(100) if "mimetype" in names else b""
    is_text = declared.strip() == _OPEN_DOCUMENT
    other = any(name.startswith(("xl/", "ppt/")) for name in names)
    if (kind == "odt" and not is_text) or (kind == "docx" and (declared or other)):
        raise Unreadable(
            "file_type_mismatch", f"its name ends in .{kind}, but it is not {_NAMES[kind]}"
        )


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    # The size in the directory may lie, so the limit holds for what is really unpacked.
    with archive.open(entry) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Unreadable("file_expands_too_far", "unpacked, the file is far too large for a script")
    return content


def _is_binary(content: bytes) -> bool:
    """Whether it holds control characters that no text has; UTF-16 has a mark in front."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return bool(_CONTROLS.search(content))
