"""etcd, an API server, the controllers and the scheduler of Kubernetes, for the time of a block.

Each is a child of this process on a loopback port, and is killed with it. State lies in memory's
reach only: etcd does not sync, since none of it is needed again.
"""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import trustme
import yaml
from pods import ending_with_us
from programs import programs
from rendered import KUBECTL

from cli.backing import ports
from cli.backing.processes import StartError, wait_until

START_SECONDS = 90
STOP_SECONDS = 15
ANSWER_SECONDS = 20
KUBECTL_SECONDS = 400
"""More than anything that kubectl is told to wait for."""

SERVICES_RANGE = "10.96.0.0/24"
"""Addresses for Services. Nothing here routes them."""

LEFT_OUT = ("nodeipam", "cloud-node-lifecycle", "bootstrapsigner", "tokencleaner")
"""Controllers for clouds and for joining real nodes."""

FEATURES = "--feature-gates=TTLAfterFinished=true"
"""Jobs' `ttlSecondsAfterFinished`, which had to be asked for until 1.21."""

ADMINISTRATORS = "system:masters"

Object = dict[str, Any]


class Refused(Exception):
    """The API server or kubectl did not do what it was asked; the text has its words."""


@dataclass(frozen=True)
class ControlPlane:
    """A running one, and how to ask it as its administrator. `url` is the API server's."""

    directory: Path
    url: str
    token: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def kubeconfig(self) -> Path:
        return self.directory / "kubeconfig"

    @property
    def authority(self) -> Path:
        """Who signed the API server's certificate."""
        return self.directory / "authority.pem"

    def ask(self, path: str) -> Object:
        """The object or list at a path of the API. Raises Refused."""
        return self._request("GET", path)

    def items(self, path: str) -> list[Object]:
        """What is in a list of the API."""
        return list(self.ask(path)["items"])

    def create(self, path: str, body: Object) -> None:
        """Put an object into a list. Raises Refused."""
        self._request("POST", path, body)

    def merge(self, path: str, body: Object) -> None:
        """Change these fields of an object. Raises Refused."""
        self._request("PATCH", path, body)

    def delete(self, path: str, body: Object) -> None:
        """Raises Refused, also where there is no such object."""
        self._request("DELETE", path, body)

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """What kubectl prints on both outputs, given this on its input. Raises Refused with it
        where kubectl fails."""
        return "".join(self._succeeding(arguments, given))

    def read(self, *arguments: str, given: str = "") -> Object:
        """What kubectl tells as JSON. Raises Refused as `kubectl` does."""
        output, _warnings = self._succeeding((*arguments, "--output=json"), given)
        return dict(json.loads(output))

    def try_kubectl(self, *arguments: str, given: str = "") -> tuple[int, str]:
        """Its exit code and what it prints."""
        done = self._run(arguments, given)
        return done.returncode, done.stdout + done.stderr

    def _succeeding(self, arguments: Sequence[str], given: str) -> tuple[str, str]:
        done = self._run(arguments, given)
        if done.returncode:
            raise Refused(f"kubectl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout, done.stderr

    def _run(self, arguments: Sequence[str], given: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [KUBECTL, "--kubeconfig", self.kubeconfig, *arguments],
            input=given,
            env=_kubectls_environment(),
            capture_output=True,
            text=True,
            timeout=KUBECTL_SECONDS,
            check=False,
        )

    def _request(self, method: str, path: str, body: Object | None = None) -> Object:
        merging = "application/merge-patch+json"
        told = self.session.request(
            method,
            self.url + path,
            data=None if body is None else json.dumps(body),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": merging if method == "PATCH" else "application/json",
            },
            verify=str(self.authority),
            timeout=ANSWER_SECONDS,
        )
        if not told.ok:
            raise Refused(f"{method} {path}: {told.status_code} {told.text[:500]}")
        return dict(told.json())


@contextmanager
def control_plane(directory: Path) -> Iterator[ControlPlane]:
    """Start all four, and end them in the opposite order. Raises StartError in their words."""
    binaries = programs()
    with ExitStack() as undo:
        etcd, peers, api, controllers, scheduler = undo.enter_context(ports.reserved(5))
        session = undo.enter_context(requests.Session())
        session.trust_env = False  # it is on this machine, whatever proxy the environment names
        plane = ControlPlane(
            directory, f"https://127.0.0.1:{api}", secrets.token_urlsafe(24), session
        )
        _prepare(plane)
        start = _Starter(directory, binaries, undo)
        start("etcd", _etcd(directory, etcd, peers))
        start("kube-apiserver", _api_server(directory, etcd, api))
        start.await_ready(plane)
        start("kube-controller-manager", _controller_manager(plane, controllers))
        start("kube-scheduler", _client(plane, scheduler))
        yield plane


class _Starter:
    """Starts programs that `undo` ends again."""

    def __init__(self, directory: Path, binaries: Path, undo: ExitStack) -> None:
        self._directory, self._binaries, self._undo = directory, binaries, undo
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __call__(self, name: str, arguments: Sequence[str]) -> None:
        with self._log(name).open("wb") as output:
            process = subprocess.Popen(
                ending_with_us([str(self._binaries / name), *arguments]),
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running[name] = process
        self._undo.callback(_end, process)

    def await_ready(self, plane: ControlPlane) -> None:
        """Until the API server says that it is. Raises StartError with the last words of both."""

        def ready() -> bool:
            return plane.try_kubectl("get", "--raw", "/readyz")[0] == 0

        def ended() -> bool:
            return any(each.poll() is not None for each in self._running.values())

        wait_until(lambda: ended() or ready(), START_SECONDS, every=0.3)
        if ended() or not ready():
            words = [line for name in self._running for line in self._last_words(name)]
            raise StartError("\n".join(["the API server is not ready", *words]))

    def _last_words(self, name: str) -> list[str]:
        return [f"{name}:", *self._log(name).read_text(errors="replace").splitlines()[-10:]]

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _prepare(plane: ControlPlane) -> None:
    """The files that the programs are given: certificate, keys, who may log in, and how."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(plane.authority))
    own = authority.issue_cert("127.0.0.1")
    (plane.directory / "api.crt").write_bytes(b"".join(pem.bytes() for pem in own.cert_chain_pems))
    own.private_key_pem.write_to_path(str(plane.directory / "api.key"))
    signing = authority.issue_cert("accounts", key_type=trustme.KeyType.RSA)
    signing.private_key_pem.write_to_path(str(plane.directory / "accounts.key"))
    (plane.directory / "tokens.csv").write_text(f"{plane.token},lab,1,{ADMINISTRATORS}\n")
    server = {"server": plane.url, "certificate-authority": str(plane.authority)}
    told = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "lab", "cluster": server}],
        "users": [{"name": "lab", "user": {"token": plane.token}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}],
        "current-context": "lab",
    }
    plane.kubeconfig.write_text(yaml.safe_dump(told))


def _etcd(directory: Path, clients: int, peers: int) -> list[str]:
    own, others = f"http://127.0.0.1:{clients}", f"http://127.0.0.1:{peers}"
    return [
        *("--data-dir", str(directory / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", own, "--advertise-client-urls", own),
        *("--listen-peer-urls", others, "--initial-advertise-peer-urls", others),
        *("--initial-cluster", f"default={others}"),
    ]


def _api_server(directory: Path, etcd: int, port: int) -> list[str]:
    key = str(directory / "accounts.key")
    return [
        *("--etcd-servers", f"http://127.0.0.1:{etcd}"),
        *("--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1"),
        *("--secure-port", str(port), "--cert-dir", str(directory / "api")),
        *("--tls-cert-file", str(directory / "api.crt")),
        *("--tls-private-key-file", str(directory / "api.key")),
        *("--service-cluster-ip-range", SERVICES_RANGE),
        *("--service-account-issuer", "https://kubernetes.default.svc"),
        *("--service-account-signing-key-file", key, "--service-account-key-file", key),
        *("--token-auth-file", str(directory / "tokens.csv"), "--authorization-mode", "RBAC"),
        FEATURES,
    ]


def _client(plane: ControlPlane, port: int) -> list[str]:
    """What the scheduler is told, and the controllers too."""
    config = str(plane.kubeconfig)
    return [
        *("--kubeconfig", config, "--authentication-kubeconfig", config),
        *("--authorization-kubeconfig", config, "--leader-elect=false"),
        *("--bind-address", "127.0.0.1", "--port", "0", "--secure-port", str(port)),
        *("--cert-dir", str(plane.directory / f"client-{port}")),
    ]


def _controller_manager(plane: ControlPlane, port: int) -> list[str]:
    chosen = ",".join(["*", *(f"-{name}" for name in LEFT_OUT)])
    key = str(plane.directory / "accounts.key")
    return [
        *_client(plane, port),
        FEATURES,
        *("--controllers", chosen, "--service-account-private-key-file", key),
    ]


def _kubectls_environment() -> dict[str, str]:
    """Lists are asked for as this API server of 2021 answers them: not as a stream."""
    given = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return given | {"KUBE_FEATURE_WatchListClient": "false"}
