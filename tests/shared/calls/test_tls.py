"""A service that reaches broker and database by TLS, and is reached by it."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from certificates import LOOPBACK, Authority, Servers
from desk.requests import Say
from desk.running import Desk, wait_until
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from cli.backing import PostgreSQL, RabbitMQ, ports
from cli.backing.databases import create_database
from headship_contracts.enrolment.hub import GetHubParticipant
from headship_contracts.errors import Unavailable
from headship_hub import Hub, Tls
from kit import tls
from kit.config import SettingsError, load
from kit.db.engine import open_engine
from kit.tls import TlsSettings
from kit.transport.publisher import ConfirmedPublisher
from kit.transport.rpc_client import RpcClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("authority"))
    made.publish()
    return made


@pytest.fixture(scope="module")
def servers(
    expendable_rabbitmq: RabbitMQ, expendable_postgresql: PostgreSQL, authority: Authority
) -> Servers:
    with ports.reserved(1) as (port,):
        both = Servers(expendable_rabbitmq, expendable_postgresql, port)
        authority.issue(both.broker_files, "rabbitmq", *LOOPBACK)
        authority.issue(both.database_files, "postgres", *LOOPBACK)
        both.speak_tls()
    return both


@pytest.fixture(autouse=True)
def trusting(authority: Authority) -> Iterator[Callable[..., None]]:
    """Sets whom this process trusts; at first, the authority. Nobody again afterwards."""

    def trust(file: Path) -> None:
        tls.use(TlsSettings(amqp_ca_file=file, database_ca_file=file))

    trust(authority.file)
    yield trust
    tls.use(TlsSettings())


def reach_broker(servers: Servers, host: str = "127.0.0.1") -> None:
    with ConfirmedPublisher(servers.amqps(host=host)) as publisher:
        publisher.publish([])


def reach_database(servers: Servers, host: str = "127.0.0.1") -> bool:
    """Whether it was reached by TLS."""
    engine = open_engine(servers.postgresql.url.replace("127.0.0.1", host))
    try:
        with engine.connect() as connection:
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            return bool(connection.scalar(text(asked)))
    finally:
        engine.dispose()


def test_broker_and_database_are_reached_when_their_certificates_are_good(
    servers: Servers, authority: Authority
) -> None:
    servers.show(authority)

    reach_broker(servers)
    assert reach_database(servers)


def test_a_certificate_of_another_authority_is_refused(
    servers: Servers, authority: Authority, tmp_path: Path, trusting: Callable[..., None]
) -> None:
    servers.show(authority)
    stranger = Authority(tmp_path)
    stranger.publish()
    trusting(stranger.file)

    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        reach_broker(servers)
    with pytest.raises(OperationalError, match="certificate verify failed"):
        reach_database(servers)


def test_a_certificate_that_has_expired_is_refused(servers: Servers, authority: Authority) -> None:
    servers.show(authority, expired=True)

    with pytest.raises(ssl.SSLCertVerificationError, match="certificate has expired"):
        reach_broker(servers)
    with pytest.raises(OperationalError, match="certificate verify failed"):
        reach_database(servers)


def test_a_certificate_of_another_name_is_refused(servers: Servers, authority: Authority) -> None:
    servers.show(authority, "broker.example.org")

    with pytest.raises(ssl.SSLCertVerificationError, match=r"(?i)ip address mismatch"):
        reach_broker(servers)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"(?i)hostname mismatch"):
        reach_broker(servers, "localhost")
    with pytest.raises(OperationalError, match="does not match host name"):
        reach_database(servers)


def test_a_client_without_an_authority_does_not_trust_just_anybody(
    servers: Servers, authority: Authority
) -> None:
    servers.show(authority)
    tls.use(TlsSettings())

    with pytest.raises(ssl.SSLCertVerificationError):
        reach_broker(servers)


def test_a_caller_is_told_why_the_broker_was_not_reached(
    servers: Servers, authority: Authority
) -> None:
    servers.show(authority, "broker.example.org")
    client = RpcClient(servers.amqps())

    with pytest.raises(Unavailable, match=r"(?i)broker_away.*mismatch"):
        client.call(Say(words="hello"))
    client.close()


def test_a_service_goes_on_when_every_certificate_and_authority_is_replaced(
    servers: Servers, authority: Authority, tmp_path: Path, port: int
) -> None:
    servers.show(authority)
    pages = tmp_path / "pages"
    authority.issue(pages, "", "localhost")
    url = create_database(servers.postgresql.url, "desk")
    settings = {
        "AMQP_CA_FILE": str(authority.file),
        "DATABASE_CA_FILE": str(authority.file),
        "HTTP_CERTIFICATE_FILE": str(pages / "certificate.pem"),
        "HTTP_KEY_FILE": str(pages / "key.pem"),
        "HTTP_PORT": str(port),
    }
    desk = Desk(servers.amqps("%2F"), url, tmp_path, settings)
    try:
        desk.prepare()
        desk.start_and_wait()
        assert desk.client.call(Say(words="hello")).words == "hello"
        assert page(port, authority) == "<p>emma</p>"

        fresh = replace(authority, made=Authority(tmp_path).made)
        fresh.publish()  # into the very file that the service was told of
        fresh.issue(pages, "", "localhost")
        servers.show(fresh)

        wait_until(lambda: answers(desk), every=0.2)
        assert page(port, fresh) == "<p>emma</p>"
        with pytest.raises(urllib.error.URLError, match="certificate verify failed"):
            page(port, authority)
    finally:
        desk.close()
        authority.publish()


def why_not(hub: Hub) -> str:
    """Why a hub's client gets no answer. Its line is good once the broker says that there is no
    exchange of hubs here."""
    with pytest.raises(Unavailable) as told:
        hub.call(GetHubParticipant(application_id=uuid4()), seconds=1.5)
    assert told.value.code == "broker_away"
    return told.value.detail


def test_a_hubs_client_reaches_the_broker_whose_certificate_is_good_and_no_other(
    servers: Servers, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path)
    stranger.publish()

    def told(trusted: Path | None, host: str = "127.0.0.1") -> str:
        with Hub(servers.amqps("%2F", host), tls=Tls(ca_file=trusted)) as hub:
            return why_not(hub)

    servers.show(authority)
    assert told(authority.file).startswith("NotFound")
    for trusted in (stranger.file, None):
        assert "certificate" in told(trusted)
    servers.show(authority, "broker.example.org")
    for host in ("127.0.0.1", "localhost"):
        assert "mismatch" in told(authority.file, host)
    servers.show(authority, expired=True)
    assert "certificate has expired" in told(authority.file)


def test_a_hubs_client_takes_up_an_authority_that_was_replaced(
    servers: Servers, authority: Authority, tmp_path: Path
) -> None:
    before, fresh = replace(authority, directory=tmp_path), Authority(tmp_path)
    before.publish()
    servers.show(before)
    with Hub(servers.amqps("%2F"), tls=Tls(ca_file=before.file)) as hub:
        assert why_not(hub).startswith("NotFound")
        servers.show(fresh)
        assert "certificate" in why_not(hub)

        fresh.publish()  # into the very file that the client was told of

        assert why_not(hub).startswith("NotFound")


def test_a_hubs_client_says_which_file_it_cannot_read(servers: Servers) -> None:
    with pytest.raises(ValueError, match=r"cannot read /nowhere/ca\.pem: No such file"):
        Hub(servers.amqps(), tls=Tls(ca_file=Path("/nowhere/ca.pem")))


def test_a_page_is_served_though_somebody_connects_and_says_nothing(
    servers: Servers, authority: Authority, tmp_path: Path
) -> None:
    """Shaking hands is left to whoever serves that connection."""
    import socket

    import eventlet
    from eventlet import wsgi

    from kit.tls import ServerCertificate
    from kit.transport.ports import listen, showing

    authority.issue(tmp_path, "", "localhost")
    certificate = ServerCertificate(tmp_path / "certificate.pem", tmp_path / "key.pem")
    with ports.reserved(1) as (port,):
        listening = showing(certificate, listen("HTTP_PORT", port))
    told = [("Content-Type", "text/html")]

    def application(_environ: object, respond: Callable[..., object]) -> list[bytes]:
        respond("200 OK", told)
        return [b"<p>emma</p>"]

    serving = eventlet.spawn(wsgi.server, listening, application, log_output=False, debug=False)
    silent = socket.create_connection(("127.0.0.1", port))
    try:
        assert page(port, authority) == "<p>emma</p>"
    finally:
        silent.close()
        serving.kill()
        listening.close()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"AMQP_CA_FILE": "/nowhere/ca.pem"}, "AMQP_CA_FILE: cannot read /nowhere/ca.pem"),
        ({"DATABASE_KEY_FILE": "/nowhere/key"}, "DATABASE_KEY_FILE: cannot read /nowhere/key"),
    ],
)
def test_a_file_that_is_not_there_stops_the_start_naming_the_setting(
    given: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        load(TlsSettings, given)


def test_a_certificate_without_its_key_stops_the_start(authority: Authority) -> None:
    found = load(TlsSettings, {"HTTP_CERTIFICATE_FILE": str(authority.file)})

    assert tls.problems_of(found) == [
        "HTTP_CERTIFICATE_FILE is set and HTTP_KEY_FILE is not: they go together"
    ]


def answers(desk: Desk) -> bool:
    try:
        return desk.client.call(Say(words="again"), seconds=2).words == "again"
    except Unavailable:
        return False


def page(port: int, authority: Authority) -> str:
    """A page of the desk, by a client that trusts this authority alone."""
    context = ssl.create_default_context(cadata=authority.made.cert_pem.bytes().decode())
    url = f"https://localhost:{port}/loans/emma"
    with urllib.request.urlopen(url, context=context, timeout=10) as answer:
        found: str = answer.read().decode()
    return found
