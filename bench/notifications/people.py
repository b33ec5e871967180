"""Stands in for enrolment: everybody whom it is asked about exists."""

import os
import sys

from kit.transport.runner import serve

# isort: split
from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit import Database, rpc


class EnrolmentService:
    name = "enrolment"
    db = Database()

    @rpc(People, transaction=False)
    def people(self, request: People) -> PeopleFound:
        """One of each id."""
        return PeopleFound(
            people=[
                Person(
                    person_id=one,
                    kind="participant",
                    full_name="Seren Yarrowdale",
                    email=f"{one}@example.org",
                )
                for one in request.ids
            ]
        )


if __name__ == "__main__":
    sys.exit(serve(EnrolmentService, os.environ))
