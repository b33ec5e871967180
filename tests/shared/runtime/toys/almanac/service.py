"""The almanac's ways in."""

from sqlalchemy import Column, Table, Text, func, insert, select
from toy_contracts import Count, CountLit, LampLit

from kit import Database, Transaction, handles, rpc
from kit.db import metadata

entries = Table("entry", metadata(), Column("lamp", Text, primary_key=True))


class AlmanacService:
    name = "almanac"
    db = Database()

    @handles(LampLit, queue="keep_lamp")
    def keep_lamp(self, tx: Transaction, event: LampLit) -> None:
        if event.lamp.startswith("broken"):
            raise RuntimeError("this lamp cannot be kept")
        tx.execute(insert(entries).values(lamp=event.lamp))

    @rpc(CountLit)
    def count_lit(self, tx: Transaction, request: CountLit) -> Count:
        return Count(number=tx.scalar(select(func.count()).select_from(entries)) or 0)
