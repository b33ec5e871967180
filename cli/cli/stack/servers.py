"""The stack's servers: those that the environment names, else private ones that keep their data."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from cli.addresses import BROKER, DATABASE, checked
from cli.backing.postgresql import PostgreSQL
from cli.backing.rabbitmq import RabbitMQ
from cli.backing.servers import find_management
from cli.stack.places import server_directory
from cli.stack.record import Record


def start(state: Path, name: str, environment: Mapping[str, str] = os.environ) -> Record:
    """Start what the environment does not name. Raises StartError; then nothing more runs."""
    given_broker, given_database = environment.get("AMQP_URI"), environment.get("DATABASE_URL")
    if given_broker:
        checked("AMQP_URI", given_broker, BROKER)
    if given_database:
        checked("DATABASE_URL", given_database, DATABASE)
    record = Record(
        name=name,
        amqp_uri=given_broker or "",
        management_url=None,
        database_url=given_database or "",
        private_broker=not given_broker,
        private_database=not given_database,
    )
    record.save(state)  # so that what is started now can be stopped, whatever comes next
    if given_broker:
        named = environment.get("RABBITMQ_MANAGEMENT_URL")
        record.management_url = named or find_management(given_broker)
    else:
        rabbitmq = _resumed_rabbitmq(server_directory(state) / "rabbitmq")
        record.amqp_uri, record.management_url = rabbitmq.amqp_uri(), rabbitmq.management_url()
    if not given_database:
        try:
            record.database_url = _resumed_postgresql(server_directory(state) / "postgresql").url
        except BaseException:
            stop(state, record)
            raise
    return record


def stop(state: Path, record: Record) -> None:
    """Stop the private ones, in order."""
    directory = server_directory(state)
    if record.private_broker and (directory / "rabbitmq" / "plan.json").exists():
        RabbitMQ(directory / "rabbitmq").stop()
    if record.private_database and (directory / "postgresql" / "plan.json").exists():
        PostgreSQL(directory / "postgresql").stop()


def _resumed_rabbitmq(directory: Path) -> RabbitMQ:
    if not (directory / "plan.json").exists():
        return RabbitMQ.start(directory)
    rabbitmq = RabbitMQ(directory)
    if rabbitmq.process() is None:
        rabbitmq.resume()
    return rabbitmq


def _resumed_postgresql(directory: Path) -> PostgreSQL:
    if (directory / "password").exists():  # ended while the first start made it: nothing is in it
        shutil.rmtree(directory)
    if not (directory / "plan.json").exists():
        return PostgreSQL.start(directory, durable=True)
    postgresql = PostgreSQL(directory)
    if postgresql.process() is None:
        postgresql.resume()
    return postgresql
