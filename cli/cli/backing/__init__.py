"""A RabbitMQ and a PostgreSQL to run on: given by the environment, or private ones of this run.

`servers()` is the way in; `RabbitMQ` and `PostgreSQL` can also be killed and started again, which
is what the fault tests do.
"""

from cli.backing.packages import MissingPackagesError
from cli.backing.postgresql import PostgreSQL
from cli.backing.processes import StartError
from cli.backing.rabbitmq import RabbitMQ
from cli.backing.servers import Broker, DatabaseServer, broker, database_server

__all__ = [
    "Broker",
    "DatabaseServer",
    "MissingPackagesError",
    "PostgreSQL",
    "RabbitMQ",
    "StartError",
    "broker",
    "database_server",
]
