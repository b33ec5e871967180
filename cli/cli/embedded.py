"""Asking the services in this process, on a bus in memory and the databases of an earlier run."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.errors import CommandError
from cli.services import service_classes

DEFAULTS = {
    "DFE_API_URL": "http://127.0.0.1:1",  # nobody: enrolment says that DfE cannot be reached
    "DFE_API_TOKEN": "none",
    "LINK_SECRETS": "for trying out",
}


@contextmanager
def asking(
    service: str, method: str, seconds: float
) -> Iterator[Callable[[Mapping[str, Any], str | None], dict[str, Any]]]:
    """Runs all services meanwhile, on the data in HEADSHIP_EMBEDDED, else on the demo's."""
    from kit.transport.embedded import AlreadyRunning, Embedded

    directory = Path(os.environ.get("HEADSHIP_EMBEDDED", "var/demo/data")).resolve()
    try:
        with Embedded(service_classes(), directory, settings_for(directory)) as platform:
            yield lambda fields, key: platform.client.call_raw(
                service, method, fields, seconds=seconds, idempotency_key=key
            )
    except AlreadyRunning as error:
        raise CommandError(str(error)) from error


def settings_for(directory: Path) -> dict[str, str]:
    """What the services get: the environment, and without it what keeps them to `directory`."""
    return DEFAULTS | {"MAIL_DIRECTORY": str(directory / "mail")} | dict(os.environ)
