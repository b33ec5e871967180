"""The bearer token: one text, or what a file holds, read again whenever the file changes."""

from pathlib import Path

import requests


class Token(requests.auth.AuthBase):
    """As authentication, not as a header: else the host's .netrc would take precedence.

    A file that has gone or is empty leaves the token as it was: it may be just being replaced.
    """

    def __init__(self, text: str, path: Path | None = None) -> None:
        self._text = text
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.current()}"
        return request

    def current(self) -> str:
        """The token as it is now."""
        if self._path is None:
            return self._text
        try:
            state = self._path.stat()
            seen = (state.st_mtime_ns, state.st_ino, state.st_size)
            if seen != self._seen:
                text = self._path.read_text(encoding="utf-8").strip()
                self._text, self._seen = text or self._text, seen
        except (OSError, ValueError):
            return self._text
        return self._text
