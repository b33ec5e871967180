"""Telling DfE what it must be told: one write at a time, each application's in order.

A write is marked as being sent before it is sent, and settled in one transaction with what it
means. Where the answer is lost it is in doubt: DfE is asked what it has before it is sent again.
"""

import logging
import random
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from enrolment import metrics, queries, schemas
from enrolment.dfe.client import DfeClient
from enrolment.dfe.errors import DfeError, DfeMerged, DfeRefused, DfeStopped, DfeUnanswered
from enrolment.domain.traffic import wait_after
from enrolment.models import Declaration, DfeWrite, Traffic
from enrolment.participants import merging
from enrolment.traffic import answers, pausing
from enrolment.traffic.letters import KINDS, Answer, Letter, look_up, send_or_find
from enrolment.traffic.writes import PUSH_TIMER, let_go_on, wall
from headship_contracts.enrolment.dfe import DfeWriteRecord, RetryDfeWrite
from headship_contracts.errors import Refused
from kit import Transaction
from kit.bus.outage import is_outage
from kit.correlation import bind
from kit.db import ServiceDatabase
from kit.metrics import touch

_log = logging.getLogger(__name__)

touch(metrics.applications_decided, {"decision": KINDS, "outcome": ("confirmed", "refused_by_dfe")})

ROUND_SECONDS = 15
"""A round ends after this, so that a service that is told to stop can."""

FAILURES_UNTIL_STOP = 3
"""So many writes in a row without a good answer, and DfE is left in peace for a while."""


def push(db: ServiceDatabase, client: DfeClient) -> None:
    """Send what is owed, until nothing is or DfE fails. One at a time may do this."""
    with db.transaction() as tx:
        counted = queries.writes_by_state(tx)
        traffic = tx.get_one(Traffic, "push")
        stopped = traffic.stopped_until is not None and traffic.stopped_until > wall()
        failures_before = traffic.failures > 0 or traffic.stopped_by is not None
        if counted.get("sending") and not stopped:
            queries.doubt_what_was_sending(tx)
    if stopped or not any(counted.get(state) for state in queries.UNFINISHED):
        return
    ends, failures, more = time.monotonic() + ROUND_SECONDS, 0, True
    while more and time.monotonic() < ends:
        letter = _take_next(db)
        if letter is None:
            more = False
            continue
        try:
            with bind(letter.correlation_id, f"dfe_write:{letter.write_id}"):
                _deliver(db, client, letter)
            if failures_before:
                with db.transaction() as tx:
                    pausing.all_is_well(tx, "push")
            failures, failures_before = 0, False
        except DfeError as error:
            failures += 1
            more = not isinstance(error, DfeStopped) and failures < FAILURES_UNTIL_STOP
            if not more:
                with db.transaction() as tx:
                    pausing.pause(tx, "push", error)
        except Exception as error:  # ours, not DfE's: it must not hold up everybody else's writes
            if is_outage(error):
                raise
            _log.exception("a write to DfE could not be settled", extra={"write": letter.write_id})
            _put_back(db, letter, error, in_doubt=True)
    if more:
        with db.transaction() as tx:
            tx.wake(PUSH_TIMER)


def retry_dfe_write(tx: Transaction, request: RetryDfeWrite) -> DfeWriteRecord:
    """Send a write now. One that was refused is looked up first: DfE may have it by another way."""
    write = tx.get(DfeWrite, request.write_id)
    if write is not None:
        queries.lock_application(tx, write.application_id)
    write = queries.lock_write(tx, request.write_id)
    if write.state == "done":
        raise Refused("write_is_done", "DfE has taken it")
    if write.state == "refused":
        _reopen(tx, write)
    write.next_attempt_at = None
    let_go_on(tx)
    return schemas.write_record(write)


def _reopen(tx: Transaction, write: DfeWrite) -> None:
    answers.reopen(tx, write)
    write.state, write.finished_at, write.problem = "in_doubt", None, None


def _take_next(db: ServiceDatabase) -> Letter | None:
    with db.transaction() as tx:
        write = queries.next_write(tx, wall())
        if write is None:
            return None
        in_doubt, write.state = write.state == "in_doubt", "sending"
        write.attempts += 1
        application = queries.application(tx, write.application_id)
        theirs, person = application.dfe_application_id, application.participant.dfe_participant_id
        if theirs is None or person is None:
            raise ValueError(f"write {write.id} is for an application that DfE does not know")
        return Letter(
            write_id=write.id,
            kind=write.kind,
            in_doubt=in_doubt,
            attempts=write.attempts,
            body=_addressed(write, person),
            application_id=application.id,
            dfe_application_id=theirs,
            dfe_participant_id=person,
            dfe_declaration_id=_declaration_at_dfe(tx, write),
            correlation_id=write.correlation_id,
        )


def _addressed(write: DfeWrite, person: UUID) -> Mapping[str, Any]:
    """A declaration names the participant in its body: by the id that DfE knows now."""
    body: Mapping[str, Any] = write.payload["body"]
    return {**body, "participant_id": str(person)} if write.kind == "declare" else body


def _declaration_at_dfe(tx: Transaction, write: DfeWrite) -> UUID | None:
    if write.kind not in ("void", "change_delivery_partner"):
        return None
    return tx.get_one(Declaration, UUID(write.subject)).dfe_declaration_id


def _deliver(db: ServiceDatabase, client: DfeClient, letter: Letter) -> None:
    """Send one write and settle it. Raises DfeError, with the write put back, if it is not."""
    in_doubt = letter.in_doubt
    try:
        answer = look_up(client, letter) if in_doubt else None
        if answer is None:
            in_doubt = False
            answer, refusal = send_or_find(client, letter)
        else:
            refusal = None
    except DfeMerged as merged:
        _follow_merge(db, letter, merged, in_doubt=in_doubt)
        return
    except DfeRefused as gone:  # looked up, and DfE shows us no more what it is about
        _settle_refusal(db, letter, gone)
        return
    except DfeError as error:
        _put_back(db, letter, error, in_doubt=in_doubt or isinstance(error, DfeUnanswered))
        raise
    if answer is not None:
        _settle(db, letter, answer)
    elif refusal is not None:
        _settle_refusal(db, letter, refusal)


def _follow_merge(
    db: ServiceDatabase, letter: Letter, merged: DfeMerged, *, in_doubt: bool
) -> None:
    """The participant has another id at DfE now: the write goes there, next."""
    with db.transaction() as tx:
        merging.merge(tx, letter.dfe_participant_id, merged.into)
        person = queries.application(tx, letter.application_id).participant
        moved = person.dfe_participant_id != letter.dfe_participant_id
    if moved:
        _put_back(db, letter, merged, in_doubt=in_doubt)
    else:
        _settle_refusal(db, letter, merged)


def _settle_refusal(db: ServiceDatabase, letter: Letter, refusal: DfeRefused) -> None:
    """DfE says no, and it stays so until a person does something about it."""
    with db.transaction() as tx:
        application = queries.lock_application(tx, letter.application_id)
        write = queries.lock_write(tx, letter.write_id)
        if not _is_ours(write, letter):
            return
        write.state, write.finished_at, write.next_attempt_at = "refused", wall(), None
        write.problem = {"field": refusal.title, "message": refusal.detail}
        answers.refused(tx, application, write, refusal)
    metrics.applications_decided.labels(decision=letter.kind, outcome="refused_by_dfe").inc()


def _settle(db: ServiceDatabase, letter: Letter, answer: Answer) -> None:
    """What DfE has taken becomes true here, with the write's end, in one transaction."""
    with db.transaction() as tx:
        application = queries.lock_application(tx, letter.application_id)
        write = queries.lock_write(tx, letter.write_id)
        if not _is_ours(write, letter):
            return
        write.state, write.finished_at, write.next_attempt_at = "done", wall(), None
        write.problem = None
        answers.taken(tx, application, write, answer)
    metrics.applications_decided.labels(decision=letter.kind, outcome="confirmed").inc()


def _is_ours(write: DfeWrite, letter: Letter) -> bool:
    """Whether nobody took it over meanwhile, as from a replica that lost its lease."""
    return (write.state, write.attempts) == ("sending", letter.attempts)


def _put_back(db: ServiceDatabase, letter: Letter, error: Exception, *, in_doubt: bool) -> None:
    """Try again later, and later each time; what stops everything is not this write's fault."""
    with db.transaction() as tx:
        write = queries.lock_write(tx, letter.write_id)
        if not _is_ours(write, letter):
            return
        write.state = "in_doubt" if in_doubt else "owed"
        if isinstance(error, DfeStopped | DfeMerged):
            return
        write.next_attempt_at = wall() + wait_after(letter.attempts, random.random())  # nosec B311 # spreads waits; nothing secret
        told = str(error) if isinstance(error, DfeError) else f"internal: {type(error).__name__}"
        write.problem = {"field": "", "message": told}
