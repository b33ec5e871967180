"""The secrets that sign the last seal of each dossier, in this process."""

from collections.abc import Sequence

from assessment.settings import AssessmentSettings
from kit.config import DEVELOPMENT, SettingsError

FOR_TRYING_OUT = "signs nothing that anybody relies on"

_in_use: Sequence[str] = ()


def use(settings: AssessmentSettings) -> None:
    """Take the secrets of SEAL_SECRETS; starting the service does it.

    Raises SettingsError where there is none, but for development.
    """
    global _in_use
    if not settings.seal_secrets and settings.headship_env != DEVELOPMENT:
        raise SettingsError(["SEAL_SECRETS is missing (or SEAL_SECRETS_FILE): it signs dossiers"])
    _in_use = settings.seal_secrets or [FOR_TRYING_OUT]


def secrets() -> Sequence[str]:
    """The first one signs, all are accepted."""
    if not _in_use:
        raise LookupError("no secrets have been taken: the service does it when it starts")
    return _in_use
