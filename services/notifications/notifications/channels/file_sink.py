"""A folder instead of a mail server, for development: a file for each mail, and an index.

The index has a line of JSON for each mail. After a crash a mail may be written once more, to the
same file and with the same line: a reader of the index takes the last line of each `message_id`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notifications.channels import Mail, NotEver, NotNow
from notifications.channels.mail import as_bytes

INDEX = "index.jsonl"


class FileSink:
    """Writes mails under a folder, one folder for each day."""

    name = "file"
    repeatable = True
    places = 100
    beside = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self) -> Iterator["FileSink"]:
        """There is nothing to connect to."""
        yield self

    def hand_over(self, mail: Mail) -> None:
        """Write the mail whole, then its line. Raises NotEver for what is no mail."""
        day = self._folder / f"{mail.at:%Y-%m-%d}"
        target = day / f"{mail.template}-{mail.message_id}.eml"
        line = {
            "message_id": mail.message_id,
            "at": mail.at.isoformat(),
            "template": mail.template,
            "to": mail.recipient,
            "subject": mail.subject,
            "file": str(target.relative_to(self._folder)),
        }
        try:
            content = as_bytes(mail)
        except ValueError as error:
            raise NotEver(f"no mail: {error}") from error
        try:
            day.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".part")
            partial.write_bytes(content)
            partial.replace(target)
            with (self._folder / INDEX).open("a", encoding="utf-8") as index:
                index.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise NotNow(f"{error.strerror}: {error.filename}") from error
