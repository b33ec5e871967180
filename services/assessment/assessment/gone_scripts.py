"""Scripts of a window that are not there any more: taken away, or erased lawfully."""

from hmac import compare_digest
from uuid import UUID

from assessment import queries, seal_keys
from assessment.domain import seals as rules
from assessment.models import ErasedScript
from kit import Transaction

Gone = dict[int | None, list[rules.Flaw]]
"""Scripts by the number of the one beside which the check tells them: the next one, or the last
one; None where none is left."""


def find(tx: Transaction, window_id: UUID) -> tuple[Gone, Gone]:
    """Scripts that there were when marking began and are not now: those missing, those erased.

    How many there were is sealed with the window in the record of each.
    """
    window = queries.windows.get(tx, window_id)
    left = queries.dossiers.numbers_of(tx, window_id)
    lawfully = {one.number: one for one in queries.dossiers.erased(tx, window_id)}
    missing: Gone = {}
    erased: Gone = {}
    for number in sorted(set(range(1, (window.scripts or 0) + 1)) - set(left)):
        beside = next((one for one in left if one > number), left[-1] if left else None)
        if number in lawfully and _is_signed(lawfully[number]):
            what, where = _erased(lawfully[number]), erased
        else:
            what, where = f"is missing, of {window.scripts}: nothing signed says why", missing
        where.setdefault(beside, []).append(rules.Flaw(f"scripts/number {number}", what))
    return missing, erased


def _is_signed(one: ErasedScript) -> bool:
    kept = (one.window_id, one.number, one.erased_on, one.certificate)
    return any(
        compare_digest(rules.signature_of_erasure(secret, *kept), one.mac)
        for secret in seal_keys.secrets()
    )


def _erased(one: ErasedScript) -> str:
    why = "its time was over" if one.certificate is None else f"certificate {one.certificate}"
    return f"erased on {one.erased_on:%d %B %Y}, lawfully ({why})"
