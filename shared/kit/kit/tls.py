"""TLS to the broker, to the database and towards browsers, with certificates from files.

A file is read again for each new connection: who puts a new certificate or a new authority into it
restarts nothing. The other side's certificate and name are always checked; there is no setting that
would leave that out.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kit.config import setting

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

BROKERS: Final = ("amqps",)
"""Schemes of an AMQP_URI that ask for TLS."""


def _readable(path: Path) -> None:
    try:
        path.open("rb").close()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error


@dataclass(frozen=True, kw_only=True)
class TlsSettings:
    """Where certificates and keys are: PEM files."""

    amqp_ca_file: Path | None = setting(
        "authorities of the broker's certificate, where AMQP_URI is amqps://…; else the system's",
        default=None,
        check=_readable,
    )
    amqp_certificate_file: Path | None = setting(
        "this service's own certificate, if the broker asks for one, with AMQP_KEY_FILE",
        default=None,
        check=_readable,
    )
    amqp_key_file: Path | None = setting(
        "the key of AMQP_CERTIFICATE_FILE",
        default=None,
        check=_readable,
    )
    database_ca_file: Path | None = setting(
        "authorities of PostgreSQL's certificate; with it, the database is reached by TLS only",
        default=None,
        check=_readable,
    )
    database_certificate_file: Path | None = setting(
        "this service's own certificate, if PostgreSQL asks for one, with DATABASE_KEY_FILE",
        default=None,
        check=_readable,
    )
    database_key_file: Path | None = setting(
        "the key of DATABASE_CERTIFICATE_FILE",
        default=None,
        check=_readable,
    )
    http_certificate_file: Path | None = setting(
        "certificate of the public HTTP port, with HTTP_KEY_FILE; without, TLS ends before it",
        default=None,
        check=_readable,
    )
    http_key_file: Path | None = setting(
        "the key of HTTP_CERTIFICATE_FILE",
        default=None,
        check=_readable,
    )


_in_use = TlsSettings()


def use(settings: TlsSettings) -> None:
    """Let this process's connections from now on be made with these files."""
    global _in_use
    _in_use = settings


def problems_of(settings: TlsSettings) -> list[str]:
    """What is wrong between two settings that are right by themselves, naming them."""
    return [
        f"{one.upper()} is set and {other.upper()} is not: they go together"
        for whose in ("amqp", "database", "http")
        for one, other in (
            (f"{whose}_certificate_file", f"{whose}_key_file"),
            (f"{whose}_key_file", f"{whose}_certificate_file"),
        )
        if getattr(settings, one) is not None and getattr(settings, other) is None
    ]


def for_broker(amqp_uri: str) -> dict[str, Any] | None:
    """What kombu is to be told about TLS for this address; None where it asks for none."""
    parts = urlsplit(amqp_uri)
    if parts.scheme not in BROKERS:
        return None
    told: dict[str, Any] = {"server_hostname": parts.hostname, "cert_reqs": ssl.CERT_REQUIRED}
    for name, path in (
        ("ca_certs", _in_use.amqp_ca_file),
        ("certfile", _in_use.amqp_certificate_file),
        ("keyfile", _in_use.amqp_key_file),
    ):
        if path is not None:
            told[name] = str(path)
    return told


def authorities() -> str | None:
    """The file with the broker's authorities, for its management API; None for the system's."""
    return str(_in_use.amqp_ca_file) if _in_use.amqp_ca_file else None


def for_database(url: "URL") -> "URL":
    """The address with what PostgreSQL's library is to be told about TLS. What the address says
    itself holds."""
    told = to_libpq()
    return url.update_query_dict({name: told[name] for name in told if name not in url.query})


def to_libpq() -> dict[str, Any]:
    """The same as options of PostgreSQL's own library."""
    told: dict[str, Any] = {}
    if _in_use.database_ca_file is not None:
        told |= {"sslmode": "verify-full", "sslrootcert": str(_in_use.database_ca_file)}
    if _in_use.database_certificate_file is not None:
        told["sslcert"] = str(_in_use.database_certificate_file)
        told["sslkey"] = str(_in_use.database_key_file)
    return told


class ServerCertificate:
    """The certificate that this process shows, of the two files as they are now."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._read_at: tuple[float, ...] = ()
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """For the next connection. While the two do not fit, as between the writing of the one and
        the other, what was read before."""
        try:
            changed_at = tuple(path.stat().st_mtime for path in self._files)
        except OSError:  # it is just being replaced
            if self._context is None:
                raise
            return self._context
        if self._context is None or changed_at != self._read_at:
            fresh = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            try:
                fresh.load_cert_chain(*map(str, self._files))
            except (OSError, ssl.SSLError):
                if self._context is None:
                    raise
                return self._context
            self._context, self._read_at = fresh, changed_at
        return self._context


def server_certificate() -> ServerCertificate | None:
    """What the public HTTP port shows; None where TLS ends before it."""
    certificate, key = _in_use.http_certificate_file, _in_use.http_key_file
    return ServerCertificate(certificate, key) if certificate and key else None
