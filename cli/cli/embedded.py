"""Asking the services in this process, on a bus in memory and the databases of an earlier run."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.errors import CommandError
from cli.printing import console
from cli.services import service_classes

DEMO = "var/demo/data"

DEFAULTS = {
    "DFE_API_URL": "http://127.0.0.1:1",  # nobody: enrolment says that DfE cannot be reached
    "DFE_API_TOKEN": "none",  # nosec B105 # no secret: nobody is asked with it
    "LINK_SECRETS": "for trying out",
}


@contextmanager
def asking(
    service: str, method: str, seconds: float
) -> Iterator[Callable[[Mapping[str, Any], str | None], dict[str, Any]]]:
    """Runs all services meanwhile, on the data in HEADSHIP_EMBEDDED, else on the demo's."""
    from kit.transport.embedded import AlreadyRunning, Embedded

    directory = directory_of(os.environ)
    try:
        with Embedded(service_classes(), directory, settings_for(directory)) as platform:
            yield lambda fields, key: platform.client.call_raw(
                service, method, fields, seconds=seconds, idempotency_key=key
            )
    except AlreadyRunning as error:
        raise CommandError(str(error)) from error


def directory_of(environment: Mapping[str, str]) -> Path:
    """Where the embedded services keep their data. It need not be there if it was named.

    Raises CommandError when none is named and the demo has not been played here.
    """
    named = environment.get("HEADSHIP_EMBEDDED")
    directory = Path(named or DEMO).resolve()
    if directory.is_dir():
        return directory
    if not named:
        raise CommandError(
            f"there are no embedded services in {directory}: "
            "run headship demo, or name a directory in HEADSHIP_EMBEDDED"
        )
    console(stderr=True).print(f"new embedded services in {directory}", markup=False)
    return directory


def settings_for(directory: Path) -> dict[str, str]:
    """What the services get: the environment, and without it what keeps them to `directory`."""
    return DEFAULTS | {"MAIL_DIRECTORY": str(directory / "mail")} | dict(os.environ)
