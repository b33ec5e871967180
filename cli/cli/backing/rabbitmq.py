"""A private RabbitMQ of one or more nodes, in a directory of its own, on loopback ports."""

import json
import secrets
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import requests

from cli.backing import ports
from cli.backing.directly import asking
from cli.backing.packages import rabbitmq_programs
from cli.backing.processes import Process, StartError, hand_to, launch, run, wait_until
from cli.backing.rabbitmq_conf import CONFIGURATION

USER = "rabbitmq"
PLUGINS = ("rabbitmq_management", "rabbitmq_prometheus")
BOOT_SECONDS = 90
STOP_SECONDS = 20

_PATH = "/usr/local/bin:/usr/bin:/bin"
_LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"


@dataclass(frozen=True)
class _Plan:
    """What was decided when the directory was made: kept in `plan.json`."""

    password: str = field(repr=False)
    epmd: int
    nodes: list[dict[str, int]]  # amqp, distribution, management, prometheus: a port each


class RabbitMQ:
    """The nodes in `directory`. Numbers of nodes begin at 1.

    An object can be made again from the directory alone, by another process.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._plan = _Plan(**json.loads((directory / "plan.json").read_text()))
        self._children: dict[int, subprocess.Popen[bytes]] = {}  # by node; 0 is epmd

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        nodes: int = 1,
        configuration: str = "",
        plugins: Sequence[str] = PLUGINS,
    ) -> "RabbitMQ":
        """Make and start a broker in `directory`. Raises StartError in the broker's own words.

        `configuration` is added to each node's rabbitmq.conf.
        """
        rabbitmq_programs()
        with ports.reserved(1 + 4 * nodes) as reserved:
            broker = cls._make(directory, reserved, configuration, plugins)
            broker.resume()
        return broker

    def resume(self) -> None:
        """Start all nodes again, with what they held. Raises StartError, and then nothing runs."""
        try:
            self._start_epmd()
            self.node_start(1)  # the others join the first when they boot
            for number in self.numbers[1:]:
                self._launch(number)
            for number in self.numbers[1:]:
                self._await(number)
        except BaseException:
            self.stop()
            raise

    @classmethod
    def _make(
        cls, directory: Path, reserved: list[int], configuration: str, plugins: Sequence[str]
    ) -> "RabbitMQ":
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)
        names = ("amqp", "distribution", "management", "prometheus")
        per_node = [
            dict(zip(names, reserved[at : at + 4], strict=True))
            for at in range(1, len(reserved), 4)
        ]
        plan = _Plan(secrets.token_urlsafe(16), reserved[0], per_node)
        (directory / "plan.json").write_text(json.dumps(asdict(plan)))
        (directory / "plan.json").chmod(0o600)
        home = directory / "home"
        home.mkdir()
        (home / ".erlang.cookie").write_text(secrets.token_hex(16))
        (home / ".erlang.cookie").chmod(0o400)
        broker = cls(directory)
        for number, node in enumerate(per_node, start=1):
            here = broker._node(number)
            for part in ("mnesia", "log", "generated"):
                (here / part).mkdir(parents=True)
            text = CONFIGURATION.format(password=plan.password, **node) + configuration
            (here / "rabbitmq.conf").write_text(text + broker._cluster())
            (here / "enabled_plugins").write_text(f"[{','.join(plugins)}].")
        hand_to(USER, home, *(broker._node(number) for number in broker.numbers))
        return broker

    @property
    def numbers(self) -> range:
        """The nodes' numbers: 1, 2, …"""
        return range(1, len(self._plan.nodes) + 1)

    @property
    def bound(self) -> list[int]:
        """The ports of its nodes and of their epmd."""
        return [self._plan.epmd, *(port for node in self._plan.nodes for port in node.values())]

    def amqp_uri(self, number: int = 1) -> str:
        """The default virtual host at one node, as the administrator."""
        return f"amqp://headship:{self._plan.password}@127.0.0.1:{self._port(number, 'amqp')}/"

    def management_url(self, number: int = 1) -> str:
        """The management API at one node, with the administrator's name and password in it."""
        port = self._port(number, "management")
        return f"http://headship:{self._plan.password}@127.0.0.1:{port}"

    def prometheus_url(self, number: int = 1) -> str:
        """Where Prometheus reads one node's metrics."""
        return f"http://127.0.0.1:{self._port(number, 'prometheus')}/metrics"

    def process(self, number: int = 1) -> Process | None:
        """A node's Erlang machine, if it runs; early in its start, the script that starts it."""
        here = self._node(number)
        with suppress(FileNotFoundError, ValueError):
            machine = Process.of(int((here / "pid").read_text()))
            if machine is not None and machine.started >= self._launched(number):
                return machine
        return Process.load(here / "process")

    def node_start(self, number: int = 1) -> None:
        """Start a node, and return when it takes work. Raises StartError in its own words."""
        self._launch(number)
        self._await(number)

    def node_kill(self, number: int = 1) -> None:
        """End a node at once, as `kill -9` and a power cut do."""
        process = self.process(number)
        if process is None:
            raise StartError(f"node {number} does not run")
        process.send(signal.SIGKILL)
        self._collect(number)

    def node_stop(self, number: int = 1) -> None:
        """Stop a node in order."""
        process = self.process(number)
        if process is not None:
            process.end(STOP_SECONDS)
        self._collect(number)

    def ctl(self, *words: str, node: int = 1) -> str:
        """Run `rabbitmqctl` with these words against a node, and return what it prints."""
        program = rabbitmq_programs() / "rabbitmqctl"
        environment = self._environment(node)
        return run(
            [program, *words], user=USER, directory=self._node(node), environment=environment
        )

    def stop(self, *, immediately: bool = False) -> None:
        """Stop all nodes, in order or as `kill -9` does. Doing it twice does no harm."""
        for number in self.numbers:
            process = self.process(number)
            if process is not None:
                process.send(signal.SIGKILL if immediately else signal.SIGTERM)
        for number in self.numbers:
            self.node_stop(number)
        epmd = Process.load(self.directory / "epmd.process")
        if epmd is not None:
            epmd.end(5)
        self._collect(0)

    def _start_epmd(self) -> None:
        log = self.directory / "epmd.log"
        port = self._plan.epmd
        environment = {"ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(port), "PATH": _PATH}
        epmd = launch(["epmd"], output=log, user=USER, environment=environment)
        self._children[0] = epmd
        process = Process.of(epmd.pid)
        if process is None or not wait_until(lambda: ports.answers(port), 10):
            raise StartError(f"epmd: {log.read_text()}")
        process.save(self.directory / "epmd.process")

    def _launch(self, number: int) -> None:
        here = self._node(number)
        (here / "pid").unlink(missing_ok=True)
        script = launch(
            [rabbitmq_programs() / "rabbitmq-server"],
            output=here / "output",
            user=USER,
            directory=here,
            environment=self._environment(number),
        )
        self._children[number] = script
        process = Process.of(script.pid)
        if process is not None:
            process.save(here / "process")

    def _launched(self, number: int) -> int:
        """When the node was last started, in ticks since boot: an older process is not it."""
        return int((self._node(number) / "process").read_text().split()[1])

    def _await(self, number: int) -> None:
        here, script = self._node(number), self._children[number]
        ended_or_up = lambda: script.poll() is not None or self._takes_work(number)  # noqa: E731
        in_time = wait_until(ended_or_up, BOOT_SECONDS, every=0.2)
        if script.poll() is not None:
            raise StartError(f"node {number}: {_first_errors((here / 'output').read_text())}")
        if not in_time:
            raise StartError(f"node {number} is not up after {BOOT_SECONDS} s; see {here}/log")

    def _takes_work(self, number: int) -> bool:
        if not ports.answers(self._port(number, "amqp")):
            return False
        with suppress(requests.RequestException):
            url = f"{self.management_url(number)}/api/nodes/{_name(number)}"
            return asking(url).get(url, timeout=5).json().get("running") is True
        return False

    def _collect(self, number: int) -> None:
        """Take leave of a child that has ended, so that it does not stay as a zombie."""
        child = self._children.pop(number, None)
        if child is not None:
            child.wait(STOP_SECONDS)

    def _node(self, number: int) -> Path:
        return self.directory / f"node{number}"

    def _port(self, number: int, kind: str) -> int:
        return self._plan.nodes[number - 1][kind]

    def _cluster(self) -> str:
        if len(self.numbers) == 1:
            return ""
        lines = ["cluster_formation.peer_discovery_backend = classic_config"]
        lines += [f"cluster_formation.classic_config.nodes.{n} = {_name(n)}" for n in self.numbers]
        return "\n".join(lines) + "\n"

    def _environment(self, number: int) -> Mapping[str, str]:
        here = self._node(number)
        return {
            "PATH": _PATH,
            "LANG": "C.UTF-8",
            "HOME": str(self.directory / "home"),  # where Erlang looks for its cookie
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._plan.epmd),
            "RABBITMQ_NODENAME": _name(number),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port(number, "amqp")),
            "RABBITMQ_DIST_PORT": str(self._port(number, "distribution")),
            "RABBITMQ_MNESIA_BASE": str(here / "mnesia"),
            "RABBITMQ_LOG_BASE": str(here / "log"),
            "RABBITMQ_PID_FILE": str(here / "pid"),
            "RABBITMQ_CONFIG_FILE": str(here / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",  # the machine's own settings are not for us
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(here / "generated"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _LOOPBACK_ONLY,
            "RABBITMQ_CTL_ERL_ARGS": _LOOPBACK_ONLY,
        }


def _first_errors(output: str) -> str:
    """The broker's first errors: what follows them is only Erlang's account of its own end."""
    errors = [line.partition("[error]")[2] for line in output.splitlines() if "[error]" in line]
    return "\n".join(errors[:12]) or output[-2000:]


def _name(number: int) -> str:
    return f"headship{number}@localhost"
