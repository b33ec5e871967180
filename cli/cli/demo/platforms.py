"""The two ways to run the platform for the demo: in this process, or as on a server."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.demo import simulator
from cli.demo.ledger import Ledger
from cli.demo.stage import Stage, subscribers
from cli.demo.story import ADMISSIONS, APPLICATIONS, HUBS, REGISTERED_FROM, in_london
from cli.services import service_classes
from cli.stack.temporary import running
from kit import clock

BUSES = ("embedded", "rabbitmq")


@contextmanager
def stage(bus: str, directory: Path, seed: int) -> Iterator[Stage]:
    """A fresh platform that keeps its files in `directory`, and ends with the block."""
    told = simulator.arguments(seed, APPLICATIONS, HUBS, REGISTERED_FROM)
    with ExitStack() as undo:
        undo.callback(clock.use_wall_clock)
        dfe = undo.enter_context(simulator.running_simulator(told))
        settings = {
            "HEADSHIP_ENV": "development",
            "DFE_API_URL": dfe.url,
            "DFE_API_TOKEN": dfe.token,
            "DFE_CALLS": simulator.CALLS,
            "LINK_SECRETS": "for the demo",
            "MAIL_DIRECTORY": str(directory / "outbox"),
        }
        run = _embedded if bus == "embedded" else _processes
        yield undo.enter_context(run(directory, settings, dfe))


@contextmanager
def _embedded(
    directory: Path, settings: Mapping[str, str], dfe: simulator.SimulatorControl
) -> Iterator[Stage]:
    from kit.transport import collector
    from kit.transport.embedded import Embedded

    clock.set_simulated(in_london(ADMISSIONS, 8))
    with Embedded(service_classes(), directory / "data", settings) as platform:
        collector.spare()
        engines = {name: database.engine for name, database in platform.databases.items()}
        yield Stage(platform.client, Ledger(engines, subscribers()), dfe, directory)


@contextmanager
def _processes(
    directory: Path, settings: Mapping[str, str], dfe: simulator.SimulatorControl
) -> Iterator[Stage]:
    from kit.db.engine import open_engine
    from kit.transport.rpc_client import RpcClient

    clock_file = directory / "clock"
    clock_file.write_text(in_london(ADMISSIONS, 8).isoformat())
    setting = f"file:{clock_file}"
    clock.use(setting)
    environment = dict(settings) | {"HEADSHIP_CLOCK": setting}
    with ExitStack() as undo:
        record = undo.enter_context(running(directory / "stack", environment))
        members = [record.members[service.name] for service in service_classes()]
        engines = {m.name: open_engine(m.logins["DATABASE_URL"]) for m in members}
        for engine in engines.values():
            undo.callback(engine.dispose)
        client = RpcClient(record.amqp_uri)
        undo.callback(client.close)
        pages = [f"http://127.0.0.1:{member.health_port}/metrics" for member in members]
        yield Stage(client, Ledger(engines, subscribers()), dfe, directory, pages)
