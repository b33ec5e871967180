"""A call as such, whatever carries it: its contract, its one transaction, its idempotency key."""

from kit.calls.answering import ATTRIBUTE, Answer, Permits, Served, run_call, serve

__all__ = ["ATTRIBUTE", "Answer", "Permits", "Served", "run_call", "serve"]
