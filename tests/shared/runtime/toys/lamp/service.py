"""The lamps' ways in."""

import time
from dataclasses import dataclass

from sqlalchemy import Column, Table, insert
from sqlalchemy.types import Text
from toy_contracts import (
    AskAlmanac,
    Count,
    CountLit,
    Dwell,
    LampLit,
    LampRecord,
    LightLamp,
    Spin,
)

from kit import Ask, Caller, Config, Database, Transaction, rpc
from kit.config import KitSettings, setting
from kit.db import metadata

lamps = Table("lamp", metadata(), Column("name", Text, primary_key=True))


@dataclass(frozen=True, kw_only=True)
class LampSettings(KitSettings):
    greeting: str = setting("what a lamp says", default="light")
    watts: int = setting("power of a lamp", default=40)


class LampService:
    name = "lamp"
    db = Database()
    settings = Config(LampSettings)
    ask = Ask(CountLit)

    @rpc(LightLamp)
    def light_lamp(self, tx: Transaction, request: LightLamp) -> LampRecord:
        time.sleep(request.seconds)
        tx.execute(insert(lamps).values(name=request.lamp))
        tx.emit(LampLit(lamp=request.lamp, revision=tx.next_revision(None)))
        return LampRecord(lamp=request.lamp, greeting=self.settings.greeting)

    @rpc(Dwell, transaction=False)
    def dwell(self, request: Dwell, caller: Caller) -> Count:
        time.sleep(request.seconds)
        return Count(number=request.seconds)

    @rpc(Spin, transaction=False)
    def spin(self, request: Spin, caller: Caller) -> Count:
        end, rounds = time.monotonic() + request.seconds, 0
        while time.monotonic() < end:
            rounds += 1
        return Count(number=1)

    @rpc(AskAlmanac, transaction=False)
    def ask_almanac(self, request: AskAlmanac, caller: Caller) -> Count:
        return self.ask(CountLit(), seconds=5)
