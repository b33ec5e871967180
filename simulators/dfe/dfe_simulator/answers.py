"""What is answered: JSON, or a text of some kind."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """An answer that is no JSON."""

    content: str
    kind: str  # text/html


RETRY_LATER = Text("Retry later\n", "text/plain")
PAGE_OF_HTML = Text(
    "<!doctype html><title>Sorry</title><h1>Sorry, there is a problem with the service</h1>",
    "text/html",
)
