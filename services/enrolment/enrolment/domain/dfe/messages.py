"""DfE's refusals, word for word: they are interface values, so nothing here is reworded.

A refusal is a `Problem`: the `title` names the field that is wrong, the `detail` is the message.
Both travel as they are in the `errors` of a 422. Source: `config/locales/en.yml` of DfE's service.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why DfE would refuse: which field, and its message."""

    title: str
    detail: str


def application(detail: str) -> Problem:
    """A problem with the application itself."""
    return Problem("application", detail)


def participant(detail: str) -> Problem:
    """A problem with the participant named in the request."""
    return Problem("participant_id", detail)


# accept, reject, change the funded place
ALREADY_ACCEPTED = application("This NPQ application has already been accepted")
REJECTED_IS_FINAL = application("Once rejected an application cannot change state")
ANOTHER_ACCEPTED = application(
    "The participant has already had an application accepted for this course."
)
NOT_ELIGIBLE_FOR_FUNDED_PLACE = application(
    "The participant is not eligible for funding, so '#/funded_place' cannot be set to true."
)
ALREADY_REJECTED = application("This NPQ application has already been rejected")
REJECT_WITH_DECLARATIONS = application(
    "This application has declarations that prevent it from being rejected. Void the declarations"
    " first, or contact us for assistance."
)
FUNDED_PLACE_OF_NON_ACCEPTED = application(
    "You must accept the application before attempting to change the '#/funded_place' setting."
)
FUNDED_PLACE_NOT_ELIGIBLE = application(
    "This participant is not eligible for funding. Contact us if you think this is wrong."
)
COHORT_WITHOUT_CAP = application(
    "Leave the '#/funded_place' field blank. It's only needed for participants starting NPQs from"
    " autumn 2024 onwards."
)
FUNDED_PLACE_WITH_DECLARATIONS = application(
    "You cannot change the funded place because declarations have been submitted. You will need to"
    " void the existing declarations and resubmit them after changing the funded place."
)
FUNDED_PLACE_NEEDED = Problem("funded_place", "Set '#/funded_place' to true or false.")
FUNDED_PLACE_MUST_BE_FALSE = Problem(
    "funded_place", "The '#/funded_place' field should be false for unfunded cohorts."
)
SCHEDULE_NOT_IN_COHORT = Problem(
    "schedule_identifier", "The selected schedule cannot be found in the application cohort"
)
SCHEDULE_NOT_FOR_COURSE = Problem(
    "schedule_identifier", "The selected schedule is not valid for the course"
)
NO_DEFAULT_SCHEDULE = Problem("schedule", "Schedule cannot be determined")

# participants
ALREADY_ACTIVE = participant("The participant is already active")
ALREADY_DEFERRED = participant("The participant is already deferred")
ALREADY_WITHDRAWN = participant("The participant is already withdrawn")
NO_DECLARATIONS = participant("You cannot defer an NPQ participant that has no declarations")
NO_STARTED_DECLARATION = participant(
    "An NPQ participant who has not got a started declaration cannot be withdrawn. Please contact"
    " support for assistance"
)
NO_ACCEPTED_APPLICATION = participant(
    "Your update cannot be made as an accepted application cannot be found for the given"
    " '#/participant_id' and '#/course_identifier'."
)
UNKNOWN_PARTICIPANT = participant(
    "Your update cannot be made as the '#/participant_id' is not recognised. Check participant"
    " details and try again."
)
PARTICIPANT_NEEDED = participant("The property '#/participant_id' must be present")
COURSE_NOT_RECOGNISED = Problem(
    "course_identifier",
    "The entered '#/course_identifier' is not recognised for the given participant. Check details"
    " and try again.",
)
COURSE_NEEDED = Problem(
    "course_identifier", "Enter a '#/course_identifier' value for this participant."
)
REASON_NOT_VALID = Problem("reason", "The property '#/reason' must be a valid reason")
SCHEDULE_NEEDED = Problem(
    "schedule_identifier", "The property '#/schedule_identifier' must be present"
)
SCHEDULE_UNCHANGED = Problem(
    "schedule_identifier", "The participant already has the specified schedule"
)
SCHEDULE_INVALIDATES_DECLARATIONS = Problem(
    "schedule_identifier",
    "Changing schedule would invalidate existing declarations. Please void them first.",
)
COHORT_WITH_DECLARATIONS = Problem(
    "cohort",
    "You cannot change the '#/cohort' field when there are submitted, eligible, payable, or paid"
    " declarations in the new cohort",
)
COHORT_LOSES_CAP = Problem(
    "cohort",
    "You cannot change the '#/cohort' field from one with a funding cap to one without a funding"
    " cap",
)
COHORT_BECOMES_FUNDED = Problem(
    "cohort",
    "You cannot change the '#/cohort' field from one that is not funded to with that is funded",
)
NO_CONTRACT_FOR_NEW_COHORT = Problem(
    "cohort",
    "You cannot change a participant to this cohort as you do not have a contract for the cohort"
    " and course. Contact the DfE for assistance.",
)

# declarations
DECLARATION_DATE_NEEDED = Problem("declaration_date", "Enter a '#/declaration_date'.")
DECLARATION_DATE_NOT_VALID = Problem(
    "declaration_date", "Enter a valid RFC3339 '#/declaration_date'."
)
DECLARATION_BEFORE_SCHEDULE = Problem(
    "declaration_date", "Enter a '#/declaration_date' that's on or after the schedule start."
)
DECLARATION_IN_FUTURE = Problem(
    "declaration_date",
    "The '#/declaration_date' value cannot be a future date. Check the date and try again.",
)
DECLARATION_TYPE_NEEDED = Problem("declaration_type", "Enter a '#/declaration_type'.")
DECLARATION_TYPE_NOT_RECOGNISED = Problem(
    "declaration_type", "The entered '#/declaration_type' is not recognised."
)
DECLARATION_TYPE_NOT_ON_SCHEDULE = Problem(
    "declaration_type", "The property '#/declaration_type' does not exist for this schedule."
)
NO_CONTRACT = Problem(
    "cohort",
    "You cannot submit a declaration for this participant as you do not have a contract for the"
    " cohort and course. Contact the DfE for assistance.",
)
ALREADY_DECLARED = Problem(
    "base",
    "A declaration has already been submitted that will be, or has been, paid for this event",
)
HAS_PASSED_NEEDED = Problem(
    "has_passed",
    "Enter 'true' or 'false' in the '#/has_passed' field to indicate whether this participant has"
    " passed or failed their course.",
)
NO_SCHEDULE = application("The application is missing a schedule.")
ALREADY_VOIDED = Problem("declaration", "This declaration has already been voided.")
ALREADY_REFUNDED = Problem("declaration", "The declaration will or has been be refunded.")
MUST_BE_PAID = Problem("declaration", "The declaration must be paid before it can be clawed back.")
NOT_OUR_DECLARATION = Problem(
    "Cannot modify declaration",
    "The declaration cannot be modified because it was created by another lead provider",
)

# outcomes
NO_COMPLETED_DECLARATION = Problem(
    "base",
    "The participant has not had a 'completed' declaration submitted for them. Therefore you"
    " cannot update their outcome.",
)
COMPLETION_DATE_NEEDED = Problem(
    "completion_date",
    "The '#/completion_date' is missing from your request. Please include a completion_date value"
    " and try again.",
)
COMPLETION_DATE_NOT_VALID = Problem(
    "completion_date",
    "The '#/completion_date' value must be in the following format: 'yyyy-mm-dd'",
)
COMPLETION_DATE_IN_FUTURE = Problem(
    "completion_date",
    "The '#/completion_date' value cannot be a future date. Check the date and try again.",
)
OUTCOME_STATE_NEEDED = Problem(
    "state",
    "The '#/state' is missing from your request. Please include a 'passed' or 'failed' value and"
    " try again.",
)
OUTCOME_STATE_NOT_VALID = Problem(
    "state",
    "The attribute '#/state' can only include 'passed' or 'failed' values. If you need to void an"
    " outcome, you will need to void the associated 'completed' declaration.",
)


def participant_replaced(former_id: str, new_id: str) -> Problem:
    """The participant's id was merged into another."""
    return participant(f"The participant_id '{former_id}' has been replaced with '{new_id}'.")


def declared_after_withdrawal(withdrawn_at: str) -> Problem:
    """`withdrawn_at` is RFC 3339, as DfE prints it."""
    return participant(
        f"This participant withdrew from this course on {withdrawn_at}. Enter a"
        " '#/declaration_date' that's on or before the withdrawal date."
    )


def no_open_statement(title: str, cohort_year: int) -> Problem:
    """No statement is left that could pay; the title is `cohort`, or `declaration` when voiding."""
    return Problem(
        title,
        f"You cannot submit or void declarations for the {cohort_year} cohort. The funding contract"
        " for this cohort has ended. Get in touch if you need to discuss this with us.",
    )


def delivery_partner_needed(field: str) -> Problem:
    """`field` is `delivery_partner_id` or `secondary_delivery_partner_id`, here and below."""
    return Problem(field, f"The property '#/{field}' must be present")


def delivery_partner_unknown(field: str) -> Problem:
    """There is no such delivery partner at all."""
    return Problem(field, f"The property '#/{field}' does not exist")


def delivery_partner_not_confirmed(field: str) -> Problem:
    """There is one, but not on the provider's list for the cohort."""
    return Problem(
        field,
        f"The entered '#/{field}' is not from your list of confirmed Delivery Partners for the"
        " Cohort",
    )


def delivery_partner_overseas(field: str) -> Problem:
    """Someone outside England has no delivery partner."""
    return Problem(
        field,
        f"The property '#/{field}' cannot be specified for Applications from outside of England",
    )


SECONDARY_WITHOUT_FIRST = Problem(
    "secondary_delivery_partner_id",
    "The property '#/secondary_delivery_partner_id' cannot be specified without the property"
    " '#/delivery_partner_id'",
)
SECONDARY_SAME_AS_FIRST = Problem(
    "secondary_delivery_partner_id",
    "The property '#/secondary_delivery_partner_id' cannot have the same value as the property"
    " '#/delivery_partner_id'",
)

# statements and contracts: an administrator at DfE meets these, not the API
STATEMENT_MONTH_NOT_VALID = Problem("month", "Month must be a number between 1 and 12")
STATEMENT_YEAR_NOT_VALID = Problem("year", "Year must be a 4 digit number")
PAYMENT_BEFORE_DEADLINE = Problem("payment_date", "must be on or after the deadline date")
STATEMENT_IS_PAYABLE = Problem("base", "Statement cannot be changed once it is payable")
STATEMENT_IS_PAID = Problem("base", "Statement cannot be changed once it is paid")
PRICE_NOT_POSITIVE = Problem("per_participant", "Must be greater than zero")
TARGET_NOT_POSITIVE = Problem("recruitment_target", "Must be an integer greater than zero")
TEMPLATE_OF_PAYABLE_STATEMENT = Problem(
    "base", "Cannot update contract template used by a payable statement"
)
TEMPLATE_OF_PAID_STATEMENT = Problem(
    "base", "Cannot update contract template used by a paid statement"
)
ADJUSTMENT_WITHOUT_DESCRIPTION = Problem(
    "description", "You must enter a description for the adjustment"
)
ADJUSTMENT_WITHOUT_AMOUNT = Problem("amount", "You must enter an adjustment amount")
ADJUSTMENT_NOT_A_NUMBER = Problem(
    "amount", "You can only enter numeric values in the adjustment amount field"
)
ADJUSTMENT_OF_NOTHING = Problem("amount", "The adjustment amount cannot be zero")


def whole_number_needed(field: str) -> Problem:
    """A contract's percentages, periods and instalments."""
    return Problem(field, "Must be an integer greater than or equal to zero")
