"""Mailings: one template to many, by a CSV file."""

from datetime import datetime, time, timedelta

from headship_contracts.files import RowProblemPage
from headship_contracts.messages import Done
from headship_contracts.notifications import mailings as asked
from kit import Database, Transaction, rpc, timer
from notifications.mailings import applying, uploads
from notifications.service.callers import WITHIN


class Mailings:
    db: Database

    @rpc(asked.BeginMailing, allowed=WITHIN)
    def begin_mailing(self, tx: Transaction, request: asked.BeginMailing) -> asked.MailingRecord:
        """A place for a file."""
        return uploads.begin(tx, request)

    @rpc(asked.PutMailingPiece, allowed=WITHIN)
    def put_mailing_piece(
        self, tx: Transaction, request: asked.PutMailingPiece
    ) -> asked.MailingRecord:
        """A piece of the file."""
        return uploads.put(tx, request)

    @rpc(asked.ValidateMailing, allowed=WITHIN)
    def validate_mailing(
        self, tx: Transaction, request: asked.ValidateMailing
    ) -> asked.MailingRecord:
        """Look at every row."""
        return applying.validate(tx, request)

    @rpc(asked.ApplyMailing, allowed=WITHIN)
    def apply_mailing(self, tx: Transaction, request: asked.ApplyMailing) -> asked.MailingRecord:
        """Queue a message for each row."""
        return applying.apply(tx, request)

    @rpc(asked.DiscardMailing, allowed=WITHIN)
    def discard_mailing(self, tx: Transaction, request: asked.DiscardMailing) -> Done:
        """Remove the file."""
        return uploads.discard(tx, request)

    @rpc(asked.ListMailings, allowed=WITHIN)
    def list_mailings(self, tx: Transaction, request: asked.ListMailings) -> asked.MailingPage:
        """Files that were begun."""
        return uploads.list_mailings(tx, request)

    @rpc(asked.ListMailingProblems, allowed=WITHIN)
    def list_mailing_problems(
        self, tx: Transaction, request: asked.ListMailingProblems
    ) -> RowProblemPage:
        """What is wrong, row by row."""
        return applying.list_problems(tx, request)

    @timer(every=timedelta(days=1), at=time(4, 50), missed="skip")
    def discard_old_mailings(self, at: datetime) -> None:
        """No file is kept for long."""
        with self.db.transaction(at=at) as tx:
            uploads.discard_old(tx)
