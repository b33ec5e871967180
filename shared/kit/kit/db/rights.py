"""What the role may do as which a service runs: work with the rows of its tables.

The tables belong to another role, which migrates them. A service that is broken into can so neither
change nor drop a table, nor say that a migration was applied.
"""

from sqlalchemy import Engine, text

VERSIONS = ("kit_version", "service_version")
"""Tables in which only migrations write."""

ONLY_ADDED = ("audit", "audit_seals")
"""The audit trail and its seals: they are added, and never changed or deleted."""

PRUNE = "prune_audit()"
"""The function by which rows of the trail go when their years are over, and none before."""


def let_work(engine: Engine, role: str) -> None:
    """Let `role` work with the tables that there are; `engine` is their owner's."""
    name = engine.dialect.identifier_preparer.quote_identifier(role)
    with engine.begin() as connection:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(VERSIONS)} FROM {name}",
            f"REVOKE UPDATE, DELETE ON {', '.join(ONLY_ADDED)} FROM {name}",
            f"REVOKE ALL ON FUNCTION {PRUNE} FROM PUBLIC",  # what was restored has no rights yet
            f"GRANT EXECUTE ON FUNCTION {PRUNE} TO {name}",
            # SELECT for whoever dumps the tables as this role
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        ):
            connection.execute(text(statement))
