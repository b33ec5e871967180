"""What people send in a form, without what is no text and no database keeps."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with single line feeds, and without control characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def plain_name(text: str) -> str:
    """A file's name on one line, without the folders that some browsers send."""
    return plain(text).replace("\n", " ").replace("\\", "/").rpartition("/")[2]
