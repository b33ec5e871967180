"""How a page of each of DfE's lists is taken in: read, followed where it is news, remembered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from enrolment.applications import arriving
from enrolment.declarations import claims, results
from enrolment.dfe import reading
from enrolment.participants import enrolments
from enrolment.traffic import shown
from enrolment.traffic.shown import Batch, Page, Told
from kit import Transaction

ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class Taken(Generic[ReadT]):
    """One of DfE's lists: how its records are read, and what they mean here."""

    stream: str
    read: Callable[[Any], ReadT]
    follow: Callable[[Transaction, Batch[ReadT]], Told]

    def take(
        self,
        tx: Transaction,
        page: Page[ReadT],
        number: int,
        *,
        asked_at: datetime,
        began_at: datetime,
        everything: bool,
    ) -> Told:
        """Take in a page. With `everything` what was shown so before is compared again, too."""
        news = shown.news(tx, self.stream, page)
        looked_at = page.digests.keys() if everything else news.fresh
        read = [record for dfe_id, record in page.read.items() if dfe_id in looked_at]
        problems = [told for dfe_id, told in page.unreadable.items() if dfe_id in looked_at]
        told = Told()
        if read:
            told = self.follow(tx, Batch(read, number, asked_at, began_at))
        followed = (page.read.keys() & news.fresh) - told.passed_over
        shown.remember(tx, self.stream, page, followed, news.known, number)
        if everything:
            shown.mark_seen(tx, self.stream, page.digests.keys() - followed, number)
        told.problems[:0] = [*page.problems, *problems]
        return told


STREAMS: tuple[Taken[Any], ...] = (
    Taken("applications", reading.read_application, arriving.follow_applications),
    Taken("participants", reading.read_participant, enrolments.follow_participants),
    Taken("declarations", reading.read_declaration, claims.follow_declarations),
    Taken("outcomes", reading.read_outcome, results.follow_outcomes),
    Taken("statements", reading.read_statement, claims.follow_statements),
)
"""In this order: each builds on what the ones before have brought."""
