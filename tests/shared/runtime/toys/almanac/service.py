"""The almanac's ways in."""

from prometheus_client import Gauge
from sqlalchemy import Column, Table, Text, func, insert, select
from toy_contracts import Count, CountLit, LampLit

from kit import Database, Figures, Transaction, handles, rpc
from kit.db import metadata
from kit.metrics import Series, filled

entries = Table("entry", metadata(), Column("lamp", Text, primary_key=True))

lamps = Gauge("almanac_lamps", "Lamps by the first letter of their names.", ["initial"])


def read(tx: Transaction) -> dict[Gauge, Series]:
    initial = func.substr(entries.c.lamp, 1, 1)
    counted = tx.execute(select(initial, func.count()).group_by(initial))
    return {lamps: filled({(letter,): number for letter, number in counted}, "ab")}


class AlmanacService:
    name = "almanac"
    db = Database()
    figures = Figures(read, seconds=0.1)

    @handles(LampLit, queue="keep_lamp")
    def keep_lamp(self, tx: Transaction, event: LampLit) -> None:
        if event.lamp.startswith("broken"):
            raise RuntimeError("this lamp cannot be kept")
        tx.execute(insert(entries).values(lamp=event.lamp))

    @rpc(CountLit)
    def count_lit(self, tx: Transaction, request: CountLit) -> Count:
        return Count(number=tx.scalar(select(func.count()).select_from(entries)) or 0)
