"""A call as such, whatever carries it: its contract, its one transaction, its idempotency key."""

from kit.calls.answering import Answer, Served, run_call, serve

__all__ = ["Answer", "Served", "run_call", "serve"]
