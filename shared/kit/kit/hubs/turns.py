"""Whether a hub's call may run here and now; the replica's own account of what it has leased."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from headship_contracts.errors import Unavailable
from kit.hubs.allowances import Limits, Share

PARTS: Final = 5
"""A replica takes a fifth of a second's calls at a time, and of the slots, but one at least."""

AGAIN_SECONDS: Final = 0.05
"""After no slot was left: how soon the database is asked again."""

TOLD: Final = 2
"""Refusals that are answered for each call that is allowed. A client with 16 threads that waits
longer each time stays below it (`tests/security/test_limits.py`)."""

FLOOD_SECONDS: Final = 2.0
"""For so long after more refusals in a second than are answered a hub is in a flood: its calls run
one by one, not while a replica is at work for another hub, and of its refusals a tenth are answered
at most. What it sends in vain must not cost the others their time."""

FLOOR_SECONDS: Final = 0.1
"""Even a hub in a flood may begin a call this often, whoever else is at work."""

Lease = Callable[[UUID, Share], Share]
"""Hub and what is wanted → what is given."""


@dataclass
class Account:
    """One hub's."""

    second: int = 0
    calls: int = 0
    spent: bool = False
    """No call is left of this second, in any replica."""
    slots: int = 0
    under_way: int = 0
    not_before: float = 0.0
    refused: int = 0
    flood_until: float = 0.0
    began: float = 0.0
    asking: int = 0
    talking: threading.Lock = field(default_factory=threading.Lock)


class Turns:
    """Of all hubs, in one replica."""

    def __init__(self, limits: Limits, lease: Lease) -> None:
        self._limits, self._lease = limits, lease
        self._accounts: dict[UUID, Account] = {}
        self._under_way = 0

    def hopeless(self, hub: UUID) -> Unavailable | None:
        """Why a call that comes now is not to be run, as far as is known without asking."""
        account = self._account(hub)
        if account.calls == 0 and account.spent:
            return self._too_many()
        if self._gives_way(account):
            return self._too_many_at_once()
        if account.asking > self._limits.at_once:
            return self._too_many_at_once()
        if account.under_way >= account.slots and time.monotonic() < account.not_before:
            return self._too_many_at_once()
        return None

    def is_told(self, hub: UUID) -> bool:
        """Whether one more refusal is worth an answer."""
        account, now = self._account(hub), time.monotonic()
        account.refused += 1
        in_flood = now < account.flood_until
        most = self._limits.calls_per_second
        if account.refused > TOLD * most:
            account.flood_until = now + FLOOD_SECONDS
        return account.refused <= (most // PARTS if in_flood else TOLD * most)

    def take_at_hand(self, hub: UUID) -> bool:
        """A turn, to be given back, if there is one that nobody has to ask for. None is while the
        database is asked: a renewal keeps the slots of what was under way when it began."""
        account = self._account(hub)
        there = account.calls > 0 and account.under_way < account.slots
        if not there or account.talking.locked() or account.asking or self._gives_way(account):
            return False
        self._begin(account)
        return True

    def take(self, hub: UUID) -> None:
        """A turn, to be given back. May ask the database. Raises Unavailable."""
        account = self._account(hub)
        account.asking += 1
        try:
            with account.talking:
                account = self._account(hub)
                if account.calls == 0 and account.spent:
                    raise self._too_many()
                if self._gives_way(account):
                    raise self._too_many_at_once()
                if account.calls == 0 or account.under_way >= account.slots:
                    self._ask(hub, account)
                if account.calls == 0:
                    account.spent = True
                    raise self._too_many()
                if account.under_way >= account.slots:
                    account.not_before = time.monotonic() + AGAIN_SECONDS
                    raise self._too_many_at_once()
                self._begin(account)
        finally:
            account.asking -= 1

    def give_back(self, hub: UUID) -> None:
        account = self._accounts[hub]
        account.under_way -= 1
        self._under_way -= 1
        account.not_before = 0.0

    def renew(self) -> None:
        """Keep the slots of what is under way; to be called each second. Forgets who is quiet."""
        for hub, account in list(self._accounts.items()):
            with account.talking:
                if account.under_way:
                    account.slots = self._lease(hub, Share(0, account.under_way)).slots
                else:
                    account.slots = 0
                    if not account.asking and account.second < int(time.time()) - 1:
                        del self._accounts[hub]

    def _begin(self, account: Account) -> None:
        account.calls -= 1
        account.under_way += 1
        account.began = time.monotonic()
        self._under_way += 1

    def _gives_way(self, account: Account) -> bool:
        """Whether this hub is in a flood and has a call under way, or others have."""
        now = time.monotonic()
        if now >= account.flood_until:
            return False
        others = self._under_way - account.under_way
        return account.under_way > 0 or (others > 0 and now < account.began + FLOOR_SECONDS)

    def _ask(self, hub: UUID, account: Account) -> None:
        calls = 0 if account.calls else max(1, self._limits.calls_per_second // PARTS)
        slots = account.under_way + max(1, self._limits.at_once // PARTS)
        share = self._lease(hub, Share(calls, slots))
        account.calls += share.calls
        account.slots = share.slots

    def _account(self, hub: UUID) -> Account:
        account = self._accounts.get(hub)
        if account is None:
            account = self._accounts[hub] = Account()
        second = int(time.time())
        if account.second != second:
            account.second, account.calls, account.refused = second, 0, 0
            account.spent = False
        return account

    def _too_many(self) -> Unavailable:
        most = self._limits.calls_per_second
        return Unavailable("too_many_calls", f"{most} calls in a second are the most: wait for one")

    def _too_many_at_once(self) -> Unavailable:
        most = self._limits.at_once
        return Unavailable("too_many_at_once", f"{most} calls at once are the most: let one end")
