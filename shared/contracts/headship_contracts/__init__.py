"""What headship's services say to each other: events, RPC requests and replies, errors.

One folder per service that owns the words: `headship_contracts.enrolment.events`,
`headship_contracts.enrolment.requests`. Nothing here knows how a message travels.
"""
