"""Runs the ledger's relay and nothing else."""

import os

import kit.transport.patch  # noqa: F401  # isort: split
from kit.db.engine import open_engine
from kit.transport.relay import Relay

Relay("ledger", open_engine(os.environ["DATABASE_URL"]), os.environ["AMQP_URI"]).run()
