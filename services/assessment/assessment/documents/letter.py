"""The letter that tells a result, and after a fail names the criteria that were not met."""

from typing import Any

from assessment.documents import page


def make(letter: dict[str, Any]) -> bytes:
    """PDF of a letter: `provider`, `name`, `course`, `attempt`, `released_on`, `state`, `changed`,
    `by_integrity`, `by_marks`, `failed_criteria`, `may_resubmit`, `not_before`, `fee`, `appeal_by`,
    `reference`; days as text.
    """
    passed = letter["state"] == "passed"
    name = page.as_set(letter["name"])
    parts = [
        page.said(letter["provider"], page.HEADING),
        page.said(letter["released_on"]),
        page.gap(),
        page.said(f"Dear {name if page.can_be_set(name) else 'participant'},"),
        page.said(f"Your assessment: {letter['course']}", page.TITLE),
    ]
    if letter["changed"]:
        parts.append(page.said("This letter replaces the one that you were sent before."))
    if passed:
        parts.append(
            page.said(
                f"You have passed the written assessment (attempt {letter['attempt']}). "
                "Congratulations. We have told the Department for Education."
            )
        )
    else:
        parts += _fail(letter)
    parts += [
        page.gap(),
        page.said("If you disagree", page.HEADING),
        page.said(
            f"You may appeal until {letter['appeal_by']}: where our procedure was not followed, "
            "where the marking was not in line with the mark scheme, or where you could not tell "
            "us of extenuating circumstances before. An appeal cannot question academic judgement, "
            "and cannot make your result worse."
        ),
        page.gap(),
        page.said(f"Reference: {letter['reference']}", page.SMALL),
    ]
    return page.document("Result of your assessment", parts)


def _fail(letter: dict[str, Any]) -> list[Any]:
    parts: list[Any] = [
        page.said(
            f"You have not passed the written assessment this time (attempt {letter['attempt']})."
        )
    ]
    if letter["by_integrity"]:
        marks = "from its marks as well" if letter["by_marks"] else "not from its marks"
        parts.append(
            page.said(
                "This follows from what was decided about the integrity of your script, and "
                f"{marks}."
            )
        )
    if letter["failed_criteria"]:
        parts.append(page.said("These criteria of the mark scheme were not met:", page.HEADING))
        parts += [page.said(f"– {name}") for name in letter["failed_criteria"]]
    parts.append(page.said("What happens next", page.HEADING))
    if not letter["may_resubmit"]:
        parts.append(page.said("You have used all attempts that the programme allows."))
        return parts
    fee = f" The fee is £{letter['fee']}." if letter["fee"] else ""
    parts.append(
        page.said(
            f"You may submit again, not before {letter['not_before']}. We will tell you when your "
            f"next window opens; somebody else will mark your script.{fee}"
        )
    )
    return parts
