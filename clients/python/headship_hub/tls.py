"""TLS to the broker. Files are read at each connection, so that a renewed one is taken up."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Tls:
    """`ca_file`: who has signed the broker's certificate; without it, whom this machine trusts.

    `certificate_file` and `key_file`: this hub's own, where the broker asks for one.
    """

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def check(self) -> None:
        """Raises ValueError that names a file which cannot be read; what it holds is seen when the
        broker is reached."""
        for path in filter(None, (self.ca_file, self.certificate_file, self.key_file)):
            try:
                path.read_bytes()
            except OSError as error:
                raise ValueError(f"cannot read {path}: {error.strerror}") from error

    def options(self, hostname: str | None) -> dict[str, Any]:
        """For kombu. The broker's certificate must be good, and be for this host."""
        ca_file = self.ca_file or ssl.get_default_verify_paths().cafile
        told = {
            "cert_reqs": ssl.CERT_REQUIRED,
            "server_hostname": hostname,
            "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
        }
        files = {
            "ca_certs": ca_file,
            "certfile": self.certificate_file,
            "keyfile": self.key_file,
        }
        return told | {name: str(path) for name, path in files.items() if path is not None}
