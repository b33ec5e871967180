"""Every dashboard."""

from deploy.monitoring.boards.databases import DATABASES
from deploy.monitoring.boards.messaging import MESSAGING
from deploy.monitoring.boards.overview import OVERVIEW
from deploy.monitoring.boards.programme import PROGRAMME
from deploy.monitoring.boards.services import board

SERVICES = ("enrolment", "sessions", "assessment", "notifications")
BOARDS = (OVERVIEW, *(board(service) for service in SERVICES), MESSAGING, DATABASES, PROGRAMME)
