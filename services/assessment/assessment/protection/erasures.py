"""What assessment does about the erasure of a person."""

from assessment.protection.custody import CUSTODY
from headship_contracts.assessment.events import PersonErased
from headship_contracts.enrolment.events import ErasureDecided
from kit import Transaction
from kit.personal.erasing import Cleared, Decision, erase
from kit.personal.holdings import Subject
from kit.personal.retention import Rules


def erase_person(tx: Transaction, event: ErasureDecided, rules: Rules) -> None:
    """Erase here what may go, and tell what has to stay."""
    subject = Subject(tuple(event.person_ids), tuple(event.application_ids))
    decision = Decision(event.erasure_id, subject, event.ended_on)
    tell(tx, decision, erase(tx, CUSTODY, rules, decision))


def tell(tx: Transaction, decision: Decision, cleared: Cleared) -> None:
    """All that has gone, and what is left, for the certificate."""
    tx.emit(
        PersonErased(
            revision=tx.next_revision(None),
            erasure_id=decision.erasure_id,
            erased=cleared.erased,
            kept=cleared.kept,
        )
    )
